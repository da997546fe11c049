using System.Globalization;

namespace IncidentBot.Benchmarks;

/// <summary>
/// How much processor time a webhook costs, changed and repeated: unlike webhooks a second it hardly depends on what else the
/// machine does.
/// </summary>
internal static class CostBenchmark
{
    private const string Path = "/webhooks/alertmanager";
    private const int Webhooks = 20_000;
    private const int Block = 256;

    public static async Task<int> RunAsync(IntakeOptions options)
    {
        Console.WriteLine("processor time of a webhook of 10 alerts, in microseconds");
        var bad = 0;
        for (var round = 0; round < options.Rounds; round++)
        {
            using var server = await Server.IncidentBotAsync();
            var bodies = new Bodies();
            await MeasureAsync(index => Changing(bodies, 1_000_000, index));
            var changed = await MeasureAsync(index => Changing(bodies, 2_000_000, index));
            var repeated = await MeasureAsync(index => bodies.Webhook(2_000_000 + (index % Block), true));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"changed {changed,6:0}   repeated {repeated,6:0}"));

            async Task<double> MeasureAsync(Func<int, byte[]> body)
            {
                var before = server.ProcessorTime;
                var measured = await Load.RunAsync(server.Address, Path, body, options.Connections, TimeSpan.FromMinutes(5), null, Webhooks);
                bad += measured.Bad;
                return (server.ProcessorTime - before).TotalMicroseconds / measured.Good;
            }
        }

        return bad == 0 ? 0 : 1;
    }

    /// <summary>Blocks of new groups, each followed by the change of the same groups.</summary>
    private static byte[] Changing(Bodies bodies, int first, int index) =>
        bodies.Webhook(first + (index / (2 * Block) * Block) + (index % Block), index / Block % 2 == 1);
}
