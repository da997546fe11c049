using System.Collections;
using IncidentBot.Settings;

namespace IncidentBot.ProbeRuns;

/// <summary>Finds every secret in options, so that a conversation hides those that its probe does not think of.</summary>
internal static class OptionSecrets
{
    private const int Deepest = 5;

    public static IEnumerable<Secret> Of(object options, int depth = 0)
    {
        if (depth > Deepest)
        {
            yield break;
        }

        foreach (var key in SettingKey.Of(options.GetType()).Where(key => !key.IsSecretFile))
        {
            var inner = key.Get(options) switch
            {
                Secret secret => [secret],
                IList list when SettingsValues.For(key.Element) is null => list.Cast<object?>().OfType<object>()
                    .SelectMany(item => Of(item, depth + 1)),
                { } value when SettingsValues.For(key.Type) is null && value is not IEnumerable => Of(value, depth + 1),
                _ => [],
            };
            foreach (var secret in inner)
            {
                yield return secret;
            }
        }
    }
}
