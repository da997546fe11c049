using System.Globalization;
using System.Text.Json;

namespace IncidentBot.Channels.Slack;

/// <summary>Writes buttons and menus as one block. https://docs.slack.dev/reference/block-kit/blocks/actions-block</summary>
internal static class SlackButtons
{
    private const int LabelLength = 75;
    private const int MostButtons = 10;

    public static void Write(Utf8JsonWriter json, IReadOnlyList<Button> buttons)
    {
        if (buttons.Count == 0)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "actions"u8);
        json.WriteStartArray("elements"u8);
        for (var i = 0; i < Math.Min(buttons.Count, MostButtons); i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"incidentbot-{i}");
            if (buttons[i].Menu.Count > 0)
            {
                WriteMenu(json, buttons[i], name);
            }
            else
            {
                WriteButton(json, buttons[i], name);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteButton(Utf8JsonWriter json, Button button, string name)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "button"u8);
        json.WriteString("action_id"u8, name);
        WriteText(json, "text", button.Label);
        if (button.Press is { } press)
        {
            json.WriteString("value"u8, press.ToData());
        }

        if (button.Url is { } url)
        {
            json.WriteString("url"u8, url.AbsoluteUri);
        }

        if (button.Style == ButtonStyle.Primary)
        {
            json.WriteString("style"u8, "primary"u8);
        }

        json.WriteEndObject();
    }

    private static void WriteMenu(Utf8JsonWriter json, Button button, string name)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "static_select"u8);
        json.WriteString("action_id"u8, name);
        WriteText(json, "placeholder", button.Label);
        json.WriteStartArray("options"u8);
        foreach (var choice in button.Menu)
        {
            json.WriteStartObject();
            WriteText(json, "text", choice.Label);
            json.WriteString("value"u8, choice.Press?.ToData() ?? "");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string label)
    {
        json.WriteStartObject(name);
        json.WriteString("type"u8, "plain_text"u8);
        json.WriteString("text"u8, PlainText.Line(label, LabelLength));
        json.WriteEndObject();
    }
}
