using IncidentBot.Yaml;

namespace IncidentBot.Settings;

/// <summary>What is asked of single settings, each with the complaint that says what was found and what is allowed.</summary>
internal sealed class Requirements(SettingsBinder places)
{
    private const string NameAllowed = "1 to 64 letters, digits, dots, hyphens and underscores";
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(5);

    /// <summary>A value for people, see <see cref="Complaint.Quote"/>.</summary>
    public static string Quote(string text) => Complaint.Quote(text);

    public static string Found(string text) => $"found {Complaint.Quote(text)}";

    /// <summary>The key by which the secret is configured: itself, or its file.</summary>
    public string SecretPath(string path) => places.Has($"{path}_file") ? $"{path}_file" : path;

    /// <summary>Whether a secret stands there, itself or its file, also one that cannot be read.</summary>
    public bool HasSecret(string path) => places.Has(path) || places.Has($"{path}_file");

    /// <summary>Whether something stands at this path, right or wrong.</summary>
    public bool Has(string path) => places.Has(path);

    /// <summary>Whether something stands at this path that nobody has complained about, nor about anything in it.</summary>
    public bool IsGood(string path) => places.IsGood(path);

    public void Complain(string path, string problem, string allowed = "") => places.Complain(path, problem, allowed);

    /// <param name="text">What is hardly meant, and what would be better. It begins with the key.</param>
    public void Warn(string text) => places.Warn(text);

    /// <summary>Whether files that the settings name can be looked at; false when they may be on another machine.</summary>
    public bool SeesFiles => places.Paths.SeesFiles;

    /// <summary>Whether anything is configured at all.</summary>
    public bool HasAny => places.Configured.Any();

    /// <summary>
    /// Warns of a relative path that leads to nothing where it leads now, from the folder of the configuration file, while there is
    /// something in the current directory.
    /// </summary>
    /// <param name="exists">Whether there is something at a path.</param>
    /// <param name="thing">What it is, with its article.</param>
    public void WarnOfMoved(string path, Func<string, bool> exists, string thing)
    {
        foreach (var moved in places.Paths.Moved.Where(moved => moved.Key.Equals(path, StringComparison.Ordinal) && exists(moved.Written)
            && !exists(moved.Place)))
        {
            Warn($"{path}: relative paths begin in the folder of the configuration file, so this is {Quote(Path.GetFullPath(moved.Place))}, where there is no {thing}; "
                + $"there is one in the current directory, {Quote(Path.GetFullPath(moved.Written))}: move it, or write its whole path");
        }
    }

    public void Require(string path, object? value, string when = "")
    {
        // A key that stands there with a value that cannot be read has its own complaint.
        if (value is null && !places.Has(path) && !places.Has($"{path}_file"))
        {
            var isSecret = path.EndsWith("_token", StringComparison.Ordinal) || path.EndsWith("_string", StringComparison.Ordinal);
            var key = path[(path.LastIndexOf('.') + 1)..];
            places.Complain(path, $"missing; it is required{when}", isSecret ? $"{key} or {key}_file" : "");
        }
    }

    public void RequireText(string path, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            places.Complain(path, Found(text), "some text");
        }
    }

    public void RequireName(string path, string name, IEnumerable<string> earlier, string thing)
    {
        if (!places.Has(path))
        {
            places.Complain(path, "missing; it is required", NameAllowed);
        }
        else if (name.Length is 0 or > 64
            || !name.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_'))
        {
            places.Complain(path, Found(name), NameAllowed);
        }
        else if (earlier.Contains(name, StringComparer.Ordinal))
        {
            places.Complain(path, $"{thing} before it is named {Complaint.Quote(name)} too", "a name of its own for each");
        }
    }

    public void RequireLabelName(string path, string name)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0])
            || !name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_'))
        {
            places.Complain(path, Found(name), "the name of a label: letters, digits and underscores");
        }
    }

    public void RequirePositive(string path, TimeSpan duration)
    {
        if (duration <= TimeSpan.Zero)
        {
            places.Complain(path, Found(Duration.Format(duration)), "more than 0");
        }
    }

    public void RequireAtLeast(string path, TimeSpan duration, TimeSpan least)
    {
        if (duration < least)
        {
            places.Complain(path, Found(Duration.Format(duration)), $"at least {Duration.Format(least)}");
        }
    }

    public void RequireTimeout(string path, TimeSpan timeout)
    {
        if (timeout < ShortestTimeout || timeout > LongestTimeout)
        {
            places.Complain(path, Found(Duration.Format(timeout)),
                $"{Duration.Format(ShortestTimeout)} to {Duration.Format(LongestTimeout)}");
        }
    }
}
