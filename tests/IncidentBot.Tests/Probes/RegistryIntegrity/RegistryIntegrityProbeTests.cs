using System.Globalization;
using System.Net;
using IncidentBot.Settings;
using IncidentBot.Support;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>One walk through a small registry that lies in one way at a time.</summary>
public sealed class RegistryIntegrityProbeTests : ProbeContract
{
    private FakeRegistry _registry = null!;

    private protected override ProbeKind Kind => ProbeCatalog.Kinds.OfType<RegistryIntegrityKind>().Single();

    private protected override string? Secret => "s3cret-of-the-puller";

    public override async ValueTask InitializeAsync() => _registry = await FakeRegistry.StartAsync();

    public override async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        await base.DisposeAsync();
    }

    private protected override Task<ProbeOptions> HealthyAsync()
    {
        _registry.Push("team/app", "1.0", ImageBytes.Make("app"));
        return Task.FromResult<ProbeOptions>(Options());
    }

    private protected override Task<ProbeOptions> BrokenAsync()
    {
        _registry.Lose("team/app", _registry.Push("team/app", "1.0", ImageBytes.Make("app")).Layers[1]);
        return Task.FromResult<ProbeOptions>(Options());
    }

    private protected override ProbeOptions At(IPEndPoint address) =>
        Options(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{address}/")));

    [Fact]
    public async Task A_missing_layer_is_named_with_every_tag_that_needs_it_and_what_to_run()
    {
        var layer = ImageBytes.Layer("base", 500);
        _registry.Push("team/app", "1.0", ImageBytes.Make("one", shared: layer));
        _registry.Push("team/app", "1.1", ImageBytes.Make("two", shared: layer));
        _registry.Push("team/other", "9", ImageBytes.Make("three"));
        _registry.Lose("team/app", layer);

        var (result, _) = await LookAsync(Options());

        var host = _registry.Url.Authority;
        var unhealthy = Assert.IsType<ProbeOutcome.Unhealthy>(result.Outcome);
        Assert.Equal($"{host} cannot serve 2 images: team/app:1.0, team/app:1.1. team/app: layer {layer.Digest} is missing (404)", unhealthy.Reason);
        Assert.Equal($"needed by 2 tags: {host}/team/app:1.0, {host}/team/app:1.1", result.Details[0].Lines.Single());
        Assert.Contains($"docker buildx build --push --tag {host}/team/app:1.0 .", result.Details[1].Lines);
        Assert.Equal(2, Value(result, RegistryMetrics.Failures));
        Assert.Equal(1, Value(result, RegistryMetrics.BrokenBlobs));
        Assert.Equal(1, _registry.Asked($"{layer.Digest} bytes=499-499"));
    }

    [Fact]
    public async Task Manifests_of_all_four_types_are_followed_down_to_their_layers()
    {
        var (one, two, proof) = (ImageBytes.Make("amd"), ImageBytes.Make("arm"), ImageBytes.Make("proof", layers: 1));
        var (old, older) = (ImageBytes.Make("docker", docker: true), ImageBytes.Make("docker arm", docker: true));
        foreach (var image in (ImageBytes[])[one, two, proof, old, older])
        {
            _registry.Push("multi", "", image);
        }

        _registry.Push("multi", "oci", ImageBytes.Index(docker: false, (one, "linux/amd64"), (two, "linux/arm64"), (proof, "unknown/unknown")));
        _registry.Push("multi", "docker", ImageBytes.Index(docker: true, (old, "linux/amd64"), (older, "linux/arm64")));
        _registry.Lose("multi", two.Manifest);

        var (result, _) = await LookAsync(Options());

        Assert.Equal($"{_registry.Url.Authority} cannot serve 1 image: multi:oci. multi: manifest for linux/arm64 {two.Manifest.Digest} is missing (404)",
            Assert.IsType<ProbeOutcome.Unhealthy>(result.Outcome).Reason);
        Assert.Equal(2, Value(result, RegistryMetrics.Indexes));

        // Three images of three blobs each and the proof of two; nothing is known of what the lost one had.
        Assert.Equal(11, Value(result, RegistryMetrics.Blobs));
        Assert.Equal(1, Value(result, RegistryMetrics.Failures));
    }

    [Fact]
    public async Task Bytes_that_are_not_what_their_digest_says_are_found_also_when_their_number_is_right()
    {
        var image = _registry.Push("team/app", "1.0", ImageBytes.Make("app"));
        _registry.Exchange("team/app", image.Layers[0], [.. image.Layers[0].Bytes.Reverse()]);
        _registry.Push("team/app", "2.0", ImageBytes.Make("short"));
        var shorter = ImageBytes.Make("short").Layers[1];
        _registry.Exchange("team/app", shorter, shorter.Bytes[..100]);
        var other = _registry.Push("team/app", "3.0", ImageBytes.Make("other"));
        _registry.Exchange("team/app", other.Manifest, ImageBytes.Make("exchanged").Manifest.Bytes);

        var (result, _) = await LookAsync(Options());

        var all = string.Join('\n', result.Details.Select(detail => detail.Heading));
        Assert.Contains($"layer {image.Layers[0].Digest} has other bytes than its digest: they hash to sha256:", all, StringComparison.Ordinal);
        Assert.Contains($"layer {shorter.Digest} has 100 bytes, and its manifest says 2000", all, StringComparison.Ordinal);
        Assert.Contains($"manifest {other.Manifest.Digest} has other bytes than its digest: they hash to sha256:", all, StringComparison.Ordinal);
        Assert.Equal(3, Value(result, RegistryMetrics.Failures));
    }

    [Fact]
    public async Task A_list_is_read_to_its_last_page_and_a_blob_is_asked_for_once()
    {
        var layer = ImageBytes.Layer("base", 500);
        foreach (var repository in Enumerable.Range(0, 7).Select(number => $"r{number}"))
        {
            foreach (var tag in Enumerable.Range(0, 5).Select(number => $"t{number}"))
            {
                _registry.Push(repository, tag, ImageBytes.Make(repository + tag, shared: layer));
            }
        }

        var options = Options();
        (options.PageSize, options.Tags, options.HashMb) = (2, new TagChoice(null, Newest: false), 0);
        var (result, _) = await LookAsync(options);

        Assert.IsType<ProbeOutcome.Healthy>(result.Outcome);
        Assert.Equal(7, Value(result, RegistryMetrics.Repositories));
        Assert.Equal(35, Value(result, RegistryMetrics.Tags));
        Assert.Equal(4, _registry.Asked("_catalog"));
        Assert.All(_registry.Requests.Where(request => request.Contains("/blobs/", StringComparison.Ordinal)).GroupBy(request => request, StringComparer.Ordinal),
            group => Assert.Single(group));
    }

    [Theory]
    [InlineData("2", "c", "d")]
    [InlineData("newest 2", "a", "c")]
    [InlineData("all", "a", "b", "c", "d")]
    public async Task Tags_are_the_last_as_listed_the_newest_or_all(string choice, params string[] expected)
    {
        var day = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        foreach (var (tag, age) in (ReadOnlySpan<(string, int)>)[("a", 1), ("b", 4), ("c", 2), ("d", 3)])
        {
            _registry.Push("r", tag, ImageBytes.Make(tag, created: day.AddDays(-age)));
        }

        var options = Options();
        (options.Tags, options.HashMb) = ((TagChoice)TagChoice.FromText(choice)!, 0);
        await LookAsync(options);

        var looked = new[] { "a", "b", "c", "d" }.Where(tag => _registry.Asked($"{ImageBytes.Make(tag).Layers[0].Digest}") > 0);
        Assert.Equal(expected, looked);
    }

    [Fact]
    public async Task What_a_skip_rule_fits_is_left_alone()
    {
        var broken = _registry.Push("team/cache", "1", ImageBytes.Make("cache"));
        _registry.Lose("team/cache", broken.Layers[0]);
        _registry.Push("team/app", "1", ImageBytes.Make("app"));
        _registry.Lose("team/app", _registry.Push("team/app", "buildcache-main", ImageBytes.Make("bc")).Config);

        var options = Options();
        options.Skip = ["*/cache", "*:buildcache-*"];
        var (result, _) = await LookAsync(options);

        Assert.IsType<ProbeOutcome.Healthy>(result.Outcome);
        Assert.Equal(1, Value(result, RegistryMetrics.Tags));
    }

    [Fact]
    public async Task Hashing_goes_on_where_the_last_run_ended_until_every_blob_has_had_its_turn()
    {
        var blobs = Enumerable.Range(0, 5).SelectMany(number => _registry.Push("r", $"t{number}", ImageBytes.Make($"i{number}", layers: 1, layerBytes: 700_000)).Blobs)
            .Select(blob => blob.Digest).ToHashSet(StringComparer.Ordinal);
        var options = Options();
        options.HashMb = 1;
        string? remembered = null;
        for (var run = 0; run < 5; run++)
        {
            var (result, _) = await LookAsync(options, remembered);
            remembered = result.Remember;
            Assert.InRange(Value(result, RegistryMetrics.Hashed), 1, 1024 * 1024);
        }

        Assert.All(blobs, digest => Assert.Contains(_registry.Requests, request => request.EndsWith($"/blobs/{digest}", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("<http://elsewhere.example/v2/_catalog?last=x>; rel=\"next\"", "another address than asked")]
    [InlineData("</v2/_catalog?last=same>; rel=\"next\"", "circles")]
    [InlineData("<>; rel=\"next\"", "no address")]
    public async Task A_next_page_that_leads_astray_is_a_reason_and_no_login_goes_there(string link, string reason)
    {
        _registry.Instead = async context =>
        {
            context.Response.Headers.Link = link;
            await context.Response.WriteAsync("""{"repositories":["r"]}""");
            return true;
        };

        var (result, _) = await LookAsync(Options());

        Assert.Contains(reason, Assert.IsType<ProbeOutcome.Unhealthy>(result.Outcome).Reason, StringComparison.Ordinal);
        Assert.Equal(["registry_manifest_integrity_catalog_accessible", "registry_manifest_integrity_last_run_timestamp"],
            result.Samples.Select(sample => sample.Family.Name));
    }

    [Theory]
    [InlineData(200, "", "something else than a registry's list")]
    [InlineData(200, "{\"repositories\":7}", "something else than a registry's list")]
    [InlineData(404, "", "no catalog (404); name what to check in repositories")]
    [InlineData(500, "", "answers 500")]
    [InlineData(401, "", "does not say how to log in")]
    public async Task A_catalog_that_cannot_be_read_leaves_all_else_as_it_was(int status, string body, string reason)
    {
        _registry.Instead = async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
            return true;
        };

        var (result, _) = await LookAsync(Options());

        Assert.Contains(reason, Assert.IsType<ProbeOutcome.Unhealthy>(result.Outcome).Reason, StringComparison.Ordinal);
        Assert.Equal(0, Value(result, RegistryMetrics.CatalogAccessible));
        Assert.Equal(2, result.Samples.Count);
    }

    [Fact]
    public async Task An_empty_catalog_is_not_taken_for_a_sound_one()
    {
        var (result, _) = await LookAsync(Options());

        Assert.Contains("lists no tags", Assert.IsType<ProbeOutcome.Unhealthy>(result.Outcome).Reason, StringComparison.Ordinal);
        Assert.Equal(0, Value(result, RegistryMetrics.Tags));
    }

    [Fact]
    public async Task A_registry_that_asks_to_wait_is_waited_for_by_all_and_not_counted_as_broken()
    {
        _registry.Push("r", "1", ImageBytes.Make("app"));
        var refusals = 3;
        _registry.Instead = context =>
        {
            if (context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal) && Interlocked.Decrement(ref refusals) >= 0)
            {
                (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (429, "1");
                return Task.FromResult(true);
            }

            return Task.FromResult(false);
        };

        var (result, transcript) = await LookAsync(Options());

        Assert.IsType<ProbeOutcome.Healthy>(result.Outcome);
        Assert.Contains(transcript.Lines, line => line.Contains("429: waiting 1 s as it asks", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wait_that_is_longer_than_the_run_is_not_waited_for_and_named()
    {
        _registry.Push("r", "1", ImageBytes.Make("app"));
        _registry.Instead = context =>
        {
            if (context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal))
            {
                (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (429, "3600");
                return Task.FromResult(true);
            }

            return Task.FromResult(false);
        };

        var (result, _) = await LookAsync(Options());

        Assert.Contains("3 things could not be checked: r: sha256:", Assert.IsType<ProbeOutcome.Unhealthy>(result.Outcome).Reason, StringComparison.Ordinal);
        Assert.Equal(0, Value(result, RegistryMetrics.Failures));
    }

    [Fact]
    public async Task A_registry_that_dies_in_mid_walk_ends_the_walk_and_breaks_no_image()
    {
        for (var number = 0; number < 60; number++)
        {
            _registry.Push($"r{number}", "1", ImageBytes.Make($"i{number}"));
        }

        _registry.Instead = context =>
        {
            var dead = !context.Request.Path.Value!.Contains("_catalog", StringComparison.Ordinal) && _registry.Asked("/manifests/") >= 5;
            if (dead)
            {
                context.Abort();
            }

            return Task.FromResult(dead);
        };

        var (result, _) = await LookAsync(Options());

        Assert.Contains("the registry stopped answering: 20 requests in a row", Assert.IsType<ProbeOutcome.Unhealthy>(result.Outcome).Reason, StringComparison.Ordinal);
        Assert.Equal(2, result.Samples.Count);
        Assert.True(_registry.Requests.Count < 60 * 3, $"{_registry.Requests.Count} requests to a registry that is gone");
    }

    [Fact]
    public async Task A_slow_registry_ends_in_time_with_what_was_found_by_then()
    {
        var broken = _registry.Push("a", "1", ImageBytes.Make("a"));
        _registry.Lose("a", broken.Layers[0]);
        _registry.Push("b", "1", ImageBytes.Make("b"));
        _registry.Instead = async context =>
        {
            if (context.Request.Path.Value!.Contains("/b/manifests/", StringComparison.Ordinal))
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return true;
            }

            return false;
        };

        var options = Options();
        options.Timeout = TimeSpan.FromSeconds(3);
        var (result, _) = await LookAsync(options);

        var reason = Assert.IsType<ProbeOutcome.Unhealthy>(result.Outcome).Reason;
        Assert.Contains("not finished within 3 s: 1 repositories and 1 tags were checked", reason, StringComparison.Ordinal);
        Assert.Contains("a: layer", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_is_asked_at_once_than_allowed()
    {
        for (var number = 0; number < 20; number++)
        {
            _registry.Push($"r{number % 4}", $"t{number}", ImageBytes.Make($"i{number}", layers: 4));
        }

        var options = Options();
        (options.Parallel, options.Tags) = (3, new TagChoice(null, Newest: false));
        _registry.Instead = async context =>
        {
            // The first blobs wait for each other, for as long as it takes on a busy machine.
            while (context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal) && _registry.MostAtOnce < 3)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, context.RequestAborted);
            }

            return false;
        };
        await LookAsync(options);

        Assert.Equal(3, _registry.MostAtOnce);
    }

    [Fact]
    public async Task A_login_goes_to_the_registry_and_not_to_where_a_blob_is_kept()
    {
        await using var elsewhere = await FakeRegistry.StartAsync();
        var image = _registry.Push("r", "1", ImageBytes.Make("app"));
        elsewhere.Push("r", "1", image);
        var seen = new List<string>();
        elsewhere.Instead = context =>
        {
            lock (seen)
            {
                seen.Add(context.Request.Headers.Authorization.ToString());
            }

            return Task.FromResult(false);
        };
        _registry.Instead = context =>
        {
            if (context.Request.Headers.Authorization.Count == 0)
            {
                (context.Response.StatusCode, context.Response.Headers.WWWAuthenticate) = (401, "Basic realm=\"x\"");
                return Task.FromResult(true);
            }

            if (context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal))
            {
                (context.Response.StatusCode, context.Response.Headers.Location) = (307, new Uri(elsewhere.Url, context.Request.Path.Value).AbsoluteUri);
                return Task.FromResult(true);
            }

            return Task.FromResult(false);
        };

        var (result, _) = await LookAsync(Options());

        Assert.IsType<ProbeOutcome.Healthy>(result.Outcome);
        Assert.True(seen.Count >= 3);
        Assert.All(seen, header => Assert.Empty(header));
    }

    [Fact]
    public async Task A_token_that_ends_in_mid_walk_is_renewed_and_nothing_is_asked_in_vain_for_long()
    {
        for (var number = 0; number < 10; number++)
        {
            _registry.Push($"r{number}", "1", ImageBytes.Make($"i{number}"));
        }

        var (given, used) = (0, 0);
        _registry.Instead = async context =>
        {
            if (context.Request.Path == "/token")
            {
                await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $$"""{"access_token":"t{{Interlocked.Increment(ref given)}}","expires_in":300}"""));
                return true;
            }

            // Each token is good for nineteen requests.
            if (context.Request.Headers.Authorization.ToString() != $"Bearer t{Volatile.Read(ref given)}" || Interlocked.Increment(ref used) % 20 == 0)
            {
                context.Response.StatusCode = 401;
                context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{_registry.Url}token\",service=\"registry\",scope=\"*\",error=\"invalid_token\"";
                return true;
            }

            return false;
        };

        var (result, _) = await LookAsync(Options());

        Assert.True(result.Outcome is ProbeOutcome.Healthy, result.Outcome.ToString());
        Assert.InRange(given, 2, 30);
    }

    [Fact]
    public async Task A_wrong_password_is_named_as_such_and_not_tried_over_and_over()
    {
        _registry.Instead = context =>
        {
            (context.Response.StatusCode, context.Response.Headers.WWWAuthenticate) = (401, "Basic realm=\"x\"");
            return Task.FromResult(true);
        };

        var (result, _) = await LookAsync(Options());

        Assert.Contains("it refuses the user name or the password (401)", Assert.IsType<ProbeOutcome.Unhealthy>(result.Outcome).Reason, StringComparison.Ordinal);
        Assert.Equal(2, _registry.Requests.Count);
    }

    private RegistryOptions Options(Uri? url = null) => new()
    {
        Url = url ?? _registry.Url,
        Username = "puller",
        Password = new Secret("s3cret-of-the-puller"),
        Rate = 1000,
    };

    private static double Value(ProbeResult result, MetricFamily family) => Assert.Single(result.Samples, sample => sample.Family == family).Value;
}
