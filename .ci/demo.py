"""The demo, for what looks at it: started, with all posters drawn, and signed in to."""

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

# Seconds until something that does not come is given up.
PATIENCE = 300
MEMBER = "matinee"


def until(what, ready):
    """What `ready` says, as soon as it says something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = ready()
        if answer:
            return answer
        time.sleep(0.2)
    raise SystemExit(f"in vain waited for: {what}")


@contextmanager
def running(command, **more):
    """A process, for as long as it is needed, of which can be read what it prints."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **more)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def read_until(process, pattern):
    """What a process prints until `pattern` is found in it, and what was found."""
    said = ""
    for line in process.stdout:
        said += line
        if found := re.search(pattern, said):
            return found[1]
    raise SystemExit(f"it ended early: {process.args[0]}\n{said}")


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Demo:
    """Where it is, and how to get in."""

    def __init__(self, address, password):
        self.address = address
        self.password = password

    def get(self, path):
        with urllib.request.urlopen(self.address + path) as answer:
            return answer.read().decode()

    def movie(self, title):
        """The path of a movie's page."""
        found = self.get("/movies?q=" + urllib.parse.quote(title))
        for path, words in re.findall(r'<a href="(/movies/\d+)">(.*?)</a>', found, re.DOTALL):
            if f'<span class="title">{html.escape(title)}</span>' in words:
                return path
        raise SystemExit(f"the demo has no film called {title}")

    def session(self):
        """The cookie of a member who is signed in."""
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
    """Goes nowhere, so that the answer that leads there can be read."""

    def http_error_303(self, request, answer, code, message, headers):
        return answer


@contextmanager
def demo(server):
    """The demo of that binary, once its posters are drawn."""
    port = free_port()
    address = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "PATH": os.environ["PATH"],
            "PORT": str(port),
            # A site that people find knows its address, and says it in its pages.
            "BASE_URL": address,
            "RUST_LOG": "warn",
        }
        server = os.path.abspath(server)
        with running([server, "demo"], cwd=folder, env=environment) as process:
            shown = Demo(address, read_until(process, r"Password: (\S+)"))
            until("all posters of the demo", shown.has_all_posters)
            yield shown
