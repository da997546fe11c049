using IncidentBot.Posts;

namespace IncidentBot.Storage;

/// <summary>
/// Hears what posts want sent, or that they want nothing any more: after the commits that made it so and in their order. Must
/// return at once.
/// </summary>
internal interface IPostListener
{
    void Wanted(IReadOnlyList<Post> posts);
}

/// <summary>Hears that incidents changed, after the commit. Must return at once.</summary>
internal interface IIncidentListener
{
    void Changed(IReadOnlyList<long> numbers);
}
