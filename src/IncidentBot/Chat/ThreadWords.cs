namespace IncidentBot.Chat;

/// <summary>
/// Tells commands from talk in a thread where the bot was not spoken to: there only what nobody says to people is a command. <c>ack</c>
/// is,
/// <c>note that the disk is full</c> and <c>show me</c> are not. Pure.
/// </summary>
internal static class ThreadWords
{
    public static bool IsCommand(Phrase phrase) => phrase.Command switch
    {
        "ack" or "unack" => true,
        "a" or "u" => phrase.Words.Count == 0 || Phrase.Number(phrase.Words[0]) is not null,
        "silence" or "s" => IsTime(phrase, 0) || (phrase.Words.Count > 1 && Phrase.Number(phrase.Words[0]) is not null && IsTime(phrase, 1)),
        "unsilence" or "yes" => phrase.Words.Count == 0,
        _ => false,
    };

    private static bool IsTime(Phrase phrase, int from) =>
        TimeExpression.Read([.. phrase.Words.Skip(from)], DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc) is { Words: > 0, Problem: "" };
}
