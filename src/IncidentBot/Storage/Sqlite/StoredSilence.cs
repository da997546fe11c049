using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace IncidentBot.Storage.Sqlite;

/// <summary>How a silence is written into a row, and read again.</summary>
internal static class StoredSilence
{
    /// <summary>Matchers as a JSON array of arrays: name, value, whether it is an expression, whether it must match.</summary>
    public static string Text(IReadOnlyList<SilenceMatcher> matchers)
    {
        var (buffer, writer) = Stored.Writer();
        writer.WriteStartArray();
        foreach (var matcher in matchers)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(matcher.Name);
            writer.WriteStringValue(matcher.Value);
            writer.WriteBooleanValue(matcher.IsRegex);
            writer.WriteBooleanValue(matcher.IsEqual);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads a row with the columns of <see cref="SqliteDeeds.SilenceColumns"/>.</summary>
    public static SilenceRow Read(SqliteDataReader row)
    {
        using var matchers = JsonDocument.Parse(row.GetString(4));
        return new SilenceRow
        {
            Number = row.GetInt64(0),
            Key = row.GetString(1),
            Source = row.GetString(2),
            Incident = row.GetInt64(3),
            Matchers =
            [
                .. matchers.RootElement.EnumerateArray().Select(one =>
                    new SilenceMatcher(one[0].GetString()!, one[1].GetString()!, one[2].GetBoolean(), one[3].GetBoolean())),
            ],
            By = row.GetString(5),
            Comment = row.GetString(6),
            MadeAt = row.Time(7),
            Until = row.Time(8),
            UntilResolved = row.GetInt64(9) != 0,
            Id = row.TextOrNull(10),
            State = (SilenceState)row.GetInt32(11),
        };
    }
}
