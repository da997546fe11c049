using System.Net;
using Xunit;

namespace IncidentBot.Outgoing;

/// <summary>Which addresses are asked through a proxy, as Go's programs decide it.</summary>
public sealed class EnvironmentProxyTests
{
    [Theory]
    [InlineData("10.0.0.0/8,.svc,.cluster.local", "http://10.255.7.7:9093", true)]
    [InlineData("10.0.0.0/8,.svc,.cluster.local", "http://11.0.0.1:9093", false)]
    [InlineData("10.0.0.0/8,.svc,.cluster.local", "http://alertmanager.monitoring.svc:9093", true)]
    [InlineData(".svc", "http://svc/", false)]
    [InlineData("*.svc", "http://a.svc/", true)]
    [InlineData("example.org", "https://EXAMPLE.org/", true)]
    [InlineData("example.org", "https://slack.example.org/", true)]
    [InlineData("example.org", "https://notexample.org/", false)]
    [InlineData("example.org:8443", "https://example.org/", false)]
    [InlineData("example.org:8443", "https://example.org:8443/", true)]
    [InlineData("192.168.1.4", "http://192.168.1.4/", true)]
    [InlineData("192.168.1.4:9093", "http://192.168.1.4:9093/", true)]
    [InlineData("192.168.1.4:9093", "http://192.168.1.4/", false)]
    [InlineData("fd00::/8", "http://[fd00::17]:9093/", true)]
    [InlineData("fd00::17", "http://[fd00::17]:9093/", true)]
    [InlineData("fd00::17", "http://[fd00::18]:9093/", false)]
    [InlineData("*", "https://slack.com/api/", true)]
    [InlineData(" a , 10.0.0.0/8 ,,", "http://10.1.2.3/", true)]
    [InlineData("10.0.0.0/99,::/,:,.", "http://10.1.2.3/", false)]
    [InlineData("", "http://localhost:9093/", true)]
    [InlineData("", "http://127.0.0.9:9093/", true)]
    [InlineData("", "http://[::1]:9093/", true)]
    public void No_proxy_is_read_as_Go_reads_it(string noProxy, string address, bool direct)
    {
        var proxy = new EnvironmentProxy(Of(("HTTP_PROXY", "http://proxy:3128"), ("HTTPS_PROXY", "proxy:3129"), ("NO_PROXY", noProxy)));

        Assert.Equal(direct, proxy.IsBypassed(new Uri(address)));
        Assert.Equal(direct ? null : new Uri(address.StartsWith("https", StringComparison.Ordinal) ? "http://proxy:3129" : "http://proxy:3128"), proxy.GetProxy(new Uri(address)));
    }

    [Fact]
    public void Lower_case_names_count_where_the_others_are_absent_and_a_login_is_taken_from_the_address()
    {
        var proxy = new EnvironmentProxy(Of(("http_proxy", "http://me:p%40ss@proxy:3128"), ("no_proxy", "10.0.0.0/8")));

        Assert.Equal("proxy", proxy.GetProxy(new Uri("http://192.168.1.1/"))!.Host);
        Assert.True(proxy.IsBypassed(new Uri("http://10.0.0.1/")));
        Assert.True(proxy.IsBypassed(new Uri("https://192.168.1.1/")));
        var login = (NetworkCredential)proxy.Credentials!;
        Assert.Equal(("me", "p@ss"), (login.UserName, login.Password));
    }

    [Fact]
    public void Without_variables_everything_is_asked_directly()
    {
        Assert.True(new EnvironmentProxy(Of()).IsBypassed(new Uri("https://slack.com/")));
        Assert.True(new EnvironmentProxy(Of(("HTTP_PROXY", "http://"))).IsBypassed(new Uri("http://slack.com/")));
    }

    private static Func<string, string?> Of(params (string Name, string Value)[] variables) =>
        name => variables.FirstOrDefault(variable => variable.Name == name).Value;
}
