using IncidentBot.Runbooks;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Graph;

/// <summary>The list of services that comes with IncidentBot.</summary>
public sealed class OwnServicesTests
{
    private static readonly Lazy<ServiceGraph> Own = new(() => new RunbookLoader().Load([Repository.PathOf("runbooks")]).Graph);

    [Theory]
    [InlineData("alertname=NodeDown,instance=ruapehu:9100,cluster=home", "ruapehu", "")]
    [InlineData("alertname=NodeDown,service=nodes,instance=192.168.4.62:9100,node=homelab", "homelab", "")]
    [InlineData("alertname=NodeDown,service=nodes,instance=10.0.0.11:9100,node=worker-1", "nodes", "")]
    [InlineData("alertname=PodNotReady,service=kubernetes,cluster=prod,namespace=tools,pod=x,node=ruapehu", "prod-cluster", "ruapehu")]
    [InlineData("alertname=PodNotReady,service=kubernetes,namespace=immich,pod=x", "immich", "")]
    [InlineData("alertname=MCPServerDown,service=mcp-servers,instance=http://10.20.0.40:31082/health", "proxmox-mcp", "")]
    [InlineData("alertname=MCPServerDown,service=mcp-servers,instance=http://10.20.0.40:31999/health", "mcp-servers", "")]
    [InlineData("alertname=ScrapeTargetDown,service=prometheus,job=pushgateway", "pushgateway", "")]
    [InlineData("alertname=EndpointDown,service=jimswiki", "jimswiki", "")]
    public void An_alert_means_the_service_that_its_labels_say(string labels, string service, string carrier)
    {
        var graph = Own.Value;
        var stand = graph.Dependencies.Stand(ServiceGraphTests.Labels(labels));

        Assert.Equal((service, carrier), (string.Join(",", stand.Services.Select(Name)), string.Join(",", stand.Carriers.Select(Name))));

        string Name(int place) => graph.Services[place].Name;
    }
}
