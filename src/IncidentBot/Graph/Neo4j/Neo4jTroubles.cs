using IncidentBot.Outgoing;

namespace IncidentBot.Graph.Neo4j;

/// <summary>Puts what went wrong with Neo4j into one sentence each, which says what to do about it.</summary>
internal static class Neo4jTroubles
{
    private const int LongestMessage = 200;

    /// <summary>By Neo4j's own errors; null when there are none. The first counts.</summary>
    public static Neo4jTrouble? Of(IReadOnlyList<ErrorAnswer?>? errors, Neo4jTarget target) =>
        errors is [{ Code: { } code } error, ..] ? Of(code, error.Message ?? "", target) : null;

    /// <summary>By status and connection; null when there is an answer.</summary>
    /// <param name="refusal">Why its certificate was refused; null when it was not.</param>
    public static Neo4jTrouble? Of<T>(ApiAnswer<T> answer, Neo4jTarget target, string? refusal)
        where T : class => answer switch
        {
            { Failure: { } none } => Of(none, target, refusal),
            { Status: 401 } => WrongPassword(target),
            { Status: < 200 or > 299, Proxy: { } proxy } => new Neo4jTrouble(Neo4jTroubleKind.Unreachable, FormattableString.Invariant(
                $"The proxy {proxy} answered {answer.Status} instead of Neo4j: if {target.Shown} is not to be asked through it, add it to NO_PROXY.")),
            { Status: >= 300 and <= 399 } => new Neo4jTrouble(Neo4jTroubleKind.NotNeo4j,
                $"{target.Shown} answers with a redirect. It is not followed, because the password goes to graph.neo4j.url only: write the address that it leads to there."),
            { Status: 403 } => Forbidden(target, ""),
            { Status: 429 or (>= 500 and <= 599) } => new Neo4jTrouble(Neo4jTroubleKind.Transient,
                FormattableString.Invariant($"Neo4j at {target.Shown} answered {answer.Status}: it cannot serve now, and is asked again.")),
            { Status: < 200 or > 299 } => NotNeo4j(target, answer.Status, isEmpty: false),
            _ => null,
        };

    public static Neo4jTrouble NotNeo4j(Neo4jTarget target, int status, bool isEmpty) => new(Neo4jTroubleKind.NotNeo4j,
        FormattableString.Invariant($"What answers at {target.Shown} ({status}) is not Neo4j's HTTP interface")
        + (isEmpty && status == 200 ? "; this may be its Bolt port: graph.neo4j.url wants the port for HTTP, usually 7474."
            : ": is graph.neo4j.url right? The port for HTTP is usually 7474."));

    /// <summary>There is nothing under this path.</summary>
    public static bool IsNotFound(string code) => code is "Neo.ClientError.Request.Invalid";

    private static Neo4jTrouble Of(string code, string message, Neo4jTarget target) => code switch
    {
        "Neo.ClientError.Security.Unauthorized" => WrongPassword(target),
        "Neo.ClientError.Security.AuthenticationRateLimit" => new Neo4jTrouble(Neo4jTroubleKind.Transient,
            $"Neo4j at {target.Shown} has locked the user {target.Username} for a while, because somebody used a wrong password too often.", code),
        "Neo.ClientError.Security.CredentialsExpired" => Forbidden(target,
            " Its password is the initial one: change it in Neo4j first (ALTER CURRENT USER SET PASSWORD).", code),
        "Neo.ClientError.Database.DatabaseNotFound" => new Neo4jTrouble(Neo4jTroubleKind.NoDatabase,
            $"Neo4j at {target.Shown} has no database \"{target.Database}\": is graph.neo4j.database right? SHOW DATABASES lists them.", code),
        _ when code.StartsWith("Neo.ClientError.Security.", StringComparison.Ordinal) => Forbidden(target, "", code),
        _ when code.StartsWith("Neo.TransientError.", StringComparison.Ordinal) || code.StartsWith("Neo.DatabaseError.", StringComparison.Ordinal)
            || code.StartsWith("Neo.ClientError.Transaction.TransactionTimedOut", StringComparison.Ordinal) =>
            new Neo4jTrouble(Neo4jTroubleKind.Transient, $"Neo4j at {target.Shown} cannot answer now ({code}), and is asked again.", code),
        _ => new Neo4jTrouble(Neo4jTroubleKind.Statement,
            $"Neo4j at {target.Shown} does not carry out what it was asked ({code}): {Line(message)}", code),
    };

    private static Neo4jTrouble Of(NoAnswer none, Neo4jTarget target, string? refusal) => none switch
    {
        { Sent: false, Reason: "no secure connection" } =>
            new Neo4jTrouble(Neo4jTroubleKind.Untrusted,
                $"There is no secure connection to Neo4j at {target.Shown}: {refusal ?? "it does not speak TLS there"}. "
                + "Name the file of its authority with graph.neo4j.ca_file, or write http:// where it has no TLS."),
        _ when none.Reason.StartsWith("no answer within", StringComparison.Ordinal) =>
            new Neo4jTrouble(Neo4jTroubleKind.Slow, $"Neo4j at {target.Shown} is too slow, or hangs: {none.Reason}."),
        _ when none.Reason.StartsWith("an answer of more", StringComparison.Ordinal) =>
            new Neo4jTrouble(Neo4jTroubleKind.Statement, $"Neo4j at {target.Shown} gave {none.Reason}."),
        _ => new Neo4jTrouble(Neo4jTroubleKind.Unreachable,
            $"Neo4j at {target.Shown} cannot be reached: {none.Reason}. Does it run, and is graph.neo4j.url its HTTP address?"),
    };

    private static Neo4jTrouble WrongPassword(Neo4jTarget target) => new(Neo4jTroubleKind.WrongPassword,
        target.Password is null
            ? $"Neo4j at {target.Shown} wants a password: set graph.neo4j.password_file."
            : $"Neo4j at {target.Shown} refuses the user {target.Username}: user or password are wrong. It is not asked again until the configuration or the file "
            + "of the password changes, because three wrong passwords lock the user for everybody.",
        "Neo.ClientError.Security.Unauthorized");

    private static Neo4jTrouble Forbidden(Neo4jTarget target, string why, string? code = null) => new(Neo4jTroubleKind.Forbidden,
        $"Neo4j at {target.Shown} does not let the user {target.Username} do this{(code is null ? "" : $" ({code})")}."
        + (why.Length > 0 ? why : " Reading links needs the role reader, graph sync needs publisher and the right to create constraints."), code);

    /// <summary>The server's words, on one line.</summary>
    private static string Line(string message)
    {
        var line = new string([.. message.Select(letter => char.IsControl(letter) ? ' ' : letter)]).Trim();
        return line.Length > LongestMessage ? line[..LongestMessage] + "…" : line;
    }
}
