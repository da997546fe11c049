using System.Globalization;
using IncidentBot.Channels;
using IncidentBot.Lanes;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Sources;
using IncidentBot.Words;

namespace IncidentBot.Cli;

/// <summary>What people read about a configuration, the same from every command.</summary>
internal static class SettingsReport
{
    /// <summary>More than this nobody reads; the first ones usually explain the rest.</summary>
    private const int MostComplaints = 100;

    public static void WriteComplaints(LoadResult loaded, TextWriter error)
    {
        foreach (var complaint in loaded.Complaints.Take(MostComplaints))
        {
            error.WriteLine(complaint);
        }

        if (loaded.Complaints.Count > MostComplaints)
        {
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"… and {loaded.Complaints.Count - MostComplaints} more."));
        }

        error.WriteLine($"{loaded.Name}: {Counts.Of(loaded.Complaints.Count, "thing")} to correct; then try: incidentbot check-config --config.file={loaded.Name}");
    }

    public static void WriteSummary(LoadResult loaded, BotOptions options, TextWriter output)
    {
        var channels = ChannelCatalog.Kinds.Count(kind => kind.IsConfigured(options.Channels));
        var name = loaded.Found ? loaded.Name : $"no {loaded.Name} here, so the defaults";
        output.WriteLine(
            $"{name}: ok, {Counts.Of(options.Lanes.Count, "lane")}, {Counts.Of(channels, "channel")} beside the web page, "
            + $"{Counts.Of(options.Alertmanagers.Count, "Alertmanager source")}, listening on {options.Server.Listen}");
    }

    /// <summary>What is allowed, and has no effect or hardly the one that was meant.</summary>
    public static void WriteRemarks(BotOptions options, TextWriter output)
    {
        WriteList("Understood, but not acted on by this version:", options.NotYetActive, output);
        WriteList("Allowed, but hardly meant so:", options.Warnings, output);
    }

    private static void WriteList(string title, IReadOnlyList<string> lines, TextWriter output)
    {
        if (lines.Count > 0)
        {
            output.WriteLine(title);
        }

        foreach (var line in lines)
        {
            output.WriteLine($"  {line}");
        }
    }
}
