"""Times the same national year as it may arrive: in other encodings and formats, with faults, on one thread: see benches/national/run."""

import argparse
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from compare import BENCH, HUIZONG, PIPELINE, ROOT, ratio
from cost import Cost, clear, measure, set_aside

PERIOD = "2020"
CLEAN = ["--fault-rate", "0", "--quirk-rate", "0"]
TEXT = ["--formats", "csv", "--encodings"]
# Options of `huizong sample`, by the name of the input.
INPUTS = {
    "utf-8": [*TEXT, "utf-8", *CLEAN],
    "gb18030": [*TEXT, "gb18030", *CLEAN],
    "xlsx": ["--formats", "xlsx", *CLEAN],
    "faults": [*TEXT, "utf-8", "--fault-rate", "0.05", "--quirk-rate", "0"],
}
BASE = "CSV in UTF-8"
READ_ALONE = "XLSX, read by python-calamine alone"


def generate(name: str) -> Path:
    """Submissions of every county of the year, made once."""
    folder = BENCH / f"input_{PERIOD}_{name}"
    if not folder.is_dir():
        print(f"generating every county of {PERIOD}, {name}, into {folder.relative_to(ROOT)}", file=sys.stderr)
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        command = [HUIZONG, "sample", "--pipeline", PIPELINE, "--output", part, "--counties", "all", "--periods", PERIOD]
        subprocess.run([*command, *INPUTS[name]], check=True, stdout=subprocess.DEVNULL)
        part.rename(folder)
    return folder / "submissions"


def works() -> dict[str, list[str]]:
    def run(name: str, *more: str) -> list[str]:
        folder = generate(name)
        return [str(HUIZONG), "run", str(PIPELINE), "--input", str(folder), "--output", str(BENCH / "output"), "--period", PERIOD, "--quiet", *more]

    calamine = [sys.executable, str(ROOT / "benches/national/peer_calamine.py"), str(generate("xlsx"))]
    return {
        BASE: run("utf-8"),
        "the same on one thread": run("utf-8", "--threads", "1"),
        "CSV in GB18030": run("gb18030"),
        "CSV in UTF-8, a fault in every twentieth row": run("faults"),
        "XLSX": run("xlsx"),
        READ_ALONE: calamine,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="benches/national/run --inputs", description="One national year in other encodings and formats, with faults, on one thread.")
    parser.add_argument("--rounds", type=int, default=5, help="rounds after one to warm up (default: 5)")
    asked = parser.parse_args()
    if asked.rounds < 1:
        parser.error("--rounds must be at least 1")
    BENCH.mkdir(parents=True, exist_ok=True)
    all_works = works()
    clear(BENCH / "output")
    results: dict[str, list[Cost]] = {}
    for turn in range(asked.rounds + 1):
        for name, command in all_works.items():
            set_aside(BENCH / "output")
            # With so many faults the gate withholds the release.
            cost = measure(command, (0, 1) if "faults" in " ".join(command) else (0,))
            if turn > 0:
                results.setdefault(name, []).append(cost)
    clear(BENCH / "output")
    print(f"| | wall s | min–max s | CPU s | peak MB | ÷ {BASE}: wall | CPU |\n|---|---|---|---|---|---|---|")
    for name, costs in results.items():
        walls = [cost.wall for cost in costs]
        print(
            f"| {name} | {statistics.median(walls):.2f} | {min(walls):.2f}–{max(walls):.2f} "
            f"| {statistics.median(cost.cpu for cost in costs):.2f} | {max(cost.peak for cost in costs):,.0f} "
            f"| {ratio(costs, results[BASE], 'wall'):.2f}× | {ratio(costs, results[BASE], 'cpu'):.2f}× |"
        )


if __name__ == "__main__":
    main()
