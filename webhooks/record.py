#!/usr/bin/env python3
"""Records what a real Alertmanager posts to a webhook, byte for byte.

    webhooks/record.py ALERTMANAGER FOLDER [cascade]

ALERTMANAGER is the program (0.25 or newer), FOLDER takes NN-name.json for each case of README.md; with "cascade" it takes
firing.jsonl and resolved.jsonl instead, a body in each line. It needs nothing but
Python 3, uses free ports on 127.0.0.1 and a temporary folder, and takes about a minute.
"""

import http.server
import json
import pathlib
import queue
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime, timezone

CONFIGURATION = """
route:
  receiver: incidentbot.home
  group_by: [alertname, namespace]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 1h
  routes:
    - matchers: [alertname="Watchdog"]
      receiver: watchdog
      group_by: [alertname]
      group_wait: 0s
    - matchers: [alertname="DiskSpaceLow"]
      receiver: truncating
receivers:
  - name: incidentbot.home
    webhook_configs: [{url: "http://127.0.0.1:SINK/incidentbot.home"}]
  - name: watchdog
    webhook_configs: [{url: "http://127.0.0.1:SINK/watchdog"}]
  - name: truncating
    webhook_configs: [{url: "http://127.0.0.1:SINK/truncating", max_alerts: 5}]
"""
GENERATOR = "http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1"
SLOWEST = 30  # seconds until a body must have come


class Sink(http.server.BaseHTTPRequestHandler):
    """Takes every webhook and keeps its body as it came."""

    bodies = queue.Queue()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        Sink.bodies.put((self.path.strip("/"), body))

    def log_message(self, *_):
        pass


class Recorder:
    def __init__(self, api, folder):
        self.api = api
        self.folder = folder
        self.starts = {}
        self.number = 0

    def alert(self, labels, annotations, resolved=False):
        # Alertmanager waits group_wait only for alerts that have just begun, so each begins when it is first posted.
        now = moment(datetime.now(timezone.utc))
        start = self.starts.setdefault(json.dumps(labels), now)
        alert = {"labels": labels, "annotations": annotations, "startsAt": start, "generatorURL": GENERATOR}
        if resolved:
            alert["endsAt"] = now
        return alert

    def record(self, name, receiver, alerts):
        """Posts alerts and keeps the one body that they cause."""
        self.number += 1
        ask(self.api + "/api/v2/alerts", alerts)
        try:
            came_to, body = Sink.bodies.get(timeout=SLOWEST)
        except queue.Empty:
            sys.exit(f"{name}: Alertmanager posted nothing within {SLOWEST} s")
        if came_to != receiver:
            sys.exit(f"{name}: expected a body for {receiver}, one came for {came_to}")
        said = json.loads(body)
        (self.folder / f"{self.number:02}-{name}.json").write_bytes(body)
        print(f"{self.number:02}-{name}: {said['status']}, {len(said['alerts'])} alerts, {said['truncatedAlerts']} truncated")


def cascade(recorder):
    """A machine dies, and with it 40 pods of as many namespaces, Traefik, the photos and the mail; then all is well again."""
    labels = {"cluster": "home", "node": "ruapehu"}
    alerts = [
        {**labels, "alertname": "NodeDown", "instance": "ruapehu:9100", "service": "nodes", "severity": "critical"},
        *({**labels, "alertname": "PodNotReady", "namespace": f"app-{number:02}", "pod": f"app-{number:02}-0", "service": "kubernetes",
           "severity": "warning"} for number in range(1, 41)),
        {"alertname": "TraefikDown", "cluster": "home", "service": "traefik", "severity": "critical"},
        {"alertname": "ImmichSearchProbeFailing", "cluster": "home", "service": "immich", "severity": "warning"},
        {"alertname": "EmailRoundtripFailing", "cluster": "home", "service": "mail", "severity": "critical"},
    ]
    for name in ("firing", "resolved"):
        ask(recorder.api + "/api/v2/alerts", [recorder.alert(labels, {"summary": summary(labels)}, name == "resolved") for labels in alerts])
        bodies = [Sink.bodies.get(timeout=SLOWEST)[1] for _ in alerts]
        (recorder.folder / f"{name}.jsonl").write_bytes(b"".join(sorted(bodies)))
        print(f"{name}: {len(bodies)} bodies")


def summary(labels):
    return f"{labels['alertname']} {labels.get('pod', labels.get('instance', labels['service']))}"


def moment(time_):
    return time_.isoformat(timespec="microseconds").replace("+00:00", "Z")


def ask(url, content=None):
    body = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        sys.exit(f"{url}: {error.code} {error.read().decode(errors='replace')}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def play(recorder):
    alert, record = recorder.alert, recorder.record

    watchdog = {"alertname": "Watchdog", "cluster": "home", "severity": "none"}
    record("watchdog", "watchdog", [alert(watchdog, {"summary": "An alert that should always be firing"})])

    node = {"alertname": "NodeDown", "cluster": "home", "instance": "ruapehu:9100", "job": "node-exporter", "severity": "critical"}
    node_says = {
        "summary": "Node ruapehu:9100 is down",
        "description": "Node has been unreachable for more than 5 minutes",
        "runbook_url": "https://runbooks.example.org/node-down",
    }
    record("node-down-first", "incidentbot.home", [alert(node, node_says)])

    def pod(number, severity="warning", resolved=False):
        labels = {"alertname": "PodNotReady", "cluster": "home", "namespace": "media", "pod": f"plex-{number}", "severity": severity}
        return alert(labels, {"summary": f"Pod media/plex-{number} not ready"}, resolved)

    record("pods-first", "incidentbot.home", [pod(0), pod(1), pod(2)])
    record("pods-one-resolved", "incidentbot.home", [pod(0, resolved=True)])
    record("pods-one-joined-severity-raised", "incidentbot.home", [pod(9, "critical")])
    everything = [pod(number, resolved=True) for number in (0, 1, 2)] + [pod(9, "critical", resolved=True)]
    record("pods-all-resolved", "incidentbot.home", everything)

    def disk(number):
        instance = f"node{number}:9100"
        labels = {"alertname": "DiskSpaceLow", "cluster": "home", "instance": instance, "mountpoint": "/", "severity": "warning"}
        return alert(labels, {"summary": f"Low disk space on {instance}"})

    record("disk-truncated", "truncating", [disk(number) for number in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12)])
    record("disk-truncated-again", "truncating", [disk(10)])

    hostile = {
        "alertname": "MCPServerDown",
        "cluster": "home",
        "instance": "http://10.20.0.40:31084/health",
        "job": "mcp-health-probes",
        "prometheus_replica": "prometheus-k8s-0",
        "severity": "critical",
    }
    hostile_says = {
        "summary": "MCP server <b>http://10.20.0.40:31084/health</b> is *down* & _out_ [x](y) `z` \\ — 🔥",
        "description": 'First line.\nSecond line with "quotes" and <script>alert(1)</script>.\n\n```\nkubectl get pods\n```',
    }
    record("hostile-text", "incidentbot.home", [alert(hostile, hostile_says)])
    record("node-down-resolved", "incidentbot.home", [alert(node, node_says, resolved=True)])


def main():
    if len(sys.argv) not in (3, 4) or sys.argv[3:] not in ([], ["cascade"]):
        sys.exit(__doc__)
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)

    sink = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    port = free_port()
    with tempfile.TemporaryDirectory() as temporary:
        configuration = pathlib.Path(temporary) / "alertmanager.yml"
        configuration.write_text(CONFIGURATION.replace("SINK", str(sink.server_address[1])))
        log = pathlib.Path(temporary) / "log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                [
                    program,
                    f"--config.file={configuration}",
                    f"--storage.path={temporary}",
                    f"--web.listen-address=127.0.0.1:{port}",
                    "--web.external-url=http://alertmanager.example:9093",
                    "--web.route-prefix=/",
                    "--cluster.listen-address=",
                ],
                stdout=output,
                stderr=output,
            )
        try:
            wait_for(server, log, f"http://127.0.0.1:{port}/-/ready")
            (cascade if sys.argv[3:] else play)(Recorder(f"http://127.0.0.1:{port}", folder))
        finally:
            server.terminate()
            server.wait()


def wait_for(server, log, url):
    for _ in range(SLOWEST * 10):
        if server.poll() is not None:
            sys.exit("Alertmanager did not start:\n" + log.read_text(errors="replace"))
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("Alertmanager did not become ready:\n" + log.read_text(errors="replace"))


if __name__ == "__main__":
    main()
