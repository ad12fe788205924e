"""Runs the queries of a job in an engine and writes each answer as a Parquet file.

The job is one line of JSON on standard input; what happens is said on standard output, a line of JSON each. The program ends when its
standard input does: at the latest with the run that started it.
"""

import sys

# Nothing is imported from the folder in which a run is started.
sys.path[:] = [folder for folder in sys.path if folder]

import importlib
import json
import os
import socket
import threading
from urllib.parse import urlsplit

# What libraries print must not stand between the lines that are said.
LINES = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)

PACKAGES = {"pyarrow": "pyarrow", "duckdb": "duckdb", "adbc_driver_flightsql": "adbc-driver-flightsql", "pyspark": "pyspark-client"}


def say(**said):
    LINES.write(json.dumps(said) + "\n")
    LINES.flush()


# What ends the session with the engine, once there is one: what it still computes is stopped.
PARTING = []


def leave(code):
    """Ends the session and the program. A client that waits for its server does not hold up the end."""

    def part():
        for end in PARTING:
            try:
                end()
            except Exception:
                pass

    parting = threading.Thread(target=part, daemon=True)
    parting.start()
    parting.join(timeout=4)
    os._exit(code)


def stop(**said):
    say(**said)
    leave(1)


def needed(module, package=None):
    try:
        return importlib.import_module(module)
    except ImportError as error:
        lacking = package or PACKAGES.get(module.partition(".")[0], module)
        stop(no_package=f"{lacking} ({error})")


def token():
    return os.environ.get("HUIZONG_ENGINE_TOKEN", "")


def knock(address, seconds):
    """Fails at once where nobody listens; clients would try again for minutes."""
    at = urlsplit(address)
    socket.create_connection((at.hostname, at.port), timeout=seconds).close()


def duckdb(job):
    # What does not fit into memory is put where the answers go.
    beside = os.path.dirname(job["queries"][0]["result"])
    connection = needed("duckdb").connect(config={"temp_directory": beside})
    # Sums do not depend on the order of the rows.
    connection.execute("SET preserve_insertion_order = false")
    return lambda sql: connection.execute(sql).to_arrow_table()


def spark_connect(job):
    # The package takes a program without a file for its own tests, and ends it.
    sys.modules["__main__"].__file__ = "client.py"
    needed("pyspark")
    # What the client needs beside itself is not told by its name alone.
    connect = needed("pyspark.sql.connect.session", "pyspark-client")
    client = needed("pyspark.sql.connect.client", "pyspark-client")
    knock(job["address"], job["connect_seconds"])
    # A server that has gone without a word is noticed.
    alive = [("grpc.keepalive_time_ms", 30_000), ("grpc.keepalive_timeout_ms", 20_000)]
    channel = client.DefaultChannelBuilder(job["address"], channelOptions=alive)
    if token():
        channel.set("token", token())
    session = connect.SparkSession.builder.channelBuilder(channel).create()
    PARTING.extend([session.interruptAll, session.stop])
    session.sql("SELECT 1").collect()
    return lambda text: session.sql(text).toArrow()


def flight_sql(job):
    dbapi = needed("adbc_driver_flightsql.dbapi")
    knock(job["address"], job["connect_seconds"])
    settings = {"adbc.flight.sql.client_option.with_max_msg_size": str(1 << 30)}
    if token():
        parts = urlsplit(job["address"])
        if parts.scheme != "grpc+tls" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            stop(unreachable="a token is sent with TLS only: grpc+tls://")
        settings["adbc.flight.sql.authorization_header"] = f"Bearer {token()}"
    connection = dbapi.connect(job["address"], db_kwargs=settings, autocommit=True)

    def run(text):
        with connection.cursor() as cursor:
            PARTING[:] = [cursor.adbc_cancel, connection.close]
            cursor.execute(text)
            return cursor.fetch_arrow_table()

    run("SELECT 1")
    return run


def write(answer, query):
    """The columns that are asked for, in types that lose nothing; what does not fit them is refused."""
    arrow = needed("pyarrow")
    parquet = needed("pyarrow.parquet", "pyarrow")
    types = [("texts", arrow.string()), ("integers", arrow.int64()), ("decimals", arrow.decimal128(38, 0))]
    columns = {name: answer.column(name).cast(type_) for kind, type_ in types for name in query[kind]}
    parquet.write_table(arrow.table(columns), query["result"], compression="zstd")


def main():
    job = json.loads(sys.stdin.readline())
    threading.Thread(target=lambda: (sys.stdin.read(), leave(1)), daemon=True).start()
    needed("pyarrow")
    try:
        run = {"duckdb": duckdb, "spark_connect": spark_connect, "flight_sql": flight_sql}[job["engine"]](job)
    except Exception as error:
        stop(unreachable=f"{type(error).__name__}: {error}")
    say(connected=None)
    for at, query in enumerate(job["queries"]):
        try:
            write(run(query["sql"]), query)
        except Exception as error:
            stop(refused=[at, f"{type(error).__name__}: {error}"])
        say(answered=at)
    leave(0)


main()
