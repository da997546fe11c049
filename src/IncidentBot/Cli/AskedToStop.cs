using System.Runtime.InteropServices;

namespace IncidentBot.Cli;

/// <summary>Stops the program when somebody asks for it (Ctrl+C, SIGTERM), and tells that from a program that ends by itself.</summary>
internal sealed class AskedToStop(IHostApplicationLifetime program) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private volatile bool _asked;

    public bool Asked => _asked;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _signals.AddRange(new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT }.Select(signal =>
            PosixSignalRegistration.Create(signal, Stop)));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _signals.ForEach(signal => signal.Dispose());

    private void Stop(PosixSignalContext signal)
    {
        // Left alone, the signal would end the program before it has written down what it does.
        signal.Cancel = true;
        _asked = true;
        program.StopApplication();
    }
}
