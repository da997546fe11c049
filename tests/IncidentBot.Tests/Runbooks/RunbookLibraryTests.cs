using IncidentBot.Settings;
using IncidentBot.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace IncidentBot.Runbooks;

/// <summary>Real files in real folders, looked at on a clock that the test moves.</summary>
public sealed class RunbookLibraryTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("incidentbot-runbooks-");
    private readonly RunbookOptions _options = new();
    private readonly FakeClock _clock = new();

    public RunbookLibraryTests() => _options.Path = [At("books")];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_change_shows_within_a_second()
    {
        Write("books/media/plex.md", "# Plex\n");
        await using var running = await StartAsync();
        Assert.Equal("Plex", running.Library.Current.ByPath("media/plex")?.Title);

        Write("books/media/plex.md", "# Plex is slow\n");
        Write("books/new.md", "# New\n");
        await running.PassAsync(Second, set => set.ByPath("media/plex")?.Title == "Plex is slow" && set.ByPath("new") is not null);

        File.Delete(At("books/new.md"));
        await running.PassAsync(Second, set => set.ByPath("new") is null);
    }

    [Fact]
    public async Task Folders_that_a_reload_names_are_read()
    {
        Write("other/b.md", "# B\n");
        _options.Path = [];
        await using var running = await StartAsync();
        Assert.Empty(running.Library.Current.Pages);

        _options.Path = [At("other")];
        running.Library.Ask();
        await BotFixture.UntilAsync(() => running.Library.Current.ByPath("b") is not null);
    }

    [Fact]
    public async Task A_checkout_that_is_exchanged_by_its_link_is_seen()
    {
        Write("v1/docs/a.md", "# One\n");
        Write("v2/docs/a.md", "# Two\n");
        File.CreateSymbolicLink(At("current"), "v1");
        _options.Path = [At("current/docs")];
        await using var running = await StartAsync();
        Assert.Equal("One", running.Library.Current.ByPath("a")?.Title);

        File.CreateSymbolicLink(At("next"), "v2");
        File.Move(At("next"), At("current"), overwrite: true);
        await running.PassAsync(Second, set => set.ByPath("a")?.Title == "Two");
    }

    [Fact]
    public void A_page_that_did_not_change_is_not_read_again()
    {
        Write("books/a.md", "# A\n");
        Write("books/b.md", "# B\n");
        var loader = new RunbookLoader();
        var first = loader.Load(_options.Path);

        Assert.Same(first, loader.Load(_options.Path));

        Write("books/b.md", "# Changed\n");
        var second = loader.Load(_options.Path);
        Assert.NotSame(first, second);
        Assert.Same(first.ByPath("a"), second.ByPath("a"));
    }

    [Fact]
    public void A_broken_page_takes_no_other_down()
    {
        Write("books/good.md", "# Good\n");
        File.WriteAllBytes(At("books/bytes.md"), [0xFF, 0xFE, 0x00]);
        Write("books/front.md", "---\ntitle: [\n---\n# Text\n");
        Write("books/large.md", new string('x', RunbookReader.LargestFile + 1));
        Write("books/deep.md", new string('>', 30_000) + " x");

        var set = new RunbookLoader().Load(_options.Path);

        Assert.Equal(5, set.Pages.Count);
        Assert.Equal(["good"], set.Pages.Where(page => page.Problem is null).Select(page => page.Path));
    }

    [Fact]
    public void Links_that_lead_out_of_the_root_are_not_followed()
    {
        Write("secret/x.md", "# Secret\n");
        Write("books/sub/a.md", "# A\n");
        File.CreateSymbolicLink(At("books/leak.md"), At("secret/x.md"));
        Directory.CreateSymbolicLink(At("books/leak"), At("secret"));
        File.CreateSymbolicLink(At("books/relative.md"), "../secret/x.md");
        File.CreateSymbolicLink(At("books/inside.md"), "sub/a.md");
        Directory.CreateSymbolicLink(At("books/sub/loop"), "..");
        File.CreateSymbolicLink(At("books/self.md"), "self.md");
        Directory.CreateSymbolicLink(At("books/.data"), At("secret"));
        File.CreateSymbolicLink(At("books/hidden-way.md"), ".data/x.md");

        var set = new RunbookLoader().Load(_options.Path);

        Assert.Equal(["inside", "sub/a"], set.Pages.Select(page => page.Path));
    }

    [Fact]
    public void A_mounted_map_of_links_within_the_root_is_read()
    {
        Write("books/..2026_01/a.md", "# A\n");
        Directory.CreateSymbolicLink(At("books/..data"), "..2026_01");
        File.CreateSymbolicLink(At("books/a.md"), "..data/a.md");

        Assert.Equal("A", Assert.Single(new RunbookLoader().Load(_options.Path).Pages).Title);
    }

    [Fact]
    public void Of_several_roots_the_first_one_counts()
    {
        Write("books/a.md", "# First\n");
        Write("more/a.md", "# Second\n");
        Write("more/media/b.md", "# B\n");
        _options.Path = [At("books"), At("more"), At("nowhere")];

        var set = new RunbookLoader().Load(_options.Path);

        Assert.Equal(["First", "B"], set.Pages.Select(page => page.Title));
        Assert.Equal(2, set.Complaints.Count);
    }

    [Fact]
    public void Services_have_tiers()
    {
        Write("books/services.yml", "services:\n  - { name: plex, tier: 3, title: Plex, depends_on: [nfs] }\n  - { name: nfs, tier: 1 }\n  - { name: wrong, tier: 9 }\n");

        var set = new RunbookLoader().Load(_options.Path);

        Assert.Equal(3, set.Tiers.Of(Alerts.LabelSet.From(("service", "plex"))));
        Assert.Equal(2, set.Tiers.Of(Alerts.LabelSet.From(("service", "plex"), ("tier", "2"))));
        Assert.Equal(1, set.Tiers.Of(Alerts.LabelSet.From(("app", "NFS"))));
        Assert.Null(set.Tiers.Of(Alerts.LabelSet.From(("service", "unknown"), ("tier", "gold"))));
        Assert.Equal(["nfs"], set.Tiers.Services["plex"].DependsOn);
        Assert.Contains("line 4", Assert.Single(set.Complaints), StringComparison.Ordinal);
    }

    private async Task<Running> StartAsync()
    {
        var library = new RunbookLibrary(() => _options, _clock, NullLogger<RunbookLibrary>.Instance);
        await library.StartAsync(CancellationToken.None);
        return new Running(library, _clock);
    }

    private string At(string path) => Path.Combine(_folder.FullName, path);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    private sealed record Running(RunbookLibrary Library, FakeClock Clock) : IAsyncDisposable
    {
        /// <summary>Lets time pass once, and expects that this is enough.</summary>
        public async Task PassAsync(TimeSpan time, Func<RunbookSet, bool> met)
        {
            await Clock.WaitForTimersAsync(1);
            Clock.Advance(time);
            await BotFixture.UntilAsync(() => met(Library.Current));
        }

        public async ValueTask DisposeAsync()
        {
            await Library.StopAsync(CancellationToken.None);
            Library.Dispose();
        }
    }
}
