using IncidentBot.Loops;

namespace IncidentBot.Storage;

/// <summary>Nothing could be stored now: the disk is full, the database is locked or busy, the program stops.</summary>
internal class StoreUnavailableException(string reason, Exception? inner = null) : TransientException(reason, inner);

/// <summary>The database can not be used by this program at all.</summary>
internal sealed class StoreRefusedException(string reason, Exception? inner = null) : Exception(reason, inner);
