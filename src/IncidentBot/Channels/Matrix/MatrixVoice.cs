using System.Security.Cryptography;
using System.Text;
using IncidentBot.Outgoing;

namespace IncidentBot.Channels.Matrix;

/// <summary>
/// Answers in Matrix, as a notice below what was said. The transaction is that of the request, so an answer that is told again after the
/// program ended is the same message.
/// </summary>
internal sealed class MatrixVoice(MatrixOptions options, IHttpClientFactory http, TimeProvider time) : IChatVoice
{
    private readonly ApiClient<IMatrixApi> _matrix = new(http, MatrixChannel.Name, MatrixJson.Default, time);

    public async Task<SendResult> TellAsync(UntoldAnswer answer, string live, CancellationToken cancellationToken)
    {
        if (answer.Answer.Place == AnswerPlace.Nowhere || answer.Answer.Lines.Count == 0)
        {
            return new SendResult.Delivered("");
        }

        using var call = _matrix.Begin(options.Homeserver, $"Bearer {options.AccessToken?.Reveal()}", options.Timeout, cancellationToken);
        var content = MatrixEvent.Of(MatrixText.Write(answer.Answer), MatrixThread.Parse(answer.Thread));
        var transaction = "answer-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(answer.Id)))[..40];
        var said = await call.AskAsync((matrix, stop) => matrix.SendAsync(answer.Room.Id, transaction, content, stop));
        return said is { Status: 200, Content.EventId: { Length: > 0 } id } ? new SendResult.Delivered(id)
            : MatrixErrors.Of(said, attempt: null, options.AccessToken);
    }
}
