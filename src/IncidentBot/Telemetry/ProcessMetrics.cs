using System.Diagnostics;

namespace IncidentBot.Telemetry;

/// <summary>Which version runs, and what it costs the machine.</summary>
internal sealed class ProcessMetrics : IMetricSource
{
    public ValueTask WriteAsync(PrometheusText text, CancellationToken cancellationToken)
    {
        text.Family("incidentbot_build_info", "gauge", "Always 1; the version is in the label.")
            .Sample("incidentbot_build_info", 1, ("version", BotVersion.Text));
        using var process = Process.GetCurrentProcess();
        text.Single("process_resident_memory_bytes", "gauge", "Resident memory.", process.WorkingSet64);
        text.Single("process_cpu_seconds_total", "counter", "Processor time used.", process.TotalProcessorTime.TotalSeconds);
        return ValueTask.CompletedTask;
    }
}
