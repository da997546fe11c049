namespace IncidentBot.Rooms;

/// <summary>Which requests draw from a budget.</summary>
[Flags]
internal enum SendKinds
{
    Create = 1,
    Edit = 2,
    Reply = 4,
    All = Create | Edit | Reply,
}
