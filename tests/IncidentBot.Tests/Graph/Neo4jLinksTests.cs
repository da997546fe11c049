using System.Net;
using System.Text;
using IncidentBot.Graph.Neo4j;
using IncidentBot.Outgoing;
using IncidentBot.Settings;
using IncidentBot.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace IncidentBot.Graph;

/// <summary>How Neo4j's links are asked for, remembered and given up, on a fake clock; the server is a function.</summary>
public sealed class Neo4jLinksTests : IAsyncDisposable
{
    private const string WikiRow = """[["https://wiki.example.org/x", "X", [["", "", null]]]]""";

    private readonly FakeClock _clock = new(Say.Noon);
    private readonly Scripted _server = new();
    private readonly ServiceProvider _services;
    private readonly LogLines _log = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Neo4jOptions _options = new() { Url = new Uri("http://neo4j.example:7474"), Password = new Secret("right") };
    private readonly Neo4jMetrics _metrics = new();
    private readonly Neo4jGate _gate;
    private readonly Neo4jLinks _links;
    private readonly ServiceGraph _files = new([], [], [new ResolvedBy("FromFiles", "infrastructure/x", "X")]);

    public Neo4jLinksTests()
    {
        var services = new ServiceCollection().AddApiClient(Neo4jClient.ClientName);
        services.AddHttpClient(Neo4jClient.ClientName).ConfigurePrimaryHttpMessageHandler(() => _server);
        _services = services.BuildServiceProvider();
        var client = new Neo4jClient(_services.GetRequiredService<IHttpClientFactory>(), new PrivateAuthority(() => null), _clock);
        _gate = new Neo4jGate(client, () => _options, _metrics, _clock, _log);
        _gate.Retarget();
        _links = new Neo4jLinks(_gate, () => _files, _metrics, _clock, _stopping.Token);
        _metrics.Use();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_server_says_counts_and_is_asked_once_a_minute()
    {
        _server.Answer = _ => Rows(WikiRow);
        await _links.PrepareAsync(["A", "A"], Cancel);
        Assert.Equal("https://wiki.example.org/x", Assert.Single(_links.Of("A")!).Path);
        await _links.PrepareAsync(["A"], Cancel);
        Assert.Equal(1, _server.Count);

        _clock.Advance(TimeSpan.FromSeconds(61));
        _server.Answer = _ => Rows("[]");
        await _links.PrepareAsync(["A"], Cancel);
        Assert.Equal((2, 0), (_server.Count, _links.Of("A")!.Count));
    }

    [Fact]
    public async Task Before_the_server_has_answered_the_files_count_and_a_better_link_is_told_of()
    {
        var told = new List<string>();
        _links.Changed += names => told.AddRange(names);
        var answer = _server.Hold();
        Assert.Equal("infrastructure/x", Assert.Single(_links.Of("FromFiles")!).Path);
        await BotFixture.UntilAsync(() => _server.Count == 1);
        answer.SetResult(Rows(WikiRow));
        await BotFixture.UntilAsync(() => told.Count > 0);
        Assert.Equal(["FromFiles"], told);
        Assert.Equal("https://wiki.example.org/x", Assert.Single(_links.Of("FromFiles")!).Path);
    }

    [Fact]
    public async Task A_link_that_says_what_the_files_say_is_no_change()
    {
        var told = new List<string>();
        _links.Changed += names => told.AddRange(names);
        var answer = _server.Hold();
        _links.Of("FromFiles");
        await BotFixture.UntilAsync(() => _server.Count == 1);
        answer.SetResult(Rows("""[["/runbooks/infrastructure/x", "X", [["", null, "incidentbot"]]]]"""));
        await BotFixture.UntilAsync(() => _links.News().Count > 0);
        Assert.Empty(told);
    }

    [Fact]
    public async Task A_message_waits_a_quarter_of_a_second_once_and_the_next_ones_not_at_all()
    {
        _server.Hold();
        var first = _links.PrepareAsync(["A"], Cancel).AsTask();
        await BotFixture.UntilAsync(() => _server.Count == 1 && _clock.NextTimerAt is not null);
        Assert.False(first.IsCompleted);
        _clock.Advance(Neo4jLinks.LongestWait);
        await first;
        await _links.PrepareAsync(["A"], Cancel);
        await _links.PrepareAsync(["B", "C"], Cancel);
        Assert.Empty(_links.Of("A")!);
    }

    [Fact]
    public async Task Few_requests_are_under_way_and_the_rest_is_made_later()
    {
        var answer = _server.Hold();
        for (var i = 0; i < 50; i++)
        {
            _links.Of($"Alert{i}");
            _links.Of($"Alert{i}");
        }

        await BotFixture.UntilAsync(() => _server.Count == Neo4jGate.MostOutstanding && _links.Owed == 50 - Neo4jGate.MostOutstanding);
        answer.SetResult(Rows(WikiRow));
        _server.Answer = _ => Rows(WikiRow);
        await BotFixture.UntilAsync(() => _links.News().Count == Neo4jGate.MostOutstanding);
        await _links.CatchUpAsync(_clock.GetUtcNow());
        Assert.Equal((50, false), (_server.Count, _links.IsBehind));
        Assert.All(Enumerable.Range(0, 50), i => Assert.Single(_links.Of($"Alert{i}")!));
    }

    [Fact]
    public async Task A_server_that_is_gone_is_left_alone_and_asked_again_by_one_request()
    {
        _server.Answer = _ => throw new HttpRequestException(HttpRequestError.ConnectionError);
        for (var i = 0; i < 10; i++)
        {
            await _links.PrepareAsync([$"Alert{i}"], Cancel);
        }

        Assert.Equal(3, _server.Count);
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(1), _gate.AskAgainAt);
        Assert.False(_gate.Health!.Works);
        Assert.Contains("cannot be reached: no connection", _gate.Health.Sentence, StringComparison.Ordinal);
        Assert.Single(_log.Lines, line => line.Contains("cannot be reached", StringComparison.Ordinal));

        _clock.Advance(TimeSpan.FromSeconds(1));
        await _links.PrepareAsync(["Alert0"], Cancel);
        await _links.PrepareAsync(["Alert1"], Cancel);
        Assert.Equal((4, TimeSpan.FromSeconds(2)), (_server.Count, _gate.AskAgainAt - _clock.GetUtcNow()));

        _clock.Advance(TimeSpan.FromSeconds(2));
        _server.Answer = _ => Rows(WikiRow);
        await _links.CatchUpAsync(_clock.GetUtcNow());
        Assert.Equal((true, null, false), (_gate.Health.Works, _gate.AskAgainAt, _links.IsBehind));
        Assert.Single(_links.Of("Alert9")!);
    }

    [Fact]
    public async Task A_wrong_password_stops_everything_until_the_secret_or_the_configuration_changes()
    {
        _server.Answer = request => request.Headers.Authorization!.Parameter == Basic("right") ? Rows(WikiRow) : Unauthorized();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "wrong", Cancel);
            _options.Password = new Secret("wrong") { File = file };
            _gate.Retarget();
            for (var i = 0; i < 20; i++)
            {
                await _links.PrepareAsync([$"Alert{i}"], Cancel);
                _gate.Retarget();
                _clock.Advance(TimeSpan.FromHours(1));
            }

            Assert.Equal((1, true), (_server.Count, _gate.IsStopped));
            Assert.Contains("It is not asked again until", _gate.Health!.Sentence, StringComparison.Ordinal);
            Assert.DoesNotContain(_log.Lines, line => line.Contains("wrong\"", StringComparison.Ordinal));

            await File.WriteAllTextAsync(file, "right\n", Cancel);
            _gate.Retarget();
            await _links.PrepareAsync(["Alert0"], Cancel);
            Assert.Equal((2, false, true), (_server.Count, _gate.IsStopped, _gate.Health!.Works));
            _gate.Retarget();
            Assert.False(_gate.IsStopped);
            await _links.PrepareAsync(["Alert1"], Cancel);
            Assert.Equal((3, true), (_server.Count, _gate.Health!.Works));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task What_was_kept_counts_after_a_restart_and_news_are_kept_once()
    {
        _links.Remember([new KeptLinks("A", [new ResolvedBy("A", "/runbooks/old", "")], Say.Noon)]);
        _server.Answer = _ => throw new HttpRequestException(HttpRequestError.ConnectionError);
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("/runbooks/old", Assert.Single(_links.Of("A")!).Path);
        await BotFixture.UntilAsync(() => _links.IsBehind);
        Assert.Empty(_links.News());

        _server.Answer = _ => Rows(WikiRow);
        await _links.CatchUpAsync(_clock.GetUtcNow());
        var news = Assert.Single(_links.News());
        Assert.Equal(("A", "https://wiki.example.org/x"), (news.Alert, Assert.Single(news.Links).Path));
        _links.Kept([news]);
        Assert.Empty(_links.News());
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_the_password_goes_nowhere_else()
    {
        _server.Answer = _ =>
        {
            var answer = new HttpResponseMessage(HttpStatusCode.TemporaryRedirect);
            answer.Headers.Location = new Uri("http://elsewhere.example/db/neo4j/query/v2");
            return answer;
        };
        await _links.PrepareAsync(["A"], Cancel);
        Assert.Equal(["neo4j.example"], _server.Hosts);
        Assert.Contains("answers with a redirect. It is not followed", _gate.Health!.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(202, """{"data":{"fields":["a"],"values":[[1]]},"errors":[{"code":"Neo.TransientError.General.OutOfMemory","message":"x"}]}""", "transient")]
    [InlineData(400, """{"errors":[{"code":"Neo.TransientError.Transaction.DeadlockDetected","message":"x"}]}""", "transient")]
    [InlineData(429, """{"errors":[{"code":"Neo.ClientError.Security.AuthenticationRateLimit","message":"x"}]}""", "transient")]
    [InlineData(403, """{"errors":[{"code":"Neo.ClientError.Security.CredentialsExpired","message":"x"}]}""", "forbidden")]
    [InlineData(404, """{"errors":[{"code":"Neo.ClientError.Database.DatabaseNotFound","message":"x"}]}""", "no_database")]
    [InlineData(200, "", "not_neo4j")]
    [InlineData(200, "<html>hello</html>", "not_neo4j")]
    [InlineData(200, "null", "not_neo4j")]
    [InlineData(202, """{"data":null}""", "not_neo4j")]
    [InlineData(502, "bad gateway", "transient")]
    [InlineData(403, "<html>", "forbidden")]
    public async Task Whatever_comes_back_has_a_sentence(int status, string body, string word)
    {
        _server.Answer = _ => Reply(status, body);
        var answer = await _gate.AskAsync(LinkQuery.Of("A"), Cancel);
        Assert.Equal(word, answer.Trouble?.Word);
        Assert.Contains("neo4j.example", answer.Trouble!.Sentence, StringComparison.Ordinal);
        Assert.EndsWith(".", answer.Trouble.Sentence, StringComparison.Ordinal);
        Assert.Empty(answer.Rows);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _stopping.Dispose();
        await _services.DisposeAsync();
        _server.Dispose();
    }

    private static string Basic(string password) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"neo4j:{password}"));

    private static HttpResponseMessage Unauthorized() =>
        Reply(401, """{"errors":[{"code":"Neo.ClientError.Security.Unauthorized","message":"Invalid credential."}]}""");

    private static HttpResponseMessage Rows(string rows) => Reply(202, $$$"""{"data":{"fields":["runbook_url","title","links"],"values":{{{rows}}}}}""");

    private static HttpResponseMessage Reply(int status, string body) =>
        new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    /// <summary>A server that answers as it is told.</summary>
    private sealed class Scripted : HttpMessageHandler
    {
        private int _count;
        private volatile Func<HttpRequestMessage, Task<HttpResponseMessage>> _answer = _ => Task.FromResult(Rows("[]"));

        public int Count => _count;

        public HashSet<string> Hosts { get; } = new(StringComparer.Ordinal);

        public Func<HttpRequestMessage, HttpResponseMessage> Answer
        {
            set => _answer = request => Task.FromResult(value(request));
        }

        /// <summary>From now on nothing is answered before the result is set; then that, to all.</summary>
        public TaskCompletionSource<HttpResponseMessage> Hold()
        {
            var held = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
            _answer = async _ => Copy(await (await held.Task).Content.ReadAsStringAsync());
            return held;
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            lock (Hosts)
            {
                Hosts.Add(request.RequestUri!.Host);
            }

            Interlocked.Increment(ref _count);
            return _answer(request).WaitAsync(cancellationToken);
        }

        private static HttpResponseMessage Copy(string body) => Reply(202, body);
    }
}
