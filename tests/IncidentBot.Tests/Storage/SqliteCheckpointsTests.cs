using IncidentBot.Loops;
using IncidentBot.Settings;
using IncidentBot.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace IncidentBot.Storage.Sqlite;

/// <summary>What was committed comes from the log of changes into the database file, sooner or later.</summary>
public sealed class SqliteCheckpointsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("incidentbot-checkpoints-");
    private readonly FakeClock _clock = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_database_that_cannot_be_opened_does_not_end_the_loop()
    {
        var options = new BotOptions();
        options.Store.Sqlite = Path.Combine(_folder.FullName, "bot.db");
        await File.WriteAllTextAsync(options.Store.Sqlite, "no database", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(options.Store.Sqlite + "-wal", new byte[5_000_000], TestContext.Current.CancellationToken);
        using var checkpoints = new SqliteCheckpoints(new CurrentSettings(options), new LoopBook(_clock, NullLoggerFactory.Instance));
        await checkpoints.StartAsync(TestContext.Current.CancellationToken);
        await PassAsync(() => checkpoints.Failure?.Exception.Message == "the database file is damaged");

        File.Delete(options.Store.Sqlite + "-wal");
        await PassAsync(() => checkpoints.Failure is null);
        await checkpoints.StopAsync(TestContext.Current.CancellationToken);

        async Task PassAsync(Func<bool> met)
        {
            // Each failure waits longer than the one before.
            for (var second = 0; second < 30 && !met(); second++)
            {
                await BotFixture.UntilAsync(() => checkpoints.IsAsleep || met());
                _clock.Advance(TimeSpan.FromSeconds(1));
            }

            await BotFixture.UntilAsync(met);
        }
    }
}
