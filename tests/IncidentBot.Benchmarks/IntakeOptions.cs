using System.Globalization;

namespace IncidentBot.Benchmarks;

/// <summary>How long and how hard to measure.</summary>
internal sealed record IntakeOptions(TimeSpan Span, int Rounds, int Connections, IReadOnlyList<int> Open)
{
    public static IntakeOptions Parse(string[] args)
    {
        string Value(string name, string otherwise) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : otherwise;
        int Number(string name, string otherwise) => int.Parse(Value(name, otherwise), CultureInfo.InvariantCulture);
        return new IntakeOptions(
            TimeSpan.FromSeconds(Number("--seconds", "6")), Number("--rounds", "3"), Number("--connections", "64"),
            [.. Value("--open", "100,10000,100000").Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))]);
    }
}
