using IncidentBot.Settings;

namespace IncidentBot.Sources;

/// <summary>How the addresses of graphs begin that people reach, where Prometheus names itself by another.</summary>
internal sealed class GeneratorUrlOptions
{
    /// <summary>What <c>generatorURL</c> begins with, such as <c>http://prometheus-0:9090</c>. Required.</summary>
    public Uri? From { get; set; }

    /// <summary>What it should begin with, such as <c>https://prometheus.example.org</c>. Required.</summary>
    public Uri? To { get; set; }
}

/// <summary><c>generator_urls</c>: by which addresses people reach the graphs of alerts; the first that matches counts.</summary>
internal sealed class GeneratorUrlsSection() : SettingsSection("generator_urls", typeof(List<GeneratorUrlOptions>))
{
    public override void Check(BotOptions options, Requirements requirements)
    {
        for (var i = 0; i < options.GeneratorUrls.Count; i++)
        {
            var (path, one) = (FormattableString.Invariant($"generator_urls[{i}]"), options.GeneratorUrls[i]);
            requirements.Require($"{path}.from", one.From);
            requirements.Require($"{path}.to", one.To);
            foreach (var (key, url) in new[] { ("from", one.From), ("to", one.To) })
            {
                if (url is { Query.Length: > 0 })
                {
                    requirements.Complain($"{path}.{key}", "found an address with a question mark", "an address that paths can be appended to");
                }
            }
        }
    }
}

/// <summary>The section among all options.</summary>
internal static class GeneratorUrlsOfOptions
{
    extension(BotOptions options)
    {
        /// <summary>Empty: graphs are linked as Prometheus names them.</summary>
        public List<GeneratorUrlOptions> GeneratorUrls => options.Of<List<GeneratorUrlOptions>>("generator_urls");

        /// <summary>The addresses that people reach; the same object for as long as these options are in force.</summary>
        public PeopleAddresses PeopleAddresses => options.Once(static all => Sources.PeopleAddresses.Of(all));
    }
}
