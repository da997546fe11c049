using System.Globalization;
using System.Text;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Channels.Telegram;

/// <summary>Commands, replies and presses of Telegram, fetched or delivered, against a Telegram that keeps Telegram's rules.</summary>
public sealed class TelegramReceivingTests
{
    private const long Group = -1001;
    private const long Ada = 12345;

    private static readonly Action<BotOptions, Ears> Polling = (options, ears) => options.Channels.Telegram = Ears.Polling(ears.Telegram);

    [Fact]
    public async Task Commands_replies_and_mentions_are_requests_and_talk_is_none()
    {
        await using var ears = await Ears.StartAsync(Polling);
        ears.Telegram.Say(Group, Ada, "good morning");
        ears.Telegram.Say(Group, Ada, "/ack 12 on it");
        ears.Telegram.Say(Group, Ada, $"/ack@{TelegramServer.BotName.ToUpperInvariant()} 13");
        ears.Telegram.Say(Group, Ada, "/ack@another_bot 14");
        ears.Telegram.Say(Group, Ada, $"@{TelegramServer.BotName}: status");
        ears.Telegram.Say(Group, Ada, $"@{TelegramServer.BotName}2 status");
        ears.Telegram.Say(Group, Ada, "ack", replyTo: 77);
        ears.Telegram.Say(Group, Ada, "/ack 15", edited: true);
        ears.Telegram.Say(Group, Ada, "/ack 16", forwarded: true);
        ears.Telegram.Say(Group, Ada, "/lanes", topic: 45);
        ears.Telegram.Say(Ada, Ada, "who");
        await Ears.UntilAsync(() => ears.Telegram.Waiting == 0);
        Assert.Equal(["ack 12 on it|telegram:-1001|True|", "ack 13|telegram:-1001|True|", "status|telegram:-1001|True|", "ack|telegram:-1001|False|77",
            "lanes|telegram:-1001/45|True|", "who|telegram:12345|True|"],
            ears.Desk.Done.Select(request => $"{((ChatInput.Said)request.Input).Text}|{request.Room}|{request.IsAddressed}|{request.MessageId}"));
        Assert.Contains("reason=\"edited\"} 1", await ears.MetricsAsync(), StringComparison.Ordinal);
        Assert.All(ears.Desk.Done, request => Assert.Equal(("telegram:12345", "Ada"), (request.By.ToString(), request.ByName)));
    }

    [Fact]
    public async Task An_answer_is_a_reply_where_it_was_said()
    {
        await using var ears = await Ears.StartAsync(Polling);
        ears.Desk.Answer = _ => new ChatAnswer { Lines = ["1 < 2 & @everyone"], Buttons = [new Button { Label = "Yes", Press = new ButtonPress(ButtonAction.Confirm, 0, "7") }] };
        ears.Telegram.Say(Group, Ada, "/status", topic: 45);
        await Ears.UntilAsync(() => ears.Desk.Told.Count == 1);
        var said = Assert.Single(ears.Telegram.Messages("-1001"));
        Assert.Equal(("1 < 2 & @\u2060everyone", 45), (said.Text, (int)said.Versions[0].Number("message_thread_id")!));
        Assert.Equal("Yes", Assert.Single(TelegramServer.Pressable(said)).Label);
    }

    [Fact]
    public async Task A_press_is_acknowledged_and_says_what_became_of_it_above_the_button()
    {
        await using var ears = await Ears.StartAsync(Polling);
        ears.Desk.Answer = _ => new ChatAnswer { Place = AnswerPlace.OnlyPerson, Lines = ["You may not act here."] };
        ears.Telegram.Press(Post(), Ada, "Acknowledge");
        await Ears.UntilAsync(() => ears.Telegram.Notices.Count == 1);
        Assert.Equal("You may not act here.", ears.Telegram.Notices[0].Text("text"));
        ears.Desk.Answer = _ => ChatAnswer.Nothing;
        ears.Telegram.Press(Post(), Ada, "Acknowledge");
        await Ears.UntilAsync(() => ears.Telegram.Notices.Count == 2);
        Assert.Null(ears.Telegram.Notices[1].Text("text"));
        Assert.Empty(ears.Telegram.Messages("-1001"));
        Assert.All(ears.Desk.Done, press => Assert.Equal(("55", new ChatInput.Pressed(new ButtonPress(ButtonAction.Acknowledge, 12))), (press.MessageId, press.Input)));
    }

    [Fact]
    public async Task A_press_that_comes_too_late_is_done_and_counted_and_its_words_are_a_reply()
    {
        await using var ears = await Ears.StartAsync(Polling);
        ears.Telegram.PressesAreTooOld = true;
        ears.Desk.Answer = _ => new ChatAnswer { Place = AnswerPlace.OnlyPerson, Lines = ["done"] };
        ears.Telegram.Press(Post(), Ada, "Acknowledge");
        await Ears.UntilAsync(() => ears.Desk.Told.Count == 1);
        Assert.Single(ears.Desk.Done);
        Assert.Equal("done", Assert.Single(ears.Telegram.Messages("-1001")).Text);
        Assert.Contains("incidentbot_chat_answers_total{channel=\"telegram\",result=\"late\"} 1", await ears.MetricsAsync(), StringComparison.Ordinal);
        Assert.Empty(ears.Listening.Problems);
    }

    [Fact]
    public async Task Strange_data_of_a_button_is_handed_on_as_unknown()
    {
        await using var ears = await Ears.StartAsync(Polling);
        ears.Telegram.PressData(Post(), Ada, "\u0001 not ours");
        await Ears.UntilAsync(() => ears.Desk.Done.Count == 1);
        Assert.Equal(new ChatInput.Pressed(new ButtonPress(ButtonAction.Unknown)), ears.Desk.Done.Single().Input);
    }

    [Fact]
    public async Task What_was_read_is_confirmed_only_after_it_is_done_and_ids_that_go_backwards_are_read()
    {
        await using var ears = await Ears.StartAsync(Polling);
        ears.Telegram.GoOnWith(900_000_000);
        ears.Telegram.Say(Group, Ada, "/ack 1");
        await Ears.UntilAsync(() => ears.Telegram.Waiting == 0);
        Assert.Equal("900000001", ears.Desk.Position($"offset {TelegramServer.BotId}"));
        ears.Desk.Fails = true;
        ears.Telegram.Say(Group, Ada, "/ack 2");
        await Ears.UntilAsync(() => ears.Log.Lines.Any(line => line.Contains("telegram_updates is put off", StringComparison.Ordinal)));
        Assert.Equal(1, ears.Telegram.Waiting);
        ears.Desk.Fails = false;
        await Ears.UntilAsync(() => ears.Telegram.Waiting == 0);
        ears.Telegram.GoOnWith(17);
        ears.Telegram.Say(Group, Ada, "/ack 3");
        ears.Telegram.Say(Group, Ada, "/ack 4");
        await Ears.UntilAsync(() => ears.Telegram.Waiting == 0);
        Assert.Equal(["ack 1", "ack 2", "ack 3", "ack 4"], ears.Desk.Done.Select(request => ((ChatInput.Said)request.Input).Text));
        Assert.Equal("19", ears.Desk.Position($"offset {TelegramServer.BotId}"));
    }

    [Fact]
    public async Task After_a_restart_it_goes_on_where_it_was()
    {
        await using var ears = await Ears.StartAsync(Polling);
        ears.Telegram.Say(Group, Ada, "/ack 1");
        await Ears.UntilAsync(() => ears.Desk.Done.Count == 1);
        await ears.StopAsync();
        ears.Telegram.Say(Group, Ada, "/ack 2");
        await ears.StartAgainAsync(Polling);
        await Ears.UntilAsync(() => ears.Telegram.Waiting == 0);
        Assert.Equal(["ack 1", "ack 2"], ears.Desk.Done.Select(request => ((ChatInput.Said)request.Input).Text));
    }

    [Fact]
    public async Task A_second_reader_is_named_and_outlived()
    {
        await using var ears = await Ears.StartAsync((options, ears) =>
        {
            ears.Telegram.AnotherReader = true;
            Polling(options, ears);
        });
        await Ears.UntilAsync(() => ears.Listening.Problems.Count == 1);
        Assert.Contains("another program fetches with the same bot token", ears.Listening.Problems[0], StringComparison.Ordinal);
        ears.Telegram.AnotherReader = false;
        ears.Hurry();
        await Ears.UntilAsync(() => ears.Listening.Problems.Count == 0);
    }

    [Fact]
    public async Task A_webhook_that_is_set_elsewhere_is_named_without_its_path()
    {
        await using var ears = await Ears.StartAsync((options, ears) =>
        {
            ears.Telegram.Webhook = "https://other.example.org/secret-path";
            Polling(options, ears);
        });
        await Ears.UntilAsync(() => ears.Listening.Problems.Count == 1);
        Assert.Contains("webhook is set to other.example.org, so nothing can be fetched", ears.Listening.Problems[0], StringComparison.Ordinal);
        Assert.DoesNotContain("secret-path", ears.Listening.Problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_is_set_with_its_secret_and_what_comes_with_it_is_done()
    {
        await using var ears = await Ears.StartAsync(Webhook);
        await Ears.UntilAsync(() => ears.Telegram.WebhookSecret.Length > 0 && ears.Listening.States is [(_, true, _)]);
        Assert.Equal(("https://bot.example.org/webhooks/telegram", TelegramServer.SecretToken), (ears.Telegram.Webhook, ears.Telegram.WebhookSecret));
        ears.Telegram.Say(Group, Ada, "/ack 12");
        var update = ears.Telegram.Deliver().ToJsonString();
        Assert.Equal(200, await DeliverAsync(ears, update, TelegramServer.SecretToken));
        Assert.Equal(200, await DeliverAsync(ears, update, TelegramServer.SecretToken));
        Assert.Single(ears.Desk.Done);
        ears.Desk.Fails = true;
        Assert.Equal(503, await DeliverAsync(ears, update, TelegramServer.SecretToken));
    }

    [Fact]
    public async Task Whoever_is_not_Telegram_is_refused_and_counted()
    {
        await using var ears = await Ears.StartAsync(Webhook);
        await Ears.UntilAsync(() => ears.Listening.States is [(_, true, _)]);
        ears.Telegram.Say(Group, Ada, "/ack 12");
        var update = ears.Telegram.Deliver().ToJsonString();
        Assert.Equal(401, await DeliverAsync(ears, update));
        Assert.Equal(401, await DeliverAsync(ears, update, "wrong"));
        Assert.Equal(401, await DeliverAsync(ears, update, TelegramServer.SecretToken, TelegramServer.SecretToken));
        Assert.Equal(413, await DeliverAsync(ears, new string('x', 1024 * 1024), TelegramServer.SecretToken));
        Assert.Equal(200, await DeliverAsync(ears, "{not json", TelegramServer.SecretToken));
        Assert.Empty(ears.Desk.Done);
        var metrics = await ears.MetricsAsync();
        foreach (var (reason, count) in new[] { ("unsigned", 1), ("wrong_secret", 2), ("too_large", 1), ("unreadable", 1) })
        {
            Assert.Contains($$"""incidentbot_chat_door_refusals_total{channel="telegram",reason="{{reason}}"} {{count}}""", metrics, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task That_Telegram_cannot_deliver_is_said_in_its_words()
    {
        await using var ears = await Ears.StartAsync((options, ears) =>
        {
            ears.Telegram.Say(Group, Ada, "/ack 12");
            ears.Telegram.WebhookError = (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 5, "Wrong response from the webhook: 401 Unauthorized");
            Webhook(options, ears);
        });
        await Ears.UntilAsync(() => ears.Listening.Problems.Count == 1);
        Assert.Contains("Telegram cannot deliver to bot.example.org, 1 waiting: Wrong response from the webhook: 401 Unauthorized", ears.Listening.Problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_fetched_where_only_sending_is_wanted()
    {
        await using var ears = await Ears.StartAsync((options, ears) =>
        {
            Polling(options, ears);
            options.Channels.Telegram!.Mode = "send-only";
        });
        await ears.TurnAsync<TelegramPolling>();
        await ears.TurnAsync<TelegramHook>();
        Assert.Empty(ears.Telegram.Requests);
        Assert.Empty(ears.Listening.States);
    }

    private static void Webhook(BotOptions options, Ears ears)
    {
        options.Server.ExternalUrl = new Uri("https://bot.example.org/");
        var telegram = Ears.Polling(ears.Telegram);
        (telegram.Mode, telegram.SecretToken) = ("webhook", new Secret(TelegramServer.SecretToken));
        options.Channels.Telegram = telegram;
    }

    private static async Task<int> DeliverAsync(Ears ears, string body, params string[] secrets)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "webhooks/telegram") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (secrets.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("X-Telegram-Bot-Api-Secret-Token", secrets);
        }

        using var answer = await ears.Client.SendAsync(request);
        return (int)answer.StatusCode;
    }

    private static ShownMessage Post()
    {
        var message = new ShownMessage { Id = 55.ToString(CultureInfo.InvariantCulture), Room = "-1001", At = Say.Noon };
        message.Versions.Add((System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(
            $$$"""{"reply_markup":{"inline_keyboard":[[{"text":"Acknowledge","callback_data":"{{{new ButtonPress(ButtonAction.Acknowledge, 12).ToData()}}}"}]]}}""")!);
        return message;
    }
}
