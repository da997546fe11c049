namespace IncidentBot.Loops;

/// <summary>Something outside the program does not work at the moment: no bug, and worth no stack trace.</summary>
internal abstract class TransientException(string reason, Exception? inner = null) : Exception(reason, inner);
