using IncidentBot.Benchmarks;

return args switch
{
    ["intake", .. var rest] => await IntakeBenchmark.RunAsync(IntakeOptions.Parse(rest)),
    ["cost", .. var rest] => await CostBenchmark.RunAsync(IntakeOptions.Parse(rest)),
    ["registry"] => await RegistryBenchmark.RunAsync(),
    ["parse-only"] => await ParseOnlyServer.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: dotnet run -c Release --project tests/IncidentBot.Benchmarks -- intake [--seconds 6] [--rounds 3] [--connections 64] [--open 100,10000,100000]
               dotnet run -c Release --project tests/IncidentBot.Benchmarks -- cost [--seconds 6] [--rounds 3]
               dotnet run -c Release --project tests/IncidentBot.Benchmarks -- registry

        intake   webhooks of 10 alerts, each answered after a durable commit, against Alertmanager 0.34.2 taking the same alerts on
                 POST /api/v2/alerts and a bare endpoint that only parses the same body. The variable ALERTMANAGER names its program.
                 Ends with 1 when less is measured than the README promises, or when an answer was wrong.
        registry the walk through a docker-registry of 150 repositories × 5 tags against a script that asks with one curl at a time. Ends with 1
                 when it is less than 5 times as fast at the same checks, or takes more than 100 MB.
        cost     the processor time that a webhook costs, at a rate that leaves the machine idle: it can be compared also on a busy machine.
        """);
    return 2;
}
