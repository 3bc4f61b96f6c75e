#!/usr/bin/env python3
"""Measures a server's memory while many clients hold back the last byte of a 256 KB body.

    slow_senders.py SERVER [HOW_MANY]

SERVER is the binary. It runs on a new database. HOW_MANY is 400 by default.
"""

import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time

BODY = 256 * 1024
# Seconds to watch, once everything is sent.
LOOKING = 5


def memory(process):
    """Returns anonymous memory in MB."""
    with open(f"/proc/{process.pid}/status", encoding="utf-8") as status:
        return int(re.search(r"RssAnon:\s+(\d+)", status.read())[1]) // 1024


def begin(port):
    """Sends a review except for its last byte."""
    sender = socket.create_connection(("127.0.0.1", port))
    head = f"POST /reviews HTTP/1.1\r\nHost: localhost\r\nContent-Length: {BODY}\r\n\r\n"
    try:
        sender.sendall(head.encode() + b"x" * (BODY - 1))
    except ConnectionError:
        pass
    return sender


def status(sender):
    """Returns the status that the client got, `held` without a response, or `closed`."""
    sender.setblocking(False)
    try:
        return sender.recv(12).decode()[-3:] or "closed"
    except BlockingIOError:
        return "held"
    except ConnectionError:
        return "closed"


def main():
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 400
    with tempfile.TemporaryDirectory() as folder:
        settings = {"PORT": "0", "CATALOG": "off"}
        server = subprocess.Popen(
            [os.path.abspath(sys.argv[1])], cwd=folder, env=settings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            port = int(re.search(r"localhost:(\d+)", server.stdout.readline())[1])
            before, most = memory(server), 0
            senders = [begin(port) for _ in range(count)]
            end = time.monotonic() + LOOKING
            while time.monotonic() < end:
                most = max(most, memory(server))
                time.sleep(0.1)
            told = [status(sender) for sender in senders]
            counts = {one: told.count(one) for one in sorted(set(told))}
            print(f"{before} MB before, {most} MB at most; {counts}")
        finally:
            server.kill()
            server.wait()


main()
