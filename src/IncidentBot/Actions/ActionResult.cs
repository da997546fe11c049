using System.Globalization;

namespace IncidentBot.Actions;

/// <summary>What became of an action.</summary>
internal abstract record ActionResult
{
    private ActionResult()
    {
    }

    /// <summary>In a sentence without a full stop, for whoever acted.</summary>
    public abstract string Words { get; }

    /// <summary>It is done, and history says so.</summary>
    public sealed record Done(long Number) : ActionResult
    {
        public override string Words => Invariant($"done with incident {Number}");
    }

    /// <summary>It was so before; nothing changed.</summary>
    public sealed record AlreadySo(long Number) : ActionResult
    {
        public override string Words => Invariant($"it was so before with incident {Number}");
    }

    /// <summary>There is no incident of this number, or no more.</summary>
    public sealed record NoSuchIncident(long Number) : ActionResult
    {
        public override string Words => Invariant($"there is no incident {Number}");
    }

    /// <summary>The incident is resolved.</summary>
    public sealed record Over(long Number) : ActionResult
    {
        public override string Words => Invariant($"incident {Number} is resolved: nobody is called about it any more");
    }

    /// <summary>Posts that were refused are on their way again; none when nothing was refused there any more.</summary>
    public sealed record SentAgain(int Posts) : ActionResult
    {
        public override string Words => Posts == 0 ? "nothing was refused there any more"
            : $"{IncidentBot.Words.Counts.Of(Posts, "post waits", "posts wait")} to be sent again";
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
