namespace IncidentBot.Incidents;

/// <summary>Where an incident stands among the services.</summary>
/// <param name="On">The services that its alerts speak of.</param>
/// <param name="Down">Those of them that what needs them suffers from.</param>
/// <param name="Carriers">What those run on.</param>
/// <param name="Level">How bad it is.</param>
internal sealed record ServiceStand(int[] On, int[] Down, int[] Carriers, SeverityLevel Level)
{
    public bool Same(ServiceStand? other) => other is not null && Level == other.Level && On.AsSpan().SequenceEqual(other.On)
        && Down.AsSpan().SequenceEqual(other.Down) && Carriers.AsSpan().SequenceEqual(other.Carriers);
}
