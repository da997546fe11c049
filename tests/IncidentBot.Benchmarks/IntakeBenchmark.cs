using System.Globalization;

namespace IncidentBot.Benchmarks;

/// <summary>
/// How many webhooks of ten alerts are taken in a second: new or changed ones, and exact repeats. All sides run one after the
/// other in every round on the same machine with the same driver; the medians are compared.
/// </summary>
internal static class IntakeBenchmark
{
    private const string WebhookPath = "/webhooks/alertmanager";
    private const string AlertsPath = "/api/v2/alerts";

    /// <summary>Groups that are repeated: 10,000 open alerts.</summary>
    private const int Repeated = 1000;

    /// <summary>How many times as many as Alertmanager are promised.</summary>
    private const double ChangesAsked = 1.2;
    private const double RepeatsAsked = 4;

    public static async Task<int> RunAsync(IntakeOptions options)
    {
        Say($"{Environment.ProcessorCount} processors, {options.Connections} connections, {options.Rounds} rounds of {options.Span.TotalSeconds} s a side; the driver shares the processors");
        var changedUs = new List<Measured>();
        var changedThem = new List<Measured>();
        var repeatUs = new List<Measured>();
        var repeatThem = new List<Measured>();
        var parse = new List<Measured>();
        double memoryUs = 0, memoryThem = 0;
        for (var round = 0; round < options.Rounds; round++)
        {
            var bodies = new Bodies();
            using (var us = await Server.IncidentBotAsync())
            {
                repeatUs.Add(await RepeatsAsync(us.Address, WebhookPath, group => bodies.Webhook(group, false), options));
                changedUs.Add(await ChangesAsync(us.Address, WebhookPath, bodies.Webhook, options));
                memoryUs = us.Megabytes;
            }

            using (var them = await Server.AlertmanagerAsync())
            {
                repeatThem.Add(await RepeatsAsync(them.Address, AlertsPath, group => bodies.Alerts(group, false), options));
                changedThem.Add(await ChangesAsync(them.Address, AlertsPath, bodies.Alerts, options));
                memoryThem = them.Megabytes;
            }

            using var bare = await Server.ParseOnlyAsync();
            parse.Add(await RepeatsAsync(bare.Address, WebhookPath, group => bodies.Webhook(group, false), options));
        }

        Say("");
        Say("webhooks of 10 alerts a second (median of the rounds)");
        Row("", "IncidentBot", "Alertmanager 0.34.2", "ratio (asked)", "parse only", "of the limit");
        var isFast = Compare("(a) new or changed", changedUs, changedThem, parse, ChangesAsked)
            & Compare("(b) exact repeats", repeatUs, repeatThem, parse, RepeatsAsked);
        Row("memory after it, MB", Number(memoryUs), Number(memoryThem));
        await LatencyAsync(options, Median(changedUs).PerSecond / 2, Median(repeatUs).PerSecond / 2);
        return changedUs.Concat(repeatUs).Concat(changedThem).Concat(repeatThem).Sum(one => one.Bad) == 0 && isFast ? 0 : 1;
    }

    /// <summary>Answer times at half the load, and how they and memory change with what is stored.</summary>
    private static async Task LatencyAsync(IntakeOptions options, double changes, double repeats)
    {
        Say("");
        Say("IncidentBot at half that load, by open alerts; ms to the answer");
        Row("open alerts", "changed/s", "p50", "p99", "repeats/s", "p50", "p99", "memory MB");
        foreach (var open in options.Open)
        {
            using var us = await Server.IncidentBotAsync();
            var bodies = new Bodies();
            var groups = Math.Max(1, open / Bodies.AlertsInWebhook);
            await Load.RunAsync(us.Address, WebhookPath, index => bodies.Webhook(index, false), options.Connections, TimeSpan.FromMinutes(5), null, groups);
            var repeat = Prepared(Math.Min(groups, Repeated), index => bodies.Webhook(groups - 1 - index, false));
            await Load.RunAsync(us.Address, WebhookPath, repeat, options.Connections, options.Span / 2);
            var steady = await Load.RunAsync(us.Address, WebhookPath, repeat, options.Connections, options.Span, repeats);
            var other = bodies;
            await Load.RunAsync(us.Address, WebhookPath, Alternating(other.Webhook, 20_000_000), options.Connections, options.Span / 2);
            var changed = await Load.RunAsync(us.Address, WebhookPath, Alternating(other.Webhook, 30_000_000), options.Connections, options.Span, changes);
            Row(open.ToString("N0", CultureInfo.InvariantCulture), Number(changed.PerSecond), Milliseconds(changed.P50), Milliseconds(changed.P99),
                Number(steady.PerSecond), Milliseconds(steady.P50), Milliseconds(steady.P99), Number(us.Megabytes));
        }
    }

    private static async Task<Measured> RepeatsAsync(Uri address, string path, Func<int, byte[]> body, IntakeOptions options)
    {
        var repeat = Prepared(Repeated, body);
        await Load.RunAsync(address, path, repeat, options.Connections, TimeSpan.FromMinutes(1), null, Repeated);
        await Load.RunAsync(address, path, repeat, options.Connections, options.Span / 2);
        return await Load.RunAsync(address, path, repeat, options.Connections, options.Span);
    }

    private static async Task<Measured> ChangesAsync(Uri address, string path, Func<int, bool, byte[]> body, IntakeOptions options)
    {
        await Load.RunAsync(address, path, Alternating(body, 1_000_000), options.Connections, options.Span / 2);
        return await Load.RunAsync(address, path, Alternating(body, 2_000_000), options.Connections, options.Span);
    }

    private static Func<int, byte[]> Prepared(int count, Func<int, byte[]> body)
    {
        var bodies = Enumerable.Range(0, count).Select(body).ToArray();
        return index => bodies[index % count];
    }

    /// <summary>Blocks of new groups, each followed by the change of the same groups.</summary>
    private static Func<int, byte[]> Alternating(Func<int, bool, byte[]> body, int first)
    {
        const int Block = 256;
        return index => body(first + (index / (2 * Block) * Block) + (index % Block), index / Block % 2 == 1);
    }

    /// <summary>Prints a comparison; returns whether what is promised holds.</summary>
    private static bool Compare(string name, List<Measured> us, List<Measured> them, List<Measured> limit, double asked)
    {
        var (ours, theirs, most) = (Median(us).PerSecond, Median(them).PerSecond, Median(limit).PerSecond);
        Row(name, Number(ours), Number(theirs), $"{Ratio(ours / theirs)} ({Ratio(asked)})", $"{Number(most)} ({Ratio(most / theirs)})", $"{ours / most:P0}");
        return ours >= asked * theirs;
    }

    private static Measured Median(List<Measured> measured) => measured.OrderBy(one => one.PerSecond).ElementAt(measured.Count / 2);

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Milliseconds(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture) + "x";

    private static void Row(params string[] cells) =>
        Say(string.Concat(cells.Select((cell, column) => column == 0 ? cell.PadRight(22) : cell.PadLeft(column < 4 ? 20 : 16))));

    private static void Say(string line) => Console.WriteLine(line);
}
