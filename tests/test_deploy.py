"""The files of `deploy/` in the programs that they are for: nginx, Caddy and systemd, where these are installed.

Each is started with a copy in which only addresses, folders and users are changed.
"""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[1] / "deploy"
HOST, TOKEN = "rosters.example.org", "cal/0123456789abcdef.ics"


class Echo(BaseHTTPRequestHandler):
    """Answers with the headers that it got."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[int]:
    """The port of a process that serves."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    """A program that listens at a port until the end."""
    with (folder / "output").open("w+", encoding="utf-8") as output:
        environment = {"PATH": "/usr/sbin:/usr/bin:/bin", "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
        try:
            for _ in range(600):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, (folder / "output").read_text(encoding="utf-8")
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(30)


def changed(text: str, changes: dict[str, str]) -> str:
    """A file with some of its words replaced, each of which is in it."""
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


def fetch(connection: http.client.HTTPConnection, path: str, host: str = HOST) -> tuple[int, dict[str, str]]:
    """The status, and the headers that reached the service."""
    connection.request("GET", f"/{path}", headers={"Host": host, "X-Forwarded-For": "203.0.113.9"})
    answer = connection.getresponse()
    body = answer.read()
    return answer.status, json.loads(body) if answer.status == 200 else {}


def program(name: str) -> str | None:
    return shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/bin")


def needs(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(program(name) is None, reason=f"{name} is not installed")


@needs("nginx")
@needs("openssl")
def test_nginx(service: int, tmp_path: Path) -> None:
    """The caller's address replaces what the caller sent; metrics stay inside; no address is in a log; both protocols are spoken."""
    plain, secure = free_port(), free_port()
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}"]
    subprocess.run([*made, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    changes = {
        "127.0.0.1:8001": f"127.0.0.1:{service}",
        "127.0.0.1:8002": f"127.0.0.1:{free_port()}",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ": f"listen 127.0.0.1:{secure} ",
        "/etc/ssl/rosters.example.org.pem": str(certificate),
        "/etc/ssl/private/rosters.example.org.key": str(key),
        "/var/log/nginx": str(tmp_path),
    }
    (tmp_path / "site.conf").write_text(changed((DEPLOY / "nginx.conf").read_text(encoding="utf-8"), changes), encoding="utf-8")
    temporary = "".join(f"{kind}_temp_path {tmp_path}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    main = f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/main.log; events {{}}"
    (tmp_path / "nginx.conf").write_text(f"{main} http {{ {temporary} include {tmp_path}/site.conf; }}", encoding="utf-8")
    with running([str(program("nginx")), "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")], secure, tmp_path):
        context = ssl.create_default_context(cafile=str(certificate))
        context.check_hostname = False
        with closing(http.client.HTTPSConnection("127.0.0.1", secure, context=context, timeout=30)) as connection:
            # One of the two processes is away: the other one answers each time.
            for _ in range(4):
                status, headers = fetch(connection, TOKEN)
                assert (status, headers["host"], headers["x-forwarded-for"], headers["x-forwarded-proto"]) == (
                    200,
                    HOST,
                    "127.0.0.1",
                    "https",
                )
            assert fetch(connection, "metrics")[0] == 404
        with closing(http.client.HTTPConnection("127.0.0.1", plain, timeout=30)) as connection:
            assert fetch(connection, "v1")[0] == 301
        context.set_alpn_protocols(["h2"])
        with socket.create_connection(("127.0.0.1", secure), timeout=30) as bare, context.wrap_socket(bare) as wrapped:
            assert wrapped.selected_alpn_protocol() == "h2"
    texts = [path.read_text(encoding="utf-8") for path in (*tmp_path.glob("*.log"), tmp_path / "output")]
    assert not any("0123456789abcdef" in text for text in texts)
    assert (tmp_path / "stepdown.log").read_text(encoding="utf-8").count(" 200 ") == 4


@needs("caddy")
def test_caddy(service: int, tmp_path: Path) -> None:
    """As with nginx; certificates, which Caddy fetches itself, are left out."""
    port = free_port()
    changes = {
        "\tservers {": "\tadmin off\n\tservers {",
        "rosters.example.org {": f"http://{HOST}:{port} {{",
        "127.0.0.1:8001 127.0.0.1:8002": f"127.0.0.1:{service} 127.0.0.1:{free_port()}",
        "\tlog {\n": f"\tlog {{\n\t\toutput file {tmp_path}/access.log\n",
    }
    site = changed((DEPLOY / "Caddyfile").read_text(encoding="utf-8"), changes)
    (tmp_path / "Caddyfile").write_text(site, encoding="utf-8")
    command = [str(program("caddy")), "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"]
    host, client = f"{HOST}:{port}", http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with running(command, port, tmp_path), closing(client):
        for _ in range(4):
            status, headers = fetch(client, TOKEN, host)
            assert (status, headers["host"], headers["x-forwarded-for"]) == (200, host, "127.0.0.1")
        assert fetch(client, "metrics", host)[0] == 404
    log = (tmp_path / "access.log").read_text(encoding="utf-8")
    assert "0123456789abcdef" not in log + (tmp_path / "output").read_text(encoding="utf-8")
    assert log.count('"status":200') == 4


@needs("systemd-analyze")
@pytest.mark.parametrize("unit", sorted(path.name for path in DEPLOY.glob("stepdown-*.*")))
def test_systemd(unit: str, tmp_path: Path) -> None:
    """Every line is understood; only the program is another."""
    for path in DEPLOY.glob("stepdown-*.*"):
        text = path.read_text(encoding="utf-8").replace("/opt/stepdown/bin/stepdown", sys.executable)
        (tmp_path / path.name.replace("@.", "@8001.")).write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit.replace("@.", "@8001."))]
    environment = {"PATH": "/usr/bin:/bin", "SYSTEMD_LOG_LEVEL": "warning"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "stepdown" in line]) == (0, [])
