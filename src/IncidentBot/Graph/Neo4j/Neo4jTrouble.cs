namespace IncidentBot.Graph.Neo4j;

/// <summary>The kinds of what can be wrong with a server of Neo4j, by what is to be done about them.</summary>
internal enum Neo4jTroubleKind
{
    /// <summary>There is no connection, or it was lost.</summary>
    Unreachable,

    /// <summary>It did not answer in time; what was asked may still run there.</summary>
    Slow,

    /// <summary>There is no secure connection: its certificate is not believed.</summary>
    Untrusted,

    /// <summary>User or password are wrong. Asking again would lock the user for everybody.</summary>
    WrongPassword,

    /// <summary>The user may not do this, or not now.</summary>
    Forbidden,

    /// <summary>There is no database of this name.</summary>
    NoDatabase,

    /// <summary>What answers is not Neo4j's HTTP interface.</summary>
    NotNeo4j,

    /// <summary>It says that the same may succeed later.</summary>
    Transient,

    /// <summary>It does not carry out the statement.</summary>
    Statement,
}

/// <summary>Why Neo4j gave no answer, in words that say what to do next and hold no secret.</summary>
/// <param name="Sentence">For pages, the log and the command line.</param>
/// <param name="Code">Neo4j's own: <c>Neo.TransientError.Transaction.DeadlockDetected</c>; null when it gave none.</param>
internal sealed record Neo4jTrouble(Neo4jTroubleKind Kind, string Sentence, string? Code = null)
{
    /// <summary>As a value of a metric's label.</summary>
    public string Word => Kind switch
    {
        Neo4jTroubleKind.Unreachable => "unreachable",
        Neo4jTroubleKind.Slow => "slow",
        Neo4jTroubleKind.Untrusted => "untrusted",
        Neo4jTroubleKind.WrongPassword => "wrong_password",
        Neo4jTroubleKind.Forbidden => "forbidden",
        Neo4jTroubleKind.NoDatabase => "no_database",
        Neo4jTroubleKind.NotNeo4j => "not_neo4j",
        Neo4jTroubleKind.Transient => "transient",
        Neo4jTroubleKind.Statement => "statement",
    };
}
