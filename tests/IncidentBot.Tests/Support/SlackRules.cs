using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace IncidentBot.Support;

/// <summary>Slack's rules for what a message may hold.</summary>
internal static partial class SlackRules
{
    /// <summary>The error word that Slack answers; null when it takes the message.</summary>
    public static string? Complaint(JsonObject body)
    {
        var text = body.Text("text") ?? "";
        var blocks = body["blocks"] as JsonArray ?? [];
        if (text.Length == 0 && blocks.Count == 0)
        {
            return "no_text";
        }

        if (text.Length > 4000)
        {
            return "msg_too_long";
        }

        if (blocks.Count > 50 || blocks.Any(block => !IsValid(block)))
        {
            return "invalid_blocks";
        }

        return blocks.Count > 0 && Length(blocks) > 13_200 ? "msg_blocks_too_long" : null;
    }

    /// <summary>What Slack lets pass and no correct client does.</summary>
    public static IEnumerable<string> Violations(JsonObject body)
    {
        var text = body.Text("text");
        if (string.IsNullOrEmpty(text))
        {
            yield return "no text for the notification";
        }
        else if (!IsEscaped(text))
        {
            yield return $"text is not escaped: {text}";
        }
    }

    /// <summary>Who is called by a message.</summary>
    public static IReadOnlyList<string> Mentions(JsonObject body)
    {
        var blocks = body["blocks"] as JsonArray ?? [];
        if (blocks.Count == 0)
        {
            return [.. Call().Matches(body.Text("text") ?? "").Select(match => match.Groups["who"].Value)];
        }

        return [.. Elements(blocks).Select(element => element.Text("type") switch
        {
            "broadcast" => $"!{element.Text("range")}",
            "user" => $"@{element.Text("user_id")}",
            "usergroup" => $"!subteam^{element.Text("usergroup_id")}",
            _ => null,
        }).OfType<string>()];
    }

    /// <summary>What people read.</summary>
    public static string Shown(JsonObject body)
    {
        var blocks = body["blocks"] as JsonArray ?? [];
        if (blocks.Count == 0)
        {
            return (body.Text("text") ?? "").Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal)
                .Replace("&amp;", "&", StringComparison.Ordinal);
        }

        return string.Join("\n", blocks.Select(block => block.Text("type") == "rich_text"
            ? string.Concat(Elements([block!.DeepClone()]).Select(element => element.Text("text") ?? ""))
            : block?["text"].Text("text") ?? ""));
    }

    private static bool IsValid(JsonNode? block) => block.Text("type") switch
    {
        "header" => block!["text"].Text("type") == "plain_text" && block["text"].Text("text") is { Length: >= 1 and <= 150 },
        "section" => block!["text"].Text("text") is { Length: >= 1 and <= 3000 },
        "context" => block!["elements"] is JsonArray { Count: >= 1 and <= 10 },
        "divider" => true,
        "actions" => block!["elements"] is JsonArray { Count: >= 1 and <= 25 } elements && elements.All(IsValidButton)
            && elements.Select(element => element.Text("action_id")).Distinct(StringComparer.Ordinal).Count() == elements.Count,
        "rich_text" => block!["elements"] is JsonArray { Count: > 0 } && Elements([block.DeepClone()]).ToList() is { Count: > 0 } elements
            && elements.TrueForAll(IsValidElement),
        _ => false,
    };

    /// <summary>https://docs.slack.dev/reference/block-kit/block-elements/button-element and select-menu-element</summary>
    private static bool IsValidButton(JsonNode? element) => element.Text("action_id") is { Length: >= 1 and <= 255 } && element.Text("type") switch
    {
        "button" => IsLabel(element!["text"]) && (element.Text("value")?.Length ?? 0) <= 2000 && (element.Text("url")?.Length ?? 0) <= 3000
            && element.Text("style") is null or "primary" or "danger",
        "static_select" => IsLabel(element!["placeholder"]) && element["options"] is JsonArray { Count: >= 1 and <= 100 } options
            && options.All(option => IsLabel(option?["text"]) && option.Text("value") is { Length: >= 1 and <= 150 }),
        _ => false,
    };

    private static bool IsLabel(JsonNode? text) => text.Text("type") == "plain_text" && text.Text("text") is { Length: >= 1 and <= 75 };

    private static bool IsValidElement(JsonNode element) => element.Text("type") switch
    {
        "text" => element.Text("text") is { Length: > 0 },
        "link" => Uri.TryCreate(element.Text("url"), UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            && element.Text("url")!.Length <= 3000,
        "broadcast" => element.Text("range") is "channel" or "here" or "everyone",
        "user" => element.Text("user_id") is { Length: > 0 },
        "usergroup" => element.Text("usergroup_id") is { Length: > 0 },
        _ => false,
    };

    private static IEnumerable<JsonNode> Elements(JsonArray blocks) =>
        from block in blocks
        where block.Text("type") == "rich_text"
        from section in block["elements"] as JsonArray ?? []
        from element in section?["elements"] as JsonArray ?? []
        where element is not null
        select element;

    /// <summary>All characters of the blocks' texts, and of their structure: the strictest way to count.</summary>
    private static int Length(JsonArray blocks) =>
        blocks.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).Length;

    private static bool IsEscaped(string text)
    {
        var rest = new StringBuilder(Call().Replace(text, ""));
        rest.Replace("&amp;", "").Replace("&lt;", "").Replace("&gt;", "");
        return rest.ToString().AsSpan().IndexOfAny("&<>") < 0;
    }

    [GeneratedRegex("<(?<who>[!@][A-Za-z0-9^]+)>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Call();
}
