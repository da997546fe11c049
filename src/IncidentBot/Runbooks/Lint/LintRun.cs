namespace IncidentBot.Runbooks.Lint;

/// <summary>One run over folders of runbooks and rule files. What cannot be read at all is a problem, not a finding.</summary>
/// <param name="Rules">Files, folders, or patterns with an asterisk in the last part.</param>
/// <param name="OtherPages">First parts of paths of this site that lead to no runbook.</param>
internal sealed record LintRun(IReadOnlyList<string> Folders, IReadOnlyList<string> Rules, RunbookNaming Naming, TimeSpan ReviewedWithin,
    IReadOnlySet<string> OtherPages)
{
    public (LintReport Report, IReadOnlyList<string> Problems) Run(DateOnly today)
    {
        var problems = new List<string>();
        var set = new RunbookLoader().Load(Folders);
        problems.AddRange(Folders.Where(folder => !Directory.Exists(folder))
            .Select(folder => $"{folder}: there is no such folder of runbooks"));
        var files = Rules.SelectMany(rule => Expand(rule, problems)).Distinct(StringComparer.Ordinal).ToList();
        var rules = files.SelectMany(file => Read(file, problems)).ToList();
        if (Rules.Count > 0 && rules.Count == 0 && problems.Count == 0)
        {
            problems.Add($"no alerting rule in {string.Join(", ", Rules)}: name files that hold groups of rules, as they are deployed");
        }

        return (new RunbookLint(set, Naming, today, ReviewedWithin, OtherPages).Run(Rules.Count == 0 ? null : rules, files.Count),
            problems);
    }

    private static IReadOnlyList<string> Expand(string rule, List<string> problems)
    {
        if (Directory.Exists(rule))
        {
            return [.. Directory.EnumerateFiles(rule, "*", SearchOption.AllDirectories).Where(IsYaml).Order(StringComparer.Ordinal)];
        }

        var folder = Path.GetDirectoryName(rule) is { Length: > 0 } named ? named : ".";
        if (rule.AsSpan().ContainsAny('*', '?') && Directory.Exists(folder)
            && Directory.EnumerateFiles(folder, Path.GetFileName(rule)).Order(StringComparer.Ordinal).ToList() is { Count: > 0 } found)
        {
            return found;
        }

        if (File.Exists(rule))
        {
            return [rule];
        }

        problems.Add($"{rule}: there is no such rule file");
        return [];
    }

    private IReadOnlyList<AlertRule> Read(string file, List<string> problems)
    {
        try
        {
            var before = problems.Count;
            var rules = RuleFile.Read(File.ReadAllBytes(file), file, problems, out var groups);
            if (groups == 0 && problems.Count == before && Rules.Contains(file, StringComparer.Ordinal))
            {
                problems.Add($"{file}: there are no groups of rules in it; of a Helm chart name what \"helm template\" makes of it");
            }

            return rules;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{file}: {failure.Message}");
            return [];
        }
    }

    private static bool IsYaml(string file) =>
        Path.GetExtension(file).ToUpperInvariant() is ".YML" or ".YAML" or ".JSON" && !Path.GetFileName(file).StartsWith('.');
}
