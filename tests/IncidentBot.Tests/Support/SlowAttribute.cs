using Xunit.v3;

namespace IncidentBot.Support;

/// <summary>Tests that take long, of storms and outages and hostile sizes: <c>tests/run --fast</c> leaves them out, everything else runs them.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class SlowAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Pace", "slow")];
}
