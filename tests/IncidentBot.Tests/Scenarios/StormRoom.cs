using System.Globalization;
using System.Text.RegularExpressions;
using IncidentBot.Support;

namespace IncidentBot.Scenarios;

/// <summary>What a room shows of a storm: the summary, the messages of single incidents, and who is named anywhere.</summary>
internal sealed partial class StormRoom
{
    private readonly ILookup<long, ShownMessage> _roots;
    private readonly string _everything;

    public StormRoom(IReadOnlyList<ShownMessage> messages, Func<ShownMessage, IReadOnlyList<ShownMessage>> replies)
    {
        Summaries = [.. messages.Where(IsSummary)];
        _roots = messages.Where(message => !IsSummary(message)).ToLookup(NumberOf);
        _everything = string.Join('\n', messages.SelectMany(message => replies(message).Prepend(message)).Select(message => message.Text));
    }

    /// <summary>The messages that sum up a storm, oldest first.</summary>
    public IReadOnlyList<ShownMessage> Summaries { get; }

    public static StormRoom Of(BotFixture bot, string room) => new(bot.Shown(room), message => bot.Replies(room, message));

    /// <summary>The messages of one incident.</summary>
    public IReadOnlyList<ShownMessage> Of(long incident) => [.. _roots[incident]];

    /// <summary>Whether a word stands in any message or thread.</summary>
    public bool Names(string word) => _everything.Contains(word, StringComparison.Ordinal);

    /// <summary>
    /// What a summary says: by alert name, the severity and the numbers in its line, in the order of the lines.
    /// </summary>
    public static IReadOnlyList<(string Alertname, string Line, IReadOnlyList<int> Numbers)> Counts(ShownMessage summary, IEnumerable<string> alertnames)
    {
        var names = alertnames.ToList();
        return
        [
            .. summary.Text.Split('\n')
                .Select(line => (Name: names.Find(name => line.Contains(name, StringComparison.Ordinal)), Line: line))
                .Where(found => found.Name is not null)
                .Select(found => (found.Name!, found.Line, (IReadOnlyList<int>)[.. Numbers(found.Line)])),
        ];
    }

    private static bool IsSummary(ShownMessage message) => message.Text.Contains("storm", StringComparison.OrdinalIgnoreCase);

    private static long NumberOf(ShownMessage message) =>
        Number().Match(message.Versions[0].ToJsonString()) is { Success: true } match
            ? long.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture)
            : 0;

    private static IEnumerable<int> Numbers(string line) =>
        Count().Matches(line).Select(match => int.Parse(match.Value.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));

    [GeneratedRegex("incidents/(?<number>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Number();

    [GeneratedRegex("[0-9][0-9,]*", RegexOptions.None, 1000)]
    private static partial Regex Count();
}
