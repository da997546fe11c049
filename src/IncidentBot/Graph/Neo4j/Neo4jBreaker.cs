using IncidentBot.Loops;

namespace IncidentBot.Graph.Neo4j;

/// <summary>
/// Keeps from hammering a server that does not answer: after three failures in a row it is left alone, for a second at first and for
/// half a minute in the end, and then one request tries whether it is back. Knows no clock; not for several threads at once.
/// </summary>
internal sealed class Neo4jBreaker
{
    private const int Threshold = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private int _failures;
    private bool _trying;

    /// <summary>When it may be asked again; null while it is not left alone.</summary>
    public DateTimeOffset? OpenUntil { get; private set; }

    /// <summary>Whether a request may be made now. When it was left alone, only one may, until that has ended.</summary>
    public bool TryBegin(DateTimeOffset now)
    {
        if (OpenUntil is not { } until)
        {
            return true;
        }

        if (_trying || now < until)
        {
            return false;
        }

        _trying = true;
        return true;
    }

    public void Succeeded() => (_failures, _trying, OpenUntil) = (0, false, null);

    public void Failed(DateTimeOffset now)
    {
        _failures++;
        _trying = false;
        if (_failures >= Threshold)
        {
            OpenUntil = now + Doubling.Pause(FirstPause, LongestPause, _failures - Threshold);
        }
    }
}
