using System.Globalization;
using System.Net;
using IncidentBot.Probes.BackupFreshness;
using Xunit;

namespace IncidentBot.Probes;

public sealed class BackupProbeTests : ProbeContract
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("incidentbot-backup-");

    private protected override ProbeKind Kind => ProbeCatalog.Kinds.OfType<BackupKind>().Single();

    private protected override string? Secret => null;

    private protected override bool KnowsPastSuccess => true;

    private protected override Task<ProbeOptions> HealthyAsync() => Task.FromResult<ProbeOptions>(Holding(TimeSpan.FromHours(3)));

    private protected override Task<ProbeOptions> BrokenAsync() => Task.FromResult<ProbeOptions>(Holding(TimeSpan.FromHours(30)));

    /// <summary>A folder has no address: one that is not there stands for it.</summary>
    private protected override ProbeOptions At(IPEndPoint address) => new BackupOptions
    {
        Folder = Path.Combine(_folder.FullName, address.Port.ToString(CultureInfo.InvariantCulture)),
        MaxAge = TimeSpan.FromHours(24),
    };

    public override async ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_newer_file_that_is_too_small_is_no_backup()
    {
        var options = Holding(TimeSpan.FromHours(30));
        options.MinBytes = 100;
        File.WriteAllText(Path.Combine(options.Folder!, "empty.dump"), "");
        var (result, _) = await LookAsync(options);
        Assert.Contains("db.dump is 30 h old", ((ProbeOutcome.Unhealthy)result.Outcome).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_job_is_its_name_as_existing_rules_have_it() =>
        Assert.Equal([new MetricLabel("job", "postgresql-backup")], Kind.Group(new BackupOptions { Name = "postgresql-backup" }));

    private BackupOptions Holding(TimeSpan age)
    {
        var file = Path.Combine(_folder.FullName, "db.dump");
        File.WriteAllText(file, new string('x', 1000));
        File.SetLastWriteTimeUtc(file, (Clock.GetUtcNow() - age).UtcDateTime);
        return new BackupOptions { Folder = _folder.FullName, Files = "*.dump", MaxAge = TimeSpan.FromHours(24) };
    }
}
