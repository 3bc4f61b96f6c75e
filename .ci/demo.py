"""Starts the demo for other scripts, waits until its posters are drawn, and signs in."""

import html
import os
import re
import socket
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
from contextlib import contextmanager

# Timeout in seconds.
PATIENCE = 300
MEMBER = "matinee"


def until(what, ready):
    """Polls `ready`, and returns its first true result."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = ready()
        if answer:
            return answer
        time.sleep(0.2)
    raise SystemExit(f"timed out waiting for: {what}")


@contextmanager
def running(command, **more):
    """Runs a process until the block ends. Its output can be read from `stdout`."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **more)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def read_until(process, pattern):
    """Reads the output of a process until `pattern` matches, and returns its first group."""
    said = ""
    for line in process.stdout:
        said += line
        if found := re.search(pattern, said):
            return found[1]
    raise SystemExit(f"the process ended early: {process.args[0]}\n{said}")


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Demo:
    """The address of a running demo, and the password of its members."""

    def __init__(self, address, password):
        self.address = address
        self.password = password

    def get(self, path):
        with urllib.request.urlopen(self.address + path) as answer:
            return answer.read().decode()

    def movie(self, title):
        """Returns the path of a movie's page."""
        found = self.get("/movies?q=" + urllib.parse.quote(title))
        for path, words in re.findall(r'<a href="(/movies/\d+)">(.*?)</a>', found, re.DOTALL):
            if re.search(rf'class="title"[^>]*>{re.escape(html.escape(title))}<', words):
                return path
        raise SystemExit(f"the demo has no film called {title}")

    def session(self):
        """Signs in, and returns the session cookie."""
        fields = urllib.parse.urlencode({"username": MEMBER, "password": self.password})
        opener = urllib.request.build_opener(Stay)
        answer = opener.open(self.address + "/login", fields.encode())
        return answer.headers["set-cookie"].split(";")[0]

    def has_all_posters(self):
        path = "/movies"
        while path:
            page = self.get(path)
            if re.search(r'class="poster[^"]* waiting', page):
                return False
            more = re.search(r'href="([^"]*)" rel="next"', page)
            path = html.unescape(more[1]) if more else None
        return True


class Stay(urllib.request.HTTPRedirectHandler):
    """Does not follow redirects, so that their headers can be read."""

    def http_error_303(self, request, answer, code, message, headers):
        return answer


@contextmanager
def demo(server):
    """Runs the demo of the binary `server`. The block starts once the posters are drawn."""
    port = free_port()
    address = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "PATH": os.environ["PATH"],
            "PORT": str(port),
            # A public site names its address in its pages.
            "BASE_URL": address,
            "RUST_LOG": "warn",
        }
        server = os.path.abspath(server)
        with running([server, "demo"], cwd=folder, env=environment) as process:
            shown = Demo(address, read_until(process, r"Password: (\S+)"))
            until("all posters of the demo", shown.has_all_posters)
            yield shown
