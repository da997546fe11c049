namespace IncidentBot.Chat;

/// <summary>What was understood of something that was said.</summary>
/// <param name="Word">The command's word, for the audit log and metrics: one of our own few.</param>
/// <param name="Asked">What was asked, for the next who wants to know: hostile text.</param>
/// <param name="Reply">What to do and say.</param>
/// <param name="Refusal">Why it is not done; null when it is.</param>
internal sealed record Heard(string Word, string Asked, ChatReply Reply, ChatRefusal? Refusal = null);
