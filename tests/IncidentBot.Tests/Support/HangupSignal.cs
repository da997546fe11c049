using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IncidentBot.Support;

/// <summary>
/// Under nohup the hangup signal is ignored by inheritance, and .NET leaves that as it is. Taken back before anything listens for the
/// signal: later it would take away .NET's own handler, and the signal would end the tests.
/// </summary>
internal static class HangupSignal
{
    private const int Number = 1;

    [ModuleInitializer]
    internal static void Heed()
    {
        var ignored = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..].Trim();
        if ((ulong.Parse(ignored, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1UL << (Number - 1))) != 0)
        {
            _ = SetSignal(Number, handler: 0);
        }
    }

    [DllImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint SetSignal(int number, nint handler);
}
