using System.Text.Json;
using System.Text.RegularExpressions;

namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>A list of names that a registry gives page by page.</summary>
/// <param name="Names">In the order that they came in.</param>
/// <param name="Problem">Why the list is not whole; null when it is.</param>
/// <param name="Status">Of the last answer.</param>
internal sealed partial record NameList(IReadOnlyList<string> Names, string? Problem, int Status)
{
    public const string CatalogPath = "v2/_catalog";

    /// <summary>More than any registry that is walked in minutes; whoever says there are more is not believed.</summary>
    private const int MostNames = 200_000;

    private const int LargestPage = 4 * 1024 * 1024;

    /// <summary>Every repository.</summary>
    public static Task<NameList> CatalogAsync(RegistryClient client, int pageSize, CancellationToken cancellationToken) =>
        ReadAsync(client, CatalogPath, RegistryClient.CatalogScope, "repositories", pageSize, cancellationToken);

    /// <summary>Every tag of a repository.</summary>
    public static Task<NameList> TagsAsync(RegistryClient client, string repository, int pageSize, CancellationToken cancellationToken) =>
        ReadAsync(client, $"v2/{repository}/tags/list", RegistryClient.ScopeOf(repository), "tags", pageSize, cancellationToken);

    private static async Task<NameList> ReadAsync(
        RegistryClient client, string path, string scope, string key, int pageSize, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var query = FormattableString.Invariant($"?n={pageSize}");
        while (true)
        {
            var answer = await client.ReadAsync(path + query, scope, LargestPage, isManifest: false, cancellationToken);
            if (answer.Status == 400 && names.Count == 0 && query.Length > 0)
            {
                // It gives fewer at once than were asked for; without a number it gives as many as it likes.
                query = "";
                continue;
            }

            if (answer.Status != 200 || answer.Problem is not null)
            {
                return new NameList(names, answer.Words, answer.Status);
            }

            if (Read(answer.Body, key) is not { } page)
            {
                return new NameList(names, "it answers with something else than a registry's list; is the address right?", answer.Status);
            }

            names.AddRange(page);
            var (next, problem) = Next(answer.Link, client.AddressOf(path));
            if (problem is null && next is not null)
            {
                problem = names.Count > MostNames ? FormattableString.Invariant($"its list goes on after {MostNames} names")
                    : !seen.Add(next) ? "its list goes round in circles: the same next page again" : null;
            }

            if (next is null || problem is not null)
            {
                return new NameList(names, problem, answer.Status);
            }

            query = next;
        }
    }

    /// <summary>
    /// The query of the next page, from a header <c>Link</c>. Only the query: with the login goes nobody to another host or path because
    /// an answer says so.
    /// </summary>
    /// <param name="page">The address of this page.</param>
    internal static (string? Query, string? Problem) Next(string? link, Uri page)
    {
        if (link is null || !link.Split(',').Any(part => IsNext().IsMatch(part)))
        {
            return (null, null);
        }

        var written = Target().Match(link).Groups["target"].Value;
        if (!Uri.TryCreate(page, written, out var next) || next.Query.Length < 2)
        {
            return (null, "it names a next page that is no address");
        }

        return next.GetLeftPart(UriPartial.Authority).Equals(page.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase)
            ? (next.Query, null)
            : (null, $"its next page is at {next.GetLeftPart(UriPartial.Authority)}, another address than asked, where a login is not sent to; "
                + "does it know its own address (http.host, http.relativeurls, X-Forwarded-Proto)?");
    }

    private static List<string>? Read(ReadOnlyMemory<byte> body, string key)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty(key, out var list))
            {
                return null;
            }

            // Of a repository whose last tag was deleted it is null.
            return list.ValueKind switch
            {
                JsonValueKind.Null => [],
                JsonValueKind.Array => [.. list.EnumerateArray().Select(name => name.GetString() ?? "")],
                _ => null,
            };
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex("rel=\"?next\"?", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex IsNext();

    [GeneratedRegex("<(?<target>[^>]*)>", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Target();
}
