using System.Globalization;
using System.Net;
using System.Text;
using IncidentBot.Graph;
using IncidentBot.Incidents;
using IncidentBot.Words;

namespace IncidentBot.Web;

/// <summary>
/// Draws services as boxes in layers and what they need as lines between them: one picture without scripts, in the page's own colours.
/// Every line is drawn whose two ends are; how many a box has beside is written on it.
/// </summary>
internal sealed class ServiceMap(ServiceStates states, IReadOnlySet<int> shown)
{
    private const int Width = 176;
    private const int Height = 62;
    private const int Across = 24;
    private const int Down = 58;
    private const int Margin = 12;
    private const int LongestName = 30;

    /// <summary>Longer names are written more narrowly, so that they stay in their box.</summary>
    private const int UsualName = 17;

    private readonly Dictionary<int, (int X, int Y)> _boxes = [];
    private readonly StringBuilder _svg = new();

    /// <summary>The picture; text from outside is escaped in it.</summary>
    public string Draw()
    {
        var (width, height) = Place();
        _svg.Append(CultureInfo.InvariantCulture,
            $"<svg id=\"map\" class=\"map\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"group\" aria-label=\"Map of {Counts.Of(_boxes.Count, "service")}\">");
        Lines(isCause: false);
        Lines(isCause: true);
        foreach (var (place, (x, y)) in _boxes)
        {
            Box(states.All[place], x, y);
        }

        return _svg.Append("</svg>").ToString();
    }

    /// <summary>How a service looks: by its worst incident, by what it lacks, or well.</summary>
    public static Look LookOf(ServiceState state) => state.Worst is { } worst ? Look.Of(worst)
        : state.IsWarned ? new Look("warning", $"⚠ {Counts.Number(state.DownAbove)}") : new Look("resolved", "ok");

    /// <summary>The same in a sentence: <c>traefik: critical, tier 1, 2 open incidents</c>.</summary>
    public static string Words(ServiceState state) => string.Join(", ", new[]
    {
        state.Worst is { } worst ? Look.Of(worst).Word : state.IsWarned ? $"needs {Counts.Of(state.DownAbove, "service that is failing", "services that are failing")}" : "ok",
        FormattableString.Invariant($"tier {state.Service.Tier}"),
        state.Incidents.Count == 0 ? "" : Counts.Of(state.Incidents.Count, "open incident"),
    }.Where(text => text.Length > 0));

    /// <summary>Layers that are too wide for a screen stand in several rows.</summary>
    private (int Width, int Height) Place()
    {
        var most = Math.Clamp((int)Math.Ceiling(Math.Sqrt(shown.Count * 1.2)), 4, 24);
        var rows = ServiceLayers.Of(states.Graph, shown).SelectMany(layer => layer.Chunk(most)).ToList();
        var columns = rows.Select(row => row.Length).DefaultIfEmpty(1).Max();
        var width = (2 * Margin) + (columns * (Width + Across)) - Across;
        foreach (var (index, row) in rows.Index())
        {
            var left = (width - ((row.Length * (Width + Across)) - Across)) / 2;
            foreach (var (column, place) in row.Index())
            {
                _boxes[place] = (left + (column * (Width + Across)), Margin + (index * (Height + Down)));
            }
        }

        return (width, (2 * Margin) + (Math.Max(1, rows.Count) * (Height + Down)) - Down);
    }

    private void Lines(bool isCause)
    {
        foreach (var (place, (x, y)) in _boxes)
        {
            foreach (var need in states.Graph.Dependencies.Needs(place))
            {
                foreach (var other in need)
                {
                    if (_boxes.TryGetValue(other, out var to) && Array.TrueForAll(need, IsFailing) == isCause)
                    {
                        Line(x + (Width / 2), y + Height, to.X + (Width / 2), to.Y, isCause, need.Length > 1);
                    }
                }
            }
        }
    }

    /// <summary>What needs it suffers, by itself or by what it lacks.</summary>
    private bool IsFailing(int place) => states.All[place] is { IsDown: true } or { DownAbove: > 0 };

    private void Line(int x1, int y1, int x2, int y2, bool isCause, bool isOr)
    {
        var bend = Math.Max(24, Math.Abs(y2 - y1) / 2);
        var kind = (isCause ? "needs cause" : "needs") + (isOr ? " or" : "");
        _svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{kind}\" d=\"M{x1} {y1}C{x1} {y1 + bend} {x2} {y2 - bend} {x2} {y2}\"/>");
        if (isOr)
        {
            _svg.Append(CultureInfo.InvariantCulture, $"<text class=\"or-word\" x=\"{(x1 + x2) / 2}\" y=\"{(y1 + y2) / 2}\">or</text>");
        }
    }

    private void Box(ServiceState state, int x, int y)
    {
        var (service, look) = (state.Service, LookOf(state));
        var hidden = Neighbours(state.Place).Count(other => !_boxes.ContainsKey(other));
        _svg.Append(CultureInfo.InvariantCulture,
            $"<a class=\"box {look.Class}\" href=\"{Text(Url(service))}\">");
        _svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"{y}\" width=\"{Width}\" height=\"{Height}\" rx=\"9\"/>");
        Sign(look.Class, x + 10, y + 8);
        _svg.Append(CultureInfo.InvariantCulture, $"<text class=\"name\" x=\"{x + 34}\" y=\"{y + 23}\"{Squeezed(service.Name)}>{Text(Headline.Cut(service.Name, LongestName))}</text>");
        var beside = state.Incidents.Count > 0 ? $" · {state.Incidents.Count} open" : "";
        _svg.Append(CultureInfo.InvariantCulture, $"<text class=\"word\" x=\"{x + 34}\" y=\"{y + 40}\">{Text(Headline.Cut(look.Word, 12))}{beside}</text>");
        _svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tier\" x=\"{x + 34}\" y=\"{y + 55}\">tier {service.Tier}{(hidden > 0 ? $" · {hidden} more" : "")}</text></a>");
    }

    /// <summary>The signs of the pages, whose shapes alone tell states apart.</summary>
    private void Sign(string kind, int x, int y) => _svg.Append(CultureInfo.InvariantCulture, $"<g class=\"sign\" transform=\"translate({x} {y}) scale(.8)\">")
        .Append(kind switch
        {
            "critical" => "<path class=\"body\" d=\"M7.9 2h8.2L22 7.9v8.2L16.1 22H7.9L2 16.1V7.9Z\"/><path class=\"mark\" d=\"M12 6.8v6.4M12 16.7v.1\"/>",
            "warning" => "<path class=\"body\" d=\"M12 2.6 23 21.6H1Z\"/><path class=\"mark\" d=\"M12 9.4v5.2M12 18v.1\"/>",
            "resolved" => "<circle class=\"body\" cx=\"12\" cy=\"12\" r=\"10\"/><path class=\"mark\" d=\"m7.4 12.4 3.1 3.1 6.1-6.6\"/>",
            _ => "<rect class=\"body\" x=\"3\" y=\"3\" width=\"18\" height=\"18\" rx=\"3\"/><path class=\"mark\" d=\"M12 11v6M12 7v.1\"/>",
        }).Append("</g>");

    /// <summary>What a service needs and what needs it.</summary>
    public IEnumerable<int> Neighbours(int place) => states.Graph.Dependencies.Needs(place).ToArray().SelectMany(any => any)
        .Concat(states.Graph.Dependencies.Dependents(place).ToArray()).Distinct();

    /// <summary>The page of a service.</summary>
    public static string Url(Service service) => $"/services/{Uri.EscapeDataString(service.Name)}";

    private static string Squeezed(string name) => name.Length <= UsualName ? "" : FormattableString.Invariant($" textLength=\"{Width - 44}\" lengthAdjust=\"spacingAndGlyphs\"");

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
