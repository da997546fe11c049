using Xunit;

namespace IncidentBot.Support;

/// <summary>Fails with all that was found, one to a line, instead of with the first.</summary>
internal static class Report
{
    public static void None(IEnumerable<string> complaints)
    {
        var all = complaints.ToList();
        if (all.Count > 0)
        {
            Assert.Fail(string.Join(Environment.NewLine, all));
        }
    }
}
