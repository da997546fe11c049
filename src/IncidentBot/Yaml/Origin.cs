using System.Globalization;

namespace IncidentBot.Yaml;

/// <summary>Where a value comes from: a line of a file, or a variable of the environment.</summary>
/// <param name="Name">The file as it was named, or the variable.</param>
/// <param name="Line">Counted from 1; 0 for what has no lines.</param>
internal readonly record struct Origin(string Name, int Line = 0)
{
    public override string ToString() => Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Name}:{Line}") : Name;
}
