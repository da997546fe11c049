namespace IncidentBot.Channels;

/// <summary>
/// The sign and the colour of a state. The signs differ by their shape and every message says the state in a word too, for those who
/// do not see colours.
/// </summary>
internal static class StateSign
{
    public static string Of(MessageState state) => state switch
    {
        MessageState.Critical => "🛑",
        MessageState.Warning => "⚠️",
        MessageState.Info => "ℹ️",
        MessageState.Resolved => "✅",
        _ => "❔",
    };

    /// <summary>As <c>#rrggbb</c>, readable on light and on dark.</summary>
    public static string Color(MessageState state) => state switch
    {
        MessageState.Critical => "#d93025",
        MessageState.Warning => "#d97706",
        MessageState.Info => "#2f7dd1",
        MessageState.Resolved => "#2e9e4f",
        _ => "#808080",
    };
}
