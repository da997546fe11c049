using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace IncidentBot.Channels;

/// <summary>What a button does. The number stands in messages that are years old: add at the end, never renumber.</summary>
internal enum ButtonAction
{
    /// <summary>Not ours, or of a version that is not known.</summary>
    Unknown = 0,

    Acknowledge = 1,
    GiveBack = 2,

    /// <summary>The parameter says for how long: <c>1h</c>, <c>4h</c>, <c>tomorrow</c>, <c>resolved</c>; empty asks.</summary>
    Silence = 3,
    Unsilence = 4,
    Runbook = 5,

    /// <summary>Details and what else can be done.</summary>
    More = 6,

    /// <summary>Calls the next people now.</summary>
    Escalate = 7,

    /// <summary>Says yes to a question of the bot; the parameter is the question's number.</summary>
    Confirm = 8,

    /// <summary>The test button of <c>send-test --buttons</c>; the parameter is what its message was sent with.</summary>
    Test = 9,
}

/// <summary>
/// What a pressed button means. As data it is opaque, at most <see cref="MaxBytes"/> bytes of ASCII, and holds nothing that would have
/// to be
/// remembered: buttons of old posts work after restarts and upgrades. It proves nothing: whoever presses is asked who they are.
/// </summary>
/// <param name="Incident">The incident's number; 0 for the incident of the message, or none.</param>
/// <param name="Parameter">At most <see cref="MaxParameter"/> bytes of UTF-8.</param>
internal sealed record ButtonPress(ButtonAction Action, long Incident = 0, string Parameter = "")
{
    /// <summary>What Telegram takes as <c>callback_data</c>. https://core.telegram.org/bots/api#inlinekeyboardbutton</summary>
    public const int MaxBytes = 64;

    /// <summary>What is left for the parameter beside version, action and the largest number, in base64url.</summary>
    public const int MaxParameter = (MaxBytes * 3 / 4) - Head;

    private const byte Version = 1;
    private const int Head = 10;

    /// <summary>As data for a vendor.</summary>
    public string ToData()
    {
        var parameter = Encoding.UTF8.GetBytes(Parameter);
        if (parameter.Length > MaxParameter)
        {
            throw new InvalidOperationException($"the parameter of a button has {parameter.Length} bytes, at most {MaxParameter} fit");
        }

        Span<byte> bytes = stackalloc byte[Head + parameter.Length];
        bytes[0] = Version;
        bytes[1] = (byte)Action;
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes[2..], Incident);
        parameter.CopyTo(bytes[Head..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads data that a vendor sent back; it may be anything.</summary>
    public static bool TryParse(string? data, [NotNullWhen(true)] out ButtonPress? press)
    {
        press = null;
        Span<byte> bytes = stackalloc byte[MaxBytes];
        if (data is null or { Length: > MaxBytes } || !Base64Url.IsValid(data) || !Base64Url.TryDecodeFromChars(data, bytes, out var length)
            || length < Head || bytes[0] != Version)
        {
            return false;
        }

        var incident = System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
        var action = (ButtonAction)bytes[1];
        if (incident < 0 || action is ButtonAction.Unknown || !Enum.IsDefined(action))
        {
            return false;
        }

        press = new ButtonPress(action, incident, Encoding.UTF8.GetString(bytes[Head..length]));
        return true;
    }
}
