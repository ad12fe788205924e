"""Runs an engine on loopback for tests: engine_server.py spark-connect|flight-sql|cluster|spark FOLDER. Prints its port once it accepts
connections; ends with the process that started it.

The first three are Sail: its Spark Connect server, its Flight SQL server, and the first again in a cluster of two workers. The last is
Apache Spark on JVMs: a local cluster of two workers, to which the files go through the file system as to any other.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

KIND, FOLDER = sys.argv[1], Path(sys.argv[2])
BIN = Path(sys.executable).parent


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def spark_home():
    """What pip has installed. Workers write beside it, so it is seen through links of a folder of our own."""
    import pyspark

    home = FOLDER / "home"
    home.mkdir(exist_ok=True)
    for part in Path(pyspark.__file__).parent.iterdir():
        link = home / part.name
        if not link.exists():
            link.symlink_to(part)
    return home


def command(port):
    if KIND == "spark":
        settings = {
            "spark.connect.grpc.binding.address": "127.0.0.1",
            "spark.connect.grpc.binding.port": port,
            "spark.sql.shuffle.partitions": 2,
            "spark.ui.enabled": "false",
            "spark.local.dir": FOLDER,
            "spark.executor.memory": "512m",
        }
        # Two workers of one core and 512 MB.
        arguments = [spark_home() / "bin" / "spark-submit", "--master", "local-cluster[2,1,512]", "--driver-memory", "1g"]
        for name, value in settings.items():
            arguments += ["--conf", f"{name}={value}"]
        return [*arguments, "--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"]
    server = ["flight", "server"] if KIND == "flight-sql" else ["spark", "server"]
    return [BIN / "sail", *server, "--ip", "127.0.0.1", "--port", str(port)]


def environment():
    added = {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    if KIND == "spark":
        added["SPARK_HOME"] = str(spark_home())
    if KIND == "cluster":
        added["SAIL_MODE"] = "local-cluster"
        added["SAIL_CLUSTER__WORKER_INITIAL_COUNT"] = added["SAIL_CLUSTER__WORKER_MAX_COUNT"] = "2"
    return os.environ | added


def accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


port = free_port()
with open(FOLDER / "log", "w") as log:
    # In a group of its own: a launcher may start the server as its child.
    server = subprocess.Popen(
        command(port), stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=FOLDER, env=environment(), start_new_session=True
    )
try:
    until = time.monotonic() + 120
    while not accepts(port):
        if server.poll() is not None or time.monotonic() > until:
            sys.exit((FOLDER / "log").read_text()[-2000:])
        time.sleep(0.2)
    print(port, flush=True)
    sys.stdin.read()
finally:
    os.killpg(server.pid, signal.SIGKILL)
