using System.Globalization;
using Refit;

namespace IncidentBot.Outgoing;

/// <summary>Why there is no answer, in words of our own: those of a failure may hold an address, and with it a secret.</summary>
/// <param name="Sent">The request may have arrived all the same.</param>
internal readonly record struct NoAnswer(string Reason, bool Sent)
{
    public static NoAnswer Within(TimeSpan limit) =>
        new(string.Create(CultureInfo.InvariantCulture, $"no answer within {limit.TotalSeconds:0.#} s"), Sent: true);

    public static NoAnswer Of(Exception failure) => failure switch
    {
        ApiExceptionBase { InnerException: { } cause } => Of(cause),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => new("the name cannot be resolved", Sent: false),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => new("no connection", Sent: false),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new("no secure connection", Sent: false),
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } =>
            new("the proxy does not let it through", Sent: false),
        AnswerTooLongException => new(failure.Message, Sent: true),
        HttpRequestException or IOException or OperationCanceledException => new("connection lost", Sent: true),
        _ => new("the request could not be made from the configured address and token", Sent: false),
    };
}
