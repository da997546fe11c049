namespace IncidentBot.Settings;

/// <summary>
/// One key at the top of <c>incidentbot.yml</c>, owned by the folder that acts on it. It says of which type its options are, what must
/// hold for them, and what of them has no effect yet. It asks nobody: what is checked here is known without the network.
/// </summary>
/// <param name="name">The key.</param>
/// <param name="type">The class of its options; a list when the key holds a list.</param>
internal abstract class SettingsSection(string name, Type type)
{
    public string Name => name;

    /// <summary>Its key as the binder knows it.</summary>
    public SettingKey Key { get; } = SettingKey.Keyed(name, type);

    /// <summary>
    /// Complains about each option that cannot be, also when the section is absent and that cannot be. All sections are bound by then, and
    /// values that could not be read have their own complaints already.
    /// </summary>
    public abstract void Check(BotOptions options, Requirements requirements);

    /// <summary>Warns of what is allowed and hardly meant; of a configuration without complaints.</summary>
    public virtual void Warn(BotOptions options, Requirements requirements)
    {
    }

    /// <summary>
    /// The keys that this version reads and checks but does not act on, and what that means. Indices are written <c>[]</c>.
    /// </summary>
    public virtual IEnumerable<(string Path, string Meaning)> NotYetActive(BotOptions options) => [];

    /// <summary>Keeps what cannot change while the program runs.</summary>
    /// <param name="read">The options that were read anew; the running values are put into them.</param>
    /// <returns>The keys that have changed and keep their running value until the next start.</returns>
    public virtual IEnumerable<string> Keep(BotOptions read, BotOptions running) => [];
}
