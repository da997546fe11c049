using IncidentBot.Channels;
using IncidentBot.Channels.Matrix;
using IncidentBot.Channels.Slack;
using IncidentBot.Channels.Telegram;
using IncidentBot.Rooms;
using IncidentBot.Settings;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace IncidentBot.Support;

/// <summary>The loopback vendors keep the rates that the channels' limits promise to obey.</summary>
public sealed class VendorServerTests : IAsyncDisposable
{
    private readonly FakeClock _clock = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddChannelClients().BuildServiceProvider();

    [Fact]
    public async Task Slack_takes_short_bursts_and_then_one_message_a_second_in_each_channel()
    {
        await using var server = await SlackServer.StartAsync(_clock);
        var channel = new SlackChannel(new SlackOptions { BotToken = new Secret(SlackServer.Token), ApiUrl = server.ApiUrl }, Http, _clock);
        Assert.Equal(3, await DeliverAsync(channel, new Room("slack", "C1"), 10));
        Assert.Equal(3, await DeliverAsync(channel, new Room("slack", "C2"), 10));
        Assert.Equal(14, server.RateLimited);
        Assert.Equal(10, await DeliverAsync(channel, new Room("slack", "C1"), 10, everySeconds: 1));
    }

    [Fact]
    public async Task Telegram_takes_twenty_messages_a_minute_in_a_group()
    {
        await using var server = await TelegramServer.StartAsync(_clock);
        var channel = new TelegramChannel(new TelegramOptions { BotToken = new Secret(TelegramServer.Token), ApiUrl = server.Url }, Http, _clock);
        Assert.InRange(await DeliverAsync(channel, new Room("telegram", "-1001"), 60, everySeconds: 1), 20, 40);
        Assert.Equal(20, await DeliverAsync(channel, new Room("telegram", "-1002"), 20, everySeconds: 3));
    }

    [Fact]
    public async Task Matrix_takes_ten_messages_and_then_one_in_five_seconds()
    {
        await using var server = await MatrixServer.StartAsync(_clock);
        var channel = new MatrixChannel(new MatrixOptions { AccessToken = new Secret(MatrixServer.Token), Homeserver = server.Url }, Http, _clock);
        Assert.Equal(10, await DeliverAsync(channel, new Room("matrix", "!a:b"), 12));
        Assert.Equal(4, await DeliverAsync(channel, new Room("matrix", "!a:b"), 4, everySeconds: 5));
    }

    public async ValueTask DisposeAsync() => await _services.DisposeAsync();

    private IHttpClientFactory Http => _services.GetRequiredService<IHttpClientFactory>();

    private async Task<int> DeliverAsync(IChannel channel, Room room, int count, int everySeconds = 0)
    {
        var delivered = 0;
        for (var i = 0; i < count; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(everySeconds));
            var result = await channel.SendAsync(
                new CreateAttempt(room, Guid.NewGuid().ToString(), false, Messages.FiringOne), TestContext.Current.CancellationToken);
            delivered += result is SendResult.Delivered ? 1 : 0;
            Assert.True(result is SendResult.Delivered or SendResult.TryAgain { After: not null, Unclear: false }, result.ToString());
        }

        return delivered;
    }
}
