namespace IncidentBot.Channels;

/// <summary>How a button looks.</summary>
internal enum ButtonStyle
{
    Plain,

    /// <summary>What most people want now; at most one of a message.</summary>
    Primary,
}

/// <summary>Something to press below a message.</summary>
internal sealed record Button
{
    /// <summary>A few plain words of our own.</summary>
    public required string Label { get; init; }

    /// <summary>What a press sends back; null for a button that only leads to <see cref="Url"/>.</summary>
    public ButtonPress? Press { get; init; }

    /// <summary>Where it leads instead of sending anything.</summary>
    public Uri? Url { get; init; }

    public ButtonStyle Style { get; init; }

    /// <summary>
    /// What it opens, where a vendor has menus (Slack). Elsewhere <see cref="Press"/> is sent, and the desk answers with these as
    /// buttons.
    /// </summary>
    public IReadOnlyList<Button> Menu { get; init; } = [];
}
