using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace IncidentBot.Channels;

/// <summary>What buttons send back.</summary>
public sealed class ButtonPressTests
{
    [Fact]
    public void The_longest_press_fits_what_vendors_take()
    {
        var data = new ButtonPress(ButtonAction.Silence, long.MaxValue, new string('x', ButtonPress.MaxParameter)).ToData();
        Assert.Equal(ButtonPress.MaxBytes, Encoding.ASCII.GetByteCount(data));
        Assert.True(ButtonPress.TryParse(data, out _));
    }

    [Fact]
    public void A_press_comes_back_as_it_went() => Prop.ForAll((
        from incident in Gen.Choose(0, int.MaxValue)
        from action in Gen.Elements(Enum.GetValues<ButtonAction>()[1..])
        from parameter in Gen.Elements("", "1h", "tomorrow", "Ärger ☎")
        select new ButtonPress(action, incident, parameter)).ToArbitrary(),
        press => ButtonPress.TryParse(press.ToData(), out var read) && read == press).QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_comes_back_is_read_or_refused_and_never_throws() => Prop.ForAll<string?>(
        data => ButtonPress.TryParse(data, out _) || true).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("")]
    [InlineData("ack:12")]
    [InlineData("AQ")]
    [InlineData("AgEAAAAAAAAABw")]
    [InlineData("AQAAAAAAAAAABw")]
    [InlineData("AWMAAAAAAAAABw")]
    [InlineData("AQH__________w")]
    [InlineData("AQEAAAAAAAAAB===")]
    public void Data_that_is_not_ours_is_refused(string data) => Assert.False(ButtonPress.TryParse(data, out _));

    [Fact]
    public void A_post_of_this_version_is_understood_for_ever() =>
        Assert.Equal("AQMAAAAAAAAADDRo", new ButtonPress(ButtonAction.Silence, 12, "4h").ToData());
}
