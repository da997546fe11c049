using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IncidentBot.Support;

/// <summary>
/// A loopback server that stands for a vendor: it keeps the vendor's rules, remembers what its rooms show, and can be told to
/// misbehave. What a vendor would merely ignore is kept in <see cref="Violations"/>.
/// </summary>
internal abstract class VendorServer(TimeProvider clock) : IAsyncDisposable
{
    /// <summary>The time limit of the channels' options, unless a test sets another.</summary>
    private static readonly TimeSpan ClientsWait = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly List<VendorRequest> _requests = [];
    private readonly List<ShownMessage> _messages = [];
    private readonly List<string> _violations = [];
    private readonly List<VendorFault> _faults = [];
    private readonly List<DateTimeOffset> _hanging = [];
    private readonly Dictionary<string, (double Tokens, DateTimeOffset At)> _buckets = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _limitedUntil;
    private int _arrivals;
    private WebApplication? _app;

    public Uri Url { get; private set; } = null!;

    public TimeProvider Clock => clock;

    /// <summary>Whether the vendor's rates hold; set to false by tests that send a lot at one moment.</summary>
    public bool EnforcesRates { get; set; } = true;

    /// <summary>How long a request travels to the vendor, and its answer back.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>All requests that were answered or broken off, oldest first.</summary>
    public IReadOnlyList<VendorRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>What no correct client does, though the vendor may let it pass.</summary>
    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (_lock)
            {
                return [.. _violations];
            }
        }
    }

    /// <summary>How many requests wait for an answer that does not come, and whose clients have not yet given up.</summary>
    public int Hanging
    {
        get
        {
            lock (_lock)
            {
                return _hanging.Count(since => clock.GetUtcNow() - since < ClientsWait);
            }
        }
    }

    /// <summary>How many requests were answered 429.</summary>
    public int RateLimited => Requests.Count(request => request.Status == 429);

    public int Count(string kind) => Requests.Count(request => string.Equals(request.Kind, kind, StringComparison.Ordinal));

    /// <summary>What a room shows: the messages in it, oldest first, without those in threads.</summary>
    public IReadOnlyList<ShownMessage> Messages(string room)
    {
        lock (_lock)
        {
            return [.. _messages.Where(message => !message.Deleted && message.Root is null && message.Room == room)];
        }
    }

    /// <summary>The answers to a message, oldest first.</summary>
    public IReadOnlyList<ShownMessage> Replies(ShownMessage root)
    {
        lock (_lock)
        {
            return [.. _messages.Where(message => !message.Deleted && message.Root == root.Id && message.Room == root.Room)];
        }
    }

    /// <summary>Answers every matching request with a status and a body that are not the vendor's own.</summary>
    /// <param name="about">Only those that hold this word.</param>
    /// <param name="retryAfter">The header of that name.</param>
    public void Answer(int status, string body = "", int times = int.MaxValue, string? room = null, string? about = null, int? retryAfter = null) =>
        Add(new VendorFault(VendorFaultKind.Answer, room, status, body) { Left = times, About = about, RetryAfter = retryAfter });

    /// <summary>Lets matching requests wait until the client goes away or <see cref="Recover"/> is called.</summary>
    public void Hang(int times = int.MaxValue, string? room = null) => Add(new VendorFault(VendorFaultKind.Hang, room) { Left = times });

    /// <summary>Closes the connection without an answer, before or after the request has been carried out.</summary>
    public void Drop(bool processed, int times = int.MaxValue, string? room = null) =>
        Add(new VendorFault(processed ? VendorFaultKind.DropAfter : VendorFaultKind.DropBefore, room) { Left = times });

    /// <summary>Carries the request out and breaks the connection off in the middle of the answer.</summary>
    public void Cut(int times = int.MaxValue) => Add(new VendorFault(VendorFaultKind.Cut, null) { Left = times });

    /// <summary>Answers matching requests with one of the vendor's own errors.</summary>
    public void Refuse(string error, int times = int.MaxValue, string? room = null) =>
        Add(new VendorFault(VendorFaultKind.Refuse, room, 0, error) { Left = times });

    /// <summary>Answers 429 with the vendor's Retry-After until that time is over.</summary>
    public void RateLimit(int seconds)
    {
        lock (_lock)
        {
            _limitedUntil = clock.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        }
    }

    /// <summary>Behaves again; what hangs is answered.</summary>
    public void Recover()
    {
        TaskCompletionSource waiting;
        lock (_lock)
        {
            _faults.Clear();
            _hanging.Clear();
            _limitedUntil = default;
            waiting = _recovered;
            _recovered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiting.TrySetResult();
    }

    /// <summary>Ends when so many requests have arrived in all, answered or not.</summary>
    public async Task WaitForRequestsAsync(int count, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task arrived;
            lock (_lock)
            {
                if (_arrivals >= count)
                {
                    return;
                }

                arrived = _arrived.Task;
            }

            await arrived.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await EndAsync();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _stopping.Dispose();
    }

    /// <summary>The vendor's own work: reads a request, keeps its rules, changes what rooms show. Called by one request at a time.</summary>
    protected abstract VendorReply Handle(VendorQuery query);

    /// <summary>The vendor's way to say an error by its word.</summary>
    protected abstract VendorReply Error(string error);

    /// <summary>The vendor's way to say 429.</summary>
    protected abstract VendorReply TooMany(int seconds);

    /// <summary>The vendor's word for a request, and the room that it is about.</summary>
    protected abstract (string Kind, string Room) Describe(VendorQuery query);

    /// <summary>For what takes its time: sockets, and requests that wait for news. False when it is a request as any other.</summary>
    protected virtual Task<bool> TryServeAsync(HttpContext context) => Task.FromResult(false);

    /// <summary>Cancelled when the server ends.</summary>
    protected CancellationToken Stopping => _stopping.Token;

    protected async Task ListenAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(System.Net.IPAddress.Loopback, port);
        });
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(async context =>
        {
            if (!await TryServeAsync(context))
            {
                await ServeAsync(context);
            }
        });
        await _app.StartAsync();
        Url = new Uri(_app.Urls.Single());
    }

    protected void Keep(ShownMessage message) => _messages.Add(message);

    protected ShownMessage? Find(string room, string id) =>
        _messages.Find(message => !message.Deleted && message.Room == room && message.Id == id);

    protected IEnumerable<ShownMessage> All(string room) => _messages.Where(message => !message.Deleted && message.Room == room);

    protected void Violated(string rule) => _violations.Add(rule);

    /// <summary>Takes from a budget that fills up evenly. Returns the seconds to wait, or 0 when there was enough.</summary>
    protected int Take(string bucket, int burst, double perSecond)
    {
        if (!EnforcesRates)
        {
            return 0;
        }

        var now = clock.GetUtcNow();
        var (tokens, at) = _buckets.GetValueOrDefault(bucket, (burst, now));

        // The vendor's own clock is never set back, although the one that it shares with the program may be.
        tokens = Math.Min(burst, tokens + (Math.Max(0, (now - at).TotalSeconds) * perSecond));
        if (tokens < 0.999)
        {
            _buckets[bucket] = (tokens, now);
            return (int)Math.Ceiling((1 - tokens) / perSecond);
        }

        _buckets[bucket] = (tokens - 1, now);
        return 0;
    }

    protected virtual Task EndAsync() => Task.CompletedTask;

    /// <summary>Does something to the server's memory while no request is being handled.</summary>
    protected void Locked(Action change)
    {
        lock (_lock)
        {
            change();
        }
    }

    private void Add(VendorFault fault) => Locked(() => _faults.Add(fault));

    private async Task ServeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var query = new VendorQuery(
            context.Request.Method,
            context.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?')[0],
            context.Request.Headers.Authorization.ToString(),
            context.Request.ContentType ?? "",
            body,
            context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal));
        var (kind, room) = Describe(query);
        await TravelAsync();
        VendorFault? fault;
        VendorReply? reply = null;
        Task recovered;
        lock (_lock)
        {
            _arrivals++;
            _arrived.TrySetResult();
            _arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            recovered = _recovered.Task;
            fault = _faults.Find(candidate => candidate.Left > 0 && (candidate.Room is null || candidate.Room == room)
                && (candidate.About is null || body.Contains(candidate.About, StringComparison.Ordinal)));
            if (fault is not null)
            {
                fault.Left--;
            }
        }

        if (fault?.Kind == VendorFaultKind.Hang)
        {
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
            var since = clock.GetUtcNow();
            Locked(() => _hanging.Add(since));
            try
            {
                await recovered.WaitAsync(gone.Token);
            }
            catch (OperationCanceledException)
            {
                Note(query, kind, room, 0);
                return;
            }
            finally
            {
                Locked(() => _hanging.Remove(since));
            }

            if (clock.GetUtcNow() - since >= ClientsWait)
            {
                // Its client went away by the fake clock, although the connection may not know it yet.
                Note(query, kind, room, 0);
                context.Abort();
                return;
            }
        }

        lock (_lock)
        {
            var limited = _limitedUntil - clock.GetUtcNow();
            reply = fault?.Kind switch
            {
                VendorFaultKind.DropBefore => null,
                VendorFaultKind.Answer => new VendorReply(fault.Status, fault.Body, fault.RetryAfter),
                VendorFaultKind.Refuse => Error(fault.Body),
                _ when limited > TimeSpan.Zero => TooMany((int)Math.Ceiling(limited.TotalSeconds)),
                _ => Handle(query),
            };
        }

        if (reply is null || fault?.Kind == VendorFaultKind.DropAfter)
        {
            Note(query, kind, room, 0);
            context.Abort();
            return;
        }

        Note(query, kind, room, reply.Status);
        await TravelAsync();
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.Body.StartsWith('{') ? "application/json; charset=utf-8" : "text/html";
        if (reply.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (fault?.Kind == VendorFaultKind.Cut)
        {
            context.Response.ContentLength = Encoding.UTF8.GetByteCount(reply.Body);
            await context.Response.WriteAsync(reply.Body[..(reply.Body.Length / 2)], context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
            return;
        }

        if (reply.Status is not (204 or 205 or 304 or < 200))
        {
            await context.Response.WriteAsync(reply.Body, context.RequestAborted);
        }
    }

    private Task TravelAsync() => Latency > TimeSpan.Zero ? Task.Delay(Latency, clock) : Task.CompletedTask;

    private void Note(VendorQuery query, string kind, string room, int status) =>
        Locked(() => _requests.Add(new VendorRequest(clock.GetUtcNow(), kind, room, query.Body, status) { Path = query.Path }));
}
