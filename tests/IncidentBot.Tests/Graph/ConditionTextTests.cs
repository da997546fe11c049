using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using IncidentBot.Alerts;
using IncidentBot.Graph.Neo4j;
using Xunit;

namespace IncidentBot.Graph;

public sealed class ConditionTextTests
{
    [Theory]
    [InlineData("\"\"", "")]
    [InlineData("null", "")]
    [InlineData("\"cluster=b\"", "cluster=b")]
    [InlineData("\"{cluster=\\\"b\\\", node=~\\\"k8s-.*\\\"}\"", "cluster=b, node=~k8s-.*")]
    [InlineData("[\"cluster = b\", \"node!=x\"]", "cluster=b, node!=x")]
    [InlineData("\"site=\\\"a,b\\\", job!~web|api\"", "job!~web|api, site=a,b")]
    public void Conditions_are_read_however_people_write_matchers(string json, string expected)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(expected, ConditionText.Read(document.RootElement)?.ToString());
    }

    [Theory]
    [InlineData("42")]
    [InlineData("[1]")]
    [InlineData("\"cluster\"")]
    [InlineData("\"=b\"")]
    [InlineData("\"a=1, a=2\"")]
    [InlineData("\"a=~(\"")]
    [InlineData("\"a=\\\"b\"")]
    public void What_makes_no_sense_is_no_condition_that_could_fit_by_chance(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Null(ConditionText.Read(document.RootElement));
    }

    [Fact]
    public void What_is_written_is_read_as_the_same_whatever_the_value_is() => Prop.ForAll<NonNull<string>, bool>((value, equal) =>
    {
        var text = value.Get.TrimStart(' ');
        var conditions = LabelConditions.Of(new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = (equal ? "= " : "!= ") + text, ["b"] = "=~x|y" });
        var read = ConditionText.Read(ConditionText.Write(conditions));
        var labels = LabelSet.From(("a", text), ("b", "x"));
        return read is not null && read.Count == 2 && read.Fit(labels) == conditions.Fit(labels) && read.Fit(labels) == equal;
    }).QuickCheckThrowOnFailure();
}
