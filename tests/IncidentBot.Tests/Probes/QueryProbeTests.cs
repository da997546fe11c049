using System.Net;
using System.Text;
using IncidentBot.Probes.PrometheusQuery;
using IncidentBot.Settings;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Probes;

public sealed class QueryProbeTests : ProbeContract
{
    private readonly PlainServer _server = new();

    private protected override ProbeKind Kind => ProbeCatalog.Kinds.OfType<QueryKind>().Single();

    private protected override string Secret => "hunter2-hunter2";

    private protected override Task<ProbeOptions> HealthyAsync() => Task.FromResult<ProbeOptions>(Asking(Vector("0.5", "0.9")));

    private protected override Task<ProbeOptions> BrokenAsync() => Task.FromResult<ProbeOptions>(Asking(Vector("0.5", "1.5")));

    private protected override ProbeOptions At(IPEndPoint address) => new QueryOptions
    {
        Url = new Uri($"http://127.0.0.1:{address.Port}/prom"),
        Query = "up",
        Most = "1",
        Password = new Secret("hunter2-hunter2"),
    };

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData("[]", "has nothing for the query")]
    [InlineData("[{\"metric\":{\"a\":\"b\"},\"value\":[1,\"NaN\"]}]", "1 of 1 series out of bounds: a=b = NaN")]
    public async Task What_Prometheus_says_instead_is_said(string series, string said)
    {
        var (result, _) = await LookAsync(Asking($"{{\"status\":\"success\",\"data\":{{\"resultType\":\"vector\",\"result\":{series}}}}}"));
        Assert.Contains(said, ((ProbeOutcome.Unhealthy)result.Outcome).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>nginx</html>")]
    [InlineData("{\"status\":\"error\",\"error\":\"bad query\"}")]
    [InlineData("{\"status\":\"success\",\"data\":7}")]
    public async Task An_answer_that_is_no_result_is_a_failure(string body)
    {
        var (result, _) = await LookAsync(Asking(body));
        AssertSays((ProbeOutcome.Unhealthy)result.Outcome);
    }

    private QueryOptions Asking(string body)
    {
        var url = _server.Answering($"HTTP/1.1 200 OK\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
        return (QueryOptions)At(new IPEndPoint(IPAddress.Loopback, url.Port));
    }

    private static string Vector(params string[] values) => "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
        + string.Join(',', values.Select((value, i) => $"{{\"metric\":{{\"node\":\"n{i}\"}},\"value\":[1,\"{value}\"]}}")) + "]}}";
}
