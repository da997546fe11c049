using System.Text;
using System.Text.Json;
using static IncidentBot.Alerts.BodyFields;

namespace IncidentBot.Alerts;

/// <summary>Reads the value of one field into a draft.</summary>
internal delegate void FieldReader<in TDraft>(ref Utf8JsonReader reader, TDraft draft, BodyPlace place);

/// <summary>The fields of a JSON object that are known, each with how it is read.</summary>
internal sealed class JsonFields<TDraft>(params (string Name, FieldReader<TDraft> Read)[] fields)
{
    private readonly (byte[] Utf8, string Name, FieldReader<TDraft> Read)[] _fields =
        [.. fields.Select(field => (Encoding.UTF8.GetBytes(field.Name), field.Name, field.Read))];

    /// <summary>Reads the object whose opening brace was read last; fields that are not known are skipped.</summary>
    public void Read(ref Utf8JsonReader reader, TDraft draft, BodyPlace place)
    {
        while (NextProperty(ref reader))
        {
            if (Find(ref reader) is var (name, read))
            {
                place.Enter(name);
                read(ref reader, draft, place);
                place.Enter(null);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private (string Name, FieldReader<TDraft> Read)? Find(ref Utf8JsonReader reader)
    {
        foreach (var (utf8, name, read) in _fields)
        {
            if (IsNamed(ref reader, utf8))
            {
                return (name, read);
            }
        }

        return null;
    }
}
