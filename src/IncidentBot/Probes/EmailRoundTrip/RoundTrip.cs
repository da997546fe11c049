using IncidentBot.Outgoing;
using IncidentBot.Settings;
using IncidentBot.Words;

namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>One mail on its way, and what is known of it so far.</summary>
internal sealed class RoundTrip : IDisposable
{
    /// <summary>A younger mail may be waited for by a run of another process.</summary>
    private static readonly TimeSpan Leftover = TimeSpan.FromHours(1);

    private readonly EmailOptions _options;
    private readonly Marker _marker;
    private readonly IMailSender _sender;
    private readonly ProbeLook _look;
    private readonly MailboxAccess _access;
    private readonly MissingMail _missing;
    private readonly List<ProbeDetail> _details = [];
    private readonly List<MetricSample> _samples = [];
    private readonly long _began;
    private IReadOnlyList<Arrival> _late = [];
    private (Place Inbox, Place Junk) _from;

    public RoundTrip(EmailOptions options, Marker marker, IMailSender sender, PrivateAuthority authority, ProbeLook look)
    {
        (_options, _marker, _sender, _look) = (options, marker, sender, look);
        _access = new MailboxAccess(options, marker.Probe, authority, look);
        _missing = new MissingMail(look.Remembered, look.Now);
        _began = look.Clock.GetTimestamp();
    }

    private TimeSpan Elapsed => _look.Clock.GetElapsedTime(_began);

    public async Task<ProbeResult> RunAsync(CancellationToken cancellationToken)
    {
        var outcome = await _access.TryAsync(PrepareAsync, cancellationToken) is { } unreadable
            ? new ProbeOutcome.Unhealthy($"The mailbox cannot be read, so no mail was sent. {unreadable}", "reading the mailbox",
                "a mailbox that can be opened", unreadable)
            : await SendAsync(cancellationToken);
        await _access.LeaveAsync(cancellationToken);
        return Result(outcome);
    }

    public void Dispose() => _access.Dispose();

    /// <summary>Looks through mail of earlier runs, and remembers where new mail begins.</summary>
    private async Task PrepareAsync(Mailbox mailbox, CancellationToken cancellationToken)
    {
        _from = (mailbox.Inbox, mailbox.Junk);
        _look.Step("looking for mail of earlier runs");
        var earlier = (await mailbox.EarlierAsync(cancellationToken)).Where(arrival => !_marker.IsSame(arrival.Marker!)).ToList();
        foreach (var arrival in earlier)
        {
            _missing.Came(arrival.Marker!);
        }

        _late = [.. earlier.Where(arrival => arrival.IsNew && Took(arrival) > _options.ArriveWithin)];
        if (_late.Count > 0)
        {
            await mailbox.MarkAsync(_late, cancellationToken);
            _details.Add(new ProbeDetail($"Came late: {Counts.Of(_late.Count, "mail")} of earlier runs", [.. _late.Select(Late)]));
        }

        var old = earlier.Where(arrival => _look.Now - arrival.Marker!.Sent > Leftover).ToList();
        if (old.Count > 0 && mailbox.CanDelete)
        {
            _look.Step($"deleting {Counts.Of(old.Count, "mail")} of earlier runs");
            await mailbox.DeleteAsync(old, cancellationToken);
        }
        else if (old.Count > 0)
        {
            CannotDelete(Counts.Of(old.Count, "mail"));
        }
    }

    private async Task<ProbeOutcome> SendAsync(CancellationToken cancellationToken)
    {
        var handover = await _sender.SendAsync(new Letter(_options.From, _options.To, _marker), _look, cancellationToken);
        var accepted = Elapsed;
        if (handover is Handover.Refused refused)
        {
            _samples.Add(EmailMetrics.Deferred.Is(refused.IsForNow));
            return new ProbeOutcome.Unhealthy(refused.IsForNow
                    ? $"The mail was not taken for now. {refused.Why}" : $"The mail could not be sent. {refused.Why}",
                "sending", "a mail that is taken", refused.Why);
        }

        _samples.Add(EmailMetrics.Deferred.Is(false));
        _samples.Add(EmailMetrics.Accepted.Is(accepted.TotalSeconds));
        if (((Handover.Accepted)handover).Written is { } written)
        {
            _samples.Add(EmailMetrics.Sent.Is(written.TotalSeconds));
        }

        var (arrival, trouble) = await WaitAsync(cancellationToken);
        if (arrival is null)
        {
            _missing.Lost(_marker);
            return NotThere(accepted, trouble);
        }

        return await ArrivedAsync(arrival, accepted, cancellationToken);
    }

    /// <summary>Looks until it is there or the time is over; a mailbox that cannot be read for a while may be read again.</summary>
    private async Task<(Arrival? Arrival, string? Trouble)> WaitAsync(CancellationToken cancellationToken)
    {
        _look.Step($"waiting for the mail in {_options.Imap!.Address}");
        while (true)
        {
            Arrival? arrival = null;
            var trouble = await _access.TryAsync(
                async (mailbox, stop) => arrival = await mailbox.FindAsync(_marker, _from.Inbox, _from.Junk, stop), cancellationToken);
            if (arrival is not null || Elapsed + _options.PollEvery > _options.ArriveWithin)
            {
                return (arrival, trouble);
            }

            await Task.Delay(_options.PollEvery, _look.Clock, cancellationToken);
        }
    }

    private ProbeOutcome.Unhealthy NotThere(TimeSpan accepted, string? trouble)
    {
        var taken = $"{_sender.Name} took the mail after {Seconds(accepted)}";
        return trouble is not null
            ? new ProbeOutcome.Unhealthy($"{taken}, and the mailbox can no longer be read. {trouble}", "reading the mailbox", "the mail", trouble)
            : new ProbeOutcome.Unhealthy(
                $"{taken}, and {Duration.Format(_options.ArriveWithin)} later it is neither in the inbox {(_access.JunkName is { } junk ? $"nor in {junk}" : "(no folder for junk is known)")} "
                    + $"of {_options.Imap!.Address}. It may wait in a queue (mailq, or the provider's log) or have been dropped",
                "waiting for the mail", $"a mail with {_marker.InSubject} in its subject", "no such mail");
    }

    private async Task<ProbeOutcome> ArrivedAsync(Arrival arrival, TimeSpan accepted, CancellationToken cancellationToken)
    {
        var seen = Elapsed;
        var delivered = arrival.Delivered is { } at ? Between(accepted, at - _marker.Sent, seen) : (TimeSpan?)null;
        _samples.Add(EmailMetrics.Seen.Is(seen.TotalSeconds));
        _samples.Add(EmailMetrics.Spam.Is(arrival.InJunk));
        if (delivered is { } known)
        {
            _samples.Add(EmailMetrics.Delivered.Is(known.TotalSeconds));
        }

        await TidyAsync(arrival, cancellationToken);
        string?[] warnings =
        [
            arrival.InJunk ? $"it was put into {_access.JunkName}: whoever it is from looks like a spammer; check SPF, DKIM, DMARC and the address's reputation" : null,
            _late.Count > 0 ? $"{Counts.Of(_late.Count, "mail")} of earlier runs came late, the slowest after {Duration.Format(Whole(_late.Max(Took)))}" : null,
            arrival.Marker is null ? $"its header {Marker.Header} was lost on the way, so that it is not deleted" : null,
        ];
        var warning = string.Join("; ", warnings.Where(words => words is not null));
        return new ProbeOutcome.Healthy($"arrived after {Seconds(seen)}: taken after {Seconds(accepted)}"
            + (delivered is { } there ? $", delivered after {Seconds(there)}" : ""), warning.Length > 0 ? warning : null);
    }

    /// <summary>That a mail stays does not make its arrival a failure.</summary>
    private async Task TidyAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        if (arrival.IsOurs)
        {
            _look.Step("deleting the mail");
            var trouble = await _access.TryAsync(async (mailbox, stop) =>
            {
                if (mailbox.CanDelete)
                {
                    await mailbox.DeleteAsync([arrival], stop);
                }
                else
                {
                    await mailbox.MarkAsync([arrival], stop);
                    CannotDelete("this mail");
                }
            }, cancellationToken);
            if (trouble is not null)
            {
                _details.Add(new ProbeDetail("Not deleted", [trouble]));
            }
        }
    }

    private void CannotDelete(string what) => _details.Add(new ProbeDetail($"Not deleted: {what}",
        ["The mail server cannot remove single mails (it has no UIDPLUS), and a plain EXPUNGE also removes what other programs have marked. "
            + $"Delete them by hand, or have the server do it: mail with the header {Marker.Header}."]));

    private ProbeResult Result(ProbeOutcome outcome)
    {
        var good = outcome is ProbeOutcome.Healthy;
        _samples.Add(EmailMetrics.Success.Is(good));
        _samples.Add(EmailMetrics.Duration.Is(Elapsed.TotalSeconds));
        _samples.Add(EmailMetrics.Late.Is(_late.Count));
        _samples.Add(EmailMetrics.LateBy.Is(_late.Count > 0 ? _late.Max(Took).TotalSeconds : 0));
        _samples.Add(EmailMetrics.Missing.Is(_missing.Count));
        if (good)
        {
            _samples.Add(EmailMetrics.LastSuccess.Is(_look.NowSeconds));
        }

        return new ProbeResult(Clean(outcome), _samples) { Details = _details, Remember = _missing.ToString() };
    }

    /// <summary>Servers' words are in it.</summary>
    private ProbeOutcome Clean(ProbeOutcome outcome) => outcome is ProbeOutcome.Unhealthy unhealthy
        ? unhealthy with { Reason = _look.Transcript.Clean(unhealthy.Reason), Got = _look.Transcript.Clean(unhealthy.Got) }
        : outcome;

    private string Late(Arrival arrival)
    {
        var wait = arrival.LongestWait is { } longest ? $"; it waited longest at {longest.Host}: {Duration.Format(Whole(longest.For))}" : "";
        return _look.Transcript.Clean(FormattableString.Invariant(
            $"sent {arrival.Marker!.Sent:yyyy-MM-dd HH:mm:ss} UTC, delivered {Duration.Format(Whole(Took(arrival)))} later{(arrival.InJunk ? ", as junk" : "")}{wait}"));
    }

    private static TimeSpan Took(Arrival arrival) => arrival.Delivered is { } at ? at - arrival.Marker!.Sent : TimeSpan.Zero;

    private static TimeSpan Whole(TimeSpan time) => TimeSpan.FromSeconds(Math.Round(time.TotalSeconds));

    private static TimeSpan Between(TimeSpan least, TimeSpan time, TimeSpan most) => time < least ? least : time > most ? most : time;

    private static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0.0} s");
}
