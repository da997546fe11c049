using System.Reflection;

namespace IncidentBot.Telemetry;

/// <summary>The version of this program.</summary>
internal static class BotVersion
{
    /// <summary>As it was built, without the commit.</summary>
    public static string Text { get; } =
        typeof(BotVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
