using System.Text.RegularExpressions;

namespace IncidentBot.Settings;

/// <summary>
/// The keys that this version reads and checks but does not act on. A configuration that names one is good, and says so when
/// it is checked and at the start.
/// </summary>
internal static partial class NotYetActive
{
    private static readonly (string Path, string Meaning)[] Keys =
    [
        ("store.postgres", "incidents are kept in the SQLite file"),
        ("graph", "nothing is read from it"),
        ("channels.slack.app_token", "no commands"),
        ("channels.slack.app_token_file", "no commands"),
        ("channels.slack.signing_secret", "no commands"),
        ("channels.slack.signing_secret_file", "no commands"),
        ("channels.telegram.mode", "no commands"),
        ("channels.telegram.secret_token", "no commands"),
        ("channels.telegram.secret_token_file", "no commands"),
        ("people.operators", "no commands"),
        ("probes", "no checks run"),
    ];

    /// <summary>One line for each of the configured paths that has no effect.</summary>
    public static IReadOnlyList<string> Among(IEnumerable<string> configured, BotOptions options) =>
    [
        .. configured.Where(path => path is not "channels.telegram.mode" || options.Channels.Telegram?.Mode is not "send-only")
            .Select(path => (path, key: Keys.FirstOrDefault(key => key.Path.Equals(Index().Replace(path, "[]"), StringComparison.Ordinal))))
            .Where(pair => pair.key.Path is not null)
            .Select(pair => $"{pair.path}: {pair.key.Meaning}"),
    ];

    [GeneratedRegex(@"\[[0-9]+\]", RegexOptions.NonBacktracking)]
    private static partial Regex Index();
}
