using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>The few commands of IMAP that the probe says, for an inbox that tests put mail into. What it deletes is gone.</summary>
internal sealed partial class FakeImap : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, (string Headers, string Flags)> _mails = [];
    private readonly List<string> _said = [];
    private int _next = 1;

    public FakeImap()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The only password that it takes.</summary>
    public string Password { get; set; } = "secret";

    public IReadOnlyList<string> Said
    {
        get
        {
            lock (_lock)
            {
                return [.. _said];
            }
        }
    }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _mails.Count;
            }
        }
    }

    /// <param name="headers">Each line ends with CR LF.</param>
    public void Put(string headers)
    {
        lock (_lock)
        {
            _mails[_next++] = (headers, "");
        }
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync();
            _ = TalkAsync(client);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
            await using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("* OK [CAPABILITY IMAP4rev1 AUTH=LOGIN] ready");
            while (await reader.ReadLineAsync() is { } line)
            {
                var tag = line[..line.IndexOf(' ', StringComparison.Ordinal)];
                var command = line[(tag.Length + 1)..];

                // A literal is asked for, and then follows.
                while (Literal().Match(command) is { Success: true } literal)
                {
                    await writer.WriteLineAsync("+ go on");
                    var text = new char[int.Parse(literal.Groups["size"].Value, CultureInfo.InvariantCulture)];
                    await reader.ReadBlockAsync(text);
                    command = command[..literal.Index] + '"' + new string(text) + '"' + await reader.ReadLineAsync();
                }

                if (command is "AUTHENTICATE LOGIN")
                {
                    await writer.WriteLineAsync("+ VXNlcm5hbWU6");
                    await reader.ReadLineAsync();
                    await writer.WriteLineAsync("+ UGFzc3dvcmQ6");
                    command = $"LOGIN ? \"{Encoding.UTF8.GetString(Convert.FromBase64String(await reader.ReadLineAsync() ?? ""))}\"";
                }

                await writer.WriteAsync(Answer(tag, command));
                if (command is "LOGOUT")
                {
                    return;
                }
            }
        }
    }

    private string Answer(string tag, string command)
    {
        lock (_lock)
        {
            _said.Add(command);
            var ok = $"{tag} OK done\r\n";
            return command.Split(' ') switch
            {
                ["LOGIN", _, var password] => password.Trim('"') == Password
                    ? $"{tag} OK [CAPABILITY IMAP4rev1 UIDPLUS NAMESPACE] hello\r\n" : $"{tag} NO [AUTHENTICATIONFAILED] wrong login or password\r\n",
                ["NAMESPACE"] => "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n" + ok,
                ["LIST", ..] => "* LIST (\\HasNoChildren) \"/\" INBOX\r\n" + ok,
                ["SELECT", ..] => string.Create(CultureInfo.InvariantCulture,
                    $"* FLAGS (\\Seen \\Deleted)\r\n* {_mails.Count} EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT {_next}] x\r\n{tag} OK [READ-WRITE] done\r\n"),
                ["NOOP"] => string.Create(CultureInfo.InvariantCulture, $"* {_mails.Count} EXISTS\r\n") + ok,
                ["UID", "SEARCH", ..] => $"* SEARCH{string.Concat(_mails.Where(mail => Fits(mail.Key, mail.Value.Headers, command)).Select(mail => FormattableString.Invariant($" {mail.Key}")))}\r\n" + ok,
                ["UID", "FETCH", var uids, ..] => string.Concat(Chosen(uids).Select(Fetched)) + ok,
                ["UID", "STORE", var uids, ..] => Stored(uids, command) + ok,
                ["UID", "EXPUNGE", var uids] => Removed(uids) + ok,
                ["LOGOUT"] => "* BYE\r\n" + ok,
                _ => ok,
            };
        }
    }

    /// <summary>Every text in the search must be in the headers, either of two after OR, and the number at least the first of its range.</summary>
    private static bool Fits(int uid, string headers, string search)
    {
        var least = Range().Match(search) is { Success: true } range ? int.Parse(range.Groups["least"].Value, CultureInfo.InvariantCulture) : 0;
        var texts = Quoted().Matches(search).Select(match => match.Groups["text"].Value).Where(text => text != Marker.Header).ToList();
        return uid >= least && (search.Contains(" OR ", StringComparison.Ordinal)
            ? texts.Exists(text => headers.Contains(text, StringComparison.Ordinal))
            : texts.TrueForAll(text => headers.Contains(text, StringComparison.Ordinal)));
    }

    private string Fetched(int uid)
    {
        var (headers, flags) = _mails[uid];
        return string.Create(CultureInfo.InvariantCulture,
            $"* {_mails.Keys.ToList().IndexOf(uid) + 1} FETCH (UID {uid} FLAGS ({flags}) INTERNALDATE \"{TimeProvider.System.GetUtcNow():dd-MMM-yyyy HH:mm:ss} +0000\" BODY[HEADER.FIELDS (X-INCIDENTBOT-PROBE FROM RECEIVED)] {{{headers.Length + 2}}}\r\n{headers}\r\n)\r\n");
    }

    private string Stored(string uids, string command)
    {
        foreach (var uid in Chosen(uids))
        {
            _mails[uid] = (_mails[uid].Headers, command.Contains("Deleted", StringComparison.Ordinal) ? "\\Deleted" : "\\Seen");
        }

        return "";
    }

    private string Removed(string uids)
    {
        var gone = Chosen(uids).Where(uid => _mails[uid].Flags == "\\Deleted").Reverse().ToList();
        var numbers = gone.Select(uid => _mails.Keys.ToList().IndexOf(uid) + 1).ToList();
        gone.ForEach(uid => _mails.Remove(uid));
        return string.Concat(numbers.Select(number => FormattableString.Invariant($"* {number} EXPUNGE\r\n")));
    }

    private List<int> Chosen(string uids) => [.. uids.Split(',').SelectMany(part => part.Split(':').Select(uid => int.Parse(uid, CultureInfo.InvariantCulture)).ToList()
        is [var first, var last] ? Enumerable.Range(first, last - first + 1) : [int.Parse(part, CultureInfo.InvariantCulture)]).Where(_mails.ContainsKey)];

    [GeneratedRegex("\\{(?<size>[0-9]+)\\}$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Literal();

    [GeneratedRegex("UID (?<least>[0-9]+):", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Range();

    [GeneratedRegex("\"(?<text>[^\"]*)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();
}
