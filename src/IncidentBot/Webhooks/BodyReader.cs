using System.Buffers;

namespace IncidentBot.Webhooks;

/// <summary>A body in a rented array; dispose it to give the array back and make room for others.</summary>
internal readonly struct Body(byte[] rented, int length, BodyReader reader, long reserved) : IDisposable
{
    public ReadOnlySpan<byte> Bytes => rented.AsSpan(0, length);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(rented);
        reader.Release(reserved);
    }
}

/// <summary>Why a body was not read.</summary>
internal enum BodyProblem
{
    None,
    TooLarge,
    Overloaded,
}

/// <summary>
/// Reads webhook bodies into memory, each up to a limit and all together up to a limit: more is asked to come again later
/// instead of filling the memory.
/// </summary>
internal sealed class BodyReader
{
    /// <summary>What all webhooks that are being answered may hold together.</summary>
    public const long TogetherBytes = 256L * 1024 * 1024;

    private const int FirstBytes = 16 * 1024;

    private long _held;

    /// <summary>Reads a body; the problem says why there is none.</summary>
    /// <exception cref="OperationCanceledException">The sender went away.</exception>
    public async ValueTask<(Body Body, BodyProblem Problem)> ReadAsync(HttpRequest request, long limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            return (default, BodyProblem.TooLarge);
        }

        long reserved = 0;
        var size = (int)Math.Max(Math.Min(request.ContentLength ?? FirstBytes, limit), 1);
        if (!Reserve(size, ref reserved))
        {
            return (default, BodyProblem.Overloaded);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(size);
        var length = 0;
        var kept = false;
        try
        {
            var reader = request.BodyReader;
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken);
                var problem = Append(read.Buffer, ref buffer, ref length, limit, ref reserved);

                // Also of a body that is refused: the server cannot end the request with a read that is not over.
                reader.AdvanceTo(read.Buffer.End);
                if (problem != BodyProblem.None)
                {
                    return (default, problem);
                }

                if (read.IsCompleted)
                {
                    kept = true;
                    return (new Body(buffer, length, this, reserved), BodyProblem.None);
                }
            }
        }
        finally
        {
            if (!kept)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                Release(reserved);
            }
        }
    }

    internal void Release(long bytes) => Interlocked.Add(ref _held, -bytes);

    private BodyProblem Append(in ReadOnlySequence<byte> arrived, ref byte[] buffer, ref int length, long limit, ref long reserved)
    {
        var needed = length + arrived.Length;
        if (needed > limit)
        {
            return BodyProblem.TooLarge;
        }

        if (needed > buffer.Length && !Grow(ref buffer, length, (int)needed, limit, ref reserved))
        {
            return BodyProblem.Overloaded;
        }

        arrived.CopyTo(buffer.AsSpan(length));
        length = (int)needed;
        return BodyProblem.None;
    }

    private bool Grow(ref byte[] buffer, int length, int needed, long limit, ref long reserved)
    {
        var size = (int)Math.Min(Math.Max(needed, buffer.Length * 2L), Math.Max(limit, needed));
        if (!Reserve(size - buffer.Length, ref reserved))
        {
            return false;
        }

        var larger = ArrayPool<byte>.Shared.Rent(size);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
        return true;
    }

    private bool Reserve(long bytes, ref long reserved)
    {
        if (Interlocked.Add(ref _held, bytes) > TogetherBytes)
        {
            Interlocked.Add(ref _held, -bytes);
            return false;
        }

        reserved += bytes;
        return true;
    }
}
