using System.Diagnostics;
using IncidentBot.Incidents;
using IncidentBot.Loops;
using IncidentBot.Settings;
using IncidentBot.Sources;
using IncidentBot.Support;
using IncidentBot.Webhooks;
using Microsoft.Extensions.Logging;
using Xunit;

namespace IncidentBot.Server;

/// <summary>Files of secrets are followed while the program runs.</summary>
public sealed class SecretFileWatchTests : IDisposable
{
    private readonly Place _place = new();
    private readonly LogLines _log = new();

    [Fact]
    public void A_token_whose_file_is_written_anew_is_in_force_without_a_reload()
    {
        var settings = Start();
        _place.Write("token", "neuf\n");
        Look(settings, 2);

        Assert.Equal(("home", null), (Source(settings, "neuf"), Source(settings, "vieux")));
        Assert.Contains(_log.Lines, line => line.Contains("alertmanagers[0].webhook_token_file", StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Lines, line => line.Contains("neuf", StringComparison.Ordinal) || line.Contains("vieux", StringComparison.Ordinal));
    }

    [Fact]
    public void A_link_that_is_put_in_place_of_another_as_the_kubelet_does_is_followed()
    {
        Directory.CreateDirectory(Path.Combine(_place.Folder, "..2026_1"));
        Directory.CreateDirectory(Path.Combine(_place.Folder, "..2026_2"));
        _place.Write("..2026_1/token", "vieux");
        _place.Write("..2026_2/token", "new");
        Directory.CreateSymbolicLink(Path.Combine(_place.Folder, "..data"), "..2026_1");
        File.CreateSymbolicLink(Path.Combine(_place.Folder, "token"), "..data/token");
        var settings = Start(write: false);

        Directory.CreateSymbolicLink(Path.Combine(_place.Folder, "..data_tmp"), "..2026_2");
        using (var move = Process.Start("mv", ["-T", Path.Combine(_place.Folder, "..data_tmp"), Path.Combine(_place.Folder, "..data")]))
        {
            move.WaitForExit();
        }

        Directory.Delete(Path.Combine(_place.Folder, "..2026_1"), recursive: true);
        Look(settings, 2);

        Assert.Equal(("home", null), (Source(settings, "new"), Source(settings, "vieux")));
    }

    [Fact]
    public void A_file_that_is_empty_or_gone_changes_nothing_and_that_is_said_once()
    {
        var settings = Start();
        var watch = Watch(settings);
        _place.Write("token", "");
        Assert.Equal([false, false, false], new[] { watch.Look(), watch.Look(), watch.Look() });
        Assert.Equal("home", Source(settings, "vieux"));
        Assert.Contains("is empty; the secret that was read before stays in force", Assert.Single(_log.Lines), StringComparison.Ordinal);

        File.Delete(Path.Combine(_place.Folder, "token"));
        watch.Look();
        watch.Look();
        Assert.Equal("home", Source(settings, "vieux"));
        Assert.Equal(2, _log.Lines.Count);

        _place.Write("token", "new");
        watch.Look();
        watch.Look();
        Assert.Equal("home", Source(settings, "new"));
    }

    [Fact]
    public void What_is_still_being_written_is_taken_when_it_is_whole()
    {
        var settings = Start();
        var watch = Watch(settings);
        _place.Write("token", "ne");
        Assert.True(watch.Look());
        _place.Write("token", "new");
        Assert.True(watch.Look());
        Assert.Equal("home", Source(settings, "vieux"));
        Assert.False(watch.Look());
        Assert.Equal("home", Source(settings, "new"));
    }

    [Fact]
    public void Settings_that_somebody_is_editing_are_not_taken_with_it()
    {
        var settings = Start();
        _place.Write("incidentbot.yml", "incidents: { retention: 1d }\nalertmanagers: [{");
        _place.Write("token", "new");
        Look(settings, 2);

        Assert.Equal("home", Source(settings, "new"));
        Assert.Equal(TimeSpan.FromDays(90), settings.Value.Incidents.Retention);
    }

    [Fact]
    public void A_secret_that_cannot_be_in_force_is_complained_about_once_and_tried_again()
    {
        var settings = Start("alertmanagers: [{ source: home, webhook_token_file: token }, { source: edge, webhook_token: new }]");
        var watch = Watch(settings);
        _place.Write("token", "new");
        for (var i = 0; i < 5; i++)
        {
            watch.Look();
        }

        Assert.Equal("home", Source(settings, "vieux"));
        Assert.Single(_log.Lines, line => line.Contains("has the same token", StringComparison.Ordinal));

        _place.Write("token", "newer");
        watch.Look();
        watch.Look();
        Assert.Equal("home", Source(settings, "newer"));
    }

    [Fact]
    public void Files_that_stay_as_they_are_have_nothing_read_again()
    {
        var settings = Start();
        var before = settings.Value;
        Look(settings, 5);
        Assert.Same(before, settings.Value);
        Assert.Empty(_log.Lines);
    }

    public void Dispose() => _place.Dispose();

    private static string? Source(CurrentSettings settings, string token) =>
        WebhookAuthentication.Source($"Bearer {token}", settings.Value.Alertmanagers);

    private void Look(CurrentSettings settings, int times)
    {
        var watch = Watch(settings);
        for (var i = 0; i < times; i++)
        {
            watch.Look();
        }
    }

    private SecretFileWatch Watch(CurrentSettings settings)
    {
        var loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));
        return new SecretFileWatch(settings, new LoopBook(TimeProvider.System, loggers));
    }

    private CurrentSettings Start(string text = "alertmanagers: [{ source: home, webhook_token_file: token }]", bool write = true)
    {
        if (write)
        {
            _place.Write("token", "vieux\n");
        }

        var (result, complaints) = _place.Load(text);
        Assert.Empty(complaints);
        var path = Path.Combine(_place.Folder, "incidentbot.yml");
        return new CurrentSettings(result.Options!, running => SettingsCatalog.Load(path, Place.NoVariables, running),
            running => SettingsCatalog.Load(path, Place.NoVariables, running, text: running.Text));
    }
}
