using Xunit;

namespace IncidentBot.Channels;

/// <summary>Addresses in what an alert's author wrote lead somewhere, and nothing else does.</summary>
public sealed class TextLinksTests
{
    [Theory]
    [InlineData("see https://wiki.example.org/db?a=1&b=2, then call", "see |[https://wiki.example.org/db?a=1&b=2]|, then call")]
    [InlineData("https://a.example.org https://b.example.org/x.", "[https://a.example.org]| |[https://b.example.org/x]|.")]
    [InlineData("(HTTP://a.example.org)", "(|[HTTP://a.example.org]|)")]
    [InlineData("javascript:alert(1) ftp://a.example.org xhttps://a", "javascript:alert(1) ftp://a.example.org xhttps://a")]
    [InlineData("https://user:secret@evil.example.org/", "https://user:secret@evil.example.org/")]
    [InlineData("cut https://wiki.example.org/wha…", "cut https://wiki.example.org/wha…")]
    [InlineData("https://", "https://")]
    [InlineData("", "")]
    public void Each_address_is_a_link_that_shows_where_it_leads(string line, string pieces) =>
        Assert.Equal(pieces, string.Join('|', TextLinks.In(line).Select(run => run.Link is null ? run.Text : $"[{run.Text}]")));
}
