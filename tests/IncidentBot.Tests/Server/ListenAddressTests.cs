using Xunit;

namespace IncidentBot.Server;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("localhost:8080", "http://localhost:8080", true)]
    [InlineData("LOCALHOST:8080", "http://localhost:8080", true)]
    [InlineData("localhost:0", "http://127.0.0.1:0", true)]
    [InlineData("127.0.0.1:8080", "http://127.0.0.1:8080", true)]
    [InlineData("127.8.9.1:8080", "http://127.8.9.1:8080", true)]
    [InlineData("[::1]:8080", "http://[::1]:8080", true)]
    [InlineData("0.0.0.0:8080", "http://0.0.0.0:8080", false)]
    [InlineData("[::]:8080", "http://[::]:8080", false)]
    [InlineData("*:8080", "http://*:8080", false)]
    [InlineData(":8080", "http://*:8080", false)]
    [InlineData("192.168.1.2:65535", "http://192.168.1.2:65535", false)]
    public void It_is_known_who_can_reach_an_address(string text, string url, bool loopback)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));
        Assert.Equal(url, address.Value.Url);
        Assert.Equal(loopback, address.Value.IsLoopback);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("8080")]
    [InlineData("localhost")]
    [InlineData("localhost:")]
    [InlineData("localhost:65536")]
    [InlineData("localhost:-1")]
    [InlineData("localhost: 8080")]
    [InlineData("::1:8080")]
    [InlineData("[127.0.0.1]:8080")]
    [InlineData("[::1]")]
    [InlineData("127.1:8080")]
    [InlineData("example.org:8080")]
    [InlineData("http://localhost:8080")]
    public void A_name_or_half_an_address_is_refused(string? text) => Assert.False(ListenAddress.TryParse(text, out _));
}
