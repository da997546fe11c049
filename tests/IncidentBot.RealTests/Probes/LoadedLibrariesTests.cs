using System.Globalization;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Probes;

/// <summary>What a library costs in memory is paid by those who have configured what needs it.</summary>
public sealed class LoadedLibrariesTests
{
    private static readonly string[] Mail = ["MailKit.dll", "MimeKit.dll", "BouncyCastle.Cryptography.dll"];

    [Fact]
    public async Task The_libraries_of_mail_and_of_postgresql_are_not_loaded_by_who_has_no_such_probe()
    {
        using var folder = new TemporaryFolder();
        await using var bot = new BotProcess(folder, """
            server: { listen: 127.0.0.1:0 }
            probes:
              registry-integrity: { every: 1d, url: "http://127.0.0.1:9/" }
            """);
        await bot.StartAsync(TestContext.Current.CancellationToken);

        var loaded = Loaded(bot);

        Assert.Contains("Quartz.dll", loaded);
        Assert.DoesNotContain(loaded, library => Mail.Contains(library) || library == "Npgsql.dll");
    }

    private static HashSet<string> Loaded(BotProcess bot) =>
        [.. File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{bot.Id}/maps")).Select(line => Path.GetFileName(line.Split(' ')[^1]))];
}
