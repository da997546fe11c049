using System.Globalization;
using System.Text.Json;

namespace IncidentBot.Probes.PrometheusQuery;

/// <summary>Asks once, and compares every series with the bounds.</summary>
internal sealed class QueryProbe(QueryOptions options) : IProbe
{
    private const int MostNamed = 50;

    private double Most => options.Most is { } most ? double.Parse(most, CultureInfo.InvariantCulture) : double.PositiveInfinity;

    private double Least => options.Least is { } least ? double.Parse(least, CultureInfo.InvariantCulture) : double.NegativeInfinity;

    private string Bounds => options.Least is null ? $"at most {options.Most}" : options.Most is null ? $"at least {options.Least}"
        : $"{options.Least} to {options.Most}";

    public async Task<ProbeResult> LookAsync(ProbeLook look, CancellationToken cancellationToken)
    {
        var began = look.Clock.GetTimestamp();
        var url = new Uri($"{options.Url!.AbsoluteUri.TrimEnd('/')}/api/v1/query?query={Uri.EscapeDataString(options.Query)}");
        look.Transcript.Sent(options.Query);
        var request = new WebRequest(url) { Username = options.Username, Password = options.Password, CaFile = options.CaFile };
        var (answer, failure, _) = await WebLook.AskAsync(request, look, cancellationToken);
        var (outcome, details) = failure is not null ? (failure, []) : Judge(answer!);
        return Reachability.Result(outcome, look.Clock.GetElapsedTime(began)) with { Details = details };
    }

    private (ProbeOutcome Outcome, IReadOnlyList<ProbeDetail> Details) Judge(WebAnswer answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            return json.RootElement.GetProperty("status").GetString() is "success"
                ? Compare([.. Series(json.RootElement.GetProperty("data"))])
                : (Wrong($"refuses the query: {json.RootElement.GetProperty("error").GetString()}", "query", "values", "an error"), []);
        }
        catch (Exception strange) when (strange is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return (Wrong($"answers {answer.Status} with something that is no result of a query", "query", "a result", "something else"), []);
        }
    }

    private (ProbeOutcome Outcome, IReadOnlyList<ProbeDetail> Details) Compare(IReadOnlyList<(string Labels, double Value)> series)
    {
        if (series.Count == 0)
        {
            return (options.NothingIsGood ? new ProbeOutcome.Healthy("the query gives nothing, as it should")
                : Wrong("has nothing for the query: is the metric still there?", "query", Bounds, "no series"), []);
        }

        var wrong = series.Where(one => !(one.Value >= Least && one.Value <= Most)).Select(one => Words(one)).ToList();
        return wrong.Count == 0
            ? (new ProbeOutcome.Healthy(series.Count == 1 ? Words(series[0])
                : string.Create(CultureInfo.InvariantCulture, $"{series.Count} series are {Bounds}")), [])
            : (Wrong(string.Create(CultureInfo.InvariantCulture, $"has {wrong.Count} of {series.Count} series out of bounds: {wrong[0]}"), "comparing", Bounds, wrong[0]),
                [new ProbeDetail($"Not {Bounds}", [.. wrong.Take(MostNamed)])]);
    }

    private static string Words((string Labels, double Value) series) =>
        string.Create(CultureInfo.InvariantCulture, $"{series.Labels}{(series.Labels.Length > 0 ? " = " : "")}{series.Value}");

    private static IEnumerable<(string Labels, double Value)> Series(JsonElement data)
    {
        var result = data.GetProperty("result");
        if (data.GetProperty("resultType").GetString() is "scalar")
        {
            yield return ("", Number(result[1]));
            yield break;
        }

        foreach (var series in result.EnumerateArray())
        {
            yield return (string.Join(", ", series.GetProperty("metric").EnumerateObject().Select(label => $"{label.Name}={label.Value.GetString()}")),
                Number(series.GetProperty("value")[1]));
        }
    }

    private static double Number(JsonElement value) => value.GetString() switch
    {
        "NaN" => double.NaN,
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        var text => double.Parse(text!, CultureInfo.InvariantCulture),
    };

    private ProbeOutcome.Unhealthy Wrong(string what, string step, string expected, string got) =>
        new($"{options.Url!.Authority} {what}", step, expected, got);
}
