using System.Text.RegularExpressions;
using Xunit;

namespace IncidentBot.Probes;

public sealed partial class ProbeCatalogTests
{
    [Fact]
    public void Every_kind_is_in_the_catalog_and_has_a_contract()
    {
        var kinds = typeof(ProbeKind).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(ProbeKind)) && !type.IsAbstract).ToList();
        Assert.Equal(kinds.Order(ByName), ProbeCatalog.Kinds.Select(kind => kind.GetType()).Order(ByName));
        Assert.All(kinds, kind => Assert.Contains(typeof(ProbeContract).Assembly.GetTypes(),
            type => type.Name == kind.Name.Replace("Kind", "ProbeTests") && type.IsSubclassOf(typeof(ProbeContract))));
    }

    [Fact]
    public void A_metric_is_of_one_type_and_says_one_thing_wherever_it_is_named()
    {
        var families = ProbeCatalog.Kinds.SelectMany(kind => kind.Families).Distinct().ToList();
        Assert.Equal(families.Count, families.DistinctBy(family => family.Name).Count());
        Assert.All(families, family =>
        {
            Assert.Matches(MetricName(), family.Name);
            Assert.Contains(family.Type, new[] { "gauge", "counter" });
            Assert.EndsWith(".", family.Help, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_kind_says_what_it_is_for_and_names_a_runbook_that_is_there() =>
        Assert.All(ProbeCatalog.Kinds, kind =>
        {
            Assert.EndsWith(".", kind.Purpose, StringComparison.Ordinal);
            Assert.True(kind.UsualTimeout > TimeSpan.Zero);
            Assert.True(kind.Runbook is null || File.Exists(Support.Repository.PathOf($"runbooks/{kind.Runbook}.md")), $"{kind.Name} names the runbook {kind.Runbook}");
        });

    private static readonly Comparer<Type> ByName = Comparer<Type>.Create((one, other) => string.CompareOrdinal(one.FullName, other.FullName));

    [GeneratedRegex("^[a-z][a-z0-9_]*$", RegexOptions.NonBacktracking)]
    private static partial Regex MetricName();
}
