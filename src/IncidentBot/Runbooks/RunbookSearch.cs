namespace IncidentBot.Runbooks;

/// <summary>A page that was found, with the piece of it that shows why.</summary>
/// <param name="Extract">Pieces of text in their order; those that match are marked.</param>
internal sealed record SearchHit(Runbook Page, double Score, IReadOnlyList<(string Text, bool Match)> Extract);

/// <summary>
/// Finds pages by their words: beginnings of words count, names and titles more than text. A name of an alert or a page may be
/// misspelled. Everything is in memory.
/// </summary>
internal sealed class RunbookSearch
{
    private const int MostTerms = 8;
    private const int MostWords = 300;
    private const int ExtractLength = 220;

    private readonly IReadOnlyList<Runbook> _pages;
    private readonly Dictionary<string, List<(int Page, float Weight)>> _postings = new(StringComparer.Ordinal);
    private readonly string[] _words;
    private readonly NameGuess _names;

    public RunbookSearch(IReadOnlyList<Runbook> pages)
    {
        _pages = pages;
        for (var i = 0; i < pages.Count; i++)
        {
            Index(pages[i], i);
        }

        _words = [.. _postings.Keys.Order(StringComparer.Ordinal)];
        _names = new NameGuess(
            pages.SelectMany((page, i) => page.Front.Alerts.Select(RunbookSet.AlertName).Append(page.Slug).Append(page.Title)
            .Concat(page.Front.Aliases).Select(name => (name, i))));
    }

    /// <summary>The best pages for a query, best first.</summary>
    public IReadOnlyList<SearchHit> Find(string query, int most = 20)
    {
        var terms = SearchWords.Of(query).Distinct(StringComparer.Ordinal).Take(MostTerms).ToList();
        var scores = new Dictionary<int, (double Score, int Terms)>();
        foreach (var term in terms)
        {
            foreach (var (page, weight) in Matches(term))
            {
                var before = scores.GetValueOrDefault(page);
                scores[page] = (before.Score + weight, before.Terms + 1);
            }
        }

        // Pages that have all the words come first; the others only fill up.
        foreach (var (page, likeness) in _names.Near(query, most))
        {
            var before = scores.GetValueOrDefault(page);
            scores[page] = (before.Score + (likeness * 12), Math.Max(before.Terms, likeness > 0.6 ? terms.Count : 0));
        }

        return
        [
            .. scores.OrderByDescending(score => score.Value.Terms).ThenByDescending(score => score.Value.Score)
                .ThenBy(score => score.Key).Take(most)
                .Select(score => new SearchHit(_pages[score.Key], score.Value.Score, Extract(_pages[score.Key], terms))),
        ];
    }

    /// <summary>Pages whose names or alerts are like a name, best first.</summary>
    public IReadOnlyList<Runbook> Near(string name, int most = 5) => [.. _names.Near(name, most).Select(found => _pages[found.Page])];

    private Dictionary<int, float> Matches(string term)
    {
        var found = new Dictionary<int, float>();
        var at = Array.BinarySearch(_words, term, StringComparer.Ordinal);
        at = at < 0 ? ~at : at;
        for (var i = at; i < _words.Length && i < at + MostWords && _words[i].StartsWith(term, StringComparison.Ordinal); i++)
        {
            var postings = _postings[_words[i]];
            var rarity = Math.Log(1 + ((double)_pages.Count / postings.Count));
            var whole = _words[i].Length == term.Length ? 1 : 0.5;
            foreach (var (page, weight) in postings)
            {
                var score = (float)(weight * rarity * whole);
                found[page] = Math.Max(score, found.GetValueOrDefault(page));
            }
        }

        return found;
    }

    private void Index(Runbook page, int number)
    {
        var weights = new Dictionary<string, float>(StringComparer.Ordinal);
        Add(page.Title, 8);
        Add(page.Path, 6);
        Add(string.Join(' ', page.Front.Alerts), 10);
        Add(string.Join(' ', page.Front.Aliases), 6);
        Add(string.Join(' ', page.Front.Services), 4);
        Add(page.Front.Description, 3);
        Add(string.Join(' ', page.Headings.Select(heading => heading.Text)), 3);
        Add(page.Text, 1);
        foreach (var (word, weight) in weights)
        {
            if (!_postings.TryGetValue(word, out var postings))
            {
                _postings[word] = postings = [];
            }

            postings.Add((number, weight));
        }

        void Add(string text, float weight)
        {
            foreach (var word in SearchWords.Of(text))
            {
                // A word that stands there often is not much more about it than one that stands there twice.
                weights[word] = weights.TryGetValue(word, out var before) ? before >= weight ? before + (weight / 10) : weight : weight;
            }
        }
    }

    /// <summary>The stretch of the text around the first words that match.</summary>
    private static List<(string Text, bool Match)> Extract(Runbook page, List<string> terms)
    {
        var text = page.Text;
        var first = terms.Select(term => SearchWords.Find(text, term, 0)).Where(at => at >= 0).DefaultIfEmpty(0).Min();
        var begin = first <= 60 ? 0 : text.LastIndexOfAny([' ', '\n'], first - 60, Math.Min(first - 60, 40)) + 1;
        begin = begin <= 0 && first > 60 ? first - 60 : begin;
        begin = begin > 0 && char.IsLowSurrogate(text[begin]) ? begin + 1 : begin;
        var end = Math.Min(text.Length, begin + ExtractLength);
        end = end < text.Length && char.IsLowSurrogate(text[end]) ? end - 1 : end;
        var pieces = new List<(string, bool)>();
        var at = begin;
        while (at < end)
        {
            var next = terms.Select(term => (At: SearchWords.Find(text, term, at), term.Length))
                .Where(found => found.At >= 0 && found.At + found.Length <= end)
                .DefaultIfEmpty((At: end, Length: 0)).MinBy(found => found.At);
            Add(at, next.At, match: false);
            Add(next.At, next.At + next.Length, match: true);
            at = next.At + next.Length;
        }

        if (begin > 0)
        {
            pieces.Insert(0, ("… ", false));
        }

        if (end < text.Length)
        {
            pieces.Add((" …", false));
        }

        return pieces;

        void Add(int from, int to, bool match)
        {
            if (to > from)
            {
                pieces.Add((text[from..to].ReplaceLineEndings(" "), match));
            }
        }
    }
}
