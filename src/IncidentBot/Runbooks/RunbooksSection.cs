using IncidentBot.Settings;

namespace IncidentBot.Runbooks;

/// <summary><c>runbooks</c>: what people do about alerts.</summary>
internal sealed class RunbooksSection() : SettingsSection("runbooks", typeof(RunbookOptions))
{
    public override void Check(BotOptions options, Requirements requirements)
    {
        var runbooks = options.Runbooks;
        for (var i = 0; i < runbooks.Path.Count; i++)
        {
            requirements.RequireText(runbooks.Path.Count == 1 ? "runbooks.path"
                : FormattableString.Invariant($"runbooks.path[{i}]"), runbooks.Path[i]);
        }

        requirements.RequirePositive("runbooks.reviewed_within", runbooks.ReviewedWithin);
    }

    public override void Warn(BotOptions options, Requirements requirements) =>
        requirements.WarnOfMoved("runbooks.path", Directory.Exists, "folder");
}

/// <summary>The section among all options.</summary>
internal static class RunbooksOfOptions
{
    extension(BotOptions options)
    {
        /// <summary>Where runbooks are found.</summary>
        public RunbookOptions Runbooks => options.Of<RunbookOptions>("runbooks");
    }
}
