using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

// In the namespace that all tests share, so that [Fact] and [Theory] mean these everywhere: no test can hang for longer than its limit.
namespace IncidentBot;

/// <summary>A test that fails when it takes longer than its limit; see <see cref="TimeLimits"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(TimeLimits.OfFacts))]
public sealed class FactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : Xunit.FactAttribute(sourceFilePath, sourceLineNumber);

/// <summary>A test with data that fails when it takes longer with one of its rows than its limit; see <see cref="TimeLimits"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(TimeLimits.OfTheories))]
public sealed class TheoryAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : Xunit.TheoryAttribute(sourceFilePath, sourceLineNumber);

/// <summary>
/// How long a test may take: a hang is a failure with a name, and the tests after it run. The limit is far above what a test needs on
/// a busy machine. Only an asynchronous test can be left; one that blocks its thread is ended by tests/run with the whole suite.
/// </summary>
public static class TimeLimits
{
    /// <summary>For tests in one process; those that start real servers, and measure, get more.</summary>
    private static readonly TimeSpan Limit = typeof(TimeLimits).Assembly.GetName().Name is "IncidentBot.RealTests" ? TimeSpan.FromMinutes(8) : TimeSpan.FromMinutes(2);

    private static bool IsAsynchronous(IXunitTestMethod test) => test.Method.ReturnType is var type && (type == typeof(Task) || type == typeof(ValueTask));

    public sealed class OfFacts : FactDiscoverer
    {
        public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
            ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute)
        {
            if (factAttribute is FactAttribute { Timeout: 0 } fact && IsAsynchronous(testMethod))
            {
                fact.Timeout = (int)Limit.TotalMilliseconds;
            }

            return base.Discover(discoveryOptions, testMethod, factAttribute);
        }
    }

    public sealed class OfTheories : TheoryDiscoverer
    {
        public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
            ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute)
        {
            if (factAttribute is TheoryAttribute { Timeout: 0 } theory && IsAsynchronous(testMethod))
            {
                theory.Timeout = (int)Limit.TotalMilliseconds;
            }

            return base.Discover(discoveryOptions, testMethod, factAttribute);
        }
    }
}
