using IncidentBot.Rooms;

namespace IncidentBot.Chat;

/// <summary>One use of a command.</summary>
internal sealed record ChatCall
{
    public required Speaker By { get; init; }

    public required Room Room { get; init; }

    /// <summary>What was said.</summary>
    public required Phrase Phrase { get; init; }

    /// <summary>The incident of the thread or the message that it was said to; null when there is none.</summary>
    public long? Incident { get; init; }

    /// <summary>It was pressed and not written.</summary>
    public bool IsPress { get; init; }

    /// <summary>The question that this would ask was answered with yes.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>The same for the same request, also after a kill.</summary>
    public required string Key { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>The time zone of the person, else the configured one.</summary>
    public required TimeZoneInfo Zone { get; init; }

    /// <summary>The address of the pages, with a slash at the end.</summary>
    public required Uri Pages { get; init; }

    /// <summary>A moment by the clock of <see cref="Zone"/>, with its name.</summary>
    public string Clock(DateTimeOffset moment) => TimeExpression.Say(moment, Now, Zone);

    /// <summary>The page of an incident.</summary>
    public Uri Page(long incident) => new(Pages, FormattableString.Invariant($"incidents/{incident}"));
}
