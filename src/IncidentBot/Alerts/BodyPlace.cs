namespace IncidentBot.Alerts;

/// <summary>Where in a body the reader is, and what it has remarked on so far.</summary>
internal sealed class BodyPlace
{
    /// <summary>The field of the body; null before the first and after the last.</summary>
    public string? Field { get; set; }

    /// <summary>Which alert; -1 outside of them.</summary>
    public int Index { get; set; } = -1;

    /// <summary>The field of the alert.</summary>
    public string? Member { get; set; }

    public ReadRemarks Remarks { get; } = new();

    /// <summary>Goes to a field of the alert, or of the body outside of alerts; null leaves it.</summary>
    public void Enter(string? name)
    {
        if (Index >= 0)
        {
            Member = name;
        }
        else
        {
            Field = name;
        }
    }

    public ReadProblem Problem(string reason) => new(ToString(), reason);

    /// <summary>Remarks on a value that was repaired.</summary>
    public void Repair(string reason) => Remarks.Repair(Problem(reason));

    /// <summary>Remarks on one label or annotation that was repaired.</summary>
    public void Repair(string label, string reason) => Remarks.Repair(new ReadProblem($"{this}.{BodyFields.Shorten(label)}", reason));

    public override string ToString() =>
        "$" + (Field is null ? "" : "." + Field) + (Index < 0 ? "" : $"[{Index}]") + (Member is null ? "" : "." + Member);
}
