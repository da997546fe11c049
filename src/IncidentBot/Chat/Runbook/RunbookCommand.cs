using IncidentBot.Channels;

namespace IncidentBot.Chat.Runbook;

/// <summary>Leads to the runbook of an incident, or to one by its name.</summary>
internal sealed class RunbookCommand(IncidentPick pick, RunbookWay runbooks) : IChatCommand
{
    private const int Listed = 5;
    private const int LongestName = 100;

    public string Word => "runbook";

    public IReadOnlyList<string> Short => ["r"];

    public string Arguments => "[N | name]";

    public string Help => "what to do";

    public IReadOnlyList<string> Examples => ["`r 12`", "`r node down`"];

    public async Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken)
    {
        var name = PlainText.Line(call.Phrase.Rest(0), LongestName);
        if (name.Length > 0 && Phrase.Number(name) is null)
        {
            return Named(call, name);
        }

        var picked = await pick.FindAsync(call, ButtonAction.Runbook, cancellationToken);
        if (picked.Detail is not { } detail)
        {
            return picked.Otherwise!;
        }

        var number = detail.Summary.Number;
        return runbooks.Of(detail.Incident, call.Pages) is { } way
            ? Linked([$"What to do about #{number}:"], [new MessageLink("Runbook", way)])
            : Linked([$"There is no runbook for #{number} yet."], [new MessageLink("Incident", call.Page(number))]);
    }

    private ChatReply Named(ChatCall call, string name)
    {
        var set = runbooks.Set;
        if (set.ByName(name) is { } page)
        {
            return Linked([page.Title], [new MessageLink("Runbook", new Uri(call.Pages, page.Url.TrimStart('/')))]);
        }

        var near = set.Search.Find(name, Listed).Select(hit =>
            hit.Page).Concat(set.Search.Near(name, Listed)).Distinct().Take(Listed).ToList();
        return near.Count == 0 ? ChatReply.Say("No runbook is called so, and none is near.")
            : Linked(["No runbook is called so. Near:"], [.. near.Select(one => new MessageLink(one.Title, new Uri(call.Pages, one.Url.TrimStart('/'))))]);
    }

    private static ChatReply Linked(IReadOnlyList<string> lines, IReadOnlyList<MessageLink> links) =>
        new() { Answer = new ChatAnswer { Lines = lines, Links = links } };
}
