using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace IncidentBot.Probes;

/// <summary>
/// Connects for a look: resolves the name, tries its addresses one after the other, and says each step and its time in the transcript.
/// What goes wrong is a value.
/// </summary>
internal static class Connection
{
    /// <summary>Longer than this for one of several addresses, and the next is tried.</summary>
    private static readonly TimeSpan PatienceForOne = TimeSpan.FromSeconds(5);

    /// <summary>A socket that is connected, or why there is none.</summary>
    public static async Task<(Socket? Socket, ProbeOutcome.Unhealthy? Failure)> OpenAsync(
        HostPort to, ProbeLook look, CancellationToken cancellationToken)
    {
        var (addresses, failure) = await ResolveAsync(to, look, cancellationToken);
        if (failure is not null)
        {
            return (null, failure);
        }

        var reasons = new List<string>();
        foreach (var address in addresses)
        {
            look.Step($"connecting to {to}");
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var patience = new CancellationTokenSource(addresses.Count > 1 ? PatienceForOne : Timeout.InfiniteTimeSpan, look.Clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, to.Port), either.Token);
                look.Transcript.Note($"connected to {address}");
                return (socket, null);
            }
            catch (SocketException refused)
            {
                reasons.Add($"{address}: {Words(refused.SocketErrorCode)}");
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                reasons.Add(string.Create(CultureInfo.InvariantCulture, $"{address}: no answer in {PatienceForOne.TotalSeconds} s"));
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            socket.Dispose();
            look.Transcript.Note(reasons[^1]);
        }

        var got = string.Join("; ", reasons);
        return (null, new ProbeOutcome.Unhealthy($"{to} takes no connection: {got}", "connecting", "a TCP connection", got));
    }

    /// <summary>The addresses of a name, IPv4 and IPv6 as the system sorts them; at most 8.</summary>
    public static async Task<(IReadOnlyList<IPAddress> Addresses, ProbeOutcome.Unhealthy? Failure)> ResolveAsync(
        HostPort to, ProbeLook look, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(to.Host, out var number))
        {
            return ([number], null);
        }

        look.Step($"resolving {to.Host}");
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(to.Host, cancellationToken).WaitAsync(cancellationToken);
            look.Transcript.Got(string.Join(", ", addresses.Select(address => address.ToString())));
            return addresses.Length > 0 ? ([.. addresses.Take(8)], null) : ([], Unresolved(to.Host, "no address"));
        }
        catch (SocketException failed)
        {
            var words = Words(failed.SocketErrorCode);
            look.Transcript.Note(words);
            return ([], Unresolved(to.Host, words));
        }
    }

    /// <summary>What the system says, in words of our own.</summary>
    public static string Words(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.TimedOut => "no answer",
        SocketError.HostUnreachable => "host unreachable",
        SocketError.NetworkUnreachable => "network unreachable",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => "connection lost",
        SocketError.HostNotFound or SocketError.NoData => "the name does not exist",
        SocketError.TryAgain => "the name server does not answer",
        SocketError.NoRecovery => "the name server fails",
        _ => $"{error}",
    };

    private static ProbeOutcome.Unhealthy Unresolved(string host, string got) =>
        new($"{host} cannot be resolved: {got}", "resolving", "an address", got);
}
