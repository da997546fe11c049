using System.Globalization;
using IncidentBot.Channels;
using IncidentBot.Lanes;
using IncidentBot.Server;
using IncidentBot.Settings;

namespace IncidentBot.Cli;

/// <summary>
/// Waits until the program that runs has heard the test button of each kind of chat, and says for each how long it took or what to look at.
/// It is that program which hears: a second one would take its place at the vendor.
/// </summary>
internal sealed class TestPress(BotOptions options, IHttpClientFactory http, TimeProvider clock, CliConsole console)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Asks = TimeSpan.FromSeconds(1);

    private readonly Uri _server = new(ListenAddress.Parse(options.Server.Listen).Reachable.Url);

    public async Task<int> WaitAsync(string lane, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var kinds = options.LaneBook.Named(lane).Rooms.Select(room =>
            ChannelCatalog.Kind(room.Kind)).OfType<ChannelKind>().Distinct().ToList();
        foreach (var mute in kinds.Where(kind => !kind.Hears(options.Channels) || !kind.HasButtons).ToList())
        {
            kinds.Remove(mute);
            await console.Output.WriteLineAsync(mute.HasButtons
                ? $"{mute.Name}: no button was sent, because channels.{mute.Name} is not configured to be heard"
                : $"{mute.Name}: there are no buttons; write !ib version in the room");
        }

        if (kinds.Count == 0)
        {
            return ExitCode.Success;
        }

        if (await ReadAsync("/-/ready", cancellationToken) is null)
        {
            await console.Error.WriteLineAsync(
                $"incidentbot: nothing answers at {_server}: start IncidentBot with this configuration, because it is what hears the button");
            return ExitCode.Failure;
        }

        await console.Output.WriteLineAsync($"Press the button now, in a room of each: {string.Join(", ", kinds.Select(kind => kind.Name))}.");
        for (var begun = clock.GetTimestamp(); kinds.Count > 0 && clock.GetElapsedTime(begun) < Patience;)
        {
            await Task.Delay(Asks, clock, cancellationToken);
            var metrics = await ReadAsync("/metrics", cancellationToken) ?? "";
            foreach (var kind in kinds.Where(kind => HeardAt(metrics, kind.Name) is { } at && at > since).ToList())
            {
                kinds.Remove(kind);
                var took = (HeardAt(metrics, kind.Name)!.Value - since).TotalSeconds;
                await console.Output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"{kind.Name}: the press was heard, {took:0.0} s after the message was sent"));
            }
        }

        return kinds.Count == 0 ? ExitCode.Success : await ExplainAsync(kinds, cancellationToken);
    }

    /// <summary>When a press was last heard, by the metrics of the program that runs.</summary>
    private static DateTimeOffset? HeardAt(string metrics, string kind)
    {
        var begins = $"{ListeningMetrics.TestPress}{{channel=\"{kind}\"}} ";
        var line = metrics.Split('\n').FirstOrDefault(line => line.StartsWith(begins, StringComparison.Ordinal));
        return line is not null && double.TryParse(line[begins.Length..], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;
    }

    private async Task<int> ExplainAsync(List<ChannelKind> kinds, CancellationToken cancellationToken)
    {
        var ready = await ReadAsync("/-/ready", cancellationToken) ?? "";
        foreach (var kind in kinds)
        {
            var deaf = ready.Split('\n').FirstOrDefault(line => line.StartsWith($"{kind.Name} is not heard", StringComparison.OrdinalIgnoreCase));
            await console.Error.WriteLineAsync($"{kind.Name}: no press was heard within a minute. {deaf ?? kind.WhyNoPress(options.Channels)}");
        }

        return ExitCode.Failure;
    }

    private async Task<string?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        using var client = http.CreateClient("test");
        client.Timeout = TimeSpan.FromSeconds(5);
        try
        {
            using var answer = await client.GetAsync(new Uri(_server, path), cancellationToken);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(cancellationToken) : null;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
