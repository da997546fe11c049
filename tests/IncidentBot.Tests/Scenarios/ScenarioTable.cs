using System.Globalization;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Scenarios;

/// <summary>All scenarios run one after the other and share one table.</summary>
[CollectionDefinition]
public sealed class SharedTable : ICollectionFixture<ScenarioTable>;

/// <summary>The table of all scenarios, printed when the last of them is over.</summary>
public sealed class ScenarioTable : IDisposable
{
    /// <summary>More of one kind say no more.</summary>
    private const int MostComplaints = 25;

    private readonly List<ScenarioRow> _rows = [];

    /// <summary>Runs a scenario, keeps its row whatever comes of it, and fails with all that was not as it should be.</summary>
    internal async Task PlayAsync(int order, string scenario, Func<ScenarioRow, Task> play)
    {
        var row = new ScenarioRow(order, scenario);
        _rows.Add(row);
        try
        {
            await play(row);
        }
        catch (Exception failure)
        {
            row.Complaints.Add(failure.Message);
            throw;
        }

        Report.None(row.Complaints.Take(MostComplaints));
    }

    public void Dispose()
    {
        List<string[]> lines = [ScenarioRow.Heads, .. _rows.OrderBy(row => row.Order).Select(row => row.Cells())];
        var widths = Enumerable.Range(0, ScenarioRow.Heads.Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        lines.Insert(1, [.. widths.Select(width => new string('-', width))]);
        Console.WriteLine();
        Console.WriteLine("Scenarios on a fake clock, with vendors that enforce their limits");
        foreach (var line in lines)
        {
            Console.WriteLine("| " + string.Join(" | ", line.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))) + " |");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_rows.Count(row => row.Complaints.Count == 0)} of {_rows.Count} hold"));
        Console.WriteLine();
    }
}
