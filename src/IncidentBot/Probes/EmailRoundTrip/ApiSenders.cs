using System.Text;
using IncidentBot.Outgoing;

namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>Hands the mail to Mailgun. Its answer means "queued".</summary>
internal sealed class MailgunSender(MailgunOptions options) : IMailSender
{
    public string Name => $"Mailgun ({options.ApiUrl.Authority})";

    public async Task<Handover> SendAsync(Letter letter, ProbeLook look, CancellationToken cancellationToken)
    {
        look.Step($"sending by {Name}");
        look.Hide(options.ApiKey);
        var api = new ApiClient<IMailgunApi>(look.Http, ProbeLook.ApiClientName, MailJson.Default, look.Clock);
        var login = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("api:" + options.ApiKey!.Reveal()));
        using var call = api.Begin(options.ApiUrl, login, MailConnection.Patience, cancellationToken);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["from"] = letter.From,
            ["to"] = letter.To,
            ["subject"] = letter.Marker.Subject,
            ["text"] = Letter.Text,
            ["h:" + Marker.Header] = letter.Marker.Text,
            ["h:Auto-Submitted"] = "auto-generated",
            ["o:tracking"] = "no",
        });
        var answer = await call.AskAsync((mailgun, stop) => mailgun.SendAsync(options.Domain, form, stop));
        return ApiHandover.Of(Name, answer.Status, answer.Failure, answer.Content?.Id, answer.Content?.Message,
            "is the key of this domain and of this region (api.mailgun.net or api.eu.mailgun.net)?", look);
    }
}

/// <summary>Hands the mail to Brevo. Its answer means "queued".</summary>
internal sealed class BrevoSender(BrevoOptions options) : IMailSender
{
    public string Name => $"Brevo ({options.ApiUrl.Authority})";

    public async Task<Handover> SendAsync(Letter letter, ProbeLook look, CancellationToken cancellationToken)
    {
        look.Step($"sending by {Name}");
        look.Hide(options.ApiKey);
        var api = new ApiClient<IBrevoApi>(look.Http, ProbeLook.ApiClientName, MailJson.Default, look.Clock);
        using var call = api.Begin(options.ApiUrl, null, MailConnection.Patience, cancellationToken);
        var mail = new BrevoMail(new BrevoAddress(letter.From), [new BrevoAddress(letter.To)], letter.Marker.Subject, Letter.Text,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [Marker.Header] = letter.Marker.Text,
                ["Auto-Submitted"] = "auto-generated",
            });
        var answer = await call.AskAsync((brevo, stop) => brevo.SendAsync(options.ApiKey!.Reveal(), mail, stop));
        return ApiHandover.Of(Name, answer.Status, answer.Failure, answer.Content?.MessageId, answer.Content?.Message,
            "is the key right, and this address allowed to use it?", look);
    }
}

/// <summary>What the answer of a provider's API means.</summary>
internal static class ApiHandover
{
    /// <param name="doubt">What to look at when it refuses the login.</param>
    public static Handover Of(string provider, int status, NoAnswer? failure, string? id, string? said, string doubt, ProbeLook look)
    {
        var words = said is { Length: > 0 } ? $": {look.Transcript.Clean(said.Length > 200 ? said[..200] : said)}" : "";
        look.Transcript.Got(FormattableString.Invariant($"{status}{words}"));
        return (status, failure) switch
        {
            (_, { } no) => new Handover.Refused($"{provider}: {no.Reason}", IsForNow: false),
            ( >= 200 and < 300, _) when id is { Length: > 0 } => new Handover.Accepted(null, id),
            (429, _) => new Handover.Refused($"{provider} defers it: 429, too many requests{words}", IsForNow: true),
            (401 or 403 or 404, _) => new Handover.Refused(
                FormattableString.Invariant($"{provider} refuses the login ({status}){words}; {doubt}"), IsForNow: false),
            ( >= 200 and < 300, _) => new Handover.Refused($"{provider} answers {status} and not as it should; is the address right?", IsForNow: false),
            _ => new Handover.Refused(FormattableString.Invariant($"{provider} refuses it ({status}){words}"), IsForNow: status >= 500),
        };
    }
}
