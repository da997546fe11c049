namespace IncidentBot.Graph;

/// <summary>How the server is that keeps the graph, for people.</summary>
/// <param name="Works">False while links come from what was known before.</param>
/// <param name="Sentence">What it is, or what is wrong and what to do about it. It holds no secret.</param>
/// <param name="Since">Since when it is so.</param>
internal sealed record GraphHealth(bool Works, string Sentence, DateTimeOffset Since);
