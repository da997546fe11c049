using System.Diagnostics;
using System.Globalization;
using IncidentBot.Probes;
using IncidentBot.Probes.RegistryIntegrity;
using IncidentBot.Support;
using Microsoft.Extensions.DependencyInjection;

namespace IncidentBot.Benchmarks;

/// <summary>
/// A walk through a real docker-registry of 150 repositories with 5 tags each, against a script that asks with one curl at a time.
/// </summary>
internal static class RegistryBenchmark
{
    private const double LeastFaster = 5;
    private const double MostMegabytes = 100;

    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("incidentbot-bench-");
        try
        {
            RegistryFilling.Fill(new RegistryFiles(Path.Combine(folder.FullName, "data")));
            var port = Server.FreePort();
            var configuration = Path.Combine(folder.FullName, "config.yml");
            await File.WriteAllTextAsync(configuration, $$"""
                version: 0.1
                log: {level: error, accesslog: {disabled: true} }
                storage: {cache: {blobdescriptor: inmemory}, filesystem: {rootdirectory: "{{folder.FullName}}/data", maxthreads: 100} }
                http: {addr: "127.0.0.1:{{port}}", secret: benchmark}
                """);
            using var registry = await Server.StartAsync("docker-registry", ["serve", configuration], folder, port, "/v2/");
            return await MeasureAsync(registry.Address);
        }
        finally
        {
            if (folder.Exists)
            {
                folder.Delete(recursive: true);
            }
        }
    }

    private static async Task<int> MeasureAsync(Uri registry)
    {
        // The walk is first: it is the one for which the registry has to read its files.
        var walk = await WalkAsync(registry);
        var manifests = await CurlAsync(registry, "manifests");
        var all = await CurlAsync(registry, "all");
        var megabytes = PeakMegabytes();
        Say($"IncidentBot, 8 at a time:             {walk.Took.TotalSeconds,6:0.00} s: {walk.Words}");
        Say($"one curl at a time, the same checks:  {all.Took.TotalSeconds,6:0.00} s: {all.Words}");
        Say($"one curl at a time, manifests alone:  {manifests.Took.TotalSeconds,6:0.00} s: {manifests.Words}");
        Say($"{all.Took / walk.Took:0.0} times as fast at the same checks, {manifests.Took / walk.Took:0.0} times as fast as the script that looks at manifests alone");
        Say($"peak memory of this whole process: {megabytes:0} MB");
        return all.Took / walk.Took >= LeastFaster && megabytes <= MostMegabytes ? 0 : 1;
    }

    private static void Say(FormattableString words) => Console.WriteLine(words.ToString(CultureInfo.InvariantCulture));

    private static async Task<(TimeSpan Took, string Words)> WalkAsync(Uri registry)
    {
        await using var services = new ServiceCollection().AddProbeClients().BuildServiceProvider();
        var look = new ProbeLook("bench", TimeProvider.System, new Random(1), services.GetRequiredService<IHttpClientFactory>(), new Transcript(TimeProvider.System), null);
        var probe = ProbeCatalog.Kinds.OfType<RegistryIntegrityKind>().Single()
            .Make(new RegistryOptions { Url = registry, Parallel = 8, Rate = 10_000, PageSize = 1000, HashMb = 0 });
        var clock = Stopwatch.StartNew();
        var result = await probe.LookAsync(look, CancellationToken.None);
        return (clock.Elapsed, result.Outcome.ToString()!);
    }

    private static async Task<(TimeSpan Took, string Words)> CurlAsync(Uri registry, string what)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "one-curl-at-a-time.sh");
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo("bash", [script, registry.GetLeftPart(UriPartial.Authority), what]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var words = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (clock.Elapsed, words.Trim());
    }

    private static double PeakMegabytes()
    {
        using var own = Process.GetCurrentProcess();
        return own.PeakWorkingSet64 / 1e6;
    }
}
