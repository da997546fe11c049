namespace IncidentBot.Channels.Slack;

/// <summary>Where an answer is put: a channel, and the message whose thread it goes to; empty for the channel itself.</summary>
internal readonly record struct SlackThread(string Channel, string Ts)
{
    public static SlackThread Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new SlackThread(text, "") : new SlackThread(text[..slash], text[(slash + 1)..]);
    }

    public override string ToString() => $"{Channel}/{Ts}";
}
