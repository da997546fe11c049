namespace IncidentBot.Storage.Sqlite;

/// <summary>
/// What statements share. They keep to what SQLite and PostgreSQL both understand (<c>ON CONFLICT</c>, <c>RETURNING</c>,
/// <c>FILTER</c>); where the two differ, the difference is here.
/// </summary>
internal static class Sql
{
    /// <summary>Number of <see cref="Incidents.IncidentStatus.Firing"/>.</summary>
    public const string Firing = "1";

    /// <summary>Number of <see cref="Incidents.IncidentStatus.Resolved"/>.</summary>
    public const string Resolved = "2";

    /// <summary>Number of <see cref="Incidents.IncidentStatus.Stale"/>.</summary>
    public const string Stale = "3";

    /// <summary>Number of <see cref="Posts.StormPhase.Calm"/>.</summary>
    public const string Calm = "0";

    /// <summary>Number of the kind <see cref="Posts.PostSubject.OfIncident"/>.</summary>
    public const string OfIncident = "1";

    /// <summary>Number of the kind <see cref="Posts.PostSubject.OfStorm"/>.</summary>
    public const string OfStorm = "2";

    /// <summary>Number of the kind <see cref="Posts.PostSubject.OfDigest"/>.</summary>
    public const string OfDigest = "3";

    /// <summary>The state of a silence that is begun or active; the condition of an index.</summary>
    public const string SilenceIsOpen = "state < 3";

    /// <summary>A room does not show everything that it should; the condition of an index.</summary>
    public const string Waits = "(shown < wanted OR told < history)";

    /// <summary>The rows of a list that is handed over as a JSON array, each with its <c>value</c>.</summary>
    public static string Each(string list) => $"json_each({list})";

    /// <summary>The texts or numbers of a list that is handed over as a JSON array, to be compared with IN.</summary>
    public static string Texts(string list) => $"(SELECT value FROM json_each({list}))";

    /// <summary>Numbers as a JSON array.</summary>
    public static string List(IEnumerable<long> numbers) => $"[{string.Join(',', numbers)}]";
}
