using System.Globalization;
using IncidentBot.Rooms;
using IncidentBot.Support;

namespace IncidentBot.Scenarios;

/// <summary>What one scenario came to: a line of the table, and everything that was not as it should be.</summary>
internal sealed class ScenarioRow(int order, string scenario)
{
    public static readonly string[] Heads =
        ["scenario", "alerts", "incidents", "created", "edited", "replied", "per alert", "refused", "critical max", "announced", "lost", "verdict"];

    public int Order => order;

    /// <summary>Different alerts that were received.</summary>
    public int Alerts { get; set; }

    public int Incidents { get; set; }

    /// <summary>New messages in the rooms, edits of messages, and messages in threads that the vendors took.</summary>
    public (int Created, int Edited, int Replied) Messages { get; private set; }

    /// <summary>Requests that a vendor answered 429.</summary>
    public int Refused { get; private set; }

    /// <summary>Messages that make a telephone ring: new ones in a room, and replies that call somebody.</summary>
    public int Announced { get; private set; }

    /// <summary>The longest time from the webhook of a critical to its own message in a room; null where none was sent.</summary>
    public TimeSpan? CriticalDelay { get; set; }

    /// <summary>Incidents that a room does not show as they are.</summary>
    public int Lost { get; set; }

    public List<string> Complaints { get; } = [];

    public double PerAlert => Alerts == 0 ? 0 : (double)(Messages.Created + Messages.Edited + Messages.Replied) / Alerts;

    public void Expect(bool met, string otherwise)
    {
        if (!met)
        {
            Complaints.Add(otherwise);
        }
    }

    /// <summary>Counts what these rooms show, and holds the requests against the vendors' rules.</summary>
    public void Count(BotFixture bot, params string[] rooms)
    {
        foreach (var room in rooms)
        {
            var roots = bot.Shown(room);
            var replies = roots.SelectMany(root => bot.Replies(room, root)).ToList();
            var calls = replies.Count(reply => reply.Mentions.Count > 0 || (Room.Parse(room).Kind == "telegram" && !reply.Silent));
            Messages = (Messages.Created + roots.Count, Messages.Edited + roots.Concat(replies).Sum(message => message.Edits), Messages.Replied + replies.Count);
            Announced += roots.Count + calls;
        }

        VendorServer[] vendors = [bot.Slack, bot.Telegram, bot.Matrix];
        Refused = vendors.Sum(vendor => vendor.RateLimited);
        Expect(Refused == 0, $"{Refused} requests were answered 429");
        Complaints.AddRange(vendors.SelectMany(vendor => vendor.Violations).Concat(VendorPace.Complaints(bot).Where(complaint => complaint.Length > 0)));
    }

    public string[] Cells() =>
    [
        scenario, Number(Alerts), Number(Incidents), Number(Messages.Created), Number(Messages.Edited), Number(Messages.Replied),
        Alerts == 0 ? "-" : PerAlert.ToString("0.000", CultureInfo.InvariantCulture), Number(Refused),
        CriticalDelay is not { } delay ? "-" : delay == TimeSpan.MaxValue ? "never" : string.Create(CultureInfo.InvariantCulture, $"{delay.TotalSeconds:0.00} s"),
        Number(Announced), Number(Lost), Complaints.Count == 0 ? "holds" : $"FAILS ({Complaints.Count})",
    ];

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
