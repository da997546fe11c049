namespace IncidentBot.Alerts;

/// <summary>A place of a body that is not as the format has it, and what was expected there.</summary>
/// <param name="Path">The JSON path, such as <c>$.alerts[3].labels.port</c>. Names in it come from outside.</param>
/// <param name="Reason">What is wrong there and what was expected or made of it.</param>
internal sealed record ReadProblem(string Path, string Reason)
{
    public override string ToString() => $"{Path}: {Reason}";
}

/// <summary>
/// What a body says, or why nothing of it can be used. Exactly one of <paramref name="Notification"/> and
/// <paramref name="Problem"/> is there.
/// </summary>
internal readonly record struct ReadResult(Notification? Notification, ReadProblem? Problem)
{
    /// <summary>What was repaired or left out of what was taken.</summary>
    public required ReadRemarks Remarks { get; init; }
}

/// <summary>
/// The oddities of one body: values that were repaired, and alerts that could not be used and were left out. The first few
/// are kept with their paths, the others are counted.
/// </summary>
internal sealed class ReadRemarks
{
    /// <summary>Enough to find the sender's mistake; a body that is odd all over repeats itself.</summary>
    private const int Kept = 5;

    private readonly List<ReadProblem> _first = [];

    public IReadOnlyList<ReadProblem> First => _first;

    /// <summary>Values that were not as the format has them, and what was made of them says enough.</summary>
    public int Repaired { get; private set; }

    /// <summary>Alerts of which nothing could be shown.</summary>
    public int LeftOut { get; private set; }

    /// <summary>The first alert that was left out.</summary>
    public ReadProblem? FirstLeftOut { get; private set; }

    public bool IsEmpty => Repaired + LeftOut == 0;

    public void Repair(ReadProblem problem)
    {
        Repaired++;
        Keep(problem);
    }

    public void LeaveOut(ReadProblem problem)
    {
        LeftOut++;
        FirstLeftOut ??= problem;
        Keep(problem);
    }

    private void Keep(ReadProblem problem)
    {
        if (_first.Count < Kept)
        {
            _first.Add(problem);
        }
    }
}
