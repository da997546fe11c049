using Xunit;

namespace IncidentBot.Support;

/// <summary>
/// The programs that tests start. One that is missing fails the test that needs it, with its name and how to get it; nothing is
/// ever skipped. Programs that no package registry has are named by the trait <see cref="Needs"/>: tests/run does not select
/// what needs one of them where it is absent.
/// </summary>
internal static class Requirements
{
    /// <summary>The trait of tests that need a program of which tests/run has to be told; its values are those of the table there.</summary>
    public const string Needs = "Needs";

    public const string Alertmanager = "alertmanager";

    public const string Homeserver = "synapse";

    public const string Neo4j = "neo4j";

    public static string Prometheus => Installed("prometheus", "prometheus");

    public static string Pushgateway => Installed("prometheus-pushgateway", "prometheus-pushgateway");

    public static string Promtool => Installed("promtool", "prometheus");

    public static string Amtool => Installed("amtool", "prometheus-alertmanager");

    public static string DebianAlertmanager => Installed("prometheus-alertmanager", "prometheus-alertmanager");

    public static string Nginx => Installed("nginx", "nginx-light");

    public static string Dovecot => Installed("dovecot", "dovecot-imapd");

    /// <summary>One of the programs of Postfix.</summary>
    public static string Postfix(string program) => Installed(program, "postfix");

    /// <summary>One of the programs of the newest PostgreSQL that is installed.</summary>
    public static string Postgres(string program) => (Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [])
        .Select(folder => Path.Combine(folder, "bin", program)).Where(File.Exists).Order(StringComparer.Ordinal).LastOrDefault()
        ?? Missing($"{program} is not installed: run tests/run, or apt-get install --no-install-recommends postgresql");

    public static string DockerRegistry => Installed("docker-registry", "docker-registry");

    public static string Node => Installed("node", "nodejs");

    /// <summary>A script of <c>tests/npm</c>, with the packages that it needs installed.</summary>
    public static string NpmTool(string script) => Directory.Exists(Repository.PathOf("tests", "npm", "node_modules"))
        ? Repository.PathOf("tests", "npm", script)
        : Missing("the packages of tests/npm are not installed: run tests/run, or npm ci --ignore-scripts in tests/npm");

    /// <summary>Alertmanager 0.34.2, which <c>ALERTMANAGER</c> names.</summary>
    public static string NewestAlertmanager => Shared("Alertmanager 0.34.2", "ALERTMANAGER", "alertmanager-0.34.2/alertmanager");

    /// <summary>The script that starts a Matrix homeserver, which <c>SYNAPSE_START</c> names.</summary>
    public static string SynapseStart => Shared("Synapse's start script", "SYNAPSE_START", "synapse/start");

    /// <summary>The folder of Neo4j 5.26, which <c>NEO4J_HOME</c> names, with Java to run it.</summary>
    public static string Neo4jHome
    {
        get
        {
            Installed("java", "openjdk-17-jre-headless");
            return Path.GetDirectoryName(Path.GetDirectoryName(Environment.GetEnvironmentVariable("NEO4J_HOME") is { Length: > 0 } given
                ? Path.Combine(given, "bin", "neo4j")
                : Shared("Neo4j 5.26", "NEO4J_HOME", "neo4j/bin/neo4j")))!;
        }
    }

    private static string Installed(string program, string package)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/bin").Append("/usr/sbin");
        var found = folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        return found ?? Missing($"{program} is not installed: run tests/run, or apt-get install --no-install-recommends {package}");
    }

    private static string Shared(string what, string variable, string path)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given)
        {
            return File.Exists(given) ? given : Missing($"{what} is not there: {variable} says {given}");
        }

        for (var folder = new DirectoryInfo(Repository.Root).Parent; folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "shared", path) is var candidate && File.Exists(candidate))
            {
                return candidate;
            }
        }

        return Missing($"{what} was not found: set {variable} to its path");
    }

    private static string Missing(string reason)
    {
        Assert.Fail(reason);
        return reason;
    }
}
