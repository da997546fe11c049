using System.Threading.Channels;

namespace IncidentBot.Storage;

/// <summary>What a group commit needs of a database. All of it is called by one thread.</summary>
internal interface ICommitSession
{
    /// <summary>A change begins, which counts as of this moment.</summary>
    void Begin(DateTimeOffset now);

    /// <summary>Makes everything since the last commit durable; nothing to write costs nothing.</summary>
    void Commit();

    /// <summary>Forgets everything since the last commit, also what is remembered outside the database.</summary>
    void Rollback();

    /// <summary>Says what a failure means to people; null when it is no failure of the database.</summary>
    string? Explain(Exception failure);
}

/// <summary>
/// Lets changes that arrive together share one transaction: one thread takes all that wait, makes them durable with a single
/// commit, and only then answers each. A change that fails is tried once more by itself, so that it takes no other with it;
/// no failure, of a change or of whoever hears of commits, ends the thread.
/// </summary>
internal sealed class GroupCommit<TSession> : IAsyncDisposable
    where TSession : ICommitSession
{
    /// <summary>How many changes share a commit at the most: it bounds how long the first of them waits for the last.</summary>
    private const int Together = 256;

    private readonly Channel<Work> _waiting;
    private readonly TSession _session;
    private readonly TimeProvider _clock;
    private readonly Action _committed;
    private readonly Action<Exception> _failed;
    private readonly Thread _thread;
    private volatile bool _stopping;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="session">The database.</param>
    /// <param name="capacity">How many changes may wait; more are refused at once.</param>
    /// <param name="clock">Read once for each change.</param>
    /// <param name="committed">Called after each commit, before anybody is answered.</param>
    /// <param name="failed">Told of bugs that no change is to blame for.</param>
    public GroupCommit(TSession session, int capacity, TimeProvider clock, Action committed, Action<Exception> failed)
    {
        _session = session;
        _clock = clock;
        _committed = committed;
        _failed = failed;
        _waiting = Channel.CreateBounded<Work>(new BoundedChannelOptions(capacity) { SingleReader = true });
        _thread = new Thread(Run) { IsBackground = true, Name = "commit" };
        _thread.Start();
    }

    /// <summary>
    /// Runs a change and returns its result after the commit. The change may run twice, so it must change only the session.
    /// </summary>
    /// <param name="cancellationToken">Takes the change back while it waits; once it has begun it is finished.</param>
    /// <exception cref="StoreUnavailableException">Nothing was changed.</exception>
    /// <exception cref="OperationCanceledException">Nothing was changed.</exception>
    public Task<T> RunAsync<T>(Func<TSession, T> change, CancellationToken cancellationToken)
    {
        var work = new Work<T>(change, cancellationToken);
        return _waiting.Writer.TryWrite(work)
            ? work.Result
            : Task.FromException<T>(new StoreUnavailableException(
                _stopping ? "the program is stopping" : "the store is full: too many changes wait for the disk"));
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        _waiting.Writer.TryComplete();
        await _ended.Task;
    }

    private void Run()
    {
        var batch = new List<Work>(Together);
        try
        {
            while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (batch.Count < Together && _waiting.Reader.TryRead(out var work))
                {
                    if (work.Begin())
                    {
                        batch.Add(work);
                    }
                }

                if (batch.Count > 0)
                {
                    Commit(batch);
                }

                batch.Clear();
            }
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private void Commit(List<Work> batch)
    {
        if (Try(batch) is not { } failure)
        {
            return;
        }

        if (batch.Count == 1)
        {
            batch[0].Fail(_session.Explain(failure) is { } reason ? new StoreUnavailableException(reason, failure) : failure);
            return;
        }

        foreach (var work in batch)
        {
            Commit([work]);
        }
    }

    private Exception? Try(List<Work> batch)
    {
        try
        {
            foreach (var work in batch)
            {
                _session.Begin(work.At ??= _clock.GetUtcNow());
                work.Do(_session);
            }

            _session.Commit();
        }
        catch (Exception failure)
        {
            Guard(_session.Rollback);
            return failure;
        }

        Guard(_committed);
        foreach (var work in batch)
        {
            work.Answer();
        }

        return null;
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception bug)
        {
            _failed(bug);
        }
    }

    private abstract class Work
    {
        /// <summary>When it was made for the first time; null before that.</summary>
        public DateTimeOffset? At { get; set; }

        /// <summary>Whether it may be made: it is too late to cancel it from now on. False when it was cancelled before.</summary>
        public abstract bool Begin();

        public abstract void Do(TSession session);

        public abstract void Answer();

        public abstract void Fail(Exception failure);
    }

    private sealed class Work<T> : Work
    {
        private readonly Func<TSession, T> _change;
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenRegistration _cancellation;
        private int _begun;
        private T? _value;

        public Work(Func<TSession, T> change, CancellationToken cancellationToken)
        {
            _change = change;
            _cancellation = cancellationToken.UnsafeRegister(
                static (work, token) =>
                {
                    if (((Work<T>)work!).Begin())
                    {
                        ((Work<T>)work)._result.TrySetCanceled(token);
                    }
                },
                this);
        }

        public Task<T> Result => _result.Task;

        public override bool Begin() => Interlocked.Exchange(ref _begun, 1) == 0;

        public override void Do(TSession session) => _value = _change(session);

        public override void Answer()
        {
            _cancellation.Unregister();
            _result.SetResult(_value!);
        }

        public override void Fail(Exception failure)
        {
            _cancellation.Unregister();
            _result.SetException(failure);
        }
    }
}
