using System.Text;
using FsCheck;
using FsCheck.Fluent;
using IncidentBot.Server;
using IncidentBot.Support;
using IncidentBot.Yaml;
using Xunit;

namespace IncidentBot.Settings;

/// <summary>Whatever stands in the file or where its secrets belong: nothing is thrown, and no secret is shown.</summary>
[Slow]
public sealed class HostileSettingsTests : IDisposable
{
    private static readonly string[] SecretKeys =
    [
        "server.api_token", "store.postgres.connection_string", "graph.neo4j.password", "channels.slack.bot_token",
        "channels.slack.app_token", "channels.slack.signing_secret", "channels.telegram.bot_token", "channels.telegram.secret_token",
        "channels.matrix.access_token",
    ];

    private readonly Place _place = new();

    [Fact]
    public void No_secret_is_in_any_complaint() => Prop.ForAll(SecretText(), Gen.Elements(SecretKeys).ToArbitrary(), Gen.Choose(0, 7).ToArbitrary(), (secret, path, form) =>
    {
        var key = form % 2 == 0 ? path : path + "_file";
        var written = form switch
        {
            0 or 1 => secret,
            2 or 3 => $"'{secret}'",
            4 or 5 => $"[{secret}, {{ {secret}: {secret} }}]",
            _ => $"\"{secret}",
        };

        // The key nested in its sections, beside something else that is wrong.
        var words = key.Split('.');
        var text = new StringBuilder("lanes: wrong\n");
        for (var i = 0; i < words.Length; i++)
        {
            text.Append(' ', i * 2).Append(words[i]).Append(i < words.Length - 1 ? ":\n" : $": {written}\n");
        }

        var (result, complaints) = _place.Load(text.ToString());
        Assert.Null(result.Options);
        Assert.DoesNotContain(complaints, complaint => complaint.Contains(secret, StringComparison.Ordinal));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void No_secret_of_the_environment_is_in_any_complaint() => Prop.ForAll(SecretText(), Gen.Elements(SecretKeys).ToArbitrary(), (secret, path) =>
    {
        var name = EnvironmentOverrides.Prefix + path.Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant();
        foreach (var variable in new[] { name, name + "_FILE", name + "S", name + "__0" })
        {
            var (_, complaints) = _place.Load("lanes: wrong", new Dictionary<string, string> { [variable] = secret });
            Assert.DoesNotContain(complaints, complaint => complaint.Contains(secret, StringComparison.Ordinal));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_secret_shows_itself_nowhere()
    {
        var (result, _) = _place.Load("server: { api_token: hidden-token }");

        Assert.DoesNotContain("hidden-token", $"{result} {result.Options!.Server.ApiToken} {new ScalarNode(default, "hidden-token", Plain: true)}", StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_give_options_or_complaints() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
    {
        Read(bytes ?? []);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void Any_broken_sample_gives_options_or_complaints()
    {
        var sample = File.ReadAllBytes(Path.Combine(Place.Repository, "deploy", "incidentbot.yml"));
        var random = new Random(20_240_611);
        for (var i = 0; i < 3000; i++)
        {
            var broken = sample.ToArray();
            for (var change = random.Next(1, 8); change > 0; change--)
            {
                broken[random.Next(broken.Length)] = "\n\t :-[]{},&*!|>'\"%@`#?\\0a\u007f"u8[random.Next(26)];
            }

            Read(broken[..random.Next(broken.Length)]);
        }
    }

    [Fact]
    public void Any_words_of_yaml_give_options_or_complaints()
    {
        string[] words = ["lanes", "server", "match", ": ", ":\n  ", "\n", "- ", "[", "]", "{", "}", ", ", "&a ", "*a", "!!str ", "!x ", "|\n", ">\n", "'", "\"", "? ", "---\n", "...\n", "%YAML 1.2\n", "#", "<<", "\t", "0", "~", "\\x", "é", "\ud83d\ude00", "\0", "\u2028"];
        var random = new Random(20_240_612);
        for (var i = 0; i < 20_000; i++)
        {
            Read(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => words[random.Next(words.Length)]))));
        }
    }

    [Fact]
    public void A_complaint_is_one_line_that_no_terminal_obeys()
    {
        var (_, complaints) = _place.Load("\"ser\\u001b[31mver\\n\": 1\nserver: { listen: \"a\\u001b]0;x\\u0007\\u202e\\nb\", time_zone: \"" + new string('x', 5000) + "\" }");

        Assert.Equal(3, complaints.Length);
        Assert.All(complaints, complaint => Assert.DoesNotContain(complaint, char.IsControl));
        Assert.All(complaints, complaint => Assert.True(complaint.Length < 300));
    }

    public void Dispose() => _place.Dispose();

    private static void Read(byte[] bytes)
    {
        var complaints = new List<Complaint>();
        var root = YamlReader.Read(bytes, "incidentbot.yml", complaints);
        Assert.True(root is not null || complaints.Count > 0);
        if (root is not null)
        {
            var places = new SettingsBinder(new Origin("incidentbot.yml"), complaints);
            var options = places.Bind(root, [.. SettingsCatalog.Sections.Select(section => section.Key)]);
            var requirements = new Requirements(places);
            Assert.All(SettingsCatalog.Sections, section => section.Check(options, requirements));
        }
    }

    /// <summary>Long enough not to be in a complaint by chance, and made of what tokens and typing errors are made of.</summary>
    private static Arbitrary<string> SecretText() =>
        Gen.ArrayOf(Gen.Elements("abcXYZ0189-_:/.+=@!*&%#?;\\ ".ToCharArray()))
            .Select(characters => "x" + new string(characters).Trim() + "oxb-7f3")
            .Select(text => Random7(text) + text).ToArbitrary();

    /// <summary>Sometimes the secret begins with what means something in YAML.</summary>
    private static string Random7(string text) => (text.Length % 7) switch { 0 => "!", 1 => "*", 2 => "&", 3 => "@", 4 => "/", 5 => "%", _ => "" };
}
