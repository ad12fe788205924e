"""Times the contenders in alternation and prints medians, peak memory and ratios: compare.py SUBMISSIONS ROUNDS"""

import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def contenders(submissions: Path, work: Path) -> dict[str, list[str]]:
    huizong = str(ROOT / "target/release/huizong")
    definition = str(ROOT / "pipelines/community-services")
    peers = {
        f"{name}, {what}": [sys.executable, str(HERE / f"peer_{name}.py"), str(submissions), str(work / f"{name}_{what}"), what]
        for name in ("polars", "duckdb")
        for what in ("sums", "rows_and_sums")
    }
    run = [huizong, "run", definition, "--input", str(submissions), "--output", str(work / "huizong"), "--period", "2020", "--quiet"]
    return {"huizong run": run} | peers


def measure(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak resident megabytes of a process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(command)} failed:\n{error}")
    return seconds, usage.ru_maxrss / 1024


def main(submissions: Path, rounds: int) -> None:
    work = ROOT / "target/bench/output"
    rows = sum(path.read_bytes().count(b"\n") - 1 for path in submissions.rglob("*.csv") if path.parent != submissions)
    size = sum(path.stat().st_size for path in submissions.rglob("*.csv")) / 1e6
    print(f"{rows:,} rows, {size:,.0f} MB of CSV, {os.cpu_count()} cores, {rounds} rounds after one to warm up\n")
    results: dict[str, list[tuple[float, float]]] = {}
    for turn in range(rounds + 1):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        for name, command in contenders(submissions, work).items():
            result = measure(command)
            if turn > 0:
                results.setdefault(name, []).append(result)
    ours = statistics.median(seconds for seconds, _ in results["huizong run"])
    print("| | median s | min–max s | peak MB | rows/s | huizong takes |\n|---|---|---|---|---|---|")
    for name, measured in results.items():
        seconds = [one for one, _ in measured]
        median = statistics.median(seconds)
        peak = max(memory for _, memory in measured)
        print(
            f"| {name} | {median:.2f} | {min(seconds):.2f}–{max(seconds):.2f} | {peak:,.0f} "
            f"| {rows / median:,.0f} | {ours / median:.2f}× |"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
