using System.Globalization;
using System.Text.Json;

namespace IncidentBot.Probes.Http;

/// <summary>Asks once, and compares the answer with what it should be.</summary>
internal sealed class HttpProbe(HttpOptions options) : IProbe
{
    private const int ShownOfAnswer = 200;

    private string Place => options.Url!.GetLeftPart(UriPartial.Path);

    public async Task<ProbeResult> LookAsync(ProbeLook look, CancellationToken cancellationToken)
    {
        var began = look.Clock.GetTimestamp();
        var (answer, failure, certificate) = await WebLook.AskAsync(
            new WebRequest(options.Url!)
            {
                Method = options.Method,
                Headers = options.Headers,
                Body = options.Body,
                Username = options.Username,
                Password = options.Password,
                CaFile = options.CaFile,
            }, look, cancellationToken);
        var outcome = failure ?? Judge(answer!)
            ?? (ProbeOutcome)new ProbeOutcome.Healthy(
                string.Create(CultureInfo.InvariantCulture, $"{answer!.Status} in {answer.Took.TotalMilliseconds:0} ms"),
                certificate?.Warning(options.CertificateWarning));
        return Reachability.Result(outcome, look.Clock.GetElapsedTime(began),
            [HttpKind.Status.Is(answer?.Status ?? 0), .. Reachability.Expiry(certificate)]);
    }

    /// <summary>The first thing that is not as it should be; null when all is.</summary>
    private ProbeOutcome.Unhealthy? Judge(WebAnswer answer) => JudgeStatus(answer) ?? JudgeTime(answer) ?? JudgeHeaders(answer)
        ?? JudgeBody(answer) ?? (options.Json.Count > 0 ? JudgeJson(answer) : null);

    private ProbeOutcome.Unhealthy? JudgeStatus(WebAnswer answer)
    {
        if (options.Status.Count > 0 ? options.Status.Contains(answer.Status) : answer.Status is >= 200 and < 300)
        {
            return null;
        }

        var wanted = options.Status.Count > 0 ? string.Join(" or ", options.Status) : "200 to 299";
        var got = string.Create(CultureInfo.InvariantCulture,
            $"{answer.Status}{(answer.Headers.TryGetValue("Location", out var to) ? $", to {to.Split('?')[0]}" : "")}");
        return Wrong($"answers {got}", "status", $"status {wanted}", got);
    }

    private ProbeOutcome.Unhealthy? JudgeTime(WebAnswer answer) => options.Within is { } within && answer.Took > within
        ? Wrong(string.Create(CultureInfo.InvariantCulture, $"answers too slowly: {answer.Took.TotalSeconds:0.##} s"), "latency",
            string.Create(CultureInfo.InvariantCulture, $"an answer within {within.TotalSeconds:0.##} s"),
            string.Create(CultureInfo.InvariantCulture, $"{answer.Took.TotalSeconds:0.##} s"))
        : null;

    private ProbeOutcome.Unhealthy? JudgeHeaders(WebAnswer answer)
    {
        foreach (var (name, expression) in options.HeaderMatches)
        {
            var value = answer.Headers.GetValueOrDefault(name);
            if (value is null || !Expressions.Matches(expression, value))
            {
                return Wrong($"answers with a wrong header {name}", "headers", $"{name} that matches {expression}", value ?? "no such header");
            }
        }

        return null;
    }

    private ProbeOutcome.Unhealthy? JudgeBody(WebAnswer answer)
    {
        var shown = answer.Body.Length > ShownOfAnswer ? answer.Body[..ShownOfAnswer] + "…" : answer.Body.Length == 0 ? "nothing" : answer.Body;
        return options.BodyMatches is { } wanted && !Expressions.Matches(wanted, answer.Body)
            ? Wrong($"answers {answer.Status} with a wrong body", "body", $"a body that matches {wanted}", shown)
            : options.BodyMatchesNot is { } forbidden && Expressions.Matches(forbidden, answer.Body)
                ? Wrong($"answers {answer.Status} with a body that it must not have", "body", $"a body that does not match {forbidden}", shown)
            : null;
    }

    private ProbeOutcome.Unhealthy? JudgeJson(WebAnswer answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            foreach (var (path, wanted) in options.Json)
            {
                var found = Find(json.RootElement, path);
                if (!string.Equals(found, wanted, StringComparison.Ordinal))
                {
                    return Wrong($"answers with {path} {found ?? "absent"}", "JSON", $"{path} {wanted}", found ?? "absent");
                }
            }

            return null;
        }
        catch (JsonException)
        {
            return Wrong("answers with something that is no JSON", "JSON", "JSON", "no JSON");
        }
    }

    /// <summary>The value at a path of names and indices; null when there is none.</summary>
    private static string? Find(JsonElement element, string path)
    {
        foreach (var part in path.Split('.'))
        {
            if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(part, out var inner))
            {
                element = inner;
            }
            else if (element.ValueKind == JsonValueKind.Array
                && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < element.GetArrayLength())
            {
                element = element[i];
            }
            else
            {
                return null;
            }
        }

        return element.ValueKind switch
        {
            JsonValueKind.String => element.GetString(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => element.GetRawText(),
        };
    }

    private ProbeOutcome.Unhealthy Wrong(string what, string step, string expected, string got) =>
        new($"{Place} {what}", step, expected, got);
}
