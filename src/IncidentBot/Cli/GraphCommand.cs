using System.CommandLine;
using System.Globalization;
using IncidentBot.Graph;
using IncidentBot.Graph.Neo4j;
using IncidentBot.Outgoing;
using IncidentBot.Runbooks;
using IncidentBot.Server;
using IncidentBot.Settings;

namespace IncidentBot.Cli;

/// <summary><c>incidentbot graph</c>: looks at the configured Neo4j, merges what the files say into it, and writes it as Cypher.</summary>
internal static class GraphCommand
{
    public static Command Create(CliConsole console, ConfigFileOption configFile)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Only print what would be changed." };
        var check = new Command("check",
            "Say what the configured Neo4j is and what is wrong. Exit code 0: nothing, 1: something, 2: could not run.");
        check.SetAction((parsed, cancellationToken) => WithServerAsync(configFile.Of(parsed), console, CheckAsync, cancellationToken));
        var sync = new Command("sync",
            "Merge what front matter and services.yml say into Neo4j. Only what incidentbot made itself is ever changed or deleted.") { dryRun };
        sync.SetAction((parsed, cancellationToken) => WithServerAsync(configFile.Of(parsed), console,
            (server, stop) => SyncAsync(server, parsed.GetValue(dryRun), console, stop), cancellationToken));
        var export = new Command("export", "Write what front matter and services.yml say as Cypher that makes it anew. Asks no server.");
        export.SetAction(parsed => Export(configFile.Of(parsed), console));
        return new Command("graph", "What can be done with the graph of alerts, services and runbooks.") { check, sync, export };
    }

    private static int Export(string? file, CliConsole console)
    {
        var loaded = SettingsCatalog.Load(file, console.Environment, readSecrets: false);
        if (loaded.Options is not { } options || Read(options, console) is not { } set)
        {
            SettingsReport.WriteComplaints(loaded, console.Error);
            return ExitCode.Usage;
        }

        console.Output.WriteLine("// Made by incidentbot graph export. May be run again: what is there stays.");
        foreach (var statement in CypherText.Of(GraphPicture.Of(set.Graph)))
        {
            console.Output.WriteLine(statement + ";");
        }

        return ExitCode.Success;
    }

    private static async Task<int> CheckAsync(Configured server, CancellationToken cancellationToken)
    {
        var naming = new RunbookNaming(server.Options.Runbooks.RepositoryPrefix,
            [.. server.Options.Server.ExternalUrl is { } own ? [own] : Array.Empty<Uri>(), .. server.Options.Runbooks.Urls]);
        var resolver = new RunbookResolver(server.Runbooks, naming);
        var check = new GraphCheck(server.Client, server.Target, server.Sync,
            path => resolver.Read(path) is var (page, _, elsewhere) && (page is not null || elsewhere is not null));
        var findings = await check.RunAsync(server.Runbooks.Graph, server.Runbooks.IsWhole, cancellationToken);
        foreach (var fact in findings.Facts)
        {
            await server.Console.Output.WriteLineAsync(fact);
        }

        foreach (var problem in findings.Problems)
        {
            await server.Console.Error.WriteLineAsync($"incidentbot: {problem}");
        }

        return findings.Problems.Count == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static async Task<int> SyncAsync(Configured server, bool dryRun, CliConsole console, CancellationToken cancellationToken)
    {
        var outcome = await server.Sync.RunAsync(server.Runbooks.Graph, server.Runbooks.IsWhole, dryRun, cancellationToken);
        foreach (var kind in outcome.Missing)
        {
            await console.Output.WriteLineAsync($"+ constraint: each (:{kind.Label}) has a {kind.Key} of its own");
        }

        foreach (var line in outcome.Changes.Lines())
        {
            await console.Output.WriteLineAsync(line);
        }

        if (outcome.Changes.Spared > 0)
        {
            await console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"incidentbot: {outcome.Changes.Spared} nodes and relationships would be deleted, but are not while files cannot be read: mend those first"));
        }

        var done = outcome.Done;
        if (outcome.Problem is { } problem)
        {
            await console.Error.WriteLineAsync($"incidentbot: {problem}");
            return ExitCode.Failure;
        }

        await console.Output.WriteLineAsync(outcome.IsNothing ? $"Nothing to change: all of our graph is in Neo4j at {server.Target.Shown}."
            : dryRun ? string.Create(CultureInfo.InvariantCulture,
                $"Would change {outcome.Changes.Count} nodes and relationships and make {outcome.Missing.Count} constraints; nothing was changed.")
            : string.Create(CultureInfo.InvariantCulture,
                $"Changed: {done.NodesCreated} nodes and {done.RelationshipsCreated} relationships made, {done.NodesDeleted} and {done.RelationshipsDeleted} deleted, ")
            + string.Create(CultureInfo.InvariantCulture, $"{outcome.Changes.OtherNodes.Count + outcome.Changes.OtherEdges.Count} brought up to date, ")
            + string.Create(CultureInfo.InvariantCulture, $"{done.ConstraintsAdded} constraints made."));
        return ExitCode.Success;
    }

    private static async Task<int> WithServerAsync(
        string? file, CliConsole console, Func<Configured, CancellationToken, Task<int>> act, CancellationToken cancellationToken)
    {
        var loaded = SettingsCatalog.Load(file, console.Environment);
        if (loaded.Options is not { } options)
        {
            SettingsReport.WriteComplaints(loaded, console.Error);
            return ExitCode.Usage;
        }

        if (options.Graph?.Neo4j is not { } neo4j)
        {
            await console.Error.WriteLineAsync("incidentbot: no Neo4j is configured, so the graph is what front matter and services.yml say. "
                + "To use one, set graph.neo4j.url, username and password_file.");
            return ExitCode.Usage;
        }

        if (Read(options, console) is not { } runbooks)
        {
            return ExitCode.Usage;
        }

        var authority = new PrivateAuthority(() => neo4j.CaFile);
        await using var services = new ServiceCollection().AddLogging().AddApiClient(Neo4jClient.ClientName, _ => authority)
            .BuildServiceProvider();
        var client = new Neo4jClient(services.GetRequiredService<IHttpClientFactory>(), authority, TimeProvider.System);
        var target = Neo4jTarget.Of(neo4j);
        var sync = new Neo4jSync((cypher, stop) => client.RunAsync(target, cypher, stop), TimeProvider.System, new Random());
        return await act(new Configured(options, runbooks, client, target, sync, console), cancellationToken);
    }

    /// <summary>Null when a folder is not there: to merge nothing would take away everything.</summary>
    private static RunbookSet? Read(BotOptions options, CliConsole console)
    {
        var missing = options.Runbooks.Path.Where(folder => !Directory.Exists(folder)).ToList();
        missing.ForEach(folder => console.Error.WriteLine($"incidentbot: {folder}: there is no such folder of runbooks"));
        if (missing.Count > 0)
        {
            return null;
        }

        var set = new RunbookLoader().Load(options.Runbooks.Path);
        foreach (var complaint in set.Complaints.Concat(
            set.Pages.Where(page => page.Problem is not null).Select(page => $"{page.File}: {page.Problem}")))
        {
            console.Error.WriteLine($"incidentbot: {complaint}");
        }

        return set;
    }

    /// <summary>What the commands work with.</summary>
    private sealed record Configured(
        BotOptions Options, RunbookSet Runbooks, Neo4jClient Client, Neo4jTarget Target, Neo4jSync Sync, CliConsole Console);
}
