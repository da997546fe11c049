using System.Globalization;
using IncidentBot.Settings;

namespace IncidentBot.Channels.Matrix;

/// <summary>Matrix as settings know it: rooms by their ids, which no alias replaces, and people by theirs.</summary>
internal sealed class MatrixKind() : ChannelKind<MatrixOptions>(MatrixChannel.Name)
{
    private const int MostAtOnce = 10_000;

    private static readonly TimeSpan ShortestRate = TimeSpan.FromSeconds(1);

    /// <summary>Requests are remembered for so long over a restart.</summary>
    private static readonly TimeSpan LongestRate = TimeSpan.FromMinutes(2);

    public override string? RoomAllowed(string id) => id.StartsWith('!') && IsPlain(id) ? null
        : "matrix: and the id of a room, such as matrix:!abc:example.org (it begins with !; an alias with # is not one)";

    /// <summary>https://spec.matrix.org/latest/appendices/#matrixto-navigation</summary>
    public override Uri? Link(string id, string message) =>
        new($"https://matrix.to/#/{Uri.EscapeDataString(id)}/{Uri.EscapeDataString(message)}");

    public override string? CalleeAllowed(string id) => PersonAllowed(id);

    public override string? PersonAllowed(string id) => id.StartsWith('@') && id.Contains(':', StringComparison.Ordinal) && IsPlain(id)
        ? null
        : "matrix: and the id of a user, such as matrix:@me:example.org";

    protected override IChannel Make(MatrixOptions options, IHttpClientFactory http, TimeProvider time) =>
        new MatrixChannel(options, http, time);

    public override bool HasButtons => false;

    public override string WhyNoPress(ChannelOptions options) => "";

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

        if (options.Rate.Count is < 1 or > MostAtOnce)
        {
            requirements.Complain($"{path}.rate.count", Requirements.Found(options.Rate.Count.ToString(CultureInfo.InvariantCulture)),
                $"1 to {MostAtOnce}; the homeserver's own limit, or more than you will ever send when it exempts this account");
        }

        if (options.Rate.Per < ShortestRate || options.Rate.Per > LongestRate)
        {
            requirements.Complain($"{path}.rate.per", Requirements.Found(Duration.Format(options.Rate.Per)),
                $"{Duration.Format(ShortestRate)} to {Duration.Format(LongestRate)}");
        }
    }

    private static bool IsPlain(string id) => id.Length is > 1 and <= 255
        && !id.Any(character => char.IsControl(character) || char.IsWhiteSpace(character));
}
