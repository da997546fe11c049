using System.Globalization;
using System.Net;
using System.Net.Sockets;
using IncidentBot.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace IncidentBot.Cli;

/// <summary>A program that cannot start says why in one sentence on its standard error, without a stack trace around it, and ends with 1.</summary>
public sealed class FailedStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("serve")]
    [InlineData("demo")]
    public async Task The_port_is_taken(string command)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var listen = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}");

        Assert.StartsWith($"incidentbot: cannot listen on {listen}: another program listens there.", await StartAsync(command, listen), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_is_not_of_this_machine()
    {
        _folder.Write("incidentbot.yml", "server: { listen: \"192.0.2.1:8080\", webhook_auth: none }");

        Assert.StartsWith("incidentbot: cannot listen on 192.0.2.1:8080: this machine does not have that address.", await StartAsync("serve"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_database_is_held_by_another_incidentbot()
    {
        await using var first = new BotProcess(_folder, "server: { listen: \"127.0.0.1:0\" }");
        await first.StartAsync(Stop);

        Assert.Contains("is in use by another incidentbot", await StartAsync("serve"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PRAGMA user_version = 99", "was used by a newer incidentbot")]
    [InlineData("CREATE TABLE other (x)", "is the database of another program")]
    [InlineData("CREATE TABLE store (x); PRAGMA user_version = 3", "is the database of another program")]
    public async Task The_database_is_of_a_newer_or_another_program_and_stays_as_it_was(string sql, string reason)
    {
        var file = Directory.CreateDirectory(Path.Combine(_folder.Path, "data")).FullName + "/incidentbot.db";
        using (var connection = new SqliteConnection($"Data Source={file};Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }

        var before = await File.ReadAllBytesAsync(file, Stop);
        Assert.Contains(reason, await StartAsync("serve"), StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(file, Stop));
    }

    [Theory]
    [InlineData("data/incidentbot.db", "damaged")]
    [InlineData("data", "cannot be written")]
    public async Task What_stands_in_its_place_is_no_database(string name, string reason)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder.Path, name))!);
        _folder.Write(name, new string('x', 5000));

        Assert.Contains(reason, await StartAsync("serve"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_file_is_missing()
    {
        _folder.Write("incidentbot.yml", "channels: { slack: { bot_token_file: nowhere } }\n");

        var complaint = await StartAsync("serve", sentences: 2);
        Assert.Contains("channels.slack.bot_token_file", complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_that_is_named_is_missing_and_its_whole_path_is_told()
    {
        await using var started = ServerProcess.Start("dotnet", [BotProcess.Program, "serve", "--config.file=nowhere.yml"], _folder.Path);

        Assert.Equal(1, await started.WaitAsync(Stop));
        Assert.Contains(Path.Combine(_folder.Path, "nowhere.yml"), string.Join('\n', started.Errors), StringComparison.Ordinal);
    }

    private async Task<string> StartAsync(string command, string listen = "", int sentences = 1)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (listen.Length > 0)
        {
            environment["INCIDENTBOT_SERVER__LISTEN"] = listen;
        }

        await using var started = ServerProcess.Start("dotnet", [BotProcess.Program, command], _folder.Path, environment);
        Assert.Equal(1, await started.WaitAsync(Stop));
        Assert.DoesNotContain("   at ", started.LogTail, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", started.LogTail, StringComparison.Ordinal);
        Assert.Equal(sentences, started.Errors.Count);
        return string.Join('\n', started.Errors);
    }
}
