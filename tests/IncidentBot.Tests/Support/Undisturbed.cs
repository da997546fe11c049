using Xunit;

namespace IncidentBot.Support;

/// <summary>Tests that weigh the whole process: no other test runs beside them.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Undisturbed;
