using IncidentBot.Loops;

namespace IncidentBot.Delivery;

/// <summary>
/// How long a room that refuses everything is left alone before it is asked again, so that inviting the bot is all that is needed:
/// seconds at first, twice as long each time, at most ten minutes.
/// </summary>
internal sealed class RefusalBackoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Ceiling = TimeSpan.FromMinutes(10);

    private readonly Cooldown _rest = new();
    private int _times;

    /// <summary>When the room is asked again; in the past when it need not be left alone.</summary>
    public DateTimeOffset End(DateTimeOffset now) => _rest.End(now);

    /// <summary>It refused once more. One that was asked before its time, for something urgent, is asked again no later for that.</summary>
    public void Refused(DateTimeOffset now)
    {
        if (End(now) <= now)
        {
            _times++;
            _rest.Begin(now, After(_times));
        }
    }

    public void Over()
    {
        _times = 0;
        _rest.Stop();
    }

    /// <param name="times">How often it has refused in a row, 1 or more.</param>
    public static TimeSpan After(int times) => Doubling.Pause(First, Ceiling, times - 1);
}
