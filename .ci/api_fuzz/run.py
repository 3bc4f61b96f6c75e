#!/usr/bin/env python3
"""Fuzzes the API with schemathesis, based on its own OpenAPI document.

Starts the server on a new database with a few reviews, and runs schemathesis as a visitor, as
a member and as an admin: all phases, all checks. Exceptions are in schemathesis.toml, with
their reasons.

    run.py SERVER [--database postgres://…] [--examples N] [--seed N]

SERVER is the binary. Without --database, it runs on SQLite. schemathesis must be installed
beside the Python that runs this. The exit status is 0 if nothing was found.
"""

import argparse
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid

HERE = pathlib.Path(__file__).parent
PASSWORD = "four unrelated words"
# Schemathesis sends requests as fast as it can; rate limits would hide other errors.
NO_LIMIT = "1000000"
FILMS = [("Heat", 1995), ("Ran", 1985), ("Alien", 1979), ("Mirror", 1975), ("Playtime", 1967)]


class Server:
    """Runs the server on a database of its own."""

    def __init__(self, binary, database, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.binary = binary
        self.folder = folder
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "DATA_DIR": folder,
            "DATABASE_URL": database or f"sqlite:{folder}/fuzz.db",
            "PORT": str(self.port),
            "ALLOW_REGISTRATION": "true",
            "CATALOG": "off",
            "RUST_LOG": "warn",
            "API_REQUESTS_PER_MINUTE_BY_ADDRESS": NO_LIMIT,
            "API_REQUESTS_PER_MINUTE_BY_TOKEN": NO_LIMIT,
        }

    def add(self, name, *options):
        command = [self.binary, "user", "add", name, *options]
        subprocess.run(
            command, env=self.environment, cwd=self.folder, input=f"{PASSWORD}\n{PASSWORD}\n",
            text=True, check=True, stdout=subprocess.DEVNULL,
        )

    def __enter__(self):
        self.log = open(f"{self.folder}/log", "w")
        self.process = subprocess.Popen(
            [self.binary], env=self.environment, cwd=self.folder, stdout=self.log, stderr=self.log
        )
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.url}/health")
                return self
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the server did not start:\n" + self.said())

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.log.close()

    def said(self):
        return pathlib.Path(f"{self.folder}/log").read_text()

    def ask(self, method, path, body=None, token=None):
        headers = {"content-type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.url + path, data=data, headers=headers, method=method
        )
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def sign_in(self, name):
        body = {"username": name, "password": PASSWORD}
        return self.ask("POST", "/api/auth/login", body)["token"]


def fill(server, token):
    """Logs different kinds of reviews, and deletes one."""
    for number, (title, year) in enumerate(FILMS):
        review = {
            "title": title, "year": year, "rating": number / 2 if number else None,
            "watched_on": f"2024-03-0{number + 1}", "tags": ["cinema"], "comment": "Good.",
            "visibility": ["public", "members", "private"][number % 3],
        }
        logged = server.ask("POST", "/api/reviews", review, token)
    server.ask("DELETE", f"/api/reviews/{logged['id']}", None, token)


def fuzz(server, viewer, token, arguments):
    """Runs schemathesis once. Returns True if it found nothing."""
    print(f"\n--- as {viewer}", flush=True)
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "hooks",
        "PYTHONPATH": str(HERE),
        "FUZZ_URL": server.url,
        "FUZZ_TOKEN": token or "",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    schemathesis = pathlib.Path(sys.executable).parent / "schemathesis"
    command = [
        str(schemathesis), "--config-file", str(HERE / "schemathesis.toml"), "run",
        f"{server.url}/api/openapi.json", "--max-examples", str(arguments.examples),
        "--generation-database", "none", "--no-color",
    ]
    if arguments.seed:
        command += ["--seed", str(arguments.seed)]
    return subprocess.run(command, env=environment, cwd=server.folder).returncode == 0


def fuzz_as_everybody(database, arguments):
    with tempfile.TemporaryDirectory() as folder:
        server = Server(str(pathlib.Path(arguments.server).resolve()), database, folder)
        server.add("boss", "--admin")
        server.add("ada")
        server.add("eve")
        with server:
            tokens = {name: server.sign_in(name) for name in ("boss", "ada", "eve")}
            for token in tokens.values():
                fill(server, token)
            viewers = [("a visitor", None), ("a member", tokens["ada"]), ("an admin", tokens["boss"])]
            found = [viewer for viewer, token in viewers if not fuzz(server, viewer, token, arguments)]
            faults = re.findall(r".*\bERROR\b.*", server.said())
        for line in faults[:20]:
            print(line)
        return not found and not faults


def fresh_postgres(url):
    """Creates a database on that server. Returns its URL, and a function that drops it."""
    name = f"fuzz_{uuid.uuid4().hex[:12]}"
    base = url.rsplit("/", 1)[0]
    psql = ["psql", "--quiet", url, "-c"]
    subprocess.run([*psql, f'CREATE DATABASE "{name}"'], check=True)
    drop = [*psql, f'DROP DATABASE "{name}" WITH (FORCE)']
    return f"{base}/{name}", lambda: subprocess.run(drop, check=True)


def main():
    parser = argparse.ArgumentParser(description="Fuzzes the API, based on its OpenAPI document.")
    parser.add_argument("server")
    parser.add_argument("--database")
    parser.add_argument("--examples", type=int, default=200)
    parser.add_argument("--seed", type=int)
    arguments = parser.parse_args()
    if not arguments.database:
        sys.exit(0 if fuzz_as_everybody(None, arguments) else 1)
    url, drop = fresh_postgres(arguments.database)
    try:
        sys.exit(0 if fuzz_as_everybody(url, arguments) else 1)
    finally:
        drop()


if __name__ == "__main__":
    main()
