using System.Text.RegularExpressions;
using IncidentBot.Support;
using IncidentBot.Web;
using Microsoft.Playwright;
using Xunit;

namespace IncidentBot.Runbooks;

/// <summary>
/// Runbooks in a real browser: what they look like, whether they are usable without sight or mouse, and whether anything in them
/// runs that should not. Pictures are written to the folder that <c>PICTURES</c> names, by default a temporary one.
/// </summary>
public sealed class RunbookPicturesTests(Browser browser) : IClassFixture<Browser>
{
    private static readonly Uri Own = new("https://runbooks.example.org/");

    [Theory]
    [InlineData("dark", ColorScheme.Dark)]
    [InlineData("light", ColorScheme.Light)]
    public async Task Every_page_can_be_looked_at_and_has_no_barrier(string name, ColorScheme scheme)
    {
        using var folder = Books();
        await using var host = await PagesHost.StartAsync(externalUrl: Own, runbooks: folder.Path);
        foreach (var incident in Scenes.Evening(TimeProvider.System.GetUtcNow()))
        {
            host.Put(incident);
        }

        await LookAsync("runbooks", "/runbooks", 1280, 900);
        await LookAsync("runbook-search", "/runbooks?q=NodeDwon%20restart", 1280, 800);
        await LookAsync("runbook-phone", "/runbooks/infrastructure/node-down?incident=41&for=NodeDown", 390, 844, 2);
        await LookAsync("runbook", "/runbooks/infrastructure/node-down?incident=41", 1280, 1000);
        await LookAsync("runbook-incident", "/incidents/41", 1280, 1000);
        await LookAsync("runbook-none", "/runbooks/for/NodeDwon", 1280, 900);
        await LookAsync("runbook-broken", "/runbooks/media/broken", 390, 844, 2);

        async Task LookAsync(string what, string path, int width, int height, float scale = 1)
        {
            await using var open = await browser.OpenAsync(new Uri(host.Address, path), width, height, scheme, scale);
            if (await open.Page.Locator("[data-mermaid] .diagram").CountAsync() > 0)
            {
                await Assertions.Expect(open.Page.Locator(".diagram .drawing svg").First).ToBeVisibleAsync(new() { Timeout = 30_000 });
            }

            var file = Path.Combine(Folder(), $"{what}-{name}.png");
            await open.Page.ScreenshotAsync(new PageScreenshotOptions { Path = file, Animations = ScreenshotAnimations.Disabled });
            Assert.True(new FileInfo(file).Length > 5_000, $"{file} is nearly empty");
            Assert.False(await open.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), $"{path} is wider than the screen");
            Assert.DoesNotContain(open.Complaints, complaint => !complaint.Contains("status of 404", StringComparison.Ordinal));
            Assert.Equal([], (await Barriers.OfAsync(open.Page)).Select(barrier => $"{path}: {barrier}"));
        }
    }

    [Fact]
    public async Task Code_is_copied_as_it_is_shown_and_an_alert_is_chosen_by_the_button()
    {
        using var folder = Books();
        await using var host = await PagesHost.StartAsync(externalUrl: Own, runbooks: folder.Path);
        host.Put(Scenes.NodeDown(41, TimeProvider.System.GetUtcNow().AddMinutes(-14)));
        await using var open = await browser.OpenAsync(new Uri(host.Address, "/runbooks/infrastructure/node-down?incident=41"));
        await open.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);

        await open.Page.Locator(".code .copy").First.ClickAsync();
        await Assertions.Expect(open.Page.Locator(".code .copy").First).ToHaveTextAsync("Copied");
        var copied = await open.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
        Assert.Equal(await open.Page.Locator(".code code").First.TextContentAsync(), copied);
        Assert.Contains("ping -c 3 node-", copied, StringComparison.Ordinal);

        await open.Page.Locator("[id='page.alert']").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        var chosen = await open.Page.Locator("[id='page.alert']").InputValueAsync();
        Assert.DoesNotContain(chosen, open.Page.Url, StringComparison.Ordinal);
        await open.Page.Locator("form.choice button").ClickAsync();
        await Assertions.Expect(open.Page).ToHaveURLAsync(new Regex($"[?&]alert={chosen}", RegexOptions.None, TimeSpan.FromSeconds(5)));
        Assert.Empty(open.Complaints);
    }

    [Fact]
    public async Task A_page_that_is_read_keeps_its_ticks_when_incidents_change()
    {
        using var folder = Books();
        await using var host = await PagesHost.StartAsync(externalUrl: Own, runbooks: folder.Path);
        await using var open = await browser.OpenAsync(new Uri(host.Address, "/runbooks/infrastructure/node-down"));
        await Assertions.Expect(open.Page.Locator("[id='page.live-word']")).ToHaveTextAsync("Live");
        await open.Page.Locator(".task").First.CheckAsync();

        host.Put(Scenes.NodeDown(41, TimeProvider.System.GetUtcNow()));

        await Assertions.Expect(open.Page.Locator("[id='page.burning']")).ToBeVisibleAsync();
        await Assertions.Expect(open.Page.Locator(".task").First).ToBeCheckedAsync();
        Assert.Empty(open.Complaints);
    }

    [Theory]
    [InlineData("/runbooks/infrastructure/node-down?incident=41")]
    [InlineData("/incidents/41")]
    public async Task A_command_keeps_its_target_when_another_alert_joins(string path)
    {
        using var folder = Books();
        await using var host = await PagesHost.StartAsync(externalUrl: Own, runbooks: folder.Path);
        var now = TimeProvider.System.GetUtcNow();
        host.Put(Alone(now));
        await using var open = await browser.OpenAsync(new Uri(host.Address, path));
        await Assertions.Expect(open.Page.Locator("[id='page.live-word']")).ToHaveTextAsync("Live");
        await Assertions.Expect(open.Page.Locator(".runbook .code mark.filled").First).ToContainTextAsync("node-a");

        host.Put(Alone(now).Fires(TimeSpan.FromMinutes(1), Node("node-b")));

        await Assertions.Expect(open.Page.Locator("[id='page.alert'] option")).ToHaveCountAsync(2);
        await Assertions.Expect(open.Page.Locator(".runbook .code mark.filled").First).ToContainTextAsync("node-a");
        Assert.Empty(open.Complaints);

        static IncidentBuilder Alone(DateTimeOffset now) => new IncidentBuilder(41, now.AddMinutes(-5)).Lane("critical").Fires(default, Node("node-a"));
        static Alerts.LabelSet Node(string name) => Scenes.Labels(("alertname", "NodeDown"), ("severity", "critical"), ("instance", name));
    }

    [Fact]
    public async Task A_diagram_is_drawn_on_the_incident_and_again_when_its_page_changes()
    {
        using var folder = new TemporaryFolder();
        folder.Write("node-down.md", "---\nalerts: [NodeDown]\n---\n# Node down\n\n```mermaid\ngraph TD\n  A --> B\n```\n");
        await using var host = await PagesHost.StartAsync(externalUrl: Own, runbooks: folder.Path);
        host.Put(Scenes.NodeDown(41, TimeProvider.System.GetUtcNow().AddMinutes(-14)));
        foreach (var path in new[] { "/incidents/41", "/runbooks/node-down" })
        {
            await using var open = await browser.OpenAsync(new Uri(host.Address, path));
            await Assertions.Expect(open.Page.Locator(".drawing svg")).ToHaveCountAsync(1);
            await Assertions.Expect(open.Page.Locator("[id='page.live-word']")).ToHaveTextAsync("Live");

            folder.Write("node-down.md", $"---\nalerts: [NodeDown]\n---\n# Node down\n\n```mermaid\ngraph TD\n  A --> C{path.Length}\n```\n");

            await Assertions.Expect(open.Page.Locator(".drawing svg")).ToContainTextAsync($"C{path.Length}", new() { Timeout = 30_000 });
            Assert.Empty(open.Complaints);
        }
    }

    [Fact]
    public async Task Hostile_pages_and_labels_do_nothing()
    {
        using var folder = new TemporaryFolder();
        folder.Write("hostile.md", $"---\ntitle: \"{Scenes.Hostile.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal)}\"\nalerts: [NodeDown]\n---\n# {Scenes.Hostile}\n\n{Scenes.Hostile}\n\n[x](javascript:alert(9))\n\n{{{{ $labels.evil }}}}\n\n```mermaid\ngraph TD\n  A[\"<img src=x onerror=alert(7)>\"] --> B\n  click A \"javascript:alert(8)\"\n```\n");
        await using var host = await PagesHost.StartAsync(externalUrl: Own, runbooks: folder.Path);
        host.Put(new IncidentBuilder(1, TimeProvider.System.GetUtcNow()).Lane("critical")
            .Fires(default, Scenes.Labels(("alertname", "NodeDown"), ("severity", "critical"), ("evil", Scenes.Hostile)), Scenes.Labels(("summary", "x"))));
        foreach (var path in new[] { "/runbooks/hostile", "/runbooks/hostile?incident=1", "/runbooks?q=script", "/incidents/1" })
        {
            await using var open = await browser.OpenAsync(new Uri(host.Address, path));
            await open.Page.WaitForTimeoutAsync(300);
            Assert.False(await open.Page.EvaluateAsync<bool>("Boolean(window.pwned)"));
            Assert.DoesNotContain(open.Complaints, complaint => complaint.StartsWith("dialog", StringComparison.Ordinal) || complaint.StartsWith("request", StringComparison.Ordinal));
        }
    }

    /// <summary>What axe-core finds that would keep somebody from using the page.</summary>
    private static TemporaryFolder Books()
    {
        var folder = new TemporaryFolder();
        foreach (var category in new[] { "infrastructure", "media", "lessons-learned" })
        {
            Directory.CreateDirectory(Path.Combine(folder.Path, category));
        }

        folder.Write("services.yml", "services:\n  - { name: node, tier: 1, title: Nodes }\n");
        folder.Write("infrastructure/node-down.md", """
            ---
            title: Node down
            description: A machine of the cluster does not answer. Its pods move away after five minutes.
            alerts: [NodeDown, KubeNodeNotReady]
            services: [node]
            severity: critical
            owner: platform
            reviewed: 2026-09-01
            ---

            ## Meaning

            Prometheus cannot reach `{{ $labels.instance }}` in {{ $labels.zone }} any more.

            > [!WARNING]
            > Do not restart two nodes at once: the store loses its quorum.

            ## Diagnosis

            ```bash
            # Is the machine there at all?
            ping -c 3 {{ $labels.instance }}
            kubectl get nodes -o wide
            ```

            ```promql
            up{instance="{{ $labels.instance }}"} == 0
            ```

            | Sign | Means | Next |
            | --- | --- | --- |
            | no ping | power or network | look at the switch |
            | ping, no `ssh` | disk or memory | the console |

            - [ ] Tell people in the room
            - [ ] Look at the switch of {{ $labels.zone }}

            ```mermaid
            graph TD
              A[NodeDown] --> B{Ping?}
              B -->|yes| C[Console]
              B -->|no| D[Switch]
            ```

            ## Mitigation

            1. Drain it: `kubectl drain {{ $labels.node }} --ignore-daemonsets`
            2. Restart the machine, and wait five minutes.[^1]

            [^1]: Longer when its disks are checked.
            """);
        folder.Write("infrastructure/disk-full.md", "---\ntitle: Disk is full\nalerts: [DiskFull, DiskWillFillUp]\nreviewed: 2026-08-01\n---\nFree space, then restart what failed.\n");
        folder.Write("media/immich.md", "---\ntitle: Immich answers slowly\nalerts: [ImmichSearchSlow]\n---\nThe search has to warm up after a restart of the node.\n");
        folder.Write("media/broken.md", "---\ntitle: [Broken\n---\n# Plex\n\nThe text is there all the same.\n");
        folder.Write("lessons-learned/2025-quorum.md", "# How two nodes at once took the store down\n\nNever restart two.\n");
        return folder;
    }

    private static string Folder() => Directory.CreateDirectory(
        Environment.GetEnvironmentVariable("PICTURES") ?? Path.Combine(Path.GetTempPath(), "incidentbot-pictures")).FullName;
}
