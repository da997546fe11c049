using Xunit;

namespace IncidentBot.Runbooks.Filling;

/// <summary>What must not stand in a command is not written there, however harmless its characters are.</summary>
public sealed class PlaceTests
{
    private static readonly PlaceKind[] OfCommands = [PlaceKind.Bare, PlaceKind.DoubleQuoted, PlaceKind.SingleQuoted, PlaceKind.Strict];

    [Theory]
    [InlineData("-rf")]
    [InlineData("--config=x")]
    [InlineData("-")]
    public void A_value_that_begins_with_a_hyphen_makes_no_option(string value)
    {
        Assert.All(OfCommands, kind => Assert.Null(new Place(kind).Write(value)));
        Assert.Equal("-rf", new Place(PlaceKind.Bare, BeginsWord: false).Write("-rf"));
        Assert.NotNull(new Place(PlaceKind.Bare).Write("a-rf"));
    }

    [Theory]
    [InlineData("EOF")]
    [InlineData("OF")]
    [InlineData("E")]
    public void A_value_that_may_end_a_here_document_is_not_written_into_it(string value)
    {
        Assert.Null(new Place(PlaceKind.Strict, Delimiter: "EOF").Write(value));
        Assert.Equal("EOF-1", new Place(PlaceKind.Strict, Delimiter: "EOF").Write("EOF-1"));
        Assert.Equal(value, new Place(PlaceKind.Strict, Delimiter: "").Write(value));
    }

    [Theory]
    [InlineData("cat <<EOF\n{{ $labels.x }}\nEOF\nshow end")]
    [InlineData("cat <<'EOF'\n{{ $labels.x }}\nEOF\nshow end")]
    [InlineData("cat <<-EOF\n\t{{ $labels.x }}\n\tEOF\nshow end")]
    public void A_page_leaves_the_placeholder_in_a_here_document_that_the_value_would_end(string block)
    {
        var page = RunbookReader.Read($"```bash\n{block}\n```", "a", "a.md").Template;

        Assert.Contains("$labels.x", page.Render(new AlertValues(Alerts.LabelSet.From(("x", "EOF")), Alerts.LabelSet.Empty)), StringComparison.Ordinal);
    }
}
