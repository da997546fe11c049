using System.Net;

namespace IncidentBot.Web;

/// <summary>How often somebody may guess the token: a few wrong ones per address and minute, and not many by all together.</summary>
internal sealed class SignInLimit(TimeProvider time)
{
    public const int PerAddress = 10;
    public const int Together = 300;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _failures = [];
    private int _all;
    private DateTimeOffset _since;

    public bool Allows(IPAddress? address)
    {
        lock (_lock)
        {
            if (time.GetUtcNow() - _since >= Window)
            {
                _failures.Clear();
                _all = 0;
                _since = time.GetUtcNow();
            }

            return _all < Together && _failures.GetValueOrDefault(address ?? IPAddress.None) < PerAddress;
        }
    }

    public void Failed(IPAddress? address)
    {
        lock (_lock)
        {
            _all++;
            _failures[address ?? IPAddress.None] = _failures.GetValueOrDefault(address ?? IPAddress.None) + 1;
        }
    }
}
