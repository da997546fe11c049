namespace IncidentBot.Probes;

/// <summary>A kind of scheduled check as settings know it.</summary>
/// <param name="Name">Its key under <c>probes</c>.</param>
/// <param name="Options">The class of its options, a <see cref="ProbeOptions"/>.</param>
internal sealed record ProbeKind(string Name, Type Options);
