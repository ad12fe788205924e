"""Runs an object store on loopback for tests: store_server.py seaweedfs|moto FOLDER. Prints its port once it answers; ends with the
process that started it. Keys: test-key, test-secret."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

KIND, FOLDER = sys.argv[1], Path(sys.argv[2])
BIN = Path(sys.executable).parent


def free_ports(count):
    """Ports that are free now. SeaweedFS adds 10000 to a port for a second one."""
    held = []
    while len(held) < count:
        one, other = socket.socket(), socket.socket()
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
        try:
            other.bind(("127.0.0.1", port + 10000 if port < 55000 else 0))
        except OSError:
            continue
        if port < 55000:
            held.append((port, one, other))
    ports = [port for port, _, _ in held]
    for _, one, other in held:
        one.close()
        other.close()
    return ports


def command():
    if KIND == "moto":
        (port,) = free_ports(1)
        return port, [BIN / "moto_server", "-H", "127.0.0.1", "-p", str(port)]
    port, master, volume, filer = free_ports(4)
    keys = {"accessKey": "test-key", "secretKey": "test-secret"}
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    config = FOLDER / "s3.json"
    config.write_text(json.dumps({"identities": [{"name": "test", "credentials": [keys], "actions": actions}]}))
    return port, [
        BIN / "weed", "server", f"-dir={FOLDER}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-master.port={master}",
        f"-volume.port={volume}", "-filer", f"-filer.port={filer}", "-s3", f"-s3.port={port}", f"-s3.config={config}",
        "-master.volumeSizeLimitMB=64", "-volume.max=2000",
    ]  # fmt: skip


def answers(port):
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


port, arguments = command()
with open(FOLDER / "log", "w") as log:
    server = subprocess.Popen(arguments, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=FOLDER)
try:
    until = time.monotonic() + 60
    while not answers(port):
        if server.poll() is not None or time.monotonic() > until:
            sys.exit((FOLDER / "log").read_text()[-2000:])
        time.sleep(0.2)
    print(port, flush=True)
    sys.stdin.read()
finally:
    server.kill()
