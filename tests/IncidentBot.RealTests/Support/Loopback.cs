using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace IncidentBot.Support;

/// <summary>Ports, requests and patience on 127.0.0.1.</summary>
internal static class Loopback
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static readonly HttpClient Client = MakeClient();

    /// <summary>A port that is free now. Only for servers that cannot choose one themselves.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Asks until the answer is there or the time is over; then fails with what <paramref name="complaint"/> says.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T?>> ask, TimeSpan patience, Func<string> complaint, CancellationToken cancellationToken)
        where T : class
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await ask() is { } answer)
            {
                return answer;
            }

            if (TimeProvider.System.GetElapsedTime(began) > patience)
            {
                throw new TimeoutException($"{complaint()} (waited {patience.TotalSeconds:0} s)");
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Whether an address answers with success now.</summary>
    public static async Task<bool> AnswersAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await Client.GetAsync(url, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Whether somebody takes connections at a port now.</summary>
    public static async Task<bool> ListensAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static HttpClient MakeClient()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("loopback", client => client.Timeout = TimeSpan.FromSeconds(10));
        return services.BuildServiceProvider().GetRequiredService<IHttpClientFactory>().CreateClient("loopback");
    }
}
