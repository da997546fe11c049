using System.Text;

namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>What a registry asks of whoever is not known: a header <c>WWW-Authenticate</c>. RFC 9110, 11.6.1</summary>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    private const int LongestHeader = 8 * 1024;

    public bool Is(string scheme) => Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase);

    public string? this[string parameter] => Parameters.GetValueOrDefault(parameter);

    /// <summary>Every challenge of these headers; what cannot be read is left out.</summary>
    public static IReadOnlyList<Challenge> Read(IEnumerable<string> headers)
    {
        var challenges = new List<Challenge>();
        foreach (var header in headers.Where(header => header.Length <= LongestHeader))
        {
            var rest = new Scanner(header);
            while (rest.Word() is { Length: > 0 } scheme)
            {
                var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                while (rest.Parameter() is { } pair)
                {
                    parameters.TryAdd(pair.Name, pair.Value);
                }

                challenges.Add(new Challenge(scheme, parameters));
            }
        }

        return challenges;
    }

    /// <summary>Reads a header from left to right.</summary>
    private sealed class Scanner(string text)
    {
        private int _at;

        public string Word()
        {
            while (_at < text.Length && text[_at] is ' ' or '\t' or ',')
            {
                _at++;
            }

            var from = _at;
            while (_at < text.Length && text[_at] is not (' ' or '\t' or ',' or '=' or '"'))
            {
                _at++;
            }

            return text[from.._at];
        }

        /// <summary>The next parameter; null when what comes is a scheme or nothing.</summary>
        public (string Name, string Value)? Parameter()
        {
            var before = _at;
            var name = Word();
            while (_at < text.Length && text[_at] is ' ')
            {
                _at++;
            }

            if (name.Length == 0 || _at >= text.Length || text[_at] != '=')
            {
                _at = before;
                return null;
            }

            _at++;
            return (name, _at < text.Length && text[_at] == '"' ? Quoted() : Word());
        }

        private string Quoted()
        {
            var value = new StringBuilder();
            for (_at++; _at < text.Length && text[_at] != '"'; _at++)
            {
                if (text[_at] == '\\' && _at + 1 < text.Length)
                {
                    _at++;
                }

                value.Append(text[_at]);
            }

            _at++;
            return value.ToString();
        }
    }
}
