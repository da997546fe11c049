using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Yaml;

/// <summary>That the search for a wrong indentation accuses no line of a text that is right; what it finds is under <c>Settings/bad</c>.</summary>
public sealed class IndentationTests
{
    public static TheoryData<string> Files => [.. Repository.Files("deploy", ".yml", ".yaml").Concat(Repository.Files("runbooks", ".yml"))];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_that_is_right_has_no_line_that_is_wrong(string file) =>
        Assert.Null(Indentation.Find(File.ReadAllText(Repository.PathOf(file)), int.MaxValue - 1)?.Problem);

    [Theory]
    [InlineData("a:\n- b: c\n  d: e\n- f\ng: h\n")]
    [InlineData("a:\n  - - b\n    - c\n  - d\n")]
    [InlineData("a: { b: c,\n d: e }\nf:\n  - [g,\n     h]\n")]
    [InlineData("a: |\n    any\n    text\n      here\nb: >-\n  more\n\n   text\nc: d\n")]
    [InlineData("a: # remark\n    b: c\n    d:\n      - e\n# f\n    g: h\n")]
    [InlineData("a: &x\n  b: c\nd: *x\n")]
    [InlineData("- a: b\n  c:\n    - d\n-\n  e: f\n")]
    [InlineData("{\n\t\"a\": [\n\t\t1\n\t]\n}")]
    public void Neither_has_any_of_the_ways_to_write_blocks(string text)
    {
        var complaints = new List<Complaint>();
        Assert.NotNull(YamlReader.Read(System.Text.Encoding.UTF8.GetBytes(text), "x", complaints));
        Assert.Empty(complaints);
        Assert.Null(Indentation.Find(text, int.MaxValue - 1)?.Problem);
    }
}
