namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>What rules know of a round trip. The first three names are those of the script that this probe replaces.</summary>
internal static class EmailMetrics
{
    public static readonly MetricFamily Success = MetricFamily.Gauge("email_roundtrip_success", "Whether the last mail arrived: 1 or 0.");

    public static readonly MetricFamily Duration = MetricFamily.Gauge("email_roundtrip_duration_seconds",
        "How long the last mail took from its sending until it was seen in the mailbox, or was given up.");

    public static readonly MetricFamily LastSuccess = MetricFamily.Gauge("email_roundtrip_last_success_timestamp",
        "When a mail last arrived, in seconds since 1970.");

    public static readonly MetricFamily Sent = MetricFamily.Gauge("email_roundtrip_sent_seconds",
        "How long it took until the last mail was written to the mail server.");

    public static readonly MetricFamily Accepted = MetricFamily.Gauge("email_roundtrip_accepted_seconds",
        "How long it took until the mail server or the provider had taken the last mail.");

    public static readonly MetricFamily Delivered = MetricFamily.Gauge("email_roundtrip_delivered_seconds",
        "How long it took until the last mail lay in the mailbox, by the clock of that server.");

    public static readonly MetricFamily Seen = MetricFamily.Gauge("email_roundtrip_seen_seconds",
        "How long it took until the last mail was seen over IMAP.");

    public static readonly MetricFamily Spam = MetricFamily.Gauge("email_roundtrip_spam",
        "Whether the last mail arrived in the folder for junk: 1 or 0.");

    public static readonly MetricFamily Deferred = MetricFamily.Gauge("email_roundtrip_deferred",
        "Whether the last mail was not taken for now, such as by greylisting: 1 or 0.");

    public static readonly MetricFamily Late = MetricFamily.Gauge("email_roundtrip_late_mails",
        "How many mails of earlier runs were found that had arrived after their run had given them up.");

    public static readonly MetricFamily LateBy = MetricFamily.Gauge("email_roundtrip_late_seconds",
        "How long the slowest of these late mails took.");

    public static readonly MetricFamily Missing = MetricFamily.Gauge("email_roundtrip_missing_mails",
        "How many mails of the last 24 hours have been given up and have not come late either.");

    public static IReadOnlyList<MetricFamily> All { get; } =
        [Success, Duration, LastSuccess, Sent, Accepted, Delivered, Seen, Spam, Deferred, Late, LateBy, Missing];
}
