using System.Text;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Alerts;

public sealed class NotificationReaderTests
{
    private const string Hint = "this is not the body that Alertmanager posts by itself; if the receiver sets a custom payload, remove it";

    [Fact]
    public void Missing_fields_get_the_value_that_says_nothing()
    {
        var read = Read("""{"alerts":[{"status":"firing","labels":{"alertname":"A"}}]}""");

        Assert.Equal(("", "", 0L), (read.Receiver, read.ExternalUrl, read.Truncated));
        Assert.Same(LabelSet.Empty, read.GroupLabels);
        var alert = Assert.Single(read.Alerts);
        Assert.Equal(Fingerprint.Of(LabelSet.From(("alertname", "A"))), alert.Fingerprint);
        Assert.Equal((AlertReport.UnknownStart, null, ""), (alert.StartsAt, alert.EndsAt, alert.GeneratorUrl));
        Assert.Same(LabelSet.Empty, alert.Annotations);
    }

    [Fact]
    public void Null_is_as_good_as_missing()
    {
        var read = Read("""
            {"version":null,"receiver":null,"status":"firing","externalURL":null,"truncatedAlerts":null,"groupLabels":null,
             "alerts":[{"status":null,"labels":null,"annotations":null,"startsAt":null,"endsAt":null,"fingerprint":null,"generatorURL":null}]}
            """);

        Assert.True(Assert.Single(read.Alerts).Firing);
    }

    [Fact]
    public void Unknown_fields_are_skipped_whatever_is_in_them()
    {
        var read = Read("""
            {"new":{"deep":[1,{"alerts":[]},null]},"alerts":[{"also":[[]],"status":"resolved","labels":{"a":"b"},"more":1e9}],"routeLabels":{}}
            """);

        Assert.False(Assert.Single(read.Alerts).Firing);
    }

    [Fact]
    public void An_alert_without_a_status_has_that_of_its_group()
    {
        Assert.False(Assert.Single(Read("""{"alerts":[{"labels":{"a":"b"}}],"status":"resolved"}""").Alerts).Firing);
    }

    [Fact]
    public void A_group_without_alerts_is_read()
    {
        Assert.Empty(Read("""{"status":"resolved","alerts":[]}""").Alerts);
    }

    [Fact]
    public void A_resolved_alert_that_does_not_say_when_ended_as_it_began()
    {
        var alert = Assert.Single(Read("""{"alerts":[{"status":"resolved","labels":{"a":"b"},"startsAt":"2026-01-02T03:04:05Z"}]}""").Alerts);

        Assert.Equal(alert.StartsAt, alert.EndsAt);
    }

    [Theory]
    [InlineData("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.0000000+00:00")]
    [InlineData("2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05.1234560+00:00")]
    [InlineData("2026-01-02T03:04:05.5+02:00", "2026-01-02T01:04:05.5000000+00:00")]
    public void Times_have_up_to_nine_digits_and_any_zone(string said, string meant)
    {
        var alert = Assert.Single(Read($$$"""{"alerts":[{"status":"firing","labels":{},"startsAt":"{{{said}}}"}]}""").Alerts);

        Assert.Equal(meant, alert.StartsAt.ToString("O"));
    }

    [Theory]
    [InlineData(@"a\\.b", "a.b")]
    [InlineData(@"a\\\\b", @"a\b")]
    [InlineData(@"a\\(b\\)\\[c\\]\\{d\\}\\*\\+\\?\\|\\^\\$", "a(b)[c]{d}*+?|^$")]
    [InlineData(@"a\\nb", @"a\nb")]
    [InlineData(@"a\\", @"a\")]
    [InlineData("plain-name_1", "plain-name_1")]
    public void A_receivers_name_loses_the_escapes_of_a_regular_expression(string said, string meant)
    {
        Assert.Equal(meant, Read($$"""{"receiver":"{{said}}","alerts":[]}""").Receiver);
    }

    [Fact]
    public void Copies_of_one_alert_from_a_pair_of_prometheus_servers_are_one_that_fires_while_either_does()
    {
        var read = Read("""
            {"alerts":[
              {"status":"resolved","labels":{"a":"b","prometheus_replica":"0"},"startsAt":"2026-01-01T00:00:01Z","endsAt":"2026-01-01T00:05:00Z"},
              {"status":"firing","labels":{"a":"b","prometheus_replica":"1"},"startsAt":"2026-01-01T00:00:02Z"}]}
            """);

        var alert = Assert.Single(read.Alerts);
        Assert.True(alert.Firing);
        Assert.Equal(Fingerprint.Of(LabelSet.From(("a", "b"))), alert.Fingerprint);
    }

    [Fact]
    public void An_ignored_label_is_no_part_of_the_group_either()
    {
        var read = Read("""{"groupLabels":{"alertname":"A","prometheus_replica":"1"},"alerts":[]}""");

        Assert.Equal(LabelSet.From(("alertname", "A")), read.GroupLabels);
    }

    [Fact]
    public void A_nul_in_a_label_is_replaced()
    {
        Assert.Equal("x\uFFFDy", Assert.Single(Read("""{"alerts":[{"status":"firing","labels":{"a":"x\u0000y"}}]}""").Alerts).Labels["a"]);
    }

    [Theory]
    [InlineData("""{"text":"3 alerts fire"}""", "$.alerts", "expected an array of alerts; " + Hint)]
    [InlineData("""{"alerts":{"count":3}}""", "$.alerts", "expected an array of alerts; " + Hint)]
    [InlineData("""{"alerts":3}""", "$.alerts", "expected an array of alerts; " + Hint)]
    [InlineData("""[{"labels":{}}]""", "$", "expected an object, found an array; " + Hint)]
    [InlineData("\"NodeDown is firing\"", "$", "expected an object, found a string; " + Hint)]
    [InlineData("null", "$", "expected an object, found null; " + Hint)]
    [InlineData("""{"alerts":["NodeDown"]}""", "$.alerts[0]", "expected an object, found a string; " + Hint)]
    [InlineData("""{"alerts":[{"status":"firing","name":"NodeDown"}]}""", "$.alerts[0].labels", "missing, so nothing says which alert it is; " + Hint)]
    [InlineData("""{"alerts":[{"status":"firing","labels":["a"]}]}""", "$.alerts[0].labels", "missing, so nothing says which alert it is; " + Hint)]
    [InlineData("""{"alerts":[]} {}""", "$", "not valid JSON near line 1, byte 14")]
    [InlineData("payload=%7B%7D", "$", "not valid JSON near line 1, byte 0")]
    [InlineData("", "$", "not valid JSON near line 1, byte 0")]
    public void A_body_of_which_nothing_can_be_used_is_refused_with_the_path_and_the_reason(string body, string path, string reason)
    {
        Assert.Equal(new ReadProblem(path, reason), NotificationReader.Read(Encoding.UTF8.GetBytes(body), "home", Recorded.Ignored).Problem);
    }

    [Theory]
    [InlineData("""{"alerts":[{"labels":{"a":"b"}}]}""", "$.alerts[0].status", "missing; expected \"firing\" or \"resolved\": taken as firing")]
    [InlineData("""{"alerts":[{"status":"burning","labels":{"a":"b"}}]}""", "$.alerts[0].status", "\"burning\" is not a status; expected \"firing\" or \"resolved\"")]
    [InlineData("""{"alerts":[{"status":true,"labels":{"a":"b"}}]}""", "$.alerts[0].status", "expected a string, found true or false: taken as its text")]
    [InlineData("""{"alerts":[{"status":"firing","labels":{"a":"b"},"startsAt":"yesterday"}]}""", "$.alerts[0].startsAt", "\"yesterday\" is not a time as RFC 3339 has it: left out")]
    [InlineData("""{"alerts":[{"status":"firing","labels":{"a":"b"},"startsAt":1790000000}]}""", "$.alerts[0].startsAt", "expected a time as RFC 3339 has it, found a number: left out")]
    [InlineData("""{"alerts":[{"status":"firing","labels":{"a":"b"},"endsAt":{}}]}""", "$.alerts[0].endsAt", "expected a time as RFC 3339 has it, found an object: left out")]
    [InlineData("""{"alerts":[{"status":"firing","labels":{"a":"b"},"fingerprint":[1]}]}""", "$.alerts[0].fingerprint", "expected a string, found an array: left out")]
    [InlineData("""{"alerts":[{"status":"firing","labels":{"a":"b"},"annotations":"x"}]}""", "$.alerts[0].annotations", "expected an object of strings, found a string: left out")]
    [InlineData("""{"version":4,"alerts":[{"status":"firing","labels":{"a":"b"}}]}""", "$.version", "expected a string, found a number: taken as its text")]
    [InlineData("""{"receiver":{"a":1},"alerts":[{"status":"firing","labels":{"a":"b"}}]}""", "$.receiver", "expected a string, found an object: left out")]
    [InlineData("""{"truncatedAlerts":-1,"alerts":[{"status":"firing","labels":{"a":"b"}}]}""", "$.truncatedAlerts", "expected a count of 0 or more: taken as 0")]
    [InlineData("""{"truncatedAlerts":{},"alerts":[{"status":"firing","labels":{"a":"b"}}]}""", "$.truncatedAlerts", "expected a count of 0 or more: taken as 0")]
    [InlineData("""{"groupLabels":"x","alerts":[{"status":"firing","labels":{"a":"b"}}]}""", "$.groupLabels", "expected an object of strings, found a string: left out")]
    [InlineData("""{"alerts":[{"status":"firing","labels":{"a":"b"}}]} {}""", "$", "not valid JSON near line 1, byte 52: what stands before it was taken")]
    public void One_odd_value_is_remarked_on_and_costs_no_alert(string body, string path, string reason)
    {
        var read = NotificationReader.Read(Encoding.UTF8.GetBytes(body), "home", Recorded.Ignored);

        Assert.Equal("b", Assert.Single(read.Notification!.Alerts).Labels["a"]);
        Assert.True(read.Notification.Alerts[0].Firing);
        Assert.Contains(new ReadProblem(path, reason), read.Remarks.First);
        Assert.Equal(0, read.Remarks.LeftOut);
    }

    [Theory]
    [InlineData("8080", "8080", "a number")]
    [InlineData("1.50", "1.50", "a number")]
    [InlineData("true", "true", "true or false")]
    [InlineData("{\"b\":[1]}", "{…}", "an object")]
    [InlineData("[1,[2]]", "[…]", "an array")]
    public void A_label_that_is_no_string_is_taken_as_its_text(string value, string text, string kind)
    {
        var read = NotificationReader.Read(Encoding.UTF8.GetBytes($$$"""{"alerts":[{"status":"firing","labels":{"a":{{{value}}},"c":"d"}}]}"""), "home", Recorded.Ignored);

        Assert.Equal(LabelSet.From(("a", text), ("c", "d")), Assert.Single(read.Notification!.Alerts).Labels);
        Assert.Equal([new ReadProblem("$.alerts[0].labels.a", $"expected a string, found {kind}: taken as its text")], read.Remarks.First);
    }

    [Fact]
    public void A_label_that_is_null_is_absent()
    {
        Assert.Equal(LabelSet.From(("c", "d")), Assert.Single(Read("""{"alerts":[{"status":"firing","labels":{"a":null,"c":"d"}}]}""").Alerts).Labels);
    }

    [Theory]
    [InlineData(@"x\ud800y", "x\uFFFDy")]
    [InlineData(@"\udc00\ud83d\udd25\n\\\""\u0041", "\uFFFD🔥\n\\\"A")]
    public void What_is_no_Unicode_is_replaced_and_the_rest_is_read(string said, string meant)
    {
        var read = NotificationReader.Read(Encoding.UTF8.GetBytes($$$"""{"alerts":[{"status":"firing","labels":{"a":"{{{said}}}"}}]}"""), "home", Recorded.Ignored);

        Assert.Equal(meant, Assert.Single(read.Notification!.Alerts).Labels["a"]);
        Assert.Equal(1, read.Remarks.Repaired);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_replaced_and_the_rest_is_read()
    {
        byte[] body = [.. """{"alerts":[{"status":"firing","labels":{"a":"x"""u8, 0xC3, 0x28, .. "\"}}]}"u8];

        Assert.Equal("x\uFFFD(", Assert.Single(NotificationReader.Read(body, "home", Recorded.Ignored).Notification!.Alerts).Labels["a"]);
    }

    [Fact]
    public void One_alert_that_cannot_be_used_leaves_the_others()
    {
        var read = NotificationReader.Read("""
            {"alerts":[{"status":"firing","labels":{"a":"1"}},7,{"status":"firing","labels":"no"},{"status":"resolved","labels":{"a":"2"}},{}]}
            """u8, "home", Recorded.Ignored);

        Assert.Equal(["1", "2"], read.Notification!.Alerts.Select(alert => alert.Labels["a"]));
        Assert.Equal(3, read.Remarks.LeftOut);
        Assert.Equal(new ReadProblem("$.alerts[1]", "expected an object, found a number"), read.Remarks.FirstLeftOut);
    }

    [Fact]
    public void Remarks_are_counted_and_only_the_first_are_kept()
    {
        var alerts = string.Join(',', Enumerable.Range(0, 1000).Select(number => $$$"""{"status":"firing","labels":{"a":{{{number}}}}}"""));
        var read = NotificationReader.Read(Encoding.UTF8.GetBytes($$"""{"alerts":[{{alerts}}]}"""), "home", Recorded.Ignored);

        Assert.Equal(1000, read.Notification!.Alerts.Count);
        Assert.Equal((1000, 5), (read.Remarks.Repaired, read.Remarks.First.Count));
    }

    [Fact]
    public void What_stands_before_the_end_of_a_cut_body_is_taken()
    {
        var read = NotificationReader.Read("""{"status":"firing","alerts":[{"labels":{"a":"b"}},{"labels":{"a":"c"""u8, "home", Recorded.Ignored);

        Assert.Equal("b", Assert.Single(read.Notification!.Alerts).Labels["a"]);
        Assert.Equal("$.alerts[1].labels", Assert.Single(read.Remarks.First).Path);
    }

    [Fact]
    public void What_Grafana_says_beside_the_format_is_among_the_annotations()
    {
        var read = Read("""
            {"version":"1","orgId":1,"alerts":[{"status":"firing","labels":{"a":"b"},"values":{"B":6.705},"valueString":"[ var='B' ]","dashboardURL":"https://g/d/1",
             "panelURL":"","silenceURL":"https://g/s","imageURL":"https://g/i.png","annotations":{"summary":"Full","dashboard_url":"https://author/"}}]}
            """);

        Assert.Equal("1", read.Version);
        Assert.Equal(
            LabelSet.From(("dashboard_url", "https://author/"), ("image_url", "https://g/i.png"), ("silence_url", "https://g/s"), ("summary", "Full"),
                ("value", "6.705"), ("value_string", "[ var='B' ]")),
            Assert.Single(read.Alerts).Annotations);
    }

    [Fact]
    public void A_body_that_ends_in_the_middle_is_refused_with_the_place()
    {
        var problem = NotificationReader.Read("""{"alerts":[{"status":"firing","labels":{"a":"""u8, "home", Recorded.Ignored).Problem;

        Assert.Equal("$.alerts[0].labels", problem!.Path);
        Assert.StartsWith("not valid JSON", problem.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_quotes_little_of_a_long_text_and_never_half_a_character()
    {
        var status = new string('x', 56) + string.Concat(Enumerable.Repeat("🔥", 1000));
        var problem = NotificationReader.Read(
            Encoding.UTF8.GetBytes($$$"""{"alerts":[{"status":"{{{status}}}","labels":{}}]}"""), "home", Recorded.Ignored).Remarks.First[0];

        Assert.Equal($"\"{new string('x', 56)}...\" is not a status; expected \"firing\" or \"resolved\"", problem.Reason);
    }

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        var body = Encoding.UTF8.GetBytes("""{"alerts":""" + new string('[', 1_000_000));

        Assert.NotNull(NotificationReader.Read(body, "home", Recorded.Ignored).Problem);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void Copies_of_a_replica_pair_fire_since_the_earlier_start_and_end_at_the_later_end(int one, int other)
    {
        var read = Read($$"""
            {"alerts":[{"status":"firing","labels":{"a":"b","prometheus_replica":"0"},"startsAt":"2026-01-01T00:00:0{{one}}Z"},
              {"status":"firing","labels":{"a":"b","prometheus_replica":"1"},"startsAt":"2026-01-01T00:00:0{{other}}Z"},
              {"status":"resolved","labels":{"c":"d","prometheus_replica":"0"},"startsAt":"2026-01-01T00:00:00Z","endsAt":"2026-01-01T00:05:0{{one}}Z"},
              {"status":"resolved","labels":{"c":"d","prometheus_replica":"1"},"startsAt":"2026-01-01T00:00:00Z","endsAt":"2026-01-01T00:05:0{{other}}Z"}]}
            """);

        Assert.Equal(2, read.Alerts.Count);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 1, TimeSpan.Zero), read.Alerts[0].StartsAt);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 5, 2, TimeSpan.Zero), read.Alerts[1].EndsAt);
    }

    private static Notification Read(string body)
    {
        var (notification, problem) = NotificationReader.Read(Encoding.UTF8.GetBytes(body), "home", Recorded.Ignored);
        Assert.Null(problem);
        return notification!;
    }
}
