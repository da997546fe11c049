using System.Text.RegularExpressions;
using IncidentBot.Runbooks.Rendering;

namespace IncidentBot.Runbooks.Filling;

/// <summary>
/// Finds out what surrounds each placeholder of a piece of code. A piece is often copied by the line, so a place counts as
/// quoted or not only when the whole piece and its own line agree. Otherwise only harmless characters may be filled in, and so
/// it is in all of a piece that holds anything by which a value could come to be read as code once more.
/// </summary>
internal static partial class ShellPlaces
{
    private static readonly HashSet<string> Shells = new(StringComparer.OrdinalIgnoreCase)
    {
        "", "bash", "sh", "shell", "zsh", "console", "shell-session", "shellsession", "terminal", "ksh", "dash",
    };

    public static bool IsShell(string language) => Shells.Contains(language);

    /// <summary>The places of the marks in a text, by their numbers.</summary>
    /// <param name="text">Code in which placeholders are marks already.</param>
    /// <param name="language">As the fence of the code names it; may be empty.</param>
    /// <param name="isBlock">A block that is pasted as it is, rather than a few words within a sentence.</param>
    public static Dictionary<int, Place> Of(string text, string language, bool isBlock)
    {
        var whole = ShellScan.Of(text);
        var places = new Dictionary<int, Place>();
        var isShell = IsShell(language);
        var isCertain = isShell && !(Carriers().IsMatch(text) || Interpreters().IsMatch(text) || Intricate().IsMatch(text));
        foreach (var line in isShell ? LogicalLines(text) : text.Split('\n'))
        {
            foreach (var (index, alone) in ShellScan.Of(line))
            {
                var place = whole.GetValueOrDefault(index, new Place(PlaceKind.Strict));
                places[index] = isShell ? Agree(place, alone, isCertain, isBlock)
                    : new Place(PlaceKind.Strict, place.BeginsWord || alone.BeginsWord, Spaces: place.IsQuoted && place.Kind == alone.Kind);
            }
        }

        // A piece that is nothing but one value is a name to be read, not a command.
        return !isBlock && places.Count == 1 && text.StartsWith(RunbookTemplate.GapBegin) && text.EndsWith(RunbookTemplate.GapEnd)
            ? places.ToDictionary(place => place.Key, _ => new Place(PlaceKind.Bare))
            : places;
    }

    private static Place Agree(Place whole, Place alone, bool isCertain, bool isBlock)
    {
        var begins = whole.BeginsWord || alone.BeginsWord;
        if (whole.Kind == PlaceKind.Command || alone.Kind == PlaceKind.Command)
        {
            return new Place(isBlock ? PlaceKind.Command : PlaceKind.Strict, begins);
        }

        if (!isCertain || whole.Kind != alone.Kind || whole.Kind == PlaceKind.Strict)
        {
            return new Place(PlaceKind.Strict, begins, Delimiter: whole.Delimiter);
        }

        return whole with { BeginsWord = begins };
    }

    /// <summary>Lines with those that continue them.</summary>
    private static IEnumerable<string> LogicalLines(string text)
    {
        var begin = 0;
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf('\n', at) is >= 0 and var found ? found : text.Length;
            if (!Continues(text.AsSpan(at, end - at).TrimEnd()))
            {
                yield return text[begin..end];
                begin = end + 1;
            }

            at = end + 1;
        }

        if (begin < text.Length)
        {
            yield return text[begin..];
        }
    }

    private static bool Continues(ReadOnlySpan<char> line) => line.EndsWith('\\') || line.EndsWith('|')
        || line.EndsWith("&&", StringComparison.Ordinal);

    /// <summary>What takes a value from one command to another: variables, parameters of functions, what a command prints, files.</summary>
    [GeneratedRegex(@"\$[A-Za-z_0-9@*{!(]|`|\btee\b|>(?!&[0-9-]|\s*/dev/(null|stdout|stderr|tty)\b)",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Carriers();

    /// <summary>
    /// What begins and ends in more ways than <see cref="ShellScan"/> follows: nested quotes, here-documents and -strings, and typed-in
    /// continuations.
    /// </summary>
    [GeneratedRegex(@"<<|\$['""\[]|(?<![\w-])(case|select|coproc|function)(?![\w-])|\\\r?\n[ \t]*\#|^[ \t]*>",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Intricate();

    /// <summary>Words by which a command hands text to another program that runs it, or evaluates it itself.</summary>
    [GeneratedRegex(
        @"(?<![\w.-])(ssh|sshpass|curl|wget|az|aws|gcloud|sqlcmd|sqlplus|influx|run-command|send-command|autossh|mosh|rsh|scp|sftp|rsync|sshfs|socat|eval|su|runuser|watch|parallel|xargs|sh|bash|zsh|dash|ksh|fish|ash|busybox|python[0-9.]*|perl[0-9.]*|ruby|node|php|lua|awk|gawk|mawk|sed|jq|yq|psql|mysql|mariadb|sqlite3|clickhouse-client|cypher-shell|redis-cli|mongo|mongosh|tmux|screen|nsenter|chroot|crontab|at|batch|trap|source|alias|let|declare|typeset|read|unset|printf|test|expr|bc|pwsh|powershell|systemd-run|script|expect|tclsh|make|ansible|salt|pdsh|pssh|clush|gdb|vi|vim|nvim|ex)(?![\w-])|\[|\(\(|(?<![\w-])(-c|-e|--command|--execute|--eval|--expression|-exec|-execdir|-ok|-okdir|-o)(?![\w-])",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Interpreters();
}
