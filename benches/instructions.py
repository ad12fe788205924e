"""Counts the instructions of huizong with valgrind, and fails where it takes more than it did, or less, by over 3 %.

Instructions do not depend on what else the machine does, so that a test can hold them; time cannot be held so closely. The sample is small
and full of faults: fixed costs and small files have the most of it. Plain files of some hundred counties hold what a national year takes,
reading and cleaning above all, and workbooks with faults hold what the returns take.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXPECTED = Path(__file__).with_suffix(".json")
PIPELINE = "pipelines/community-services"
# Another processor or C library counts some copies in another way. Less is refused too: later changes would use up what was won.
TOLERANCE = 0.03
# Options of `huizong sample`, by the name of the work.
INPUTS = {
    "clean CSV": ["--counties", "4", "--formats", "csv", "--encodings", "utf-8", "--fault-rate", "0", "--quirk-rate", "0"],
    "workbooks with faults": ["--counties", "1", "--formats", "xlsx", "--fault-rate", "0.05", "--quirk-rate", "0"],
}


def count(command: list[str]) -> int:
    """Millions of instructions of a command, all threads together. A gate that so many faults fail ends a run with 1."""
    valgrind = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    done = subprocess.run([*valgrind, *command], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    found = re.search(r"I +refs: +([\d,]+)", done.stderr)
    if done.returncode not in (0, 1) or not found:
        sys.exit(f"{' '.join(command)} failed under valgrind:\n{done.stderr}")
    return round(int(found[1].replace(",", "")) / 1e6)


def counts(binary: Path, scratch: Path) -> dict[str, int]:
    def run(output: str, *more: str) -> list[str]:
        fixed = ["--threads", "1", "--as-of", "2021-06-30", "--quiet"]
        return [str(binary), "run", PIPELINE, "--output", str(scratch / output), *fixed, *more]

    found = {"first run": count(run("sample")), "run over an unchanged input": count(run("sample"))}
    for name, options in INPUTS.items():
        made = scratch / f"input of {name}"
        generate = [str(binary), "sample", "--pipeline", PIPELINE, "--output", str(made), "--periods", "2020", *options]
        subprocess.run(generate, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        found[name] = count(run(name, "--input", str(made / "submissions"), "--period", "2020"))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, default=ROOT / "target/release/huizong", help="the huizong that is measured, a release build")
    parser.add_argument("--accept", action="store_true", help=f"write what was counted to {EXPECTED.name}")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        found = counts(asked.binary.resolve(), Path(scratch))
    if asked.accept:
        EXPECTED.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    changed = []
    for work, millions in found.items():
        change = millions / expected[work] - 1
        print(f"{work}: {millions:,} million instructions, {change:+.1%} of {expected[work]:,}")
        if abs(change) > TOLERANCE:
            changed.append(f"{work} ({change:+.1%})")
    if changed:
        sys.exit(f"changed by more than {TOLERANCE:.0%}: {', '.join(changed)}. If that has to be, or is for the better: benches/instructions.py --accept")


if __name__ == "__main__":
    main()
