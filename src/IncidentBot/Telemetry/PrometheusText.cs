using System.Globalization;
using System.Text;

namespace IncidentBot.Telemetry;

/// <summary>Writes metrics in Prometheus' text format, version 0.0.4: every line ends with a line feed, also the last.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new(4096);

    public PrometheusText Family(string name, string type, string help)
    {
        _text.Append("# HELP ").Append(name).Append(' ')
            .Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        return this;
    }

    public PrometheusText Sample(string name, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(name);
        for (var i = 0; i < labels.Length; i++)
        {
            _text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"");
            _text.Append(labels[i].Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
        }

        _text.Append(labels.Length > 0 ? "} " : " ").Append(Number(value)).Append('\n');
        return this;
    }

    public PrometheusText Single(string name, string type, string help, double value) => Family(name, type, help).Sample(name, value);

    public PrometheusText Histogram(string name, string help, Histogram histogram)
    {
        Family(name, "histogram", help);
        var (buckets, count, sum) = histogram.Read();
        foreach (var (bound, below) in buckets)
        {
            Sample(name + "_bucket", below, ("le", Number(bound)));
        }

        return Sample(name + "_bucket", count, ("le", "+Inf")).Sample(name + "_sum", sum).Sample(name + "_count", count);
    }

    public override string ToString() => _text.ToString();

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf"
        : double.IsNaN(value) ? "NaN" : value.ToString("R", CultureInfo.InvariantCulture);
}
