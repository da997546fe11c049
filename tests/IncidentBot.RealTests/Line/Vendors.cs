using IncidentBot.Rooms;
using IncidentBot.Support;

namespace IncidentBot.Line;

/// <summary>Slack, Telegram and a homeserver on loopback, and the configuration that has a bot show each team in a room of each.</summary>
internal sealed class Vendors(SlackServer slack, TelegramServer telegram, MatrixServer matrix) : IAsyncDisposable
{
    /// <summary>Links in messages begin with it, wherever the program listens.</summary>
    public const string Pages = "http://incidentbot.example";

    public SlackServer Slack => slack;

    public TelegramServer Telegram => telegram;

    public MatrixServer Matrix => matrix;

    public IReadOnlyList<VendorServer> All => [slack, telegram, matrix];

    /// <summary>What no correct client does, over all vendors.</summary>
    public IEnumerable<string> Violations => All.SelectMany(vendor => vendor.Violations);

    /// <param name="latency">How long requests and answers travel.</param>
    public static async Task<Vendors> StartAsync(TimeSpan latency = default)
    {
        var clock = TimeProvider.System;
        var vendors = new Vendors(await SlackServer.StartAsync(clock), await TelegramServer.StartAsync(clock), await MatrixServer.StartAsync(clock));
        foreach (var vendor in vendors.All)
        {
            vendor.EnforcesRates = false;
            vendor.Latency = latency;
        }

        return vendors;
    }

    /// <summary>The rooms of a team, one of each kind.</summary>
    public static IReadOnlyList<Room> Rooms(int team) =>
        [new Room("slack", $"C{team}"), new Room("telegram", $"{1000 + team}"), new Room("matrix", $"!team{team}:localhost")];

    public VendorServer Of(Room room) => room.Kind switch
    {
        "slack" => slack,
        "telegram" => telegram,
        _ => matrix,
    };

    /// <summary>The configuration of a bot with a lane for each of the teams 0, 1, 2….</summary>
    /// <param name="matrix">Another homeserver, its token and the room for all teams.</param>
    /// <param name="kinds">The kinds of rooms that lanes have.</param>
    public string Configuration(int teams, (Uri Url, string Token, string Room)? matrix = null, params IReadOnlyList<string> kinds)
    {
        var lanes = Enumerable.Range(0, teams).Select(team =>
        {
            var rooms = Rooms(team).Where(room => kinds.Count == 0 || kinds.Contains(room.Kind))
                .Select(room => room.Kind == "matrix" && matrix is { } other ? $"matrix:{other.Room}" : room.ToString());
            return $"  - {{ name: team-{team}, match: {{ team: \"{team}\" }}, rooms: [{string.Join(", ", rooms.Select(room => $"\"{room}\""))}] }}";
        });
        return $$"""
            server: { listen: "127.0.0.1:0", external_url: "{{Pages}}", log_level: warning }
            channels:
              slack: { api_url: "{{slack.ApiUrl}}", bot_token: "{{SlackServer.Token}}" }
              telegram: { api_url: "{{telegram.Url}}", bot_token: "{{TelegramServer.Token}}", mode: send-only }
              matrix: { homeserver: "{{matrix?.Url ?? this.Matrix.Url}}", access_token: "{{matrix?.Token ?? MatrixServer.Token}}", mode: send-only }
            # Every incident is to have its own message.
            storm: { show_within: 1h }
            lanes:
            {{string.Join('\n', lanes)}}
            """;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var vendor in All)
        {
            await vendor.DisposeAsync();
        }
    }
}
