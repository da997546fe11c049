using IncidentBot.Settings;

namespace IncidentBot.Chat;

/// <summary>The commands in the order of help, found by their words.</summary>
internal sealed class ChatCommands
{
    private const int LongestWord = 20;

    private readonly Dictionary<string, IChatCommand> _byWord = new(StringComparer.Ordinal);
    private readonly Lazy<IReadOnlyList<IChatCommand>> _all;

    /// <param name="all">Asked once and late: some of them speak of all.</param>
    public ChatCommands(Func<IReadOnlyList<IChatCommand>> all)
    {
        _all = new Lazy<IReadOnlyList<IChatCommand>>(() =>
        {
            var commands = all();
            foreach (var command in commands)
            {
                foreach (var word in command.Short.Prepend(command.Word))
                {
                    _byWord.Add(word, command);
                }
            }

            return commands;
        });
    }

    public IReadOnlyList<IChatCommand> All => _all.Value;

    /// <summary>Null when nobody has this word.</summary>
    public IChatCommand? Find(string word) => All.Count > 0 ? _byWord.GetValueOrDefault(word) : null;

    /// <summary>The command that somebody who wrote this most likely meant; null when none is near.</summary>
    public IChatCommand? Near(string word) => Swapped(word).Select(Find).FirstOrDefault(found => found is not null)
        ?? (SettingKey.Nearest(word, All.Select(command => command.Word)) is { } near ? Find(near) : null);

    /// <summary>The word with two neighbours changed over, as thumbs do.</summary>
    private static IEnumerable<string> Swapped(string word)
    {
        for (var i = 0; i + 1 < Math.Min(word.Length, LongestWord); i++)
        {
            yield return word[..i] + word[i + 1] + word[i] + word[(i + 2)..];
        }
    }
}
