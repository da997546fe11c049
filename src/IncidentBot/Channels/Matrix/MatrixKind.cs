using IncidentBot.Settings;

namespace IncidentBot.Channels.Matrix;

/// <summary>Matrix as settings know it: rooms by their ids, which no alias replaces, and people by theirs.</summary>
internal sealed class MatrixKind() : ChannelKind<MatrixOptions>(MatrixChannel.Name)
{
    public override string? RoomAllowed(string id) => id.StartsWith('!') && IsPlain(id) ? null
        : "matrix: and the id of a room, such as matrix:!abc:example.org (it begins with !; an alias with # is not one)";

    public override string? CalleeAllowed(string id) => PersonAllowed(id);

    public override string? PersonAllowed(string id) => id.StartsWith('@') && id.Contains(':', StringComparison.Ordinal) && IsPlain(id)
        ? null
        : "matrix: and the id of a user, such as matrix:@me:example.org";

    protected override IChannel Make(MatrixOptions options, IHttpClientFactory http, TimeProvider time) =>
        new MatrixChannel(options, http, time);

    protected override bool Hears(MatrixOptions options) => options.Hears();

    protected override IChatVoice MakeVoice(MatrixOptions options, IHttpClientFactory http, TimeProvider time) =>
        new MatrixVoice(options, http, time);

    protected override void Check(MatrixOptions options, string path, Requirements requirements)
    {
        requirements.Require($"{path}.homeserver", options.Homeserver);
        requirements.Require($"{path}.access_token", options.AccessToken);
        requirements.RequireTimeout($"{path}.timeout", options.Timeout);
        if (options.Mode is not ("sync" or "send-only"))
        {
            requirements.Complain($"{path}.mode", Requirements.Found(options.Mode), "sync, send-only");
        }
    }

    private static bool IsPlain(string id) => id.Length is > 1 and <= 255
        && !id.Any(character => char.IsControl(character) || char.IsWhiteSpace(character));
}
