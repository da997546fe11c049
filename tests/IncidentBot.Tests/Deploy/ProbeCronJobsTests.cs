using IncidentBot.ProbeRuns;
using IncidentBot.Probes;
using IncidentBot.Support;
using IncidentBot.Yaml;
using Xunit;
using k8s;
using k8s.Models;

namespace IncidentBot.Deploy;

/// <summary>The CronJobs under <c>deploy/kubernetes/probes</c>, read as strictly as Kubernetes would.</summary>
public sealed class ProbeCronJobsTests
{
    private const string Folder = "deploy/kubernetes/probes";

    public static TheoryData<string> Files => [.. Directory.GetFiles(Repository.PathOf(Folder), "*.yaml").Select(path => Path.GetFileName(path)!)
        .Where(file => file != "kustomization.yaml").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_job_runs_one_probe_of_the_configuration_beside_it_with_no_more_rights_than_it_needs(string file)
    {
        var job = Assert.IsType<V1CronJob>(Assert.Single(KubernetesYaml.LoadAllFromString(Read(file), strict: true)));
        Assert.Equal("Forbid", job.Spec.ConcurrencyPolicy);
        var pod = job.Spec.JobTemplate.Spec.Template;
        Assert.Equal(0, job.Spec.JobTemplate.Spec.BackoffLimit);
        Assert.Equal((true, 1654L, "RuntimeDefault"), (pod.Spec.SecurityContext.RunAsNonRoot, pod.Spec.SecurityContext.RunAsUser, pod.Spec.SecurityContext.SeccompProfile.Type));
        Assert.Equal((false, "Never"), (pod.Spec.AutomountServiceAccountToken, pod.Spec.RestartPolicy));
        var container = Assert.Single(pod.Spec.Containers);
        Assert.Equal((true, false), (container.SecurityContext.ReadOnlyRootFilesystem, container.SecurityContext.AllowPrivilegeEscalation));
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        Assert.All(container.VolumeMounts, mount => Assert.Contains(pod.Spec.Volumes, volume => volume.Name == mount.Name));
        Assert.All(container.Env, variable => Assert.Null(variable.ValueFrom));

        // The server's Service must not send anybody to a pod that does not listen.
        Assert.Equal("probe", pod.Metadata.Labels["app.kubernetes.io/component"]);
        Assert.Equal(["probe", "run", file[..^".yaml".Length], "--push", "--config.file=/etc/incidentbot/incidentbot.yml"], container.Args);
        Assert.Contains(container.Args[2], ProbePart.Names(Configuration()));
    }

    [Theory]
    [InlineData("image: incidentbot:latest", "imagee: incidentbot:latest")]
    [InlineData("runAsNonRoot: true", "runAsNonRoot: perhaps")]
    [InlineData("schedule:", "scheduel:")]
    public void What_Kubernetes_would_refuse_is_refused_here(string right, string wrong) =>
        Assert.ThrowsAny<Exception>(() => KubernetesYaml.LoadAllFromString(Read("blog.yaml").Replace(right, wrong, StringComparison.Ordinal), strict: true));

    [Fact]
    public void Every_job_is_named_and_every_probe_of_the_configuration_has_one()
    {
        var kustomization = (MapNode)YamlReader.Read(File.ReadAllBytes(Repository.PathOf(Folder, "kustomization.yaml")), "kustomization.yaml", [])!;
        var named = kustomization.Texts("resources");
        Assert.Equal(Files.Select(row => (string)row.Data).Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
        Assert.Equal(named.Select(file => file[..^".yaml".Length]).Order(StringComparer.Ordinal), ProbePart.Names(Configuration()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_configuration_says_for_each_probe_what_a_run_needs()
    {
        foreach (var name in ProbePart.Names(Configuration()))
        {
            var loaded = SettingsCatalog.Load(Repository.PathOf(Folder, "incidentbot.yml"), new Dictionary<string, string>(StringComparer.Ordinal),
                readSecrets: false, part: root => ProbePart.Of(root, name));
            Assert.Empty(loaded.Complaints);
            Assert.True(loaded.Options!.Probes!.All.Any(), name);
        }
    }

    private static YamlNode Configuration() => YamlReader.Read(File.ReadAllBytes(Repository.PathOf(Folder, "incidentbot.yml")), "incidentbot.yml", [])!;

    private static string Read(string file) => File.ReadAllText(Repository.PathOf(Folder, file));
}
