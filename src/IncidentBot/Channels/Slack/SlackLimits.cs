using IncidentBot.Rooms;

namespace IncidentBot.Channels.Slack;

/// <summary>What Slack's documentation allows.</summary>
internal static class SlackLimits
{
    /// <summary>Characters of a header block. https://docs.slack.dev/reference/block-kit/blocks/header-block</summary>
    public const int HeaderLength = 150;

    /// <summary>
    /// Characters of all blocks together. The ceiling near 13,200 is not in the reference but enforced
    /// (https://github.com/slackapi/bolt-js/issues/2509); counted here over the blocks' JSON, the strictest reading.
    /// </summary>
    public const int BlocksLength = 13_000;

    /// <summary>
    /// Characters of <c>text</c>, escaped. https://docs.slack.dev/reference/methods/chat.postMessage (formatting, truncating)
    /// </summary>
    public const int TextLength = 4000;

    /// <summary>
    /// One message a second in a channel, and tier 3 for edits, which is one budget for the workspace.
    /// https://docs.slack.dev/apis/web-api/rate-limits
    /// </summary>
    private static readonly Budget[] Budgets =
    [
        new(SendKinds.Create | SendKinds.Reply, 1, TimeSpan.FromSeconds(1)),
        new(SendKinds.Edit, 50, TimeSpan.FromMinutes(1), WholeAccount: true),
    ];

    public static readonly ChannelLimits All = new(_ => Budgets);
}
