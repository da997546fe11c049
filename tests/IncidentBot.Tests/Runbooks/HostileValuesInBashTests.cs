using System.Diagnostics;
using System.Text;
using IncidentBot.Alerts;
using IncidentBot.Runbooks.Filling;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Runbooks;

/// <summary>Commands that hostile labels have been filled into, run by a real shell: nothing of a label may be run, wherever it stands.</summary>
[Slow]
public sealed class HostileValuesInBashTests(ITestOutputHelper output)
{
    private static readonly string[] Values =
    [
        "node-3:9100", "x; touch pwned", "x; rm -rf canary", "$(touch pwned)", "`touch pwned`", "a\ntouch pwned\n", "a\r\ntouch pwned\r\n", "'; touch pwned; '",
        "\"; touch pwned; \"", "'\"; touch pwned; \"'", "-rf canary", "--help", "\\", "\\'; touch pwned #", "\\\"; touch pwned #", "$'\\''; touch pwned", "a'b\"c",
        "${IFS}touch", "!!", "*", "~", "| touch pwned", "&& touch pwned", "& touch pwned &", "EOF", "EOF\ntouch pwned\nEOF", "# x", "\u202Etouch pwned", "é ü 日本",
        "\u001b]0;x\u0007", ") ; touch pwned; (", "}; touch pwned; {", "> pwned", "<(touch pwned)", "{a,touch}", "a[$(touch pwned)]", "a'\ntouch pwned\n'", "touch pwned", "/mnt/My Disk",
        "https://example.org/?a=b&c=$(touch pwned)", "%s%n", "\u0085touch pwned", "\u2028touch pwned", "''; touch pwned", "x' $(touch pwned) 'y", "-1", "1 -o ProxyCommand=touch", "\u007F",
        "-oProxyCommand=touch pwned", "x; touch pwned #\\", "\\! touch pwned", "x\"; touch pwned; \"", "x\",\"admin\":true,\"b\":\"y", "x\\", "$(touch pwned)$(touch pwned)", ";touch pwned;", "../../usr/bin/touch pwned", "../bin/touch", "a,-rf", "..", "OF",
    ];

    private static readonly string[] Blocks =
    [
        "show {{ $labels.x }}", "show \"{{ $labels.x }}\"", "show '{{ $labels.x }}'", "show \"a {{ $labels.x }} b\"", "show 'a {{ $labels.x }} b'", "show a{{ $labels.x }}b",
        "show --opt={{ $labels.x }}", "show \"$(show {{ $labels.x }})\"", "show `show {{ $labels.x }}`", "show \"`show {{ $labels.x }}`\"", "# about {{ $labels.x }}\nshow ok",
        "show ok # it's {{ $labels.x }}", "cat <<EOF\n{{ $labels.x }}\nEOF\nshow end", "cat <<'EOF'\na {{ $labels.x }}\nEOF\nshow end", "cat <<-EOF | cat\n\t{{ $labels.x }}\n\tEOF\nshow end",
        "X={{ $labels.x }} show y", "show ${UNSET:-{{ $labels.x }}}", "show \"${UNSET:-{{ $labels.x }}}\"", "bash -c 'show {{ $labels.x }}'", "eval \"show {{ $labels.x }}\"",
        "sh -c \"echo {{ $labels.x }}\"", "echo {{ $labels.x }} | sh", "echo {{ $labels.x }} |\n  bash", "[ \"{{ $labels.x }}\" = y ] || show no", "[[ {{ $labels.x }} -gt 5 ]] || show no", "(( {{ $labels.x }} > 1 )) || show no",
        "show $(( {{ $labels.x }} ))", "{{ $labels.x }} --help", "sudo {{ $labels.x }}", "show a; {{ $labels.x }}", "\"{{ $labels.x }}\"", "show it\\'s {{ $labels.x }}", "show \\{{ $labels.x }}", "show \"it's\" {{ $labels.x }}",
        "for i in {{ $labels.x }}; do show \"$i\"; done", "case {{ $labels.x }} in y) show y ;; esac", "show $'a {{ $labels.x }}'", "show \"first\n{{ $labels.x }}\nlast\"", "show 'first\n{{ $labels.x }}\nlast'",
        "show don't\nshow {{ $labels.x }}'", "show a \\\n  {{ $labels.x }} \\\n  \"{{ $labels.x }}\"", "find . -name {{ $labels.x }} -exec show {} \\;", "show {{ $labels.x }}{{ $labels.x }}", "show \"{{ $labels.x }}\"'{{ $labels.x }}'",
        "(show {{ $labels.x }})", "show <<<{{ $labels.x }}", "show \"\\{{ $labels.x }}\"", "printf {{ $labels.x }}", "let y={{ $labels.x }} || show no", "show ok 2> /dev/null {{ $labels.x }}",
        "host={{ $labels.x }}\nssh \"$host\" uptime", "host=\"{{ $labels.x }}\"\nssh $host uptime", "U={{ $labels.x }}\nssh n \"systemctl restart $U\"", "U='{{ $labels.x }}' V=1\nssh n systemctl restart $U",
        "Q={{ $labels.x }}\npsql -c \"$Q\"", "scp root@n:{{ $labels.x }} .", "rsync -a n:{{ $labels.x }} .", "sftp {{ $labels.x }}", "for h in a {{ $labels.x }}\ndo ssh \"$h\" uptime; done",
        "on() { ssh \"$1\" uptime; }\non {{ $labels.x }}", "set -- {{ $labels.x }}\nssh n \"show $1\"", "echo {{ $labels.x }} > canary\nbash canary", "export U={{ $labels.x }}\nssh n \"show $U\"",
        "f={{ $labels.x }}\nrm -- canary2 2>/dev/null; rm $f 2>/dev/null; touch canary", "ssh \"$UNSET\"{{ $labels.x }} uptime", "ssh ''{{ $labels.x }} uptime", "rm $UNSET{{ $labels.x }}",
        "curl -d '{\"a\":\"{{ $labels.x }}\"}' http://n", "curl -d \"{\\\"a\\\":\\\"{{ $labels.x }}\\\"}\" http://n",
        "echo ${{ $labels.x }} {{ $labels.x }}", "echo $\\\n{{ $labels.x }} {{ $labels.x }}", "echo \"${{ $labels.x }}\" {{ $labels.x }}", "echo $'a'{{ $labels.x }}", "echo 'a$'{{ $labels.x }}",
        "cat <<< \"Host {{ $labels.x }} is down\"", "show \"${NS:-\"${DEFAULT}\"}\" get {{ $labels.x }}", "show ${BODY:-\"{}\"} http://h/{{ $labels.x }}",
        "show \"$(case a in a) echo \"{{ $labels.x }}\";; esac)\"", "show run \\\n# don't use it \\\n  --name {{ $labels.x }} img", "show $((1+1)) \"${b}\" {{ $labels.x }}",
        "sudo \\\n  {{ $labels.x }}", "true && \\\n  {{ $labels.x }}", "for i in 1 2; do\n  echo \"drain {{ $labels.x }}\"\ndone | sh", "echo \"{{ $labels.x }}\" >&canary2; sh canary2; rm canary2",
        "rm -- {canary2,{{ $labels.x }}} 2>/dev/null; touch canary", "rm -- {canary2,\"{{ $labels.x }}\"} 2>/dev/null; touch canary", "\"/usr/bin/{{ $labels.x }}\" --version", "f() { rm $1 2>/dev/null; touch canary; }; f {{ $labels.x }}",
    ];

    [Fact]
    public async Task Nothing_of_a_label_is_run_in_any_position()
    {
        using var place = new Shell();
        var filled = 0;
        foreach (var block in Blocks)
        {
            foreach (var value in Values)
            {
                var text = Copied($"```bash\n{block}\n```", value);
                filled += text.Contains("{{ $labels.x }}", StringComparison.Ordinal) ? 0 : 1;
                place.Add(text, $"{block} with {value}");
                foreach (var line in text.Split('\n').Where(_ => text.Contains('\n', StringComparison.Ordinal) && !value.Contains('\n', StringComparison.Ordinal)))
                {
                    // People copy single lines, too.
                    place.Add(line, $"the line \"{line}\" of {block} with {value}");
                }
            }
        }

        await place.RunAsync();
        output.WriteLine($"{Blocks.Length} commands, {Values.Length} values, {place.Count} scripts run by bash; {filled} of the commands could be filled in whole");
        Assert.True(filled > Blocks.Length * 5, $"only {filled} were filled in at all");
    }

    [Theory]
    [InlineData("show {{ $labels.x }}", "<", ">")]
    [InlineData("show \"a {{ $labels.x }} b\"", "<a ", " b>")]
    [InlineData("show 'a {{ $labels.x }} b'", "<a ", " b>")]
    [InlineData("show --opt={{ $labels.x }}", "<--opt=", ">")]
    public async Task What_is_filled_in_arrives_as_it_is(string command, string before, string after)
    {
        using var place = new Shell();
        var expected = new List<string>();
        foreach (var value in Values)
        {
            var text = Copied($"```bash\n{command}\n```", value);
            if (text.Contains("{{ $labels.x }}", StringComparison.Ordinal))
            {
                Assert.True(value.StartsWith('-') || value.Split('/').Contains("..", StringComparer.Ordinal), value);
                continue;
            }

            place.Add(text, $"{command} with {value}");
            expected.Add($"{before}{value}{after}\n");
        }

        Assert.Equal(expected, await place.RunAsync());
        Assert.True(expected.Count >= Values.Length - 8);
    }

    [Fact]
    public async Task Words_in_a_sentence_can_be_pasted_as_well()
    {
        using var place = new Shell();
        foreach (var value in Values)
        {
            foreach (var words in new[] { "`show {{ $labels.x }}`", "`show \"{{ $labels.x }}\"`", "`ssh host 'show {{ $labels.x }}'`", "`{{ $labels.x }}.service`" })
            {
                place.Add(Copied(words, value), $"{words} with {value}");
            }
        }

        await place.RunAsync();
    }

    /// <summary>What the page's button would copy.</summary>
    private static string Copied(string markdown, string value)
    {
        var html = RunbookReader.Read(markdown, "a", "a.md").Template.Render(new AlertValues(LabelSet.From(("x", value)), LabelSet.Empty));
        var begin = html.IndexOf("<code>", StringComparison.Ordinal) + "<code>".Length;
        return HtmlScan.Text(html[begin..html.LastIndexOf("</code>", StringComparison.Ordinal)]);
    }

    /// <summary>Scripts, each run by a bash of its own in a folder of its own, in which nothing may come to be or go.</summary>
    private sealed class Shell : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("incidentbot-bash-");
        private readonly List<string> _names = [];
        private readonly HashSet<string> _scripts = new(StringComparer.Ordinal);

        public int Count => _names.Count;

        /// <summary>A script that is there already, because nothing could be filled into it, is not run again.</summary>
        public void Add(string script, string name)
        {
            if (!_scripts.Add(script))
            {
                return;
            }

            var folder = _folder.CreateSubdirectory(Name(_names.Count));
            File.WriteAllText(Path.Combine(folder.FullName, "canary"), "");
            File.WriteAllText(Path.Combine(_folder.FullName, Name(_names.Count) + ".sh"), script + "\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            _names.Add(name);
        }

        /// <summary>Returns what each printed.</summary>
        public async Task<List<string>> RunAsync()
        {
            const string Driver = """
                show() { printf '<%s>\n' "$@"; }
                option() { case $1 in ProxyCommand=*) bash -c "${1#*=}" ;; esac; }
                ssh() {
                  while [ $# -gt 0 ]; do
                    case $1 in -o) shift; option "$1" ;; -o*) option "${1#-o}" ;; -*) ;; *) break ;; esac
                    shift
                  done
                  shift
                  [ $# -eq 0 ] || bash -c "$*"
                }
                scp() { for one in "$@"; do case $one in -o*) option "${one#-o}" ;; *:*) bash -c "show ${one#*:}" ;; esac; done; }
                rsync() { scp "$@"; }
                sftp() { scp "$@"; }
                psql() { while [ $# -gt 0 ]; do case $1 in '\!'*) bash -c "${1#??}" ;; *\;*) bash -c "${1#*;}" ;; esac; shift; done; }
                curl() { quotes=${2//[^\"]/}; case $2 in *'\'*) touch pwned ;; esac; [ ${#quotes} -eq 4 ] || touch pwned; }
                sudo() { "$@"; }
                export -f show option ssh scp rsync sftp psql curl sudo
                for script in *.sh; do
                  ( cd "${script%.sh}" && HOME=$PWD timeout 20 bash "../$script" >"../${script%.sh}.out" 2>/dev/null </dev/null )
                done
                """;
            await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "driver"), Driver);
            var start = new ProcessStartInfo("bash", ["driver"]) { WorkingDirectory = _folder.FullName };
            start.Environment["LC_ALL"] = "C.UTF-8";
            using var bash = Process.Start(start)!;
            await bash.WaitForExitAsync();
            var printed = new List<string>();
            for (var i = 0; i < _names.Count; i++)
            {
                var left = Directory.EnumerateFileSystemEntries(Path.Combine(_folder.FullName, Name(i))).Select(Path.GetFileName).ToList();
                Assert.True(left is ["canary"], $"{_names[i]}: the folder holds {string.Join(", ", left)} after:\n{await File.ReadAllTextAsync(Path.Combine(_folder.FullName, Name(i) + ".sh"))}");
                printed.Add(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, Name(i) + ".out")));
            }

            return printed;
        }

        public void Dispose() => _folder.Delete(recursive: true);

        private static string Name(int number) => number.ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
    }
}
