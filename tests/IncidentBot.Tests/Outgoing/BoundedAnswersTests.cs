using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace IncidentBot.Outgoing;

public sealed class BoundedAnswersTests
{
    private const int Mebibyte = 1024 * 1024;

    [Fact]
    public async Task Of_an_answer_of_64_mebibytes_little_more_than_the_bound_is_read()
    {
        using var endless = new Endless(64 * Mebibyte);

        var failure = await Assert.ThrowsAsync<AnswerTooLongException>(() => SendAsync(new StreamContent(endless)));

        Assert.Equal("an answer of more than 256 KiB, longer than any that was asked for", failure.Message);
        Assert.InRange(endless.Taken, 256 * 1024, 512 * 1024);
    }

    [Fact]
    public async Task A_request_may_ask_for_more()
    {
        using var endless = new Endless(2 * Mebibyte);

        using var answer = await SendAsync(new StreamContent(endless), maxBytes: 2 * Mebibyte);

        Assert.Equal(2 * Mebibyte, (await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_a_failure_of_the_request()
    {
        using var endless = new Endless(1000, breaksOff: true);

        var failure = await Assert.ThrowsAsync<IOException>(() => SendAsync(new StreamContent(endless)));

        Assert.Equal(new NoAnswer("connection lost", Sent: true), NoAnswer.Of(failure));
    }

    [Fact]
    public async Task A_character_set_that_does_not_exist_is_not_believed()
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes("é"));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "no-such-thing");
        content.Headers.TryAddWithoutValidation("X-Kept", "yes");

        using var answer = await SendAsync(content);

        Assert.Equal("é", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("yes", answer.Content.Headers.GetValues("X-Kept").Single());
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpContent content, int? maxBytes = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("http://vendor.example/"));
        if (maxBytes is { } bytes)
        {
            request.Options.Set(new HttpRequestOptionsKey<int>(BoundedAnswers.MaxBytes), bytes);
        }

        using var invoker = new HttpMessageInvoker(new BoundedAnswers { InnerHandler = new Answering(content) });
        return await invoker.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private sealed class Answering(HttpContent content) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
    }

    /// <summary>A body that is made while it is read, and knows how much of it was.</summary>
    private sealed class Endless(int length, bool breaksOff = false) : Stream
    {
        public int Taken { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = Math.Min(count, length - Taken);
            if (read == 0 && breaksOff)
            {
                throw new IOException("reset");
            }

            Taken += read;
            return read;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
