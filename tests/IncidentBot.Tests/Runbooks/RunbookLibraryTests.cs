using IncidentBot.Loops;
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

    private LoopBook Book => new(_clock, NullLoggerFactory.Instance);

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
    public async Task The_start_does_not_wait_for_a_slow_disk()
    {
        using var disk = new ManualResetEventSlim();
        _options.Path = [];
        var library = new RunbookLibrary(() => { disk.Wait(); return _options; }, Book);
        var start = library.StartAsync(CancellationToken.None);
        await _clock.WaitForTimersAsync(1);
        Assert.False(start.IsCompleted);

        _clock.Advance(TimeSpan.FromSeconds(5));

        await start;
        disk.Set();
        await library.StopAsync(CancellationToken.None);
        library.Dispose();
    }

    [Fact]
    public async Task A_bug_in_one_look_does_not_end_the_loop()
    {
        Write("books/a.md", "# A\n");
        var book = Book;
        var failing = false;
        var library = new RunbookLibrary(() => failing ? throw new InvalidOperationException("a bug") : _options, book);
        await library.StartAsync(CancellationToken.None);
        await using var running = new Running(library, _clock);
        await BotFixture.UntilAsync(() => library.IsAsleep);
        failing = true;
        await running.PassAsync(Second, _ => library.Failures == 1);
        Assert.NotNull(library.Current.ByPath("a"));
        Assert.Single(book.Problems);

        Write("books/b.md", "# B\n");
        failing = false;
        await running.PassAsync(Second, set => set.ByPath("b") is not null && book.Problems.Count == 0);
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

        File.Delete(At("current"));
        File.CreateSymbolicLink(At("current"), "v2");
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
    public void What_is_hidden_stays_hidden_behind_a_link()
    {
        Write("books/a.md", "# A\n");
        Write("books/.git/config", "password = hunter2\n");
        Write("books/.git/x.md", "# X\n");
        Write("books/..old/x.md", "# X\n");
        File.CreateSymbolicLink(At("books/leak.md"), ".git/config");
        Directory.CreateSymbolicLink(At("books/git"), ".git");
        Directory.CreateSymbolicLink(At("books/old"), "..old");

        Assert.Equal(["a"], new RunbookLoader().Load(_options.Path).Pages.Select(page => page.Path));
    }

    [Fact]
    public void A_file_that_was_exchanged_for_a_link_is_not_opened()
    {
        Write("books/a.png", "picture");
        Write("secret.png", "secret");
        using (RealPath.Open(At("books/a.png")))
        {
            File.Delete(At("books/a.png"));
            File.CreateSymbolicLink(At("books/a.png"), At("secret.png"));
        }

        Assert.Throws<IOException>(() => RealPath.Open(At("books/a.png")));
    }

    [Fact]
    public void Folders_that_link_to_each_other_are_listed_a_few_times()
    {
        const int Folders = 12;
        for (var i = 0; i < Folders; i++)
        {
            Write($"books/{i}/page-{i}.md", "# Page\n");
            for (var j = 0; j < Folders; j++)
            {
                Directory.CreateSymbolicLink(At($"books/{i}/to-{j}"), $"../{j}");
            }
        }

        var set = new RunbookLoader().Load(_options.Path);

        Assert.InRange(set.Pages.Count, Folders, Folders * 3);
        Assert.All(Enumerable.Range(0, Folders), i => Assert.NotNull(set.ByPath($"{i}/page-{i}")));
    }

    [Fact]
    public void What_cannot_be_read_for_a_moment_stays_as_it_was()
    {
        Write("books/a.md", "# A\n");
        Write("books/media/b.md", "# B\n");
        Write("books/media/sub/c.md", "# C\n");
        Write("books/z.md", "# Z\n");
        var broken = "";
        var loader = new RunbookLoader(folder => folder.EndsWith(broken, StringComparison.Ordinal) && broken.Length > 0
            ? throw new IOException("Stale file handle") : new DirectoryInfo(folder).EnumerateFileSystemInfos());
        loader.Load(_options.Path);

        foreach (var folder in new[] { "media", "sub", "books" })
        {
            broken = folder;
            var set = loader.Load(_options.Path);
            Assert.Equal(["a", "media/b", "media/sub/c", "z"], set.Pages.Select(page => page.Path));
            Assert.Contains("Stale file handle", Assert.Single(set.Complaints), StringComparison.Ordinal);
        }

        broken = "";
        Directory.Move(At("books"), At("gone"));
        Assert.Equal(4, loader.Load(_options.Path).Pages.Count);
        Directory.Move(At("gone"), At("books"));
        File.Delete(At("books/z.md"));
        Assert.Equal((3, 0), (loader.Load(_options.Path).Pages.Count, loader.Load(_options.Path).Complaints.Count));
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

        Assert.Equal(3, set.Graph.Tier(Alerts.LabelSet.From(("service", "plex"))));
        Assert.Equal(2, set.Graph.Tier(Alerts.LabelSet.From(("service", "plex"), ("tier", "2"))));
        Assert.Equal(1, set.Graph.Tier(Alerts.LabelSet.From(("app", "NFS"))));
        Assert.Null(set.Graph.Tier(Alerts.LabelSet.From(("service", "unknown"), ("tier", "gold"))));
        Assert.Equal(["nfs"], set.Graph.Find("plex")!.DependsOn.Select(need => need.ToString()));
        Assert.Contains("services.yml:4: services[2].tier: found \"9\". Allowed: 1 for what must not fail, to 4 for what may.", Assert.Single(set.Complaints), StringComparison.Ordinal);
    }

    private async Task<Running> StartAsync()
    {
        var library = new RunbookLibrary(() => _options, Book);
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
            await BotFixture.UntilAsync(() => Library.IsAsleep);
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
