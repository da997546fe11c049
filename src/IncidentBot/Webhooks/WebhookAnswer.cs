using IncidentBot.Alerts;

namespace IncidentBot.Webhooks;

/// <summary>
/// What became of a webhook, and so what Alertmanager does next: it forgets what was taken, and repeats only after a 5xx.
/// </summary>
/// <param name="Source">Which Alertmanager cluster sent it.</param>
internal abstract record WebhookAnswer(string Source)
{
    public abstract int Status { get; }

    public static Refused Unknown(string reason) => new("unknown", StatusCodes.Status401Unauthorized, reason);

    /// <summary>Nothing was stored, and the same may work later.</summary>
    public static Refused Later(string source, string reason) => new(source, StatusCodes.Status503ServiceUnavailable, reason);

    /// <summary>All that could be used of it is committed.</summary>
    public sealed record Taken(string Source, int Alerts) : WebhookAnswer(Source)
    {
        /// <summary>What was odd in it.</summary>
        public required ReadRemarks Remarks { get; init; }

        /// <summary>The version of the body's format, as it says itself.</summary>
        public required string Version { get; init; }

        public override int Status => StatusCodes.Status200OK;
    }

    /// <summary>Nothing of it was taken.</summary>
    /// <param name="Status">Of the HTTP answer.</param>
    /// <param name="Reason">For whoever reads Alertmanager's log: what is wrong and how to mend it.</param>
    public sealed record Refused(string Source, int Status, string Reason) : WebhookAnswer(Source)
    {
        public override int Status { get; } = Status;
    }
}
