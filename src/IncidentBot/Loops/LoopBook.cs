namespace IncidentBot.Loops;

/// <summary>All loops of the program: what they share, and which of them fail at the moment.</summary>
internal sealed class LoopBook(TimeProvider clock, ILoggerFactory loggers)
{
    private readonly Lock _lock = new();
    private readonly List<Loop> _loops = [];

    public TimeProvider Clock => clock;

    /// <summary>All loops, by name.</summary>
    public IReadOnlyList<Loop> Loops
    {
        get
        {
            lock (_lock)
            {
                return [.. _loops.OrderBy(loop => loop.Name, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>What an operator is told of the loops that fail: a line for each, without what came from outside.</summary>
    public IReadOnlyList<string> Problems =>
        [.. Loops.Select(loop => (loop.Name, loop.Failure)).Where(loop => loop.Failure is not null).Select(loop =>
        FormattableString.Invariant(
            $"The loop {loop.Name} has failed {loop.Failure!.InARow} times in a row since {loop.Failure.Since:HH:mm:ss} UTC: see the log."))];

    public ILogger Logger(Type loop) => loggers.CreateLogger(loop);

    public void Add(Loop loop)
    {
        lock (_lock)
        {
            _loops.Add(loop);
        }
    }
}
