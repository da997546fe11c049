using IncidentBot.Channels;
using IncidentBot.Delivery;
using IncidentBot.Incidents;
using IncidentBot.Sources;
using IncidentBot.Storage;
using IncidentBot.Words;

namespace IncidentBot.Chat.Silence;

/// <summary>
/// Silences an incident in its Alertmanager: exactly its labels, or wider where somebody names labels, and then what that would hide is
/// shown
/// before it is done.
/// </summary>
internal sealed class SilenceCommand(IncidentPick pick, Silencing silencing, HiddenLines lines) : IChatCommand
{
    private const int CommentLength = 300;
    private static readonly TimeSpan AskedFrom = TimeSpan.FromHours(24);

    public string Word => "silence";

    public IReadOnlyList<string> Short => ["s"];

    public string Arguments => "[N | label=value …] 2h | until 18:00 | until resolved [comment]";

    public string Help => "quiet in Alertmanager";

    public IReadOnlyList<string> Examples =>
    [
        "`s 12 2h new disks` · `s 12 until tomorrow 9:00` · `s 12 until resolved`",
        "`s node=pi-3 2h` shows first what it would hide",
    ];

    public bool Acts => true;

    public async Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken)
    {
        var words = call.Phrase.Words;
        var (matchers, used, problem) = MatcherWords.Read(words);
        if (used > 0)
        {
            return problem.Length > 0 ? No(problem) : await WiderAsync(call, matchers, used, cancellationToken);
        }

        if (IsNumberAlone(call) && await pick.FindAsync(call, ButtonAction.Silence, cancellationToken) is { Detail: null })
        {
            return No($"{words[0]} is no incident's number, and as a time it needs a unit: `{words[0]}m` are minutes, `{words[0]}h` hours.");
        }

        // Without a number in front, `90 minutes` is a time that nobody wrote with its unit.
        var picked = await pick.FindAsync(call, ButtonAction.Silence, cancellationToken);
        if (picked.Detail is not { } detail)
        {
            return picked.Otherwise!;
        }

        return await ExactlyAsync(call, detail.Incident, picked.Used, cancellationToken);
    }

    private async Task<ChatReply> ExactlyAsync(ChatCall call, Incident incident, int used, CancellationToken cancellationToken)
    {
        var number = incident.Number;
        if (incident.Status == IncidentStatus.Resolved)
        {
            return No($"#{number} is resolved: there is nothing to silence.");
        }

        if (ByHand.IsOwn(incident))
        {
            return No($"#{number} is IncidentBot's own, which no Alertmanager can silence; `a {number}` stops the calls.");
        }

        if (silencing.Source(incident.Key.Source) is not { } source)
        {
            return No($"alertmanagers of {PlainText.Line(incident.Key.Source, 60)} name no urls, so no silence can be made from here.");
        }

        var end = TimeExpression.Read([.. call.Phrase.Words.Skip(used)], call.Now, call.Zone);
        if (end.Words == 0)
        {
            return HowLong(call, number);
        }

        if (end.Problem.Length > 0)
        {
            return No(end.Problem);
        }

        var matchers = Silencing.Matchers(incident);
        if (matchers.Count == 0)
        {
            return No($"The alerts of #{number} have no label in common: name labels, such as `s severity=info 2h`.");
        }

        var comment = Comment(call, used + end.Words);
        if (LongQuestion(call, end, $"silence {number}", comment) is { } question)
        {
            return question;
        }

        return await MakeAsync(call, source, number, matchers, end, comment, cancellationToken);
    }

    private async Task<ChatReply> WiderAsync(ChatCall call, IReadOnlyList<SilenceMatcher> matchers, int used,
        CancellationToken cancellationToken)
    {
        var end = TimeExpression.Read([.. call.Phrase.Words.Skip(used)], call.Now, call.Zone);
        if (end.Words == 0 || end.Problem.Length > 0)
        {
            return No(end.Words == 0 ? "For how long? Put `2h` or `until 18:00` behind the labels." : end.Problem);
        }

        if (end.UntilResolved)
        {
            return No("`until resolved` needs an incident: `s 12 until resolved`.");
        }

        var sources = silencing.Sources;
        if (sources.Count != 1)
        {
            return No(sources.Count == 0 ? "No Alertmanager has urls in the configuration, so no silence can be made from here."
                : "Several Alertmanagers are configured: silence an incident by its number, or use Alertmanager's own page for labels.");
        }

        if (!call.IsConfirmed)
        {
            var (hidden, reason) = await silencing.PreviewAsync(sources[0], matchers, cancellationToken);
            return hidden is null ? No($"Alertmanager {sources[0].Source} cannot be asked what it would hide: {reason}.")
                : ChatReply.Ask($"silence {MatcherWords.Say(matchers)} {Moment(end, call)} {Comment(call, used + end.Words)}".TrimEnd(),
                [
                    .. await lines.OfAsync(hidden, call.Now, cancellationToken),
                    $"Until {call.Clock(end.At!.Value)}: {PlainText.Line(MatcherWords.Say(matchers), 200)}",
                ]);
        }

        return await MakeAsync(call, sources[0], 0, matchers, end, Comment(call, used + end.Words), cancellationToken);
    }

    private async Task<ChatReply> MakeAsync(ChatCall call, AlertmanagerOptions source, long number, IReadOnlyList<SilenceMatcher> matchers,
        SaidEnd end, string comment, CancellationToken cancellationToken)
    {
        var wanted = new SilenceRow
        {
            Key = call.Key,
            Source = source.Source,
            Incident = number,
            Matchers = matchers,
            By = call.By.Name,
            Comment = SilenceComment.Write(comment, number, call.Pages, end.UntilResolved),
            MadeAt = call.Now,
            Until = end.At ?? call.Now + SilenceWatch.Ahead,
            UntilResolved = end.UntilResolved,
        };
        var tried = await silencing.MakeAsync(source, wanted, cancellationToken);
        var until = end.UntilResolved ? "until it is resolved" : $"until {call.Clock(tried.Silence.Until)}";
        var what = number > 0 ? $"#{number}" : PlainText.Line(MatcherWords.Say(matchers), 200);
        return new ChatReply
        {
            Effect = new Effect.SilenceIs(tried.Silence, tried.Marks),
            Incident = number > 0 ? number : null,
            What = PlainText.Line($"{MatcherWords.Say(matchers)} {until}{(comment.Length > 0 ? $": {comment}" : "")}", 500),
            Tell = _ => tried.Failure.Length > 0
                ? new ChatTold(
                    IncidentAct.Say(call, $"Alertmanager {source.Source} did not take it: {tried.Failure}. {Known(tried.Silence)}"), $"failed: {tried.Failure}")
                : new ChatTold(Made(call, tried, $"{call.By.Name} silenced {what} {until}", number), $"silence {tried.Silence.Number}, {tried.Silence.Id}"),
        };
    }

    /// <summary>When the answer was lost and nobody can be asked, nothing is pretended in either direction.</summary>
    private static string Known(SilenceRow silence) => silence.State == SilenceState.Begun
        ? "No silence is known; it is looked for again within a minute." : "Nothing is silenced.";

    private static ChatAnswer Made(ChatCall call, SilenceTry tried, string done, long number) => new()
    {
        Lines =
        [
            tried.Hidden is { } hidden ? $"{done}: hides {Counts.Alerts(hidden.Count)} now." : $"{done}.",
            $"Undo: `unsilence {tried.Silence.Number}`",
        ],
        Notice = done,
        Place = AnswerPlace.Thread,
        Buttons =
        [
            new Button
            {
                Label = "Undo",
                Press = new ButtonPress(ButtonAction.Unsilence, number,
                    tried.Silence.Number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            },
        ],
    };

    /// <summary>What lasts long is said again with its end before it counts.</summary>
    private static ChatReply? LongQuestion(ChatCall call, SaidEnd end, string command, string comment) =>
        end.At is not { } at || at - call.Now <= AskedFrom || call.IsConfirmed || call.IsPress ? null
            : ChatReply.Ask($"{command} {Moment(end, call)} {comment}".TrimEnd(),
                $"That is until {call.Clock(at)}, for {Headline.Length(at - call.Now)}.");

    private static ChatReply HowLong(ChatCall call, long number)
    {
        var rest = call.Phrase.Words.Count > 1 ? $" `{PlainText.Line(call.Phrase.Words[^1].Replace('`', '\''), 20)}` is no time." : "";
        return new ChatReply
        {
            Answer = new ChatAnswer
            {
                Lines = [$"Silence #{number} for how long?{rest} `s {number} 2h`, for example. Nothing was done."],
                Buttons = PostButtons.SilenceMenu(number),
                Place = call.IsPress ? AnswerPlace.OnlyPerson : AnswerPlace.Thread,
            },
        };
    }

    /// <summary>The end as a moment, so that a yes later means the same.</summary>
    private static string Moment(SaidEnd end, ChatCall call)
    {
        var there = TimeZoneInfo.ConvertTime(end.At!.Value, call.Zone);
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"until {there:yyyy-MM-dd} {there:HH:mm}");
    }

    private static string Comment(ChatCall call, int from) => PlainText.Line(call.Phrase.Rest(from), CommentLength);

    private static bool IsNumberAlone(ChatCall call) => call.Phrase.Words.Count == 1 && Phrase.Number(call.Phrase.Words[0]) is not null;

    private static ChatReply No(string problem) => ChatReply.SayPrivately($"{problem} Nothing was done.");
}
