using System.Globalization;
using System.Net.Sockets;
using System.Text;
using IncidentBot.Line;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Runbooks;

/// <summary>How quickly runbooks are read, served and searched, measured while no other test runs, and printed.</summary>
[Collection(typeof(Alone))]
public sealed class RunbookSpeedTests(ITestOutputHelper output)
{
    private const int Pages = 2000;
    private const int Connections = 8;

    /// <summary>Other programs on the machine disturb single rounds, so that both sides are asked in turn and the median decides.</summary>
    private const int Rounds = 12;

    /// <summary>Other programs on the machine only ever add time, so the best time is the program's own.</summary>
    private const int Times = 5;
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(700);

    private static readonly string[] Nouns =
        ["node", "pod", "disk", "volume", "certificate", "backup", "database", "queue", "registry", "gateway", "cache", "switch", "sensor", "mail", "tunnel", "cluster"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_is_served_at_least_half_as_fast_as_nginx_serves_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        var books = Directory.CreateDirectory(Path.Combine(folder.Path, "runbooks", "infrastructure")).FullName;
        var files = Directory.CreateDirectory(Path.Combine(folder.Path, "files")).FullName;
        await File.WriteAllTextAsync(Path.Combine(books, "node-down.md"), Page(1), Stop);
        await using var bot = new BotProcess(folder, $"server: {{ listen: \"127.0.0.1:0\", log_level: warning }}\nrunbooks: {{ path: {folder.Path}/runbooks }}\n");
        await bot.StartAsync(Stop);
        var ours = new Uri(bot.Url, "runbooks/infrastructure/node-down");
        var bytes = await Loopback.Client.GetByteArrayAsync(ours, Stop);
        await File.WriteAllBytesAsync(Path.Combine(files, "page.html"), bytes, Stop);
        await using var nginx = await NginxServer.ServeAsync(folder, files, Stop);
        var theirs = new Uri(nginx.Address, "page.html");

        await CountAsync(ours, bytes.Length);
        await CountAsync(theirs, bytes.Length);
        var rounds = new List<(double Ours, double Theirs)>();
        while (rounds.Count < Rounds)
        {
            rounds.Add((await CountAsync(ours, bytes.Length), await CountAsync(theirs, bytes.Length)));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"a runbook of {bytes.Length} bytes, {Connections} connections, medians of {rounds.Count} rounds: IncidentBot {Median(rounds.Select(round => round.Ours)):0}/s, nginx {Median(rounds.Select(round => round.Theirs)):0}/s, ratio {Ratio(rounds):0.00} (asked 0.5)"));
        Assert.True(Ratio(rounds) >= 0.5, $"the ratio is {Ratio(rounds):0.00}");
    }

    [Fact]
    public void Two_thousand_pages_are_read_within_3_s_and_searched_within_20_ms_at_best_of_5_times()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < Pages; i++)
        {
            var category = Directory.CreateDirectory(Path.Combine(folder.Path, Nouns[i % Nouns.Length])).FullName;
            File.WriteAllText(Path.Combine(category, $"page-{i}.md"), Page(i));
        }

        var loads = new List<double>();
        var set = RunbookSet.Empty;
        while (loads.Count == 0 || (loads.Count < Times && loads.Min() >= 3000))
        {
            var began = TimeProvider.System.GetTimestamp();
            set = new RunbookLoader().Load([folder.Path]);
            Assert.NotEmpty(set.Search.Find("warm up"));
            loads.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        }

        var queries = Queries().ToList();
        foreach (var query in queries.Take(100))
        {
            set.Search.Find(query);
        }

        var attempts = new List<double>();
        while (attempts.Count == 0 || (attempts.Count < Times && attempts.Min() >= 20))
        {
            attempts.Add(P99(set, queries));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{set.Pages.Count} pages read and indexed in {string.Join(", ", loads.Select(load => load.ToString("0", CultureInfo.InvariantCulture)))} ms (asked 3000); {queries.Count} searches p99 {string.Join(", ", attempts.Select(p99 => p99.ToString("0.0", CultureInfo.InvariantCulture)))} ms (asked 20)"));
        Assert.Equal(Pages, set.Pages.Count);
        Assert.True(loads.Min() < 3000, $"reading took {loads.Min():0} ms");
        Assert.True(attempts.Min() < 20, $"p99 is {attempts.Min():0.0} ms");
    }

    private static double P99(RunbookSet set, List<string> queries)
    {
        var times = new List<double>(queries.Count);
        foreach (var query in queries)
        {
            var began = TimeProvider.System.GetTimestamp();
            Assert.NotNull(set.Search.Find(query));
            times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        }

        times.Sort();
        return times[(int)(times.Count * 0.99)];
    }

    private static IEnumerable<string> Queries()
    {
        for (var i = 0; i < 250; i++)
        {
            yield return $"{Nouns[i % Nouns.Length]} restart";
            yield return $"Alert{Nouns[i * 7 % Nouns.Length]}Page{i}";
            yield return $"Alrt{Nouns[i % Nouns.Length]}Pgae{i}";
            yield return string.Concat(Nouns[i % Nouns.Length].AsSpan(0, 2), " the commands of this page");
        }
    }

    private static string Page(int number)
    {
        var noun = Nouns[number % Nouns.Length];
        var text = new StringBuilder($"""
            ---
            title: The {noun} number {number} fails
            alerts: [Alert{noun}Page{number}, Alert{noun}Slow{number}]
            services: [{noun}]
            owner: platform
            reviewed: 2026-09-01
            ---

            ## Meaning

            The {noun} `{Gap("instance")}` does not answer.

            ## Diagnosis

            ```bash
            ping -c 3 {Gap("instance")}   # is it there
            kubectl get pods -A | grep {noun}
            ```

            | Sign | Means |
            | --- | --- |
            | no answer | the {noun} is off |

            """);
        for (var i = 0; i < 12; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## Step {i}\n\nLook at the {Nouns[(number + i) % Nouns.Length]} and [the next page](page-{number + 16}.md). Restart word{(number * 31) + i} when it has warmed up.\n");
        }

        return text.ToString();

        static string Gap(string label) => "{{ $labels." + label + " }}";
    }

    /// <summary>Requests in a second over a few connections, by a client that does as little as it can.</summary>
    private static async Task<double> CountAsync(Uri address, int length)
    {
        var began = TimeProvider.System.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(() => AskAsync(address, length, began), Stop)));
        return counts.Sum() / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<int> AskAsync(Uri address, int length, long began)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(address.Host, address.Port, Stop);
        var stream = client.GetStream();
        var request = Encoding.ASCII.GetBytes($"GET {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n");
        var buffer = new byte[128 * 1024];
        var count = 0;
        while (TimeProvider.System.GetElapsedTime(began) < Round)
        {
            await stream.WriteAsync(request, Stop);
            var (got, head) = (0, -1);
            while (head < 0 || got < head + length)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(got), Stop);
                Assert.NotEqual(0, read);
                got += read;
                head = head < 0 && buffer.AsSpan(0, got).IndexOf("\r\n\r\n"u8) is >= 0 and var end ? end + 4 : head;
            }

            Assert.True(buffer.AsSpan(0, 12).SequenceEqual("HTTP/1.1 200"u8) && got == head + length, "another answer");
            count++;
        }

        return count;
    }

    private static double Ratio(List<(double Ours, double Theirs)> rounds) => Median(rounds.Select(round => round.Ours / round.Theirs));

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;
}
