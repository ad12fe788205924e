"""Counts the instructions of a run over the sample with valgrind, and fails where it takes more than it did.

Instructions do not depend on what else the machine does, so that a test can hold them; time cannot be held so closely.
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
# Another processor or C library counts some copies in another way.
TOLERANCE = 0.03


def count(command: list[str]) -> int:
    """Millions of instructions of a command, all threads together."""
    valgrind = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    done = subprocess.run([*valgrind, *command], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    found = re.search(r"I +refs: +([\d,]+)", done.stderr)
    if done.returncode != 0 or not found:
        sys.exit(f"{' '.join(command)} failed under valgrind:\n{done.stderr}")
    return round(int(found[1].replace(",", "")) / 1e6)


def counts(binary: Path) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as output:
        run = [str(binary), "run", "pipelines/community-services", "--output", output, "--threads", "1", "--as-of", "2021-06-30", "--quiet"]
        return {"first run": count(run), "run over an unchanged input": count(run)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, default=ROOT / "target/release/huizong", help="the huizong that is measured")
    parser.add_argument("--accept", action="store_true", help=f"write what was counted to {EXPECTED.name}")
    asked = parser.parse_args()
    found = counts(asked.binary.resolve())
    if asked.accept:
        EXPECTED.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    grown = []
    for work, millions in found.items():
        change = millions / expected[work] - 1
        print(f"{work}: {millions:,} million instructions, {change:+.1%} of {expected[work]:,}")
        if change > TOLERANCE:
            grown.append(work)
    if grown:
        sys.exit(f"more instructions than allowed ({TOLERANCE:.0%}): {', '.join(grown)}. If that has to be: benches/instructions.py --accept")


if __name__ == "__main__":
    main()
