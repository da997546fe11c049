using System.Text;
using IncidentBot.Probes.RegistryIntegrity;
using IncidentBot.Settings;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Probes;

/// <summary>A registry of 150 repositories that is filled once.</summary>
public sealed class FullRegistry : IAsyncLifetime
{
    internal RegistryServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await RegistryServer.StartAsync(CancellationToken.None, fill: RegistryFilling.Fill);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    internal static async Task<(ImageBytes Amd, ImageBytes Arm, ImageBytes Attestation, StoredBytes Index)> PushIndexAsync(
        RegistryServer server, string repository, string tag, CancellationToken cancellationToken)
    {
        var (children, index) = RegistryFilling.Index(repository, tag);
        foreach (var child in children)
        {
            await server.PushAsync(repository, null, child, cancellationToken);
        }

        await server.PushManifestAsync(repository, tag, index, cancellationToken);
        return (children[0], children[1], children[2], index);
    }
}

/// <summary>The walk through a real registry, and each way to damage it while it runs.</summary>
public sealed class RegistryAgainstDockerRegistryTests(FullRegistry full) : IClassFixture<FullRegistry>, IAsyncDisposable
{
    private readonly Looking _looking = new(ProbeCatalog.Kinds.OfType<RegistryIntegrityKind>().Single());

    public ValueTask DisposeAsync() => _looking.DisposeAsync();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private RegistryServer Server => full.Server;

    [Fact]
    public async Task Of_150_repositories_with_5_tags_each_all_is_found_page_by_page()
    {
        var options = Options(Server);
        (options.PageSize, options.Skip) = (7, ["fault/*"]);

        var result = await _looking.LookAsync(options);

        _looking.Row("none, 150 repositories × 5 tags, pages of 7", result);
        Assert.IsType<ProbeOutcome.Healthy>(result.Outcome);
        Assert.Equal(RegistryFilling.Repositories, Looking.Value(result, "registry_manifest_integrity_repos_checked"));
        Assert.Equal(RegistryFilling.Repositories * RegistryFilling.TagsEach, Looking.Value(result, "registry_manifest_integrity_tags_checked"));
        Assert.Equal(RegistryFilling.Repositories, Looking.Value(result, "registry_manifest_integrity_indexes_checked"));

        // A shared layer, four tags of a layer and a config, three children of a layer and a config.
        Assert.Equal(RegistryFilling.Repositories * (1 + 8 + 6), Looking.Value(result, "registry_manifest_integrity_blobs_checked"));
        Assert.Equal(0, Looking.Value(result, "registry_manifest_integrity_failures"));
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("truncated")]
    [InlineData("emptied")]
    [InlineData("exchanged")]
    public async Task A_layer_that_is_damaged_under_the_running_registry_is_found_though_head_says_that_all_is_well(string fault)
    {
        var repository = $"fault/{fault}";
        var layer = ImageBytes.Layer(fault, 5000);
        var (one, two) = (ImageBytes.Make(fault + 1, shared: layer), ImageBytes.Make(fault + 2, shared: layer));
        await Server.PushAsync(repository, "1", one, Stop);
        await Server.PushAsync(repository, "2", two, Stop);
        Damage(Server.FileOf(layer), fault);
        Assert.Equal(200, await Server.HeadAsync(repository, layer, Stop));

        var options = Only(repository);
        options.HashMb = fault == "exchanged" ? 1 : 0;
        var result = await _looking.LookAsync(options);

        _looking.Row($"layer file {fault} under the running registry (HEAD: 200)", result);
        Assert.StartsWith($"{Server.Host} cannot serve 2 images: {repository}:1, {repository}:2. {repository}: layer {layer.Digest} ", Looking.Reason(result), StringComparison.Ordinal);
        Assert.Equal(2, Looking.Value(result, "registry_manifest_integrity_failures"));
        Assert.Equal(1, Looking.Value(result, "registry_manifest_integrity_broken_blobs"));
    }

    [Fact]
    public async Task A_layer_that_is_gone_is_found_by_a_registry_that_was_restarted_too()
    {
        await using var server = await RegistryServer.StartAsync(Stop);
        var image = ImageBytes.Make("restarted");
        await server.PushAsync("r", "1", image, Stop);
        File.Delete(server.FileOf(image.Layers[0]));
        await server.RestartAsync(Stop);

        var result = await _looking.LookAsync(Options(server));

        _looking.Row("layer file deleted, registry restarted", result);
        Assert.EndsWith($"layer {image.Layers[0].Digest} is missing (404)", Looking.Reason(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_that_a_clean_up_deleted_is_named_with_its_platform()
    {
        const string Repository = "fault/child";
        var (_, arm, _, _) = await FullRegistry.PushIndexAsync(Server, Repository, "latest", Stop);
        await Server.DeleteManifestAsync(Repository, arm.Manifest, Stop);

        var result = await _looking.LookAsync(Only(Repository));

        _looking.Row("child of an index deleted by a clean-up", result);
        Assert.Equal($"{Server.Host} cannot serve 1 image: {Repository}:latest. {Repository}: manifest for linux/arm64 {arm.Manifest.Digest} is missing (404)", Looking.Reason(result));
    }

    [Fact]
    public async Task A_manifest_whose_file_is_gone_is_named_by_its_tag()
    {
        const string Repository = "fault/manifest";
        var image = ImageBytes.Make(Repository);
        await Server.PushAsync(Repository, "9", image, Stop);
        File.Delete(Server.FileOf(image.Manifest));

        var result = await _looking.LookAsync(Only(Repository));

        _looking.Row("manifest file deleted", result);
        Assert.Contains($"cannot serve 1 image: {Repository}:9", Looking.Reason(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_without_tags_is_no_fault()
    {
        const string Repository = "fault/untagged";
        var image = ImageBytes.Make(Repository);
        await Server.PushAsync(Repository, "1", image, Stop);
        await Server.DeleteManifestAsync(Repository, image.Manifest, Stop);
        await Server.PushAsync("fault/other", "1", image, Stop);

        var options = Options(Server);
        options.Repositories = [Repository, "fault/other"];
        var result = await _looking.LookAsync(options);

        _looking.Row("repository whose last tag was deleted", result);
        Assert.IsType<ProbeOutcome.Healthy>(result.Outcome);
    }

    [Fact]
    public async Task With_htpasswd_the_right_password_reads_all_and_a_wrong_one_is_named()
    {
        // htpasswd -nbB puller s3cret
        await using var server = await RegistryServer.StartAsync(Stop,
            folder => $"auth: {{htpasswd: {{realm: tests, path: {folder.Write("htpasswd", Htpasswd)}}}}}");
        server.Authorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("puller:s3cret"));
        await server.PushAsync("r", "1", ImageBytes.Make("htpasswd"), Stop);

        var right = await _looking.LookAsync(Options(server));
        var options = Options(server);
        options.Password = new Secret("other");
        var wrong = await _looking.LookAsync(options);
        options.Username = null;
        options.Password = null;
        var nobody = await _looking.LookAsync(options);

        _looking.Row("htpasswd, right password", right);
        _looking.Row("htpasswd, wrong password", wrong);
        _looking.Row("htpasswd, no login configured", nobody);
        Assert.IsType<ProbeOutcome.Healthy>(right.Outcome);
        Assert.Equal($"{server.Host}: the catalog cannot be read: it refuses the user name or the password (401)", Looking.Reason(wrong));
        Assert.EndsWith("it asks for a user name and a password (401), and none is configured", Looking.Reason(nobody), StringComparison.Ordinal);
        Assert.Equal(0, Looking.Value(wrong, "registry_manifest_integrity_catalog_accessible"));
    }

    [Fact]
    public async Task A_token_that_dies_in_mid_walk_is_renewed()
    {
        await using var tokens = await TokenServer.StartAsync(Stop);
        await using var server = await RegistryServer.StartAsync(Stop, tokens.Section, files =>
        {
            for (var number = 0; number < 3; number++)
            {
                files.Add($"r{number}", "1", ImageBytes.Make($"token {number}", layers: 30));
            }
        });

        // It says five minutes and is good for a second or two: a hundred requests at 30 in a second outlive it.
        tokens.Life = TimeSpan.FromSeconds(2);
        var options = Options(server);
        (options.Rate, options.HashMb, options.Parallel) = (30, 0, 4);
        var result = await _looking.LookAsync(options);

        _looking.Row($"token that dies in mid-walk ({tokens.Given} tokens for 3 repositories)", result);
        Assert.IsType<ProbeOutcome.Healthy>(result.Outcome);
        Assert.True(tokens.Given > 4, $"{tokens.Given} tokens were asked for");
        options.Password = new Secret("other");
        var wrong = await _looking.LookAsync(options);
        _looking.Row("token server refuses the password", wrong);
        Assert.Contains($"the token server {tokens.Url.Authority} refuses the user name or the password (401)", Looking.Reason(wrong), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_is_killed_in_mid_walk_ends_the_walk_with_a_reason()
    {
        await using var server = await RegistryServer.StartAsync(Stop, fill: files =>
        {
            for (var number = 0; number < 40; number++)
            {
                files.Add($"r{number}", "1", ImageBytes.Make($"killed {number}", layers: 1));
            }
        });
        var options = Options(server);
        (options.Rate, options.Parallel) = (50, 4);
        var looking = _looking.LookAsync(options);
        await Loopback.UntilAsync(() => Task.FromResult(_looking.Transcript?.Lines.Any(line => line.Contains("checking 40", StringComparison.Ordinal)) == true ? "" : null),
            TimeSpan.FromSeconds(60), () => "the walk did not begin", Stop);
        await server.Process.KillAsync();
        var result = await looking;

        _looking.Row("registry killed in mid-walk", result);
        Assert.Contains("the registry stopped answering", Looking.Reason(result), StringComparison.Ordinal);
        Assert.Equal(0, Looking.Value(result, "registry_manifest_integrity_catalog_accessible"));
        Assert.Null(Looking.Value(result, "registry_manifest_integrity_failures"));
    }

    private const string Htpasswd = "puller:$2y$05$abcdefghijklmnopqrstuuLK7U1u6pVRmL7L1BBM2aS35PSZnDXlK\n";

    private static void Damage(string file, string fault)
    {
        switch (fault)
        {
            case "deleted":
                File.Delete(file);
                break;
            case "exchanged":
                File.WriteAllBytes(file, [.. File.ReadAllBytes(file).Reverse()]);
                break;
            default:
                File.WriteAllBytes(file, File.ReadAllBytes(file)[..(fault == "emptied" ? 0 : 2500)]);
                break;
        }
    }

    private RegistryOptions Only(string repository)
    {
        var options = Options(Server);
        options.Repositories = [repository];
        return options;
    }

    private static RegistryOptions Options(RegistryServer server) => new() { Url = server.Url, Username = "puller", Password = new Secret("s3cret"), Rate = 1000 };
}
