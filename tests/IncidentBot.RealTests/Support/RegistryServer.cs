using System.Globalization;
using System.Net.Http.Headers;

namespace IncidentBot.Support;

/// <summary>Debian's docker-registry with its blob cache on, in a folder of its own, and the pushing of images into it.</summary>
internal sealed class RegistryServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = Loopback.FreePort();
    private string _auth = "";
    private ServerProcess _process = null!;

    public Uri Url => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/"));

    public string Host => Url.Authority;

    /// <summary>The header of pushes; null while nobody is asked for one.</summary>
    public string? Authorization { get; set; }

    public ServerProcess Process => _process;

    /// <param name="auth">The section auth of its configuration, of the folder that it is in; none when empty.</param>
    /// <param name="fill">Puts files into it before it starts.</param>
    public static async Task<RegistryServer> StartAsync(
        CancellationToken cancellationToken, Func<TemporaryFolder, string>? auth = null, Action<RegistryFiles>? fill = null)
    {
        var server = new RegistryServer();
        server._auth = auth?.Invoke(server._folder) ?? "";
        fill?.Invoke(new RegistryFiles(Path.Combine(server._folder.Path, "data")));
        await server.RestartAsync(cancellationToken);
        return server;
    }

    /// <summary>A new process on the same files, which knows nothing from memory.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        var configuration = _folder.Write("config.yml", $$"""
            version: 0.1
            log: {level: error, accesslog: {disabled: true} }
            storage:
              cache: {blobdescriptor: inmemory}
              filesystem: {rootdirectory: {{_folder.Path}}/data, maxthreads: 100}
              delete: {enabled: true}
            http: {addr: "{{Host}}", secret: tests}
            {{_auth}}
            """);
        _process = ServerProcess.Start(Requirements.DockerRegistry, ["serve", configuration], _folder.Path);
        await Loopback.UntilAsync(async () => await AnswersAsync(cancellationToken) ? "" : null, TimeSpan.FromSeconds(60),
            () => "docker-registry does not answer: " + _process.LogTail, cancellationToken);
    }

    /// <summary>The file that holds the bytes of a blob or manifest.</summary>
    public string FileOf(StoredBytes thing) => new RegistryFiles(Path.Combine(_folder.Path, "data")).FileOf(thing);

    /// <param name="tag">Null for a manifest that only an index names.</param>
    public async Task PushAsync(string repository, string? tag, ImageBytes image, CancellationToken cancellationToken)
    {
        foreach (var blob in image.Blobs)
        {
            await PushAsync(repository, blob, cancellationToken);
        }

        await PushManifestAsync(repository, tag, image.Manifest, cancellationToken);
    }

    public Task PushManifestAsync(string repository, string? tag, StoredBytes manifest, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, new Uri(Url, $"v2/{repository}/manifests/{tag ?? manifest.Digest}"), manifest, cancellationToken);

    public Task DeleteManifestAsync(string repository, StoredBytes manifest, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, new Uri(Url, $"v2/{repository}/manifests/{manifest.Digest}"), null, cancellationToken);

    /// <summary>The status that HEAD answers, which is all that some checks ask for.</summary>
    public async Task<int> HeadAsync(string repository, StoredBytes blob, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(Url, $"v2/{repository}/blobs/{blob.Digest}"));
        using var answer = await Loopback.Client.SendAsync(request, cancellationToken);
        return (int)answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task PushAsync(string repository, StoredBytes blob, CancellationToken cancellationToken)
    {
        var place = await SendAsync(HttpMethod.Post, new Uri(Url, $"v2/{repository}/blobs/uploads/"), null, cancellationToken);
        var address = new UriBuilder(place!);
        address.Query += (address.Query.Length > 0 ? "&" : "") + "digest=" + blob.Digest;
        await SendAsync(HttpMethod.Put, address.Uri, blob, cancellationToken);
    }

    private async Task<Uri?> SendAsync(HttpMethod method, Uri address, StoredBytes? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body.Bytes);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(method == HttpMethod.Put && address.AbsolutePath.Contains("/manifests/", StringComparison.Ordinal)
                ? body.MediaType : "application/octet-stream");
        }

        if (Authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", Authorization);
        }

        using var answer = await Loopback.Client.SendAsync(request, cancellationToken);
        return answer.IsSuccessStatusCode ? answer.Headers.Location
            : throw new InvalidOperationException($"{method} {address}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await Loopback.Client.GetAsync(new Uri(Url, "v2/"), cancellationToken);
            return (int)answer.StatusCode is 200 or 401;
        }
        catch (HttpRequestException) when (!_process.HasExited)
        {
            return false;
        }
    }
}
