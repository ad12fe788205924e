"""Computes one national year in every place and by every engine, and says whether the releases have the same bytes.

    target/python/bin/python benches/national/places.py

Places: one process, one thread, four processes, an object store (SeaweedFS). Engines: DuckDB, Sail by Spark Connect and by Flight SQL,
Sail and Apache Spark as clusters of two workers. Servers run on loopback and end with this program. The times are of one run each, servers
and clients included: they say what a place costs here, not which engine is faster.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from compare import BENCH, HUIZONG, PIPELINE, ROOT, generate  # noqa: E402
from cost import measure  # noqa: E402

PERIOD = "2020"
# They say when the release was made.
DATED = {"manifest.json", "datapackage.json", "croissant.json", "CITATION.cff"}


@contextmanager
def server(script: str, kind: str, folder: Path):
    """A server of the tests; it ends when its standard input does."""
    command = [sys.executable, ROOT / "tests/setup" / script, kind, folder]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield int(child.stdout.readline())
    finally:
        child.stdin.close()
        child.wait()


def content(release: Path) -> tuple[str, dict]:
    """Id of a release, and the hash of each file but those that say when it was made."""
    release = release.resolve()
    paths = {str(path.relative_to(release)): path for path in release.rglob("*") if path.is_file()}
    files = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in paths.items() if name not in DATED}
    return release.name, files


def with_engine(folder: Path, cube: str) -> Path:
    shutil.copytree(PIPELINE, folder)
    with (folder / "pipeline.toml").open("a") as definition:
        definition.write(f"\n[engine]\ncube = {cube}\n")
    return folder


def upload(submissions: Path, port: int) -> None:
    """Puts the input into a bucket, and sets the variables by which it is reached."""
    import boto3

    os.environ |= {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test-key",
        "AWS_SECRET_ACCESS_KEY": "test-secret",
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }
    s3 = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"], region_name="us-east-1")
    s3.create_bucket(Bucket="nation")
    for file in sorted(path for path in submissions.rglob("*") if path.is_file()):
        s3.upload_file(str(file), "nation", f"in/{file.relative_to(submissions)}")


def download(port: int, folder: Path) -> Path:
    """The current release of the bucket."""
    import boto3

    s3 = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1")
    current = json.loads(s3.get_object(Bucket="nation", Key="out/current")["Body"].read())["release"]
    prefix, release = f"out/releases/{current}/", folder / current
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket="nation", Prefix=prefix):
        for item in page["Contents"]:
            file = release / item["Key"].removeprefix(prefix)
            file.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file("nation", item["Key"], str(file))
    return release


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    os.environ["HUIZONG_PYTHON"] = sys.executable
    submissions = generate([PERIOD])
    scratch = Path(tempfile.mkdtemp(dir=BENCH))
    found: dict[str, tuple[str, dict]] = {}

    def note(name: str, release: Path, seconds: float) -> None:
        found[name] = content(release)
        print(f"{name:<34} {seconds:7.1f} s  {found[name][0]}", flush=True)

    def run(name: str, pipeline: Path, *more: str) -> None:
        output = scratch / "out"
        shutil.rmtree(output, ignore_errors=True)
        asked = ["--input", str(submissions), "--output", str(output), "--period", PERIOD, "--quiet", *more]
        cost = measure([str(HUIZONG), "run", str(pipeline), *asked])
        note(name, output / "current", cost.wall)

    try:
        run("one process", PIPELINE)
        run("one process of one thread", PIPELINE, "--threads", "1")

        jobs, output = scratch / "jobs", scratch / "out"
        shutil.rmtree(output)
        script = (
            '"$0" jobs plan "$1" --jobs "$2" --parts 4 --input "$3" --output "$4" --period "$5" && '
            'ls "$2"/job-*.json | xargs -P 4 -n 1 "$0" jobs run --threads 1 --quiet && '
            '"$0" publish "$1" --only-gathered --input "$3" --output "$4" --period "$5" --quiet'
        )
        values = [HUIZONG, PIPELINE, jobs, submissions, output, PERIOD]
        cost = measure(["sh", "-c", script, *map(str, values)])
        note("four processes", output / "current", cost.wall)

        with server("store_server.py", "seaweedfs", Path(tempfile.mkdtemp(dir=scratch))) as port:
            os.environ |= {"HUIZONG_CACHE_DIR": str(scratch / "cache")}
            upload(submissions, port)
            asked = ["--input", "s3://nation/in", "--output", "s3://nation/out", "--period", PERIOD, "--quiet"]
            cost = measure([str(HUIZONG), "run", str(PIPELINE), *asked])
            note("object store", download(port, scratch), cost.wall)

        run("DuckDB", with_engine(scratch / "duckdb", '"duckdb"'))
        engines = [
            ("Sail, Spark Connect", "spark-connect", "spark_connect", "sc"),
            ("Sail, Flight SQL", "flight-sql", "flight_sql", "grpc"),
            ("Sail, cluster of two workers", "cluster", "spark_connect", "sc"),
            ("Apache Spark", "spark", "spark_connect", "sc"),
        ]
        for name, kind, key, scheme in engines:
            with server("engine_server.py", kind, Path(tempfile.mkdtemp(dir=scratch))) as port:
                run(name, with_engine(scratch / kind, f'{{ {key} = "{scheme}://127.0.0.1:{port}" }}'))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    first = found["one process"]
    others = [name for name, release in found.items() if release != first]
    for name in others:
        differ = sorted(path for path, _ in first[1].items() ^ found[name][1].items())
        print(f"{name} has other bytes: {', '.join(dict.fromkeys(differ))}")
    if not others:
        print(f"all {len(first[1])} files have the same bytes everywhere")
    sys.exit(bool(others))


main()
