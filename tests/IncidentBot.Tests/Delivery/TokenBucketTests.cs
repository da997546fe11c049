using FsCheck;
using FsCheck.Fluent;
using IncidentBot.Channels;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Delivery;

/// <summary>A budget is never overdrawn, and urgent posts find something in it.</summary>
public sealed class TokenBucketTests
{
    private static readonly Budget TwentyAMinute = new(SendKinds.All, 20, TimeSpan.FromMinutes(1));

    [Fact]
    public void A_quarter_is_kept_back_for_urgent_posts()
    {
        var bucket = new TokenBucket(TwentyAMinute);
        for (var i = 0; i < 15; i++)
        {
            Assert.Equal(Say.Noon, bucket.ReadyAt(Say.Noon, urgent: false));
            bucket.Spend(Say.Noon, urgent: false);
        }

        Assert.Equal(Say.Noon.AddMinutes(1), bucket.ReadyAt(Say.Noon, urgent: false));
        Assert.Equal(Say.Noon, bucket.ReadyAt(Say.Noon, urgent: true));
    }

    [Fact]
    public void A_shorter_retry_after_does_not_open_what_a_longer_one_closed()
    {
        var bucket = new TokenBucket(TwentyAMinute);
        bucket.Close(Say.Noon, TimeSpan.FromSeconds(60));
        bucket.Close(Say.Noon.AddSeconds(1), TimeSpan.FromSeconds(5));
        Assert.Equal(Say.Noon.AddSeconds(60), bucket.ReadyAt(Say.Noon.AddSeconds(2), urgent: true));

        bucket.Close(Say.Noon.AddSeconds(3), TimeSpan.FromSeconds(90));
        Assert.Equal(Say.Noon.AddSeconds(93), bucket.ReadyAt(Say.Noon.AddSeconds(4), urgent: true));
    }

    [Fact]
    public void In_a_storm_all_but_a_quarter_is_kept_for_urgent_posts()
    {
        var bucket = new TokenBucket(TwentyAMinute);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(Say.Noon, bucket.ReadyAt(Say.Noon, urgent: false, storm: true));
            bucket.Spend(Say.Noon, urgent: false);
        }

        Assert.Equal(Say.Noon.AddMinutes(1), bucket.ReadyAt(Say.Noon, urgent: false, storm: true));
        Assert.Equal(Say.Noon, bucket.ReadyAt(Say.Noon, urgent: true, storm: true));
        Assert.Equal(Say.Noon, bucket.ReadyAt(Say.Noon, urgent: false));
    }

    [Fact]
    public void A_small_budget_has_nothing_to_keep_back()
    {
        var bucket = new TokenBucket(TwentyAMinute with { Count = 3 });
        bucket.Spend(Say.Noon, urgent: false);
        bucket.Spend(Say.Noon, urgent: false);
        Assert.Equal(Say.Noon, bucket.ReadyAt(Say.Noon, urgent: false));
    }

    [Fact]
    public void What_it_lets_through_within_a_time_is_without_the_reserve_and_without_what_was_spent()
    {
        var bucket = new TokenBucket(TwentyAMinute);
        Assert.Equal((15, 15, 30, 45), (In(1), In(30), In(120), In(150)));
        for (var i = 0; i < 12; i++)
        {
            bucket.Spend(Say.Noon.AddSeconds(-i), urgent: i % 2 == 0);
        }

        // Six urgent ones are more than the reserve: they keep back as much again.
        Assert.Equal((8, 8, 15), (In(1), In(30), In(60)));
        Assert.Equal(30, new TokenBucket(new Budget(SendKinds.Create, 1, TimeSpan.FromSeconds(1))).Within(Say.Noon, TimeSpan.FromSeconds(30)));

        int In(double seconds) => bucket.Within(Say.Noon, TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("slack:C1")]
    [InlineData("telegram:1")]
    [InlineData("telegram:-1")]
    [InlineData("matrix:!r:localhost")]
    public void No_budget_looks_back_further_than_requests_are_remembered(string room)
    {
        var limits = Room.Parse(room).Kind switch
        {
            "slack" => Channels.Slack.SlackLimits.All,
            "telegram" => Channels.Telegram.TelegramLimits.All,
            _ => Channels.Matrix.MatrixLimits.All,
        };
        Assert.All(limits.For(Room.Parse(room)), budget => Assert.True(budget.Per < PastRequest.Kept));
    }

    /// <summary>However much else waits, once a minute has passed an urgent post every five seconds is never late.</summary>
    [Fact]
    public void Who_comes_every_five_seconds_finds_a_token_while_others_take_all_they_get()
    {
        var bucket = new TokenBucket(TwentyAMinute);
        var late = TimeSpan.Zero;
        for (var second = 0; second < 600; second++)
        {
            var now = Say.Noon.AddSeconds(second);
            if (second % 5 == 0)
            {
                var ready = bucket.ReadyAt(now, urgent: true);
                late = second >= 120 && ready - now > late ? ready - now : late;
                bucket.Spend(ready, urgent: true);
            }

            while (bucket.ReadyAt(now, urgent: false) == now)
            {
                bucket.Spend(now, urgent: false);
            }
        }

        Assert.Equal(TimeSpan.Zero, late);
    }

    [Fact]
    public void It_is_never_overdrawn_and_says_exactly_when_it_is_ready() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Gen.Choose(0, 9999).ArrayOf(80).ToArbitrary(), steps =>
        {
            var bucket = new TokenBucket(TwentyAMinute with { Count = 8 });
            var now = Say.Noon;
            var spent = new List<DateTimeOffset>();
            foreach (var step in steps)
            {
                now = now.AddSeconds(step % 7);
                var urgent = step / 10 % 2 == 0;
                var ready = bucket.ReadyAt(now, urgent);
                if (ready > now && bucket.ReadyAt(ready.AddTicks(-1), urgent) < ready)
                {
                    return false;
                }

                if (step / 100 % 3 > 0)
                {
                    now = bucket.ReadyAt(ready, urgent);
                    bucket.Spend(now, urgent);
                    spent.Add(now);
                }
            }

            return spent.TrueForAll(first => spent.Count(at => at >= first && at < first + TwentyAMinute.Per) <= 8);
        }));
}
