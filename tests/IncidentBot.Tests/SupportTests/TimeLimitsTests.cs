using System.Reflection;
using Xunit;

namespace IncidentBot.Support;

/// <summary>No test hangs unnoticed.</summary>
public sealed class TimeLimitsTests
{
    [Fact]
    public async Task A_test_knows_its_limit()
    {
        await Task.Yield();
        Assert.InRange(((Xunit.v3.IXunitTestCase)TestContext.Current.TestCase!).Timeout, 60_000, 600_000);
    }

    [Fact]
    public void Every_test_has_a_limit()
    {
        Report.None(typeof(TimeLimitsTests).Assembly.GetTypes().SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(method => method.GetCustomAttributes<Xunit.FactAttribute>().Any(fact => fact is not (FactAttribute or TheoryAttribute)))
            .Select(method => $"{method.DeclaringType}.{method.Name} has no time limit: it is outside of the namespace IncidentBot, or names Xunit's own attribute"));
    }
}
