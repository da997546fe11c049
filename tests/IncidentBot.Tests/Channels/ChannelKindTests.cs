using IncidentBot.Rooms;
using IncidentBot.Settings;
using Xunit;

namespace IncidentBot.Channels;

/// <summary>How rooms and people may be written, for each kind of chat.</summary>
public sealed class ChannelKindTests
{
    [Theory]
    [InlineData("slack:C024BE91L", true)]
    [InlineData("slack:G024BE91L", true)]
    [InlineData("slack:U024BE7LH", true)]
    [InlineData("slack:S0614TZR7", false)]
    [InlineData("slack:#alerts", false)]
    [InlineData("slack:c024be91l", false)]
    [InlineData("telegram:-1001234567890", true)]
    [InlineData("telegram:12345", true)]
    [InlineData("telegram:@alerts", true)]
    [InlineData("telegram:-1001234567890/45", true)]
    [InlineData("telegram:@alerts/45", true)]
    [InlineData("telegram:-1001234567890/0", false)]
    [InlineData("telegram:-1001234567890/45/6", false)]
    [InlineData("telegram:-1001234567890/", false)]
    [InlineData("telegram:0", false)]
    [InlineData("telegram:+5", false)]
    [InlineData("telegram:@", false)]
    [InlineData("telegram:@a b", false)]
    [InlineData("telegram:alerts", false)]
    [InlineData("telegram:99999999999999999999", false)]
    [InlineData("matrix:!abc:example.org", true)]
    [InlineData("matrix:#abc:example.org", false)]
    [InlineData("matrix:!a b", false)]
    public void A_room_is_taken_or_refused(string room, bool taken) => Assert.Equal(taken, Kind(room).RoomAllowed(Room.Parse(room).Id) is null);

    [Theory]
    [InlineData("slack:U024BE7LH", true, true)]
    [InlineData("slack:S0614TZR7", true, false)]
    [InlineData("slack:C024BE91L", false, false)]
    [InlineData("telegram:12345", true, true)]
    [InlineData("telegram:@ada_l", true, false)]
    [InlineData("telegram:-100123", false, false)]
    [InlineData("telegram:12345/4", false, false)]
    [InlineData("matrix:@me:example.org", true, true)]
    [InlineData("matrix:@me", false, false)]
    public void Somebody_may_be_called_and_may_act_only_by_an_id_that_stays(string person, bool called, bool acts)
    {
        var id = Room.Parse(person).Id;
        Assert.Equal((called, acts), (Kind(person).CalleeAllowed(id) is null, Kind(person).PersonAllowed(id) is null));
    }

    [Fact]
    public void Each_kind_has_a_section_of_its_name() =>
        Assert.Equal(SettingKey.Of(typeof(ChannelOptions)).Select(key => key.Name).Order(StringComparer.Ordinal), ChannelCatalog.Kinds.Select(kind => kind.Name).Order(StringComparer.Ordinal));

    private static ChannelKind Kind(string room) => ChannelCatalog.Kind(Room.Parse(room).Kind)!;
}
