using System.Text.Json;
using System.Text.Json.Serialization;
using IncidentBot.Channels;

namespace IncidentBot.Chat;

/// <summary>How an answer is remembered with its request, and read again when the same request comes again.</summary>
internal static class AnswerText
{
    /// <summary>Empty for an answer that says nothing.</summary>
    public static string Write(ChatAnswer answer, string? question) => answer.Lines.Count == 0 && answer.Notice.Length == 0 ? ""
        : JsonSerializer.Serialize(
            new AnswerDocument((int)answer.Place, answer.Lines, answer.Notice,
                [.. answer.Links.Select(link => new LinkDocument(link.Name, link.Url))],
                [.. answer.Buttons.Select(button =>
                    new ButtonDocument(button.Label, button.Press?.ToData(), button.Url, (int)button.Style))], question),
            AnswerJson.Default.AnswerDocument);

    public static ChatAnswer Read(string text)
    {
        if (Document(text) is not { } document)
        {
            return ChatAnswer.Nothing;
        }

        return new ChatAnswer
        {
            Place = (AnswerPlace)document.Place,
            Lines = document.Lines,
            Notice = document.Notice,
            Links = [.. document.Links.Select(link => new MessageLink(link.Name, link.Url))],
            Buttons =
            [
                .. document.Buttons.Select(button => new Button
                {
                    Label = button.Label,
                    Press = ButtonPress.TryParse(button.Data, out var press) ? press : null,
                    Url = button.Url,
                    Style = (ButtonStyle)button.Style,
                }),
            ],
        };
    }

    /// <summary>The command that a yes to this answer does; null when it asks nothing.</summary>
    public static string? Question(string text) => Document(text)?.Question;

    private static AnswerDocument? Document(string text) =>
        text.Length == 0 ? null : JsonSerializer.Deserialize(text, AnswerJson.Default.AnswerDocument);
}

/// <summary>An answer as it is written.</summary>
internal sealed record AnswerDocument(
    int Place, IReadOnlyList<string> Lines, string Notice, IReadOnlyList<LinkDocument> Links, IReadOnlyList<ButtonDocument> Buttons,
        string? Question);

/// <summary>A link as it is written.</summary>
internal sealed record LinkDocument(string Name, Uri Url);

/// <summary>A button as it is written.</summary>
internal sealed record ButtonDocument(string Label, string? Data, Uri? Url, int Style);

/// <summary>How answers are written.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(AnswerDocument))]
internal sealed partial class AnswerJson : JsonSerializerContext;
