using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Storage;

/// <summary>Changes share a commit, and only the one that fails is told so.</summary>
public sealed class GroupCommitTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_that_is_cancelled_while_it_waits_is_not_made_and_one_that_has_begun_is_finished()
    {
        var session = new Session();
        await using var commits = new GroupCommit<Session>(session, 100, new StillClock(Say.Noon), () => { }, _ => { });
        using var begun = new CancellationTokenSource();
        using var waiting = new CancellationTokenSource();
        var gate = commits.RunAsync(one => one.Wait(), begun.Token);
        await session.Waiting.Task;
        var change = commits.RunAsync(one => one.Add(1), waiting.Token);
        await begun.CancelAsync();
        await waiting.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => change);
        session.Gate.SetResult();
        await gate;
        await commits.RunAsync(one => one.Add(2), Cancel);
        Assert.Equal([2], session.Durable);
    }

    [Fact]
    public async Task A_change_that_fails_takes_no_other_with_it()
    {
        var session = new Session();
        await using var commits = new GroupCommit<Session>(session, 100, new StillClock(Say.Noon), () => { }, _ => { });
        var gate = commits.RunAsync(one => one.Wait(), Cancel);
        await session.Waiting.Task;
        var changes = Enumerable.Range(0, 10)
            .Select(i => commits.RunAsync(one => i == 4 ? throw new InvalidOperationException("poison") : one.Add(i), Cancel)).ToList();
        session.Gate.SetResult();
        await gate;

        Assert.Equal("poison", (await Assert.ThrowsAsync<InvalidOperationException>(() => changes[4])).Message);
        await Task.WhenAll(changes.Where((_, i) => i != 4));
        Assert.Equal([0, 1, 2, 3, 5, 6, 7, 8, 9], session.Durable.Order());
    }

    [Fact]
    public async Task Changes_that_wait_share_one_commit_and_are_answered_after_it()
    {
        var session = new Session();
        await using var commits = new GroupCommit<Session>(session, 100, new StillClock(Say.Noon), () => { }, _ => { });
        var gate = commits.RunAsync(one => one.Wait(), Cancel);
        await session.Waiting.Task;
        var changes = Enumerable.Range(0, 50).Select(async i =>
        {
            await commits.RunAsync(one => one.Add(i), Cancel);
            return session.Durable.Contains(i);
        }).ToList();
        session.Gate.SetResult();
        await gate;

        Assert.All(await Task.WhenAll(changes), Assert.True);
        Assert.Equal(2, session.Commits);
    }

    [Fact]
    public async Task What_finds_the_queue_full_is_unavailable_at_once()
    {
        var session = new Session();
        await using var commits = new GroupCommit<Session>(session, 2, new StillClock(Say.Noon), () => { }, _ => { });
        var gate = commits.RunAsync(one => one.Wait(), Cancel);
        await session.Waiting.Task;
        var two = new[] { commits.RunAsync(one => one.Add(1), Cancel), commits.RunAsync(one => one.Add(2), Cancel) };

        var full = await Assert.ThrowsAsync<StoreUnavailableException>(() => commits.RunAsync(one => one.Add(3), Cancel));

        Assert.Contains("full", full.Message, StringComparison.Ordinal);
        session.Gate.SetResult();
        await gate;
        await Task.WhenAll(two);
        await commits.RunAsync(one => one.Add(4), Cancel);
    }

    [Fact]
    public async Task A_commit_that_fails_is_said_to_all_in_words_and_the_next_one_works()
    {
        var session = new Session { Failing = 3 };
        await using var commits = new GroupCommit<Session>(session, 100, new StillClock(Say.Noon), () => { }, _ => { });
        var gate = commits.RunAsync(one => one.Wait(), Cancel);
        await session.Waiting.Task;
        var two = new[] { commits.RunAsync(one => one.Add(1), Cancel), commits.RunAsync(one => one.Add(2), Cancel) };
        session.Gate.SetResult();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => gate);
        await Task.WhenAny(Task.WhenAll(two));
        Assert.Equal(1, two.Count(task => task.Exception?.InnerException is StoreUnavailableException));
        Assert.Single(session.Durable);
    }

    [Fact]
    public async Task A_bug_in_whoever_hears_of_commits_or_in_taking_back_ends_nothing_and_is_said()
    {
        var session = new Session();
        var bugs = new List<string>();
        var commits = new GroupCommit<Session>(session, 100, new StillClock(Say.Noon), () => throw new InvalidOperationException("a listener"), bug => bugs.Add(bug.Message));

        Assert.True(await commits.RunAsync(one => one.Add(1), Cancel));
        session.TakingBack = new InvalidOperationException("taking back");
        await Assert.ThrowsAsync<InvalidOperationException>(() => commits.RunAsync<bool>(_ => throw new InvalidOperationException("poison"), Cancel));
        Assert.True(await commits.RunAsync(one => one.Add(2), Cancel));

        await commits.DisposeAsync();
        Assert.Equal([1, 2], session.Durable);
        Assert.Equal(["a listener", "taking back", "a listener"], bugs);
    }

    private sealed class Session : ICommitSession
    {
        private readonly List<int> _pending = [];

        public TaskCompletionSource Gate { get; } = new();

        public TaskCompletionSource Waiting { get; } = new();

        public List<int> Durable { get; } = [];

        public int Commits { get; private set; }

        public int Failing { get; set; }

        public bool Wait()
        {
            Waiting.TrySetResult();
            Gate.Task.Wait();
            return true;
        }

        public bool Add(int value)
        {
            _pending.Add(value);
            return true;
        }

        public void Begin(DateTimeOffset now)
        {
        }

        public void Commit()
        {
            if (Failing-- > 0)
            {
                throw new IOException("disk");
            }

            Commits++;
            Durable.AddRange(_pending);
            _pending.Clear();
        }

        public Exception? TakingBack { get; set; }

        public void Rollback()
        {
            _pending.Clear();
            if (TakingBack is not null)
            {
                throw TakingBack;
            }
        }

        public string? Explain(Exception failure) => failure is IOException ? "the disk" : null;
    }
}
