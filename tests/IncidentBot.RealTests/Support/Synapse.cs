using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace IncidentBot.Support;

/// <summary>A real Matrix homeserver that a test starts on a free port in a folder of its own, and ends.</summary>
internal sealed class Synapse : IAsyncDisposable
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly string _secret;
    private readonly ServiceProvider _services = new ServiceCollection().AddHttpClient().BuildServiceProvider();

    private Synapse(Process process, DirectoryInfo folder, Uri url, string secret)
    {
        _process = process;
        _folder = folder;
        _secret = secret;
        Url = url;
    }

    public Uri Url { get; }

    private HttpClient Client => _services.GetRequiredService<IHttpClientFactory>().CreateClient();

    /// <param name="rateLimited">Keep the homeserver's own rate limits.</param>
    public static async Task<Synapse> StartAsync(bool rateLimited, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("incidentbot-synapse-");
        var start = new ProcessStartInfo(Requirements.SynapseStart, [Loopback.FreePort().ToString(CultureInfo.InvariantCulture), folder.FullName])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["RATE_LIMITED"] = rateLimited ? "1" : "";
        var process = Process.Start(start) ?? throw new InvalidOperationException("Synapse's start script does not start");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(StartsWithin);
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Split(' ') is ["ready", var url, "shared-secret", var secret])
            {
                return new Synapse(process, folder, new Uri(url), secret);
            }
        }

        throw new InvalidOperationException("Synapse ended before it was ready");
    }

    /// <summary>Makes an account. Returns its user id and access token.</summary>
    public async Task<(string User, string Token)> RegisterAsync(string name, CancellationToken cancellationToken)
    {
        var url = new Uri(Url, "/_synapse/admin/v1/register");
        var nonce = (await Client.GetFromJsonAsync<JsonObject>(url, cancellationToken))!["nonce"]!.GetValue<string>();
        var text = string.Join('\0', nonce, name, "password", "notadmin");
#pragma warning disable CA5350 // The homeserver asks for this algorithm.
        var mac = Convert.ToHexStringLower(HMACSHA1.HashData(Encoding.UTF8.GetBytes(_secret), Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350
        var account = await SendAsync(HttpMethod.Post, url.AbsolutePath, null, new JsonObject
        {
            ["nonce"] = nonce,
            ["username"] = name,
            ["password"] = "password",
            ["admin"] = false,
            ["mac"] = mac,
        }, cancellationToken);
        return (account["user_id"]!.GetValue<string>(), account["access_token"]!.GetValue<string>());
    }

    /// <summary>Makes a room that only its maker is in. Returns its id.</summary>
    public async Task<string> CreateRoomAsync(string token, CancellationToken cancellationToken, bool encrypted = false)
    {
        var body = new JsonObject { ["preset"] = "private_chat" };
        if (encrypted)
        {
            body["initial_state"] = new JsonArray(new JsonObject
            {
                ["type"] = "m.room.encryption",
                ["state_key"] = "",
                ["content"] = new JsonObject { ["algorithm"] = "m.megolm.v1.aes-sha2" },
            });
        }

        var room = await SendAsync(HttpMethod.Post, "/_matrix/client/v3/createRoom", token, body, cancellationToken);
        return room["room_id"]!.GetValue<string>();
    }

    /// <summary>Somebody brings somebody into a room.</summary>
    public Task InviteAsync(string room, string token, string user, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"/_matrix/client/v3/rooms/{Uri.EscapeDataString(room)}/invite", token, new JsonObject { ["user_id"] = user }, cancellationToken);

    /// <summary>Somebody follows an invitation.</summary>
    public Task JoinAsync(string room, string token, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"/_matrix/client/v3/rooms/{Uri.EscapeDataString(room)}/join", token, [], cancellationToken);

    /// <summary>The rooms that somebody is in.</summary>
    public async Task<IReadOnlyList<string>> RoomsAsync(string token, CancellationToken cancellationToken) =>
        [.. (await SendAsync(HttpMethod.Get, "/_matrix/client/v3/joined_rooms", token, null, cancellationToken))["joined_rooms"]!.AsArray().Select(room => room!.GetValue<string>())];

    /// <summary>Somebody writes. Returns the event's id.</summary>
    /// <param name="root">The message whose thread it goes to.</param>
    public Task<string> SayAsync(string room, string token, string text, CancellationToken cancellationToken, string? root = null)
    {
        var content = new JsonObject { ["msgtype"] = "m.text", ["body"] = text };
        if (root is not null)
        {
            content["m.relates_to"] = new JsonObject { ["rel_type"] = "m.thread", ["event_id"] = root, ["is_falling_back"] = true, ["m.in_reply_to"] = new JsonObject { ["event_id"] = root } };
        }

        return PutAsync(room, token, "m.room.message", content, cancellationToken);
    }

    /// <summary>Somebody reacts. Returns the event's id.</summary>
    public Task<string> ReactAsync(string room, string token, string target, string key, CancellationToken cancellationToken) =>
        PutAsync(room, token, "m.reaction", new JsonObject { ["m.relates_to"] = new JsonObject { ["rel_type"] = "m.annotation", ["event_id"] = target, ["key"] = key } }, cancellationToken);

    /// <summary>The room's messages as the homeserver keeps them, oldest first.</summary>
    public async Task<IReadOnlyList<JsonObject>> MessagesAsync(string room, string token, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(
            HttpMethod.Get, $"/_matrix/client/v3/rooms/{Uri.EscapeDataString(room)}/messages?dir=f&limit=500", token, null, cancellationToken);
        return [.. answer["chunk"]!.AsArray().Select(entry => entry!.AsObject()).Where(entry => entry.Text("type") == "m.room.message")];
    }

    /// <summary>One event, as a client gets it: with its latest edit put in by the homeserver.</summary>
    public Task<JsonObject> EventAsync(string room, string id, string token, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Get, $"/_matrix/client/v3/rooms/{Uri.EscapeDataString(room)}/event/{Uri.EscapeDataString(id)}", token, null, cancellationToken);

    /// <summary>The answers in an event's thread, newest first.</summary>
    public async Task<IReadOnlyList<JsonObject>> ThreadAsync(string room, string root, string token, CancellationToken cancellationToken)
    {
        var path = $"/_matrix/client/v1/rooms/{Uri.EscapeDataString(room)}/relations/{Uri.EscapeDataString(root)}/m.thread";
        return [.. (await SendAsync(HttpMethod.Get, path, token, null, cancellationToken))["chunk"]!.AsArray().Select(entry => entry!.AsObject())];
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        await _services.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<string> PutAsync(string room, string token, string type, JsonObject content, CancellationToken cancellationToken) => (await SendAsync(
        HttpMethod.Put, $"/_matrix/client/v3/rooms/{Uri.EscapeDataString(room)}/send/{type}/{Guid.NewGuid():N}", token, content, cancellationToken)).Text("event_id")!;

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, string? token, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(Url, path));
        request.Content = body is null ? null : JsonContent.Create(body);
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        using var response = await Client.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }
}
