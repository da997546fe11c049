using System.Globalization;
using System.Runtime.CompilerServices;
using IncidentBot.Settings;
using Quartz;

namespace IncidentBot.Probes;

/// <summary><c>probes</c>: the scheduled checks.</summary>
internal sealed class ProbesSection() : SettingsSection("probes", typeof(ProbesOptions))
{
    private static readonly TimeSpan ShortestEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(30);

    public override void Check(BotOptions options, Requirements requirements)
    {
        if (options.Probes is not { } probes)
        {
            return;
        }

        CheckPushgateway(probes.Pushgateway, requirements);
        var names = new List<string>();
        foreach (var kind in ProbeCatalog.Kinds)
        {
            foreach (var (i, probe) in kind.In(probes).Index())
            {
                var path = string.Create(CultureInfo.InvariantCulture, $"probes.{kind.Name}[{i}]");
                if (probe is null)
                {
                    requirements.Complain(path, "nothing stands here", "a mapping with every or cron, and what the kind asks for");
                    continue;
                }

                CheckName(new Probe(kind, probe), path, names, requirements);
                CheckTimes(probe, path, requirements);
                CheckMetrics(probe.Metrics, $"{path}.metrics", requirements);
                CheckAlert(probe.Alert, $"{path}.alert", requirements);
                kind.Check(probe, path, requirements);
            }
        }
    }

    private static void CheckPushgateway(PushgatewayOptions? pushgateway, Requirements requirements)
    {
        if (pushgateway is not null)
        {
            requirements.Require("probes.pushgateway.url", pushgateway.Url);
            if (pushgateway.Username is not null)
            {
                requirements.Require("probes.pushgateway.password", pushgateway.Password, " with username");
            }
        }
    }

    private static void CheckName(Probe probe, string path, List<string> names, Requirements requirements)
    {
        if (requirements.Has($"{path}.name"))
        {
            requirements.RequireName($"{path}.name", probe.Name, names, "a probe");
        }
        else if (names.Contains(probe.Name, StringComparer.Ordinal))
        {
            requirements.Complain($"{path}.name", $"missing; another probe is named {Requirements.Quote(probe.Name)} already",
                "a name of its own for each");
        }

        names.Add(probe.Name);
    }

    private static void CheckTimes(ProbeOptions probe, string path, Requirements requirements)
    {
        if (probe is { Every: not null, Cron: not null })
        {
            requirements.Complain($"{path}.cron", "every is set too", "every or cron, never both");
        }
        else if (probe.Cron is null)
        {
            requirements.Require($"{path}.every", probe.Every, ", or cron instead");
        }

        if (probe.Cron is { } cron && !IsCron(cron))
        {
            requirements.Complain($"{path}.cron", Requirements.Found(cron),
                "five fields as in a crontab: minute, hour, day of the month, month, day of the week; such as */15 * * * *, or 0 3 * * mon-fri");
        }

        if (probe.Every is { } every)
        {
            requirements.RequireAtLeast($"{path}.every", every, ShortestEvery);
        }

        if (probe.Timeout is { } timeout && (timeout < TimeSpan.FromMilliseconds(100) || timeout > LongestTimeout))
        {
            requirements.Complain($"{path}.timeout", Requirements.Found(Duration.Format(timeout)), "100ms to 30m");
        }
    }

    /// <summary>Apart, so that Quartz is not loaded for what never asks it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsCron(string cron) => CronExpression.TryParseWithHash(cron, CronFormat.Unix, "any", out _);

    private static void CheckMetrics(ProbeMetricsOptions metrics, string path, Requirements requirements)
    {
        if (metrics.Job is { } job)
        {
            requirements.RequireText($"{path}.job", job);
        }

        foreach (var (at, label) in (metrics.Group ?? []).Keys.Select(label => ($"{path}.group", label))
            .Concat(metrics.Labels.Keys.Select(label => ($"{path}.labels", label))))
        {
            requirements.RequireLabelName($"{at}.{label}", label);
            if (label is "job")
            {
                requirements.Complain($"{at}.{label}", "job has a key of its own", $"{path}.job");
            }
        }
    }

    private static void CheckAlert(ProbeAlertOptions? alert, string path, Requirements requirements)
    {
        if (alert is not null)
        {
            requirements.RequireText($"{path}.severity", alert.Severity);
            foreach (var label in alert.Labels.Keys)
            {
                requirements.RequireLabelName($"{path}.labels.{label}", label);
            }
        }
    }
}

/// <summary>The section among all options.</summary>
internal static class ProbesOfOptions
{
    extension(BotOptions options)
    {
        /// <summary>Scheduled checks. Absent: none.</summary>
        public ProbesOptions? Probes
        {
            get => options.Find<ProbesOptions>("probes");
            set => options.Set("probes", value);
        }
    }
}
