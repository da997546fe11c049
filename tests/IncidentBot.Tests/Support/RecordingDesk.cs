using System.Collections.Concurrent;
using IncidentBot.Channels;
using IncidentBot.Loops;

namespace IncidentBot.Support;

/// <summary>A desk that does each request once, remembers all of them and answers as it is told.</summary>
internal sealed class RecordingDesk : IChatDesk
{
    private readonly ConcurrentDictionary<string, ChatAnswer> _done = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _positions = new(StringComparer.Ordinal);

    /// <summary>What was done, in its order.</summary>
    public ConcurrentQueue<ChatRequest> Done { get; } = new();

    /// <summary>How often something came again that was done.</summary>
    public int Again;

    public ConcurrentQueue<string> Told { get; } = new();

    public ConcurrentQueue<UntoldAnswer> Untold { get; } = new();

    /// <summary>What is answered; by default a line that repeats what was said.</summary>
    public Func<ChatRequest, ChatAnswer> Answer { get; set; } = request => new ChatAnswer { Lines = [request.Input is ChatInput.Said said ? $"heard: {said.Text}" : "pressed"] };

    /// <summary>The store cannot be written.</summary>
    public bool Fails { get; set; }

    /// <summary>How long it takes.</summary>
    public Task Takes { get; set; } = Task.CompletedTask;

    public string? Position(string key) => _positions.GetValueOrDefault(key);

    public async Task<ChatAnswer> AnswerAsync(ChatRequest request, CancellationToken cancellationToken)
    {
        await Takes.WaitAsync(cancellationToken);
        Check();
        if (_done.TryGetValue($"{request.Room.Kind} {request.Id}", out var before))
        {
            Interlocked.Increment(ref Again);
            Save(request.Position);
            return before;
        }

        var answer = Answer(request);
        _done[$"{request.Room.Kind} {request.Id}"] = answer;
        Done.Enqueue(request);
        Save(request.Position);
        return answer;
    }

    public Task ToldAsync(string channel, string id, CancellationToken cancellationToken)
    {
        Told.Enqueue(id);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<UntoldAnswer>> UntoldAsync(string channel, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<UntoldAnswer>>([.. Untold.Where(answer => answer.Room.Kind == channel)]);

    public Task<string?> PositionAsync(string channel, string key, CancellationToken cancellationToken)
    {
        Check();
        return Task.FromResult(_positions.GetValueOrDefault(key));
    }

    public Task PassAsync(ChatPosition position, CancellationToken cancellationToken)
    {
        Check();
        Save(position);
        return Task.CompletedTask;
    }

    private void Save(ChatPosition? position)
    {
        if (position is not null)
        {
            _positions[position.Key] = position.Value;
        }
    }

    private void Check()
    {
        if (Fails)
        {
            throw new DeskClosedException();
        }
    }

    private sealed class DeskClosedException() : TransientException("told to fail");
}
