using IncidentBot.Channels.Matrix;
using IncidentBot.Channels.Slack;
using IncidentBot.Channels.Telegram;
using IncidentBot.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace IncidentBot.Channels;

public sealed class ChannelCatalogTests
{
    [Fact]
    public void Every_channel_is_in_the_catalog_and_has_a_contract()
    {
        var channels = typeof(IChannel).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IChannel)) && type.IsClass).ToList();
        Assert.Equal(channels.Count, ChannelCatalog.Kinds.Count);
        foreach (var channel in channels)
        {
            Assert.Contains(typeof(ChannelContract).Assembly.GetTypes(),
                type => type.Name == $"{channel.Name}Tests" && type.IsSubclassOf(typeof(ChannelContract)));
        }
    }

    [Fact]
    public void Only_what_is_configured_is_made()
    {
        using var services = new ServiceCollection().AddChannelClients().BuildServiceProvider();
        var http = services.GetRequiredService<IHttpClientFactory>();
        Assert.Empty(ChannelCatalog.Make(new ChannelOptions(), http, new FakeClock()));
        var all = ChannelCatalog.Make(
            new ChannelOptions { Slack = new SlackOptions(), Telegram = new TelegramOptions(), Matrix = new MatrixOptions() }, http, new FakeClock());
        Assert.Equal(["matrix", "slack", "telegram"], all.Keys.Order(StringComparer.Ordinal));
        Assert.All(all, pair => Assert.Equal(pair.Key, pair.Value.Kind));
    }
}
