using System.Globalization;
using System.Text;
using IncidentBot.Alerts;
using IncidentBot.Incidents;

namespace IncidentBot.Storage.Sqlite;

/// <summary>The condition of a list of incidents as SQL, and the values that it names.</summary>
internal sealed class SqliteFilter
{
    /// <summary>What a text filter looks through.</summary>
    private const string Everything = "(title || ' ' || place || ' ' || common_labels || ' ' || lane || ' ' || summary || ' #' || number)";

    private readonly StringBuilder _where;
    private readonly List<object?> _values = [];

    private SqliteFilter(string where) => _where = new StringBuilder(where);

    public static (string Where, List<object?> Values) Of(IncidentFilter filter)
    {
        var sql = new SqliteFilter(filter.Status switch
        {
            "firing" => $"status <> {Sql.Resolved}",
            "resolved" => $"status = {Sql.Resolved}",
            _ => "true",
        });
        sql.Equal("severity", filter.Severity is { Length: > 0 } severity ? new Severity(severity).Word : null);
        sql.Equal("lane", filter.Lane);
        foreach (var word in FilterWord.Parse(filter.Text))
        {
            sql.Has(word);
        }

        return (sql._where.ToString(), sql._values);
    }

    private void Equal(string column, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            _values.Add(value);
            _where.Append(CultureInfo.InvariantCulture, $" AND {column} = ${_values.Count - 1}");
        }
    }

    private void Has(FilterWord word)
    {
        var has = $"{Everything} {Like(word.Text)}";
        if (word.Pair is var (name, value))
        {
            has = $"({has} OR common_labels {Like(Stored.Labels(LabelSet.From((name, value)))[1..^1])})";
        }

        _where.Append(CultureInfo.InvariantCulture, $" AND {(word.Not ? "NOT " : "")}({has})");
    }

    private string Like(string text)
    {
        _values.Add("%" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal) + "%");
        return FormattableString.Invariant($"LIKE ${_values.Count - 1} ESCAPE '\\'");
    }
}
