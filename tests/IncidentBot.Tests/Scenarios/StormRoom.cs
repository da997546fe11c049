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

    private static bool IsSummary(ShownMessage message) => message.Text.Contains("Alert storm", StringComparison.Ordinal);

    private static long NumberOf(ShownMessage message) =>
        Number().Match(message.Versions[0].ToJsonString()) is { Success: true } match
            ? long.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture)
            : 0;

    [GeneratedRegex("incidents/(?<number>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Number();
}
