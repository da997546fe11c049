using System.Net.WebSockets;
using IncidentBot.Loops;
using IncidentBot.Outgoing;
using IncidentBot.Settings;

namespace IncidentBot.Channels.Slack;

/// <summary>
/// Keeps a socket to Slack, so that commands come in without a public address. When Slack asks for another, the new one has been greeted
/// before the old one is let go; what still comes on the old one is taken.
/// </summary>
internal sealed partial class SlackSocketMode : Loop
{
    /// <summary>What Slack takes to greet, and to open a socket.</summary>
    private static readonly TimeSpan HelloWithin = TimeSpan.FromSeconds(10);

    /// <summary>So long an old socket is still read: Slack lets go of it by itself some seconds after its warning.</summary>
    private static readonly TimeSpan OldOneReads = TimeSpan.FromSeconds(10);

    /// <summary>Several programs, or several sockets of one, take turns only when none of them hurries.</summary>
    private static readonly TimeSpan TooManyPause = TimeSpan.FromSeconds(30);

    private readonly CurrentSettings _settings;
    private readonly IHttpClientFactory _http;
    private readonly SlackInbox _inbox;
    private readonly Listening _listening;
    private readonly ApiClient<ISlackApi> _slack;
    private readonly List<(SlackSocket Socket, DateTimeOffset Until)> _old = [];
    private SlackOptions? _options;
    private SlackSocket? _current;
    private DateTimeOffset _notBefore;
    private bool _stopped;

    public SlackSocketMode(LoopBook book, CurrentSettings settings, IHttpClientFactory http, SlackInbox inbox, Listening listening)
        : base("slack_socket", book, TimeSpan.FromSeconds(30))
    {
        (_settings, _http, _inbox, _listening) = (settings, http, inbox, listening);
        _slack = new ApiClient<ISlackApi>(http, SlackChannel.Name, SlackJson.Default, Clock);
        settings.Changed += _ => Wake();
    }

    /// <summary>How many sockets were greeted since the start.</summary>
    public int Greeted { get; private set; }

    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        var options = _settings.Value.Channels.Slack;
        if (!ReferenceEquals(options, _options))
        {
            await BeginAsync(options);
        }

        await DropOldAsync(now);
        if (options?.AppToken is null || _stopped)
        {
            return null;
        }

        if (_current is { Ended: false, Reason: null })
        {
            return _old.Count > 0 ? _old.Min(old => old.Until) : null;
        }

        if (_current?.Reason is { } why && WhyStopped(why) is { } end)
        {
            return await StopListeningAsync(end, now);
        }

        if (_current?.Reason is "too_many_websockets" && _notBefore <= now)
        {
            _notBefore = now + TooManyPause;
            if (_current.Ended)
            {
                _listening.Deaf(SlackChannel.Name, "Slack has too many sockets of this app: is another IncidentBot running with its app_token?");
            }

            await LetGoAsync(now);
        }

        if (now < _notBefore)
        {
            return _notBefore;
        }

        await ReplaceAsync(options, now, stoppingToken);
        return _old.Count > 0 ? _old.Min(old => old.Until) : null;
    }

    protected override async Task EndAsync()
    {
        await CloseAllAsync();
    }

    /// <summary>Other options: what was open belongs to others.</summary>
    private async Task BeginAsync(SlackOptions? options)
    {
        await CloseAllAsync();
        (_options, _stopped, _notBefore) = (options, false, default);
        if (options is null || !options.Hears())
        {
            _listening.End(SlackChannel.Name);
        }
        else if (options.AppToken is not null)
        {
            _listening.Begin(SlackChannel.Name);
        }
        else
        {
            _listening.Remark(SlackChannel.Name, SlackWebhooks.NoUrl, "No signed request of Slack has come since the start. If commands and buttons do "
                + "nothing there, enter the Request URLs in the app: they are in docs/chat-setup.md.");
        }
    }

    private async Task ReplaceAsync(SlackOptions options, DateTimeOffset now, CancellationToken stoppingToken)
    {
        if (await AskForAddressAsync(options, now, stoppingToken) is not { } address)
        {
            return;
        }

        var fresh = await ConnectAsync(address, stoppingToken);
        await LetGoAsync(now);
        _current = fresh;
        _notBefore = default;
        Greeted++;
        if (_listening.Heard(SlackChannel.Name))
        {
            LogHeard();
        }
    }

    /// <summary>The address of a new socket; null when it is not the time for one.</summary>
    private async Task<Uri?> AskForAddressAsync(SlackOptions options, DateTimeOffset now, CancellationToken stoppingToken)
    {
        using var call = _slack.Begin(options.ApiUrl, $"Bearer {options.AppToken!.Reveal()}", options.Timeout, stoppingToken);
        var answer = await call.AskAsync((slack, stop) => slack.OpenConnectionAsync(stop));
        if (answer.Content is { Ok: true, Url: { } url } && Uri.TryCreate(url, UriKind.Absolute, out var address)
            && address.Scheme is "wss" or "ws" && (address.Scheme is "wss" || options.ApiUrl.Scheme is "http"))
        {
            return address;
        }

        var error = answer.Content?.Error;
        if (error is "ratelimited" || answer.Status == 429)
        {
            _notBefore = now + (answer.RetryAfter ?? TimeSpan.FromSeconds(30));
            LostWhile("Slack asks to wait before another socket is opened");
            return null;
        }

        if (error is not null && SlackSocketErrors.Of(error) is { } words)
        {
            await StopListeningAsync(words, now);
            return null;
        }

        var reason = error is not null ? VendorWords.Reason(error, options.AppToken)
            : answer.Failure?.Reason ?? answer.NotTheVendor().Reason;
        LostWhile($"no socket can be opened: {reason}");
        throw new SlackSocketException(reason);
    }

    private async Task<SlackSocket> ConnectAsync(Uri address, CancellationToken stoppingToken)
    {
        using var late = new CancellationTokenSource(HelloWithin, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, late.Token);
        SlackSocket? socket = null;
        try
        {
            socket = await SlackSocket.ConnectAsync(address, CarefulClient.Proxy, Clock, either.Token);
            var itself = socket;
            socket.Read(frame => _inbox.Take(frame, itself, stoppingToken), Wake, stoppingToken);
            if (await socket.Hello.WaitAsync(either.Token))
            {
                return socket;
            }
        }
        catch (Exception failure) when (failure is WebSocketException or HttpRequestException or IOException
            || (failure is OperationCanceledException && !stoppingToken.IsCancellationRequested))
        {
            // Said below: the words of a failure may hold the address, which is a ticket.
        }

        if (socket is not null)
        {
            await socket.DisposeAsync();
        }

        const string Reason = "Slack opens no socket, or does not greet on it: is a proxy in between that lets no WebSockets through?";
        LostWhile(Reason.TrimEnd('?'));
        throw new SlackSocketException(Reason);
    }

    /// <summary>Nothing can be heard, unless the socket that is to be replaced still lives.</summary>
    private void LostWhile(string reason)
    {
        if (_current is null or { Ended: true } && _listening.Deaf(SlackChannel.Name, reason))
        {
            LogDeaf(reason);
        }
    }

    /// <summary>A person has to change something: to try again and again would not help and annoys Slack.</summary>
    private async Task<DateTimeOffset?> StopListeningAsync(string reason, DateTimeOffset now)
    {
        _stopped = true;
        if (_listening.Deaf(SlackChannel.Name, reason))
        {
            LogDeaf(reason);
        }

        await LetGoAsync(now);
        return null;
    }

    private static string? WhyStopped(string reason) => reason is "link_disabled" or "socket_mode_disabled" or "socket-mode-disabled"
        ? SlackSocketErrors.SwitchedOff : null;

    private async Task LetGoAsync(DateTimeOffset now)
    {
        if (_current is { Ended: true })
        {
            await _current.DisposeAsync();
        }
        else if (_current is not null)
        {
            _old.Add((_current, now + OldOneReads));
        }

        _current = null;
    }

    private async Task DropOldAsync(DateTimeOffset now)
    {
        foreach (var old in _old.Where(old => old.Socket.Ended || old.Until <= now).ToList())
        {
            _old.Remove(old);
            await old.Socket.DisposeAsync();
        }
    }

    private async Task CloseAllAsync()
    {
        await LetGoAsync(Clock.GetUtcNow());
        await DropOldAsync(DateTimeOffset.MaxValue);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Slack is heard: commands and buttons come in by Socket Mode")]
    private partial void LogHeard();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Slack is not heard: {Reason}")]
    private partial void LogDeaf(string reason);
}

/// <summary>Slack gives no socket now.</summary>
internal sealed class SlackSocketException(string reason) : TransientException(reason);

/// <summary>
/// The answers of <c>apps.connections.open</c> after which trying again does not help. (node-slack-sdk,
/// UnrecoverableSocketModeStartError)
/// </summary>
internal static class SlackSocketErrors
{
    public const string SwitchedOff =
        "Socket Mode is switched off in the app (in Slack: Socket Mode); after switching it on, reload IncidentBot";

    /// <summary>What somebody has to do; null when it may pass.</summary>
    public static string? Of(string error) => error switch
    {
        "not_authed" or "invalid_auth" or "token_revoked" or "token_expired" =>
            "Slack does not know channels.slack.app_token (in Slack: Basic Information, App-Level Tokens); set it and reload IncidentBot",
        "not_allowed_token_type" or "missing_scope" =>
            "channels.slack.app_token is not an app-level token (xapp-…) with the scope connections:write; set one and reload IncidentBot",
        "account_inactive" or "user_removed_from_team" or "team_disabled" or "app_uninstalled" =>
            $"the app or its workspace is gone ({error}); install it again, and reload IncidentBot",
        "socket_mode_not_enabled" or "link_disabled" => SwitchedOff,
        _ => null,
    };
}
