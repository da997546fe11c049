using System.Globalization;
using IncidentBot.Channels.Matrix;
using IncidentBot.Rooms;
using IncidentBot.Settings;
using IncidentBot.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace IncidentBot.Channels;

/// <summary>The Matrix channel's promises, kept before a real homeserver.</summary>
[Trait(Support.Requirements.Needs, Support.Requirements.Homeserver)]
public sealed class MatrixAgainstSynapseTests : IClassFixture<MatrixAgainstSynapseTests.Homeserver>, IAsyncLifetime
{
    private readonly Homeserver _homeserver;
    private readonly ServiceProvider _services = new ServiceCollection().AddChannelClients().BuildServiceProvider();
    private string _user = "";
    private string _token = "";
    private Room _room;

    public MatrixAgainstSynapseTests(Homeserver homeserver) => _homeserver = homeserver;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Synapse Synapse => _homeserver.Synapse;

    public async ValueTask InitializeAsync()
    {
        (_user, _token) = await Synapse.RegisterAsync($"bot-{Guid.NewGuid():N}", Stop);
        _room = new Room("matrix", await Synapse.CreateRoomAsync(_token, Stop));
    }

    public async ValueTask DisposeAsync() => await _services.DisposeAsync();

    [Fact]
    public async Task A_message_is_made_edited_and_answered_in_a_thread()
    {
        var channel = Channel(_token);
        var id = await DeliveredAsync(channel, new CreateAttempt(_room, "1.0-create", false, Messages.FiringOne));
        var first = await DeliveredAsync(channel, new ReplyAttempt(_room, "1.0-reply-1", false, id, null, Messages.History));
        var second = await DeliveredAsync(channel, new ReplyAttempt(_room, "1.0-reply-2", false, id, first, Messages.History));
        await DeliveredAsync(channel, new EditAttempt(_room, "1.0-edit-2", id, Messages.FiringGroup));
        Assert.Equal(id, await DeliveredAsync(channel, new EditAttempt(_room, "1.0-edit-3", id, Messages.Resolved)));

        var shown = await Synapse.EventAsync(_room.Id, id, _token, Stop);
        var replacement = shown["unsigned"]!["m.relations"]!["m.replace"]!["content"]!["m.new_content"]!;
        Assert.Contains("RESOLVED · NodeDown", replacement.Text("body"), StringComparison.Ordinal);
        Assert.Contains("data-mx-color", replacement.Text("formatted_body"), StringComparison.Ordinal);
        var thread = await Synapse.ThreadAsync(_room.Id, id, _token, Stop);
        Assert.Equal([second, first], thread.Select(entry => entry.Text("event_id")));
        Assert.Equal(first, thread[0]["content"]!["m.relates_to"]!["m.in_reply_to"].Text("event_id"));
    }

    [Fact]
    public async Task The_same_attempt_again_is_the_same_message_for_creation_edit_and_reply()
    {
        var create = new CreateAttempt(_room, "2.0-create", false, Messages.FiringOne);
        var id = await DeliveredAsync(Channel(_token), create);
        Assert.Equal(id, await DeliveredAsync(Channel(_token), create));
        var reply = new ReplyAttempt(_room, "2.0-reply", false, id, null, Messages.History);
        Assert.Equal(await DeliveredAsync(Channel(_token), reply), await DeliveredAsync(Channel(_token), reply));
        var edit = new EditAttempt(_room, "2.0-edit", id, Messages.Resolved);
        await DeliveredAsync(Channel(_token), edit);
        await DeliveredAsync(Channel(_token), edit);
        Assert.Equal(3, (await Synapse.MessagesAsync(_room.Id, _token, Stop)).Count);
    }

    [Fact]
    public async Task An_encrypted_room_is_refused_and_nothing_is_sent()
    {
        var room = new Room("matrix", await Synapse.CreateRoomAsync(_token, Stop, encrypted: true));
        var refused = Assert.IsType<SendResult.Refused>(
            await Channel(_token).SendAsync(new CreateAttempt(room, "3.0-create", false, Messages.FiringOne), Stop));
        Assert.True(refused.WholeRoom);
        Assert.Contains("encrypted", refused.Reason, StringComparison.Ordinal);
        Assert.Empty(await Synapse.MessagesAsync(room.Id, _token, Stop));
    }

    [Theory]
    [InlineData("hostile")]
    [InlineData("&")]
    [InlineData("\"")]
    [InlineData("字")]
    [InlineData("🔥")]
    public async Task Four_hundred_hostile_alerts_are_taken_as_a_message_and_as_an_edit(string text)
    {
        var message = text == "hostile" ? Messages.Hostile(400) : Messages.Heavy(text);
        var id = await DeliveredAsync(Channel(_token), new CreateAttempt(_room, "4.0-create", false, message));
        await DeliveredAsync(Channel(_token), new EditAttempt(_room, "4.0-edit", id, message));
        var kept = await Synapse.MessagesAsync(_room.Id, _token, Stop);
        Assert.All(kept, entry => Assert.Contains("more", entry["content"].Text("body"), StringComparison.Ordinal));
        Assert.Equal(2, kept.Count);
    }

    [Fact]
    public async Task Mentions_are_kept_as_the_specification_wants_them()
    {
        var mention = new Mention(true, [_user]);
        var id = await DeliveredAsync(Channel(_token), new CreateAttempt(_room, "5.0-create", false, Messages.FiringOne with { Mention = mention }));
        await DeliveredAsync(Channel(_token), new EditAttempt(_room, "5.0-edit", id, Messages.Resolved with { Mention = mention }));
        var kept = await Synapse.MessagesAsync(_room.Id, _token, Stop);
        Assert.True(kept[0]["content"]!["m.mentions"].Flag("room"));
        Assert.Equal(_user, kept[0]["content"]!["m.mentions"]!["user_ids"]![0]!.GetValue<string>());
        Assert.Empty(kept[1]["content"]!["m.mentions"]!.AsObject());
    }

    [Fact]
    public async Task A_wrong_token_and_a_room_of_others_are_refused_for_the_whole_room()
    {
        var wrong = await Channel("syt_wrong").SendAsync(new CreateAttempt(_room, "6.0-create", false, Messages.FiringOne), Stop);
        Assert.Contains("M_UNKNOWN_TOKEN", Assert.IsType<SendResult.Refused>(wrong).Reason, StringComparison.Ordinal);
        var (_, other) = await Synapse.RegisterAsync("other", Stop);
        var foreign = await Channel(other).SendAsync(new CreateAttempt(_room, "6.0-create", false, Messages.FiringOne), Stop);
        Assert.True(Assert.IsType<SendResult.Refused>(foreign).WholeRoom);
        Assert.Contains("M_FORBIDDEN", ((SendResult.Refused)foreign).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_never_was_is_gone_for_edits_and_replies()
    {
        var edit = await Channel(_token).SendAsync(new EditAttempt(_room, "7.0-edit", "$never", Messages.Resolved), Stop);
        var reply = await Channel(_token).SendAsync(new ReplyAttempt(_room, "7.0-reply", false, "$never", null, Messages.History), Stop);
        Assert.IsType<SendResult.Gone>(edit);
        Assert.IsType<SendResult.Gone>(reply);
    }

    [Fact]
    public async Task The_homeservers_own_rate_limit_says_when_to_try_again()
    {
        await using var limited = await Synapse.StartAsync(rateLimited: true, Stop);
        var (_, token) = await limited.RegisterAsync("bot", Stop);
        var room = new Room("matrix", await limited.CreateRoomAsync(token, Stop));
        var channel = new MatrixChannel(
            new MatrixOptions { Homeserver = limited.Url, AccessToken = new Secret(token) }, _services.GetRequiredService<IHttpClientFactory>(), TimeProvider.System);
        var results = new List<SendResult>();
        for (var i = 0; i < 30 && results.LastOrDefault() is null or SendResult.Delivered; i++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"8.{i}-create");
            results.Add(await channel.SendAsync(new CreateAttempt(room, key, false, Messages.FiringOne), Stop));
        }

        var later = Assert.IsType<SendResult.TryAgain>(results[^1]);
        Assert.False(later.Unclear);
        Assert.InRange(later.After!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        Assert.Contains("M_LIMIT_EXCEEDED", later.Reason, StringComparison.Ordinal);
        Assert.Equal(results.Count - 1, (await limited.MessagesAsync(room.Id, token, Stop)).Count);
    }

    private static async Task<string> DeliveredAsync(MatrixChannel channel, SendAttempt attempt) =>
        Assert.IsType<SendResult.Delivered>(await channel.SendAsync(attempt, Stop)).MessageId;

    private MatrixChannel Channel(string token) => new(
        new MatrixOptions { Homeserver = Synapse.Url, AccessToken = new Secret(token) }, _services.GetRequiredService<IHttpClientFactory>(), TimeProvider.System);

    /// <summary>One homeserver for all tests of this class; each has an account and a room of its own.</summary>
    public sealed class Homeserver : IAsyncLifetime
    {
        internal Synapse Synapse { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Synapse = await Synapse.StartAsync(rateLimited: false, TestContext.Current.CancellationToken);

        public ValueTask DisposeAsync() => Synapse.DisposeAsync();
    }
}
