using System.Globalization;
using System.Text;
using IncidentBot.Words;

namespace IncidentBot.Runbooks.Lint;

/// <summary>The report for people: one line for each finding, and what was looked at.</summary>
internal static class LintTable
{
    public static string Of(LintReport report)
    {
        var lines = report.Findings.Concat(report.Elsewhere)
            .Select(finding => (Where: finding.Line > 0 ? FormattableString.Invariant($"{finding.File}:{finding.Line}")
                : finding.File, finding.Kind, finding.Message)).ToList();
        var where = lines.Select(line => line.Where.Length).DefaultIfEmpty(0).Max();
        var kind = lines.Select(line => line.Kind.Length).DefaultIfEmpty(0).Max();
        var table = new StringBuilder();
        foreach (var line in lines)
        {
            table.Append(Plain(line.Where).PadRight(where)).Append("  ").Append(line.Kind.PadRight(kind)).Append("  ")
                .Append(Plain(line.Message)).Append('\n');
        }

        var elsewhere = report.Elsewhere.Count == 0 ? "" : $", {report.Elsewhere.Count} with a runbook elsewhere";
        return table.Append(CultureInfo.InvariantCulture,
            $"{Counts.Of(report.Findings.Count, "finding")} in {Counts.Of(report.Runbooks, "runbook")} and {Counts.Of(report.Alerts, "alert")} of {Counts.Of(report.RuleFiles, "rule file")}{elsewhere}").ToString();
    }

    /// <summary>Files are written by people, and a terminal obeys what it is told.</summary>
    private static string Plain(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
}
