namespace IncidentBot.Channels;

/// <summary>Makes hostile text harmless where a vendor reads markup.</summary>
internal static class Markup
{
    /// <summary>
    /// The three characters of Slack's text and of HTML. https://docs.slack.dev/messaging/formatting-message-text (escaping text)
    /// </summary>
    public static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>The same for HTML, also within the quotes of an attribute.</summary>
    public static string EscapeHtml(string text) => Escape(text).Replace("\"", "&quot;", StringComparison.Ordinal);
}
