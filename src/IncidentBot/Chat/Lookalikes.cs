using System.Text;

namespace IncidentBot.Chat;

/// <summary>
/// Finds names that look like another one: letters of other alphabets with the same shape, digits for letters, capitals, marks. Somebody
/// who calls themselves so is named by their id, because nobody can take that.
/// </summary>
internal static class Lookalikes
{
    private const string Foreign = "аеорсухіјѕԁһкмтвнгзαοενικρτυχωβζημ0135ɡıⅼ|áàâäãåāăąçćčďđéèêëēęěėğģíìîïīįłľļñńňņóòôöõøőōřŕśšşșťţțúùûüūůűųýÿžźż";
    private const string Latin = "aeopcyxljsdhkmtbhreaoevlkptuxwbzhmolesglllaaaaaaaaacccddeeeeeeeegglllllllllnnnnoooooooorrsssstttuuuuuuuuyyzzz";
    private const int FullWidth = 0xFEE0;

    /// <summary>The shape of a name: two with the same shape look alike.</summary>
    public static string Shape(string name)
    {
        var shape = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            if (!Rune.IsLetterOrDigit(rune) && rune.Value != '|')
            {
                continue;
            }

            var plain = Rune.ToLowerInvariant(rune.Value is > 0xFF00 and < 0xFF5F ? new Rune(rune.Value - FullWidth) : rune);
            var index = plain.IsBmp ? Foreign.IndexOf((char)plain.Value, StringComparison.Ordinal) : -1;
            var letter = index < 0 ? plain.ToString() : Latin[index].ToString();
            shape.Append(letter is "i" ? "l" : letter);
        }

        return shape.ToString();
    }
}
