using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using IncidentBot.Yaml;

namespace IncidentBot.Settings;

/// <summary>Reads a secret from a file, as Docker and Kubernetes hand them out, and says what is wrong without ever showing it.</summary>
internal static partial class SecretFile
{
    private const int Largest = 64 * 1024;

    public const string Allowed = "a readable file with the secret on one line";

    /// <summary>Returns the secret, or the problem.</summary>
    /// <param name="written">The path as it stands in the configuration.</param>
    /// <param name="path">The path to read.</param>
    public static (Secret? Secret, string? Problem) Read(string written, string path)
    {
        var shown = Show(written, path);
        try
        {
            if (Directory.Exists(path))
            {
                return (null, $"{shown} is a folder");
            }

            if (ReadText(path) is not { } text)
            {
                return (null, $"{shown} holds more than 64 KiB");
            }

            var (secret, problem) = Check(text);
            return (secret is null ? null : new Secret(secret.Reveal()) { File = path },
                problem is null ? null : $"the secret in {shown} {problem}");
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, $"{shown} does not exist");
        }
        catch (UnauthorizedAccessException)
        {
            return (null, $"{shown} may not be read by this user");
        }
        catch (Exception problem) when (problem is IOException or ArgumentException or NotSupportedException)
        {
            return (null, $"{shown} cannot be read");
        }
    }

    /// <summary>Files are read again and again, so the bytes are lent by a pool, and wiped. Null when there are too many.</summary>
    private static string? ReadText(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = ArrayPool<byte>.Shared.Rent(Largest + 1);
        try
        {
            var read = file.ReadAtLeast(bytes.AsSpan(0, Largest + 1), Largest + 1, throwOnEndOfStream: false);
            return read > Largest ? null : Encoding.UTF8.GetString(bytes, 0, read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }

    /// <summary>Takes one line end off; what remains must be able to stand in a header.</summary>
    public static (Secret? Secret, string? Problem) Check(string text)
    {
        var value = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
        return value switch
        {
            "" => (null, "is empty"),
            _ when value.Any(char.IsControl) => (null, "has more than one line or holds control characters"),
            _ when char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]) => (null, "begins or ends with a space"),
            _ => (new Secret(value), null),
        };
    }

    /// <summary>What makes it unlikely that this is the secret that was meant, without showing it; null when nothing does.</summary>
    public static string? Doubt(Secret secret)
    {
        var text = secret.Reveal();
        return text.Length > 1 && text[0] is '"' or '\'' && text[0] == text[^1]
            ? "the secret is in quotes, which are taken as a part of it; leave them out"
            : Variable().IsMatch(text)
                ? "the secret looks like the name of a variable, and variables are not filled in here; write the secret to a file and "
                + $"name it with a key that ends in _file, or set this key by a variable that begins with {EnvironmentOverrides.Prefix}"
            : null;
    }

    /// <summary><c>$TOKEN</c> and <c>${TOKEN}</c>, as they are left over by a template or a shell that did not fill them in.</summary>
    [GeneratedRegex(@"^\$(\{[A-Za-z_][A-Za-z0-9_]*(:?[-?+][^}]*)?\}|[A-Z_][A-Z0-9_]*)$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();

    /// <summary>
    /// People write the secret itself where its file belongs. So a path is shown only when it begins in a folder that exists, and then as
    /// the whole path.
    /// </summary>
    private static string Show(string written, string path)
    {
        var slash = written.IndexOf('/', written.StartsWith('/') ? 1 : 0);
        return slash > 0 && Directory.Exists(path[..(path.Length - written.Length + slash)])
            ? $"the file {Complaint.Quote(path)}"
            : "the file (not named here, in case this is the secret itself)";
    }
}
