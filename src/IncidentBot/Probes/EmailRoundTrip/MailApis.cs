using System.Text.Json.Serialization;
using Refit;

namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>
/// The request of Mailgun's API that is used.
/// https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages
/// </summary>
internal interface IMailgunApi
{
    [Post("/v3/{domain}/messages")]
    Task<ApiResponse<MailgunAnswer>> SendAsync(string domain, [Body] HttpContent form, CancellationToken cancellationToken);
}

/// <summary>What Mailgun says: with an id when it took the mail.</summary>
internal sealed record MailgunAnswer(string? Id, string? Message);

/// <summary>The request of Brevo's API that is used. https://developers.brevo.com/reference/sendtransacemail</summary>
internal interface IBrevoApi
{
    [Post("/v3/smtp/email")]
    Task<ApiResponse<BrevoAnswer>> SendAsync([Header("api-key")] string key, [Body] BrevoMail mail, CancellationToken cancellationToken);
}

/// <summary>A mail as Brevo takes it.</summary>
internal sealed record BrevoMail(
    BrevoAddress Sender, List<BrevoAddress> To, string Subject, string TextContent, Dictionary<string, string> Headers);

/// <summary>An address as Brevo takes it.</summary>
internal sealed record BrevoAddress(string Email);

/// <summary>What Brevo says: with an id when it took the mail, with a code when not.</summary>
internal sealed record BrevoAnswer(string? MessageId, string? Code, string? Message);

/// <summary>How the APIs of mail providers are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(MailgunAnswer))]
[JsonSerializable(typeof(BrevoMail))]
[JsonSerializable(typeof(BrevoAnswer))]
internal sealed partial class MailJson : JsonSerializerContext;
