using IncidentBot.Settings;

namespace IncidentBot.Channels.Slack;

/// <summary>
/// What Slack's error words mean for a post. https://docs.slack.dev/reference/methods/chat.postMessage and chat.update (errors)
/// </summary>
internal static class SlackErrors
{
    /// <summary>Slack does not take these blocks, or not as many of them: the same as plain text may still go.</summary>
    public static bool IsAboutBlocks(string error) => error
        is "invalid_blocks" or "invalid_blocks_format" or "msg_blocks_too_long" or "msg_too_long" or "block_mismatch"
        or "slack_elements_too_long" or "metadata_too_large" or "invalid_metadata_format" or "invalid_metadata_schema";

    public static SendResult Of(string error, TimeSpan? retryAfter, bool create, Secret? secret)
    {
        var reason = VendorWords.Reason(error, secret);
        return error switch
        {
            "ratelimited" or "rate_limited" or "message_limit_exceeded" => new SendResult.TryAgain($"429: {reason}", retryAfter),
            "service_unavailable" or "team_added_to_org" => new SendResult.TryAgain(reason, retryAfter),

            // Slack says of these that some aspect of the operation may have succeeded.
            "internal_error" or "fatal_error" or "request_timeout" => new SendResult.TryAgain(reason, retryAfter, Unclear: true),
            "message_not_found" or "cant_update_message" or "edit_window_closed" or "thread_not_found" or "cannot_reply_to_message"
                when !create => new SendResult.Gone(reason),
            _ => new SendResult.Refused(reason + WhatToDo(error), WholeRoom: IsAboutTheRoom(error)),
        };
    }

    /// <summary>For the errors that everybody meets once.</summary>
    private static string WhatToDo(string error) => error switch
    {
        "not_in_channel" => ": the app is not in the channel; write /invite and its name there",
        "channel_not_found" => ": no such channel, or a private one that the app is not in; write /invite and its name there",
        "missing_scope" => ": the app lacks a right; compare its scopes with docs/chat-setup.md and install it again",
        _ => "",
    };

    private static bool IsAboutTheRoom(string error) => error
        is "channel_not_found" or "not_in_channel" or "is_archived" or "is_inactive" or "messages_tab_disabled"
        or "invalid_auth" or "not_authed" or "token_revoked" or "token_expired" or "account_inactive" or "org_login_required"
        or "not_allowed_token_type" or "missing_scope" or "no_permission" or "access_denied" or "ekm_access_denied"
        or "team_access_not_granted" or "two_factor_setup_required" or "accesslimited" or "deprecated_endpoint" or "method_deprecated"
        || error.StartsWith("restricted_action", StringComparison.Ordinal);
}
