using IncidentBot.Outgoing;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using MimeKit;

namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>Where new mail begins in a folder: its UIDVALIDITY and UIDNEXT.</summary>
internal readonly record struct Place(uint Validity, uint Next);

/// <summary>
/// The mailbox that mail arrives in, read over IMAP. It touches nothing but mail of its own probe, and removes what it removes by UID:
/// a plain EXPUNGE also removes what somebody else has marked.
/// </summary>
internal sealed class Mailbox : IDisposable
{
    /// <summary>Older mail of ours is somebody's by now.</summary>
    private static readonly TimeSpan Sight = TimeSpan.FromDays(14);

    private const int MostFetched = 200;

    private readonly ImapClient _client;
    private readonly EmailOptions _options;
    private readonly string _probe;
    private readonly ProbeLook _look;
    private IMailFolder? _junk;

    private Mailbox(ImapClient client, EmailOptions options, string probe, ProbeLook look) =>
        (_client, _options, _probe, _look) = (client, options, probe, look);

    /// <summary>Whether the server can remove single mails. It says so only to who has logged in.</summary>
    public bool CanDelete => _client.Capabilities.HasFlag(ImapCapabilities.UidPlus);

    /// <summary>The folder for junk, for people; null when there is none.</summary>
    public string? JunkName => _junk?.FullName;

    /// <summary>Where new mail begins, in the inbox and in the folder for junk.</summary>
    public Place Inbox { get; private set; }

    public Place Junk { get; private set; }

    public static async Task<Mailbox> OpenAsync(
        EmailOptions options, string probe, PrivateAuthority authority, ProbeLook look, CancellationToken cancellationToken)
    {
        var mailbox = new Mailbox(new ImapClient(new ConversationLog(look.Transcript)), options, probe, look);
        try
        {
            await MailConnection.OpenAsync(mailbox._client, options.Imap!, authority, look, cancellationToken);
            await mailbox.OpenFoldersAsync(cancellationToken);
            return mailbox;
        }
        catch
        {
            mailbox.Dispose();
            throw;
        }
    }

    /// <summary>Mail of earlier runs of this probe, in both folders.</summary>
    public async Task<IReadOnlyList<Arrival>> EarlierAsync(CancellationToken cancellationToken)
    {
        var query = SearchQuery.DeliveredAfter(_look.Now.UtcDateTime - Sight)
            .And(SearchQuery.HeaderContains(Marker.Header, Marker.BeginningOf(_probe)));
        var found = new List<Arrival>(await FindAsync(_client.Inbox, query, cancellationToken));
        if (_junk is not null)
        {
            await OpenAsync(_junk, cancellationToken);
            found.AddRange(await FindAsync(_junk, query, cancellationToken));
            await OpenAsync(_client.Inbox, cancellationToken);
        }

        return [.. found.Where(arrival => arrival.IsOurs)];
    }

    /// <summary>The mail of this run; null while it is not there.</summary>
    public async Task<Arrival?> FindAsync(Marker marker, Place inbox, Place junk, CancellationToken cancellationToken)
    {
        // A server tells of new mail only when it is asked for anything, and a search is not enough.
        await _client.NoOpAsync(cancellationToken);
        var arrival = await FindInAsync(_client.Inbox, marker, inbox, cancellationToken);
        if (arrival is not null || _junk is null)
        {
            return arrival;
        }

        await _junk.StatusAsync(StatusItems.UidNext | StatusItems.UidValidity, cancellationToken);
        if (_junk.UidNext is { } next && _junk.UidValidity == junk.Validity && next.Id <= junk.Next)
        {
            return null;
        }

        await OpenAsync(_junk, cancellationToken);
        arrival = await FindInAsync(_junk, marker, junk, cancellationToken);
        await OpenAsync(_client.Inbox, cancellationToken);
        return arrival;
    }

    /// <summary>Removes mails of ours, and nothing else. Only where <see cref="CanDelete"/>.</summary>
    public Task DeleteAsync(IReadOnlyCollection<Arrival> arrivals, CancellationToken cancellationToken) =>
        InFoldersAsync(arrivals, async (folder, uids) =>
        {
            await folder.StoreAsync(uids, Adding(MessageFlags.Deleted), cancellationToken);
            await folder.ExpungeAsync(uids, cancellationToken);
        }, cancellationToken);

    /// <summary>Marks mails of ours as seen, so that they are counted once.</summary>
    public Task MarkAsync(IReadOnlyCollection<Arrival> arrivals, CancellationToken cancellationToken) =>
        InFoldersAsync(arrivals, (folder, uids) => folder.StoreAsync(uids, Adding(MessageFlags.Seen), cancellationToken),
            cancellationToken);

    public Task LeaveAsync(CancellationToken cancellationToken) => _client.DisconnectAsync(quit: true, cancellationToken);

    public void Dispose() => _client.Dispose();

    private async Task OpenFoldersAsync(CancellationToken cancellationToken)
    {
        _look.Step($"opening the mailbox at {_options.Imap!.Address}");
        _junk = _options.Imap.JunkFolder is { } named ? await _client.GetFolderAsync(named, cancellationToken)
            : _client.Capabilities.HasFlag(ImapCapabilities.SpecialUse) || _client.Capabilities.HasFlag(ImapCapabilities.XList)
                ? _client.GetFolder(SpecialFolder.Junk)
            : null;
        if (_junk is not null)
        {
            await _junk.StatusAsync(StatusItems.UidNext | StatusItems.UidValidity, cancellationToken);
            Junk = PlaceOf(_junk);
        }

        await OpenAsync(_client.Inbox, cancellationToken);
        Inbox = PlaceOf(_client.Inbox);
    }

    private static StoreFlagsRequest Adding(MessageFlags flags) => new(StoreAction.Add, flags) { Silent = true };

    private static Place PlaceOf(IMailFolder folder) => new(folder.UidValidity, folder.UidNext?.Id ?? 1);

    private static Task OpenAsync(IMailFolder folder, CancellationToken cancellationToken) =>
        folder.IsOpen ? Task.CompletedTask : folder.OpenAsync(FolderAccess.ReadWrite, cancellationToken);

    private async Task<Arrival?> FindInAsync(IMailFolder folder, Marker marker, Place from, CancellationToken cancellationToken)
    {
        var query = SearchQuery.HeaderContains(Marker.Header, marker.Text).Or(SearchQuery.SubjectContains(marker.InSubject));

        // A folder that was made anew counts anew.
        var first = folder.UidValidity == from.Validity ? from.Next : 1;
        query = new UidSearchQuery(new UniqueIdRange(folder.UidValidity, first, uint.MaxValue)).And(query);

        // "n:*" always holds the last mail, also when its number is lower.
        var uids = (await folder.SearchAsync(query, cancellationToken)).Where(uid => uid.Id >= first).ToList();
        return (await FetchAsync(folder, uids, cancellationToken))
            .FirstOrDefault(arrival => arrival.Marker is null || marker.IsSame(arrival.Marker));
    }

    private async Task<IReadOnlyList<Arrival>> FindAsync(IMailFolder folder, SearchQuery query, CancellationToken cancellationToken) =>
        await FetchAsync(folder, await folder.SearchAsync(query, cancellationToken), cancellationToken);

    private async Task<IReadOnlyList<Arrival>> FetchAsync(IMailFolder folder, IList<UniqueId> uids, CancellationToken cancellationToken)
    {
        if (uids.Count == 0)
        {
            return [];
        }

        var request = new FetchRequest(MessageSummaryItems.UniqueId | MessageSummaryItems.InternalDate | MessageSummaryItems.Flags,
            [Marker.Header, "From", "Received"]);
        var summaries = await folder.FetchAsync([.. uids.Take(MostFetched)], request, cancellationToken);
        return [.. summaries.Select(summary => Read(summary, folder == _junk))];
    }

    private Arrival Read(IMessageSummary summary, bool inJunk)
    {
        var headers = summary.Headers ?? [];
        var marker = Marker.Read(headers[Marker.Header]);
        var sender = MailboxAddress.TryParse(headers[HeaderId.From] ?? "", out var from) ? from.Address : "";
        var isOurs = marker is not null && string.Equals(marker.Probe, _probe, StringComparison.Ordinal)
            && string.Equals(sender, MailboxAddress.Parse(_options.From).Address, StringComparison.OrdinalIgnoreCase);
        var isNew = summary.Flags?.HasFlag(MessageFlags.Seen) != true;
        return new Arrival(marker, summary.UniqueId.Id, inJunk, summary.InternalDate, isNew, isOurs,
            [.. headers.Where(header => header.Id == HeaderId.Received).Select(header => header.Value)]);
    }

    private async Task InFoldersAsync(
        IReadOnlyCollection<Arrival> arrivals, Func<IMailFolder, IList<UniqueId>, Task> act, CancellationToken cancellationToken)
    {
        foreach (var group in arrivals.Where(arrival => arrival.IsOurs).GroupBy(arrival => arrival.InJunk))
        {
            var folder = group.Key ? _junk! : _client.Inbox;
            await OpenAsync(folder, cancellationToken);
            await act(folder, [.. group.Select(arrival => new UniqueId(folder.UidValidity, arrival.Uid))]);
        }

        await OpenAsync(_client.Inbox, cancellationToken);
    }
}
