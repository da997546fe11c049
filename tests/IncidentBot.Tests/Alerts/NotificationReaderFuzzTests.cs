using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Alerts;

/// <summary>The reader against bytes that nobody meant to send.</summary>
public sealed class NotificationReaderFuzzTests(ITestOutputHelper output)
{
    private const int Inputs = 120_000;

    private static readonly byte[][] Bodies = [.. Recorded.Versions.SelectMany(version =>
        Recorded.Cases(version).Select(name => Recorded.Body(version, name)))];

    private static readonly byte[][] Tokens = [.. new[]
    {
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud83d", "\\udc00", "null", "true", "-1", "1e999", "18446744073709551616", "\"\"",
        "\"firing\"", "\"resolved\"", "\"alerts\":", "\"labels\":", "\"status\":", "\"startsAt\":", "\"endsAt\":", "\"fingerprint\":",
        "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.999999999-23:59\"", "\"2026-02-30T25:61:61Z\"", "\"\\u0030001-01-01T00:00:00Z\"",
        "\u2028", "\uFEFF", "/*", "//", "\n", "\t", " ", "NaN", "{\"a\":\"b\"}", "[[[[[[[[", "{\"a\":{\"a\":{\"a\":",
    }.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Set <c>FUZZ_SEED</c> to repeat the inputs of a run that failed.</summary>
    [Fact]
    public void No_bytes_make_the_reader_throw()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given
            : BinaryPrimitives.ReadInt32LittleEndian(Guid.NewGuid().ToByteArray()) & int.MaxValue;
        output.WriteLine($"FUZZ_SEED={seed}, {Inputs} inputs");
        var taken = 0;

        Parallel.For(0, Inputs, number =>
        {
            var body = Make(new Random(unchecked((seed * 397) + number)));
            try
            {
                var (notification, problem) = NotificationReader.Read(body, "home", Recorded.Ignored);
                Assert.True(notification is null != problem is null, "either a notification or a problem");
                if (notification is not null)
                {
                    Interlocked.Increment(ref taken);
                    Assert.Equal(notification.Alerts.Count, notification.Alerts.Select(alert => alert.Fingerprint).Distinct().Count());
                    Assert.All(notification.Alerts, alert => Assert.Equal(TimeSpan.Zero, alert.StartsAt.Offset));
                }
                else
                {
                    Assert.StartsWith("$", problem!.Path, StringComparison.Ordinal);
                    Assert.InRange(problem.Reason.Length, 1, 400);
                }
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException(
                    $"FUZZ_SEED={seed}, input {number}, {Convert.ToBase64String(body.AsSpan(0, Math.Min(body.Length, 4096)))}", failure);
            }
        });

        output.WriteLine($"{taken} of them were read, {Inputs - taken} refused");
        Assert.InRange(taken, Inputs / 100, Inputs - (Inputs / 100));
    }

    private static byte[] Make(Random random)
    {
        if (random.Next(20) == 0)
        {
            var noise = new byte[random.Next(512)];
            random.NextBytes(noise);
            return noise;
        }

        if (random.Next(50) == 0)
        {
            return [.. Body(random).Take(random.Next(200)), .. Enumerable.Repeat(random.Next(2) == 0 ? (byte)'[' : (byte)'{', random.Next(5000))];
        }

        var body = Body(random).ToList();
        for (var times = random.Next(1, 6); times > 0 && body.Count > 0; times--)
        {
            Mutate(body, random);
        }

        return [.. body];
    }

    private static void Mutate(List<byte> body, Random random)
    {
        var at = random.Next(body.Count);
        switch (random.Next(7))
        {
            case 0:
                body[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                body[at] = (byte)random.Next(256);
                break;
            case 2:
                body.RemoveRange(at, body.Count - at);
                break;
            case 3:
                body.RemoveRange(at, Math.Min(random.Next(1, 40), body.Count - at));
                break;
            case 4:
                body.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                break;
            case 5:
                Swap(body, at, random);
                break;
            default:
                var other = Body(random);
                var from = random.Next(other.Length);
                body.InsertRange(at, other.AsSpan(from, random.Next(other.Length - from)).ToArray());
                break;
        }
    }

    /// <summary>Puts a token in the place of the value that follows, so that the body stays JSON more often than not.</summary>
    private static void Swap(List<byte> body, int at, Random random)
    {
        var colon = body.IndexOf((byte)':', at);
        if (colon < 0)
        {
            return;
        }

        var end = body.FindIndex(colon, letter => letter is (byte)',' or (byte)'}');
        body.RemoveRange(colon + 1, Math.Max(0, end - colon - 1));
        body.InsertRange(colon + 1, Tokens[random.Next(Tokens.Length)]);
    }

    private static byte[] Body(Random random) => Bodies[random.Next(Bodies.Length)];
}
