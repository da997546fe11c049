using System.Globalization;
using IncidentBot.Outgoing;

namespace IncidentBot.Channels;

/// <summary>What a vendor's answer means for a post where the vendor itself does not say it.</summary>
internal static class VendorAnswers
{
    /// <summary>There was no answer: it may work later.</summary>
    public static SendResult.TryAgain Later(this NoAnswer no) => new(no.Reason, Unclear: no.Sent);

    /// <summary>There was no answer, or one that the vendor did not word itself.</summary>
    public static SendResult.TryAgain NotTheVendor<T>(this ApiAnswer<T> answer)
        where T : class => answer.Failure?.Later() ?? NotTheVendor(answer.Status, answer.RetryAfter);

    /// <summary>
    /// What an answer means that the vendor did not word itself: a proxy, a gateway or a page of maintenance spoke, and that
    /// passes. Only the vendor's own word refuses for good.
    /// </summary>
    public static SendResult.TryAgain NotTheVendor(int status, TimeSpan? retryAfter)
    {
        var reason = status switch
        {
            429 => "429: rate limited",
            >= 200 and < 300 => string.Create(CultureInfo.InvariantCulture, $"{status} with an answer that is not the vendor's"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{status} without the vendor's own reason; is the address right?"),
        };
        return new SendResult.TryAgain(reason, retryAfter, Unclear: status is < 300 or (>= 500 and not 503));
    }
}
