using IncidentBot.Channels;
using IncidentBot.Posts;

namespace IncidentBot.Delivery;

/// <summary>Puts a digest into words: what still burns, worst first, then what came and went.</summary>
/// <param name="pages">The address of the pages, with a slash at the end.</param>
/// <param name="clock">Writes a time of day as all messages do.</param>
internal sealed class DigestWriter(Uri pages, Func<DateTimeOffset, DateTimeOffset, string> clock)
{
    private const int NameLength = 90;

    public Message Write(DigestView view, DateTimeOffset now)
    {
        var (_, digest, opened, resolved, burning, lines) = view;
        var worst = lines.FirstOrDefault(line => line.ResolvedAt is null)?.Severity;
        return new Message
        {
            State = worst is { } severity ? MessageWriter.State(severity)
                : burning > 0 ? MessageState.Info : MessageState.Resolved,
            StateWord = "digest",
            Title = $"lane {digest.Lane}",
            Status = $"{opened} opened, {resolved} resolved, {burning} still firing · {clock(digest.From, now)} to {clock(digest.To, now)}",
            Alerts = [.. lines.Select(line => Line(line, digest, now))],
            MoreAlerts = Math.Max(0, view.Total - lines.Count),
            Links = [new MessageLink("What fires now", new Uri(pages, "?status=firing"))],
        };
    }

    private MessageAlert Line(DigestLine line, Digest digest, DateTimeOffset now)
    {
        var opened = digest.Has(line.OpenedAt) ? $"opened {clock(line.OpenedAt, now)}" : "";
        var state = line.ResolvedAt is { } end ? $"resolved {clock(end, now)}"
            : line.Stale ? "stale"
            : opened.Length == 0 ? $"since {clock(line.OpenedAt, now)}" : "";
        return new MessageAlert(
            line.ResolvedAt is not null ? MessageState.Resolved : line.Stale ? MessageState.Stale : MessageWriter.State(line.Severity),
            $"#{line.Incident} {PlainText.Line($"{line.Title} {line.Place}".TrimEnd(), NameLength)}",
            "",
            string.Join(", ", new[] { opened, state }.Where(words => words.Length > 0)));
    }
}
