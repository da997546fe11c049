using System.Text.Json.Nodes;

namespace IncidentBot.Support;

/// <summary>A message as a room shows it now, with all that it was before.</summary>
internal sealed class ShownMessage
{
    public required string Id { get; init; }

    public required string Room { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The message that it answers; null in the room itself.</summary>
    public string? Root { get; init; }

    /// <summary>What marks it for its sender: Slack's metadata key, Matrix' transaction id. Null in Telegram.</summary>
    public string? Key { get; init; }

    public bool Silent { get; init; }

    /// <summary>What people read, without markup.</summary>
    public string Text { get; set; } = "";

    /// <summary>The content as the vendor keeps it, oldest first; the last one is shown.</summary>
    public List<JsonObject> Versions { get; } = [];

    /// <summary>Who was called when it was sent.</summary>
    public IReadOnlyList<string> Mentions { get; set; } = [];

    public bool Deleted { get; set; }

    public bool Foreign { get; init; }

    public int Edits => Versions.Count - 1;

    public override string ToString() => $"[{Id}] {Text}";
}
