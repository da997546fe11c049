using System.Diagnostics;
using System.Globalization;

namespace IncidentBot.Support;

/// <summary>A program that a test started and that it alone stops, with the end of what it printed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int LinesKept = 200;

    private readonly Process _process;
    private readonly string _name;
    private readonly Queue<string> _lines = new();
    private readonly Queue<string> _errors = new();
    private readonly Lock _gate = new();

    private ServerProcess(string name, Process process) => (_name, _process) = (name, process);

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines that it printed, on both outputs.</summary>
    public string LogTail
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>What it printed on its standard error; whole once it has ended.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_gate)
            {
                return [.. _errors];
            }
        }
    }

    public static ServerProcess Start(
        string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        var server = new ServerProcess(Path.GetFileName(program), new Process { StartInfo = start });
        server._process.OutputDataReceived += (_, line) => server.Keep(line.Data);
        server._process.ErrorDataReceived += (_, line) =>
        {
            server.Keep(line.Data);
            server.KeepError(line.Data);
        };
        server._process.Start();
        server._process.StandardInput.Close();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Waits until an address answers with success. Fails with the log when the program ends or stays silent.</summary>
    public async Task UntilAnswersAsync(Uri url, CancellationToken cancellationToken) =>
        await UntilAsync(
            async () => await Loopback.AnswersAsync(url, cancellationToken) ? "" : null, $"does not answer at {url}", cancellationToken);

    /// <summary>Waits until it printed a line with a text, and returns the line.</summary>
    public Task<string> UntilPrintedAsync(string text, CancellationToken cancellationToken) =>
        UntilAsync(() => Task.FromResult(Printed(text)), $"did not print \"{text}\"", cancellationToken);

    /// <summary>Waits until it ends by itself. Returns its exit code.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Asks it to stop as an operator does, and waits until it has. Returns its exit code.</summary>
    public async Task<int> TerminateAsync(CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{_name} did not stop within 30 s of SIGTERM; it printed:\n{LogTail}", late);
        }

        return _process.ExitCode;
    }

    /// <summary>Ends it at once, as a power cut does.</summary>
    public async Task KillAsync()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }

        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private async Task<string> UntilAsync(Func<Task<string?>> ask, string complaint, CancellationToken cancellationToken) =>
        await Loopback.UntilAsync(
            async () => await ask() ?? (_process.HasExited
                ? throw new InvalidOperationException($"{_name} ended with code {_process.ExitCode}; it printed:\n{LogTail}")
                : null),
            TimeSpan.FromSeconds(30), () => $"{_name} {complaint}; it printed:\n{LogTail}", cancellationToken);

    private string? Printed(string text)
    {
        lock (_gate)
        {
            return _lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal));
        }
    }

    private void KeepError(string? line)
    {
        if (line is not null)
        {
            lock (_gate)
            {
                _errors.Enqueue(line);
            }
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _lines.Enqueue(line);
            if (_lines.Count > LinesKept)
            {
                _lines.Dequeue();
            }
        }
    }
}
