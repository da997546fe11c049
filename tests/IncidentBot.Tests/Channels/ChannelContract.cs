using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Globalization;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace IncidentBot.Channels;

/// <summary>What every channel promises, against the vendor's server that keeps the vendor's rules.</summary>
public abstract class ChannelContract : IAsyncLifetime
{
    private readonly LogKeeper _logs = new();
    private ServiceProvider _services = null!;

    private protected FakeClock Clock { get; } = new();

    private protected VendorServer Server { get; private set; } = null!;

    private protected IChannel Channel { get; private set; } = null!;

    private protected IHttpClientFactory Http => _services.GetRequiredService<IHttpClientFactory>();

    private protected abstract Room Room { get; }

    private protected abstract string Secret { get; }

    private protected abstract Task<VendorServer> StartServerAsync();

    /// <summary>The channel, speaking to an address with the right token.</summary>
    private protected abstract IChannel Make(Uri server);

    /// <summary>How many requests come before the one that is broken: looks at the room's settings.</summary>
    private protected virtual int RequestsBeforeSending => 0;

    public async ValueTask InitializeAsync()
    {
        Server = await StartServerAsync();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_logs));
        services.AddChannelClients();
        _services = services.BuildServiceProvider();
        Channel = Make(Server.Url);
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(Server.Violations);
        Assert.DoesNotContain(_logs.Lines, line => line.Contains(Secret, StringComparison.OrdinalIgnoreCase));
        await _services.DisposeAsync();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_message_is_made_edited_and_answered()
    {
        var id = await CreateAsync(Messages.FiringOne);
        var reply = await DeliveredAsync(new ReplyAttempt(Room, "1-reply", false, id, null, Messages.History));
        await DeliveredAsync(new ReplyAttempt(Room, "2-reply", false, id, reply, Messages.History));
        Assert.Equal(id, await DeliveredAsync(new EditAttempt(Room, "3-edit", id, Messages.Resolved)));

        var message = Assert.Single(Server.Messages(ShownRoom));
        Assert.Contains("RESOLVED", message.Text, StringComparison.Ordinal);
        Assert.Contains("NodeDown", message.Text, StringComparison.Ordinal);
        Assert.Equal(1, message.Edits);
        Assert.Equal(2, Server.Replies(message).Count);
        Assert.Contains("node-4", Server.Replies(message)[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edit_of_a_mentioning_message_calls_nobody()
    {
        var id = await CreateAsync(Messages.FiringGroup);
        await DeliveredAsync(new EditAttempt(Room, "1-edit", id, Messages.FiringGroup with { Status = "changed" }));
        Assert.DoesNotContain("an edit calls somebody", Server.Violations);
    }

    [Theory]
    [InlineData("hostile")]
    [InlineData("&")]
    [InlineData("\"")]
    [InlineData("字")]
    [InlineData("🔥")]
    [InlineData("half a character")]
    [InlineData("\u0001")]
    [InlineData("a\u0301")]
    [InlineData("@name ")]
    public async Task Four_hundred_hostile_alerts_are_cut_to_the_limits_in_a_message_an_edit_and_a_reply(string text)
    {
        Server.EnforcesRates = false;
        text = text == "half a character" ? "\uD83D" : text;
        var hostile = text == "hostile" ? Messages.Hostile(400) : Messages.Heavy(text);
        var id = await CreateAsync(hostile with { Mention = null });
        var message = Assert.Single(Server.Messages(ShownRoom));
        var shown = message.Text.Split('\n').Count(line => line.StartsWith(StateSign.Of(MessageState.Critical), StringComparison.Ordinal)) - 1;
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{400 - shown} more"), message.Text, StringComparison.Ordinal);
        Assert.Empty(message.Mentions);
        AssertReadable(message.Text);

        await DeliveredAsync(new EditAttempt(Room, "1-edit", id, hostile with { Number = 1 }));
        Assert.Equal(1, message.Edits);

        var lines = Enumerable.Range(0, 200).Select(i => $"{i} {Messages.HostileLabel}{string.Concat(Enumerable.Repeat(text, 300))}").ToList();
        var reply = await DeliveredAsync(new ReplyAttempt(Room, "2-reply", false, id, null, new ThreadReply(lines, null)));
        var answer = Assert.Single(Server.Replies(message));
        Assert.Equal(AnswerId(reply), answer.Id);
        Assert.Contains("199 ", answer.Text, StringComparison.Ordinal);
        Assert.Contains("earlier", answer.Text, StringComparison.Ordinal);
        Assert.Empty(answer.Mentions);
        AssertReadable(answer.Text);
        Assert.All(Server.Requests, request => Assert.Equal(request.Kind == "state" ? 404 : 200, request.Status));
    }

    [Fact]
    public async Task Every_error_status_that_is_not_the_vendors_own_word_is_tried_again()
    {
        Server.EnforcesRates = false;
        await CreateAsync(Messages.FiringOne);
        for (var status = 400; status <= 599; status++)
        {
            Server.Answer(status, $"<html>{status} {Secret}</html>");
            var result = await SendAsync(new CreateAttempt(Room, $"{status}-create", false, Messages.FiringOne));
            var later = Assert.IsType<SendResult.TryAgain>(result);
            Assert.Contains(status.ToString(CultureInfo.InvariantCulture), later.Reason, StringComparison.Ordinal);
            Server.Recover();
        }

        Assert.Single(Server.Messages(ShownRoom));
    }

    [Fact]
    public async Task A_vendor_that_does_not_answer_is_given_up_after_the_time_limit_and_the_end_is_unclear()
    {
        await CreateAsync(Messages.FiringOne);
        Server.Hang();
        var sent = Server.Requests.Count;
        var sending = SendAsync(new CreateAttempt(Room, "2-create", false, Messages.FiringOne));
        await Server.WaitForRequestsAsync(sent + 1, TestContext.Current.CancellationToken);
        Clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(sending.IsCompleted);
        Clock.Advance(TimeSpan.FromSeconds(0.2));
        var later = Assert.IsType<SendResult.TryAgain>(await sending);
        Assert.True(later.Unclear);
        Assert.Equal("no answer within 10 s", later.Reason);
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_thrown()
    {
        Server.Hang();
        using var caller = new CancellationTokenSource();
        var sending = Channel.SendAsync(new CreateAttempt(Room, "1-create", false, Messages.FiringOne), caller.Token);
        await Server.WaitForRequestsAsync(1, TestContext.Current.CancellationToken);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_is_lost_after_sending_is_unclear(bool processed)
    {
        Server.EnforcesRates = false;
        await CreateAsync(Messages.FiringOne);
        Server.Drop(processed, times: 1);
        var later = Assert.IsType<SendResult.TryAgain>(await SendAsync(new CreateAttempt(Room, "2-create", false, Messages.FiringOne)));
        Assert.True(later.Unclear);
        Assert.Equal("connection lost", later.Reason);
        Assert.Equal(processed ? 2 : 1, Server.Messages(ShownRoom).Count);
    }

    /// <summary>What is cut off must not look like a success without content, which a stranger may have answered.</summary>
    [Fact]
    public async Task An_answer_that_is_cut_off_is_a_lost_connection()
    {
        Server.EnforcesRates = false;
        await CreateAsync(Messages.FiringOne);
        Server.Cut(times: 1);
        var later = Assert.IsType<SendResult.TryAgain>(await SendAsync(new CreateAttempt(Room, "2-create", false, Messages.FiringOne)));
        Assert.Equal(("connection lost", true), (later.Reason, later.Unclear));
        Assert.Equal(2, Server.Messages(ShownRoom).Count);
    }

    [Fact]
    public async Task A_connection_that_is_refused_is_clear_nothing_was_sent()
    {
        using var nowhere = new Nowhere();
        var channel = Make(nowhere.Address);
        var result = await channel.SendAsync(new CreateAttempt(Room, "1-create", false, Messages.FiringOne), TestContext.Current.CancellationToken);
        var later = Assert.IsType<SendResult.TryAgain>(result);
        Assert.False(later.Unclear);
        Assert.Equal("no connection", later.Reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"ok\":true}")]
    [InlineData("{\"ok\":true,\"result\":7,\"ts\":7,\"event_id\":7}")]
    [InlineData("{\"ok\":true,\"result\":{\"message_id\":1.5},\"ts\":null,\"event_id\":\"\"}")]
    [InlineData("<html>hello</html>")]
    public async Task A_success_that_makes_no_sense_is_unclear(string body)
    {
        Server.EnforcesRates = false;
        await CreateAsync(Messages.FiringOne);
        Server.Answer(200, body);
        var later = Assert.IsType<SendResult.TryAgain>(await SendAsync(new CreateAttempt(Room, "2-create", false, Messages.FiringOne)));
        Assert.True(later.Unclear);
    }

    [Fact]
    public async Task A_huge_answer_is_not_read_to_its_end()
    {
        Server.EnforcesRates = false;
        await CreateAsync(Messages.FiringOne);
        Server.Answer(200, "{\"ok\":true,\"error\":\"" + new string('x', 32 * 1024 * 1024) + "\"}");
        var later = Assert.IsType<SendResult.TryAgain>(await SendAsync(new CreateAttempt(Room, "2-create", false, Messages.FiringOne)));
        Assert.True(later.Unclear);
        Assert.Contains("longer", later.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rate_limit_says_when_to_try_again()
    {
        Server.EnforcesRates = false;
        await CreateAsync(Messages.FiringOne);
        Server.RateLimit(30);
        var later = Assert.IsType<SendResult.TryAgain>(await SendAsync(new CreateAttempt(Room, "2-create", false, Messages.FiringOne)));
        Assert.Equal(TimeSpan.FromSeconds(30), later.After);
        Assert.False(later.Unclear);
        Clock.Advance(TimeSpan.FromSeconds(30));
        await CreateAsync(Messages.FiringOne);
    }

    [Fact]
    public async Task The_rate_limit_of_a_proxy_says_when_to_try_again_by_its_header()
    {
        Server.EnforcesRates = false;
        await CreateAsync(Messages.FiringOne);
        Server.Answer(429, "slow down", retryAfter: 7);
        var later = Assert.IsType<SendResult.TryAgain>(await SendAsync(new CreateAttempt(Room, "2-create", false, Messages.FiringOne)));
        Assert.Equal(TimeSpan.FromSeconds(7), later.After);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_call_is_one_request_whatever_is_answered(int status)
    {
        Server.EnforcesRates = false;
        await CreateAsync(Messages.FiringOne);
        var sent = Server.Requests.Count;
        Server.Answer(status, "", retryAfter: 0);
        await SendAsync(new CreateAttempt(Room, "2-create", false, Messages.FiringOne));
        Server.Recover();
        Server.RateLimit(1);
        await SendAsync(new CreateAttempt(Room, "3-create", false, Messages.FiringOne));
        Assert.Equal(sent + 2, Server.Requests.Count);
    }

    [Fact]
    public async Task A_reply_that_calls_begins_with_its_headline_and_ends_with_whom_it_calls()
    {
        var id = await CreateAsync(Messages.FiringOne);
        await DeliveredAsync(new ReplyAttempt(Room, "2-reply", false, id, null,
            new ThreadReply(["1 alert joined"], new Mention(true, ["U1", "12345", "@ada:localhost"])) { Headline = "🛑 ESCALATED: the mail rests" }));

        var reply = Assert.Single(Server.Replies(Assert.Single(Server.Messages(ShownRoom))));
        Assert.StartsWith("🛑 ESCALATED: the mail rests\n1 alert joined", reply.Text, StringComparison.Ordinal);
        Assert.NotEmpty(reply.Mentions);
        Assert.Equal(Room.Kind == "slack" ? true : null, (bool?)reply.Versions[0]["reply_broadcast"]);
    }

    [Fact]
    public async Task The_path_of_the_configured_address_is_kept()
    {
        var channel = Make(new Uri(Server.Url, "/gate/way/"));
        await channel.SendAsync(new CreateAttempt(Room, "1-create", false, Messages.FiringOne), TestContext.Current.CancellationToken);
        Assert.StartsWith("/gate/way/", Server.Requests[0].Path, StringComparison.Ordinal);
        Assert.DoesNotContain("//", Server.Requests[0].Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_wrong_refuses_the_whole_room_and_stays_secret()
    {
        var channel = MakeWithToken(Server.Url, "wrong-" + Secret);
        var refused = Assert.IsType<SendResult.Refused>(
            await channel.SendAsync(new CreateAttempt(Room, "1-create", false, Messages.FiringOne), TestContext.Current.CancellationToken));
        Assert.True(refused.WholeRoom);
        Assert.DoesNotContain(Secret, refused.Reason, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("line\nbreak")]
    [InlineData("\u0000")]
    [InlineData("")]
    [InlineData("höllisch 🔥/../x?y#z")]
    public async Task A_token_that_cannot_be_one_never_throws(string token)
    {
        var channel = MakeWithToken(Server.Url, token);
        var result = await channel.SendAsync(new CreateAttempt(Room, "1-create", false, Messages.FiringOne), TestContext.Current.CancellationToken);
        Assert.True(result is SendResult.Refused { WholeRoom: true } or SendResult.TryAgain, result.ToString());
    }

    [Fact]
    public async Task No_trace_of_a_request_holds_the_secret()
    {
        using var meters = new EventKeeper();
        var tags = new ConcurrentBag<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                foreach (var (name, value) in activity.TagObjects)
                {
                    tags.Add($"{name}={value}");
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await CreateAsync(Messages.FiringOne);

        // The loopback server's own trace knows its own address; the client's is what counts.
        Assert.DoesNotContain(tags, tag => tag.StartsWith("url.full", StringComparison.Ordinal) && tag.Contains(Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(_logs.Lines, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("firing-one")]
    [InlineData("firing-group")]
    [InlineData("resolved")]
    [InlineData("stale")]
    [InlineData("hostile")]
    public async Task The_message_is_as_in_its_golden_file(string name)
    {
        var message = name switch
        {
            "firing-one" => Messages.FiringOne,
            "firing-group" => Messages.FiringGroup,
            "resolved" => Messages.Resolved,
            "stale" => Messages.Stale,
            _ => Messages.Hostile(3),
        };
        await CreateAsync(message, $"{name}-create");
        var shown = Assert.Single(Server.Messages(ShownRoom));
        Golden.Check(shown.Versions[0].ToJsonString(Pretty), "Channels", GetType().Name.Replace("ChannelTests", "", StringComparison.Ordinal), "Golden", $"{name}.json");
        Golden.Check(shown.Text, "Channels", GetType().Name.Replace("ChannelTests", "", StringComparison.Ordinal), "Golden", $"{name}.txt");
    }

    private protected abstract IChannel MakeWithToken(Uri server, string token);

    /// <summary>The room as the server calls it.</summary>
    private protected virtual string ShownRoom => Room.Id;

    private protected virtual string AnswerId(string id) => id;

    private protected async Task<string> CreateAsync(Message message, string? key = null) =>
        await DeliveredAsync(new CreateAttempt(Room, key ?? string.Create(CultureInfo.InvariantCulture, $"{Server.Requests.Count}-create"), false, message));

    private protected async Task<string> DeliveredAsync(SendAttempt attempt)
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        return Assert.IsType<SendResult.Delivered>(await SendAsync(attempt)).MessageId;
    }

    private protected async Task<SendResult> SendAsync(SendAttempt attempt)
    {
        var result = await Channel.SendAsync(attempt, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(Secret, result.ToString(), StringComparison.OrdinalIgnoreCase);
        return result;
    }

    private static void AssertReadable(string text)
    {
        Assert.DoesNotContain('\u202E', text);
        Assert.DoesNotContain('\uFFFF', text);
        Assert.DoesNotContain(text.EnumerateRunes(), rune => System.Text.Rune.IsControl(rune) && rune.Value != '\n');
        Assert.DoesNotContain("&amp;amp;", text, StringComparison.Ordinal);
        for (var i = 0; i < text.Length; i++)
        {
            Assert.False(char.IsHighSurrogate(text[i]) && (i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])), "half a character");
        }
    }

    private static readonly System.Text.Json.JsonSerializerOptions Pretty =
        new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private sealed class LogKeeper : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Lines.Enqueue(state.ToString() ?? "");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }

    /// <summary>Turns on what the HTTP client tells to tools, so that its diagnostics are really made.</summary>
    private sealed class EventKeeper : EventListener
    {
        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "System.Net.Http")
            {
                EnableEvents(eventSource, EventLevel.Informational);
            }
        }
    }
}
