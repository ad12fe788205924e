"""Times runs over twenty national quarters and prints medians, CPU and peak memory: see benches/nights/run."""

import argparse
import csv
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from cost import Cost, measure  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent.parent
PIPELINE = ROOT / "pipelines/community-services"
QUARTERS = [f"{year}Q{quarter}" for year in range(2016, 2021) for quarter in range(1, 5)]
NEWEST = QUARTERS[-1]
# The levels of the generator and the goals of the plan are of years.
YEARS = {"2015": "2016Q1", "2018": "2018Q2", "2020": "2020Q4"}
# Every county owes the roster; the summary is owed in two provinces, so that a rule of it concerns few partitions.
SUMMARIES_IN = ("11", "33")
SCALES = (1, 2, 4, 8, 20)
# A rule of the summaries only, and the same with another bound.
RULE = ("ratio = { min = 0.6, max = 1.7 }", "ratio = { min = 0.6, max = 1.71 }")
WORKS = ("cold", "unchanged", "plan", "one percent", "one rule", "scale")


class Bench:
    def __init__(self, folder: Path, binary: Path) -> None:
        self.folder, self.binary = folder, binary
        self.pipeline, self.input, self.output = folder / "pipeline", folder / "input", folder / "output"

    def define(self, folder: Path, periods: list[str]) -> None:
        """The pipeline of the project with quarters in place of years."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(PIPELINE, folder)
        plan = folder / "pipeline.toml"
        text = plan.read_text(encoding="utf-8").replace('period = "year"', 'period = "quarter"')
        text = re.sub(r"^periods = .*$", f"periods = {periods}".replace("'", '"'), text, flags=re.M)
        text = re.sub(r"^(input|output) = .*\n", "", text, flags=re.M)
        text = text.replace('constant = "2020"', 'constant = "2020-12-31"')
        plan.write_text(text, encoding="utf-8")
        for name in ("sample.toml", "indicators.toml"):
            text = (folder / name).read_text(encoding="utf-8")
            for year, quarter in YEARS.items():
                text = text.replace(f'"{year}" =', f'"{quarter}" =')
            if name == "indicators.toml":  # goals of quarters that are left out
                text = re.sub(r"^(baseline|target) = \{ \"(\w+)\".*\n", lambda at: at[0] if at[2] in periods else "", text, flags=re.M)
            (folder / name).write_text(text, encoding="utf-8")

    def generate(self) -> None:
        """The submissions of all quarters, made once."""
        self.define(self.pipeline, QUARTERS)
        if self.input.is_dir():
            return
        made = self.folder / "generated"
        if not made.is_dir():
            print(f"generating {len(QUARTERS)} quarters of every county into {self.folder}", file=sys.stderr)
            part = self.folder / "generated.part"
            shutil.rmtree(part, ignore_errors=True)
            plain = ["--formats", "csv", "--encodings", "utf-8", "--fault-rate", "0.0001", "--quirk-rate", "0"]
            command = [self.binary, "sample", "--pipeline", self.pipeline, "--output", part, "--counties", "all"]
            subprocess.run([*command, *plain], check=True, stdout=subprocess.DEVNULL)
            part.rename(made)
        self.link(made / "submissions", self.input, QUARTERS)

    def link(self, source: Path, target: Path, periods: list[str]) -> None:
        """The submissions of some quarters, as hard links, without the summaries that nobody owes."""
        part = target.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        for file in source.rglob("*.csv"):
            path = file.relative_to(source)
            if len(path.parts) > 1 and is_owed(path.as_posix(), periods):
                (part / path.parent).mkdir(parents=True, exist_ok=True)
                os.link(file, part / path)
        kept(source / "receipts.csv", part / "receipts.csv", lambda row: is_owed(row["path"], periods))
        is_of = lambda row: row["period"] in periods and (row["form"] == "communities" or row["area_code"][:2] in SUMMARIES_IN)
        kept(source / "reporters.csv", part / "reporters.csv", is_of)
        part.rename(target)

    def run(self, *more: str, pipeline: Path | None = None, submissions: Path | None = None, command: str = "run") -> Cost:
        quiet = ["--quiet"] if command == "run" else []
        return measure([
            str(self.binary), command, str(pipeline or self.pipeline), "--input", str(submissions or self.input),
            "--output", str(self.output), *quiet, *more,
        ])

    def fresh(self) -> None:
        shutil.rmtree(self.output, ignore_errors=True)

    def newest(self) -> list[Path]:
        """One percent of the files of the newest quarter, spread over the nation."""
        return sorted((self.input / NEWEST).rglob("*_communities*.csv"))[::100]

    def cut(self, files: list[Path], is_cut: bool) -> None:
        """Takes the last row from each file, or puts it back."""
        for file in files:
            whole = self.folder / "generated/submissions" / file.relative_to(self.input)
            lines = whole.read_bytes().splitlines(keepends=True)
            file.unlink()
            file.write_bytes(b"".join(lines[:-1] if is_cut else lines))

    def set_rule(self, is_other: bool) -> None:
        checks = self.pipeline / "checks.toml"
        text = checks.read_text(encoding="utf-8")
        before, after = RULE if is_other else reversed(RULE)
        assert text.count(before) == 1, "the rule of the benchmark is gone"
        checks.write_text(text.replace(before, after), encoding="utf-8")


def is_owed(path: str, periods: list[str]) -> bool:
    quarter, _, name = path.split("/", 2)
    return quarter in periods and ("_communities" in name or name[:2] in SUMMARIES_IN)


def kept(source: Path, target: Path, is_kept) -> None:
    with source.open(encoding="utf-8", newline="") as read, target.open("w", encoding="utf-8", newline="") as write:
        rows = csv.DictReader(read)
        out = csv.DictWriter(write, rows.fieldnames, lineterminator="\n")
        out.writeheader()
        out.writerows(row for row in rows if is_kept(row))


def told(name: str, costs: list[Cost]) -> Cost:
    median = Cost(*(statistics.median(getattr(cost, of) for cost in costs) for of in ("wall", "cpu", "peak")))
    walls = [cost.wall for cost in costs]
    print(f"| {name} | {median.wall:.2f} | {min(walls):.2f}–{max(walls):.2f} | {median.cpu:.2f} | {median.peak:,.0f} |", flush=True)
    return median


def settle() -> None:
    """A file that was changed within two seconds before a run is read again by the next one."""
    time.sleep(2.1)


def nights(bench: Bench, rounds: int, works: set[str]) -> None:
    bench.cut(bench.newest(), False)  # a benchmark that was stopped may have left them cut
    if "cold" in works:
        costs = []
        for _ in range(rounds):
            bench.fresh()
            costs.append(bench.run())
        told("first run", costs)
    settle()
    bench.run()  # what follows starts from a release of this binary
    bench.run()
    if "unchanged" in works:
        told("nothing changed", [bench.run() for _ in range(rounds)])
    if "plan" in works:
        told("nothing changed, `huizong plan`", [bench.run(command="plan") for _ in range(rounds)])
    if "one percent" in works:
        files, costs = bench.newest(), []
        for turn in range(rounds):
            bench.cut(files, turn % 2 == 0)
            settle()
            costs.append(bench.run())
        bench.cut(files, False)
        settle()
        bench.run()
        told(f"1 % of the newest quarter ({len(files)} files) changed", costs)
    if "one rule" in works:
        costs = []
        for turn in range(rounds):
            bench.set_rule(turn % 2 == 0)
            costs.append(bench.run())
        bench.define(bench.pipeline, QUARTERS)
        told("one rule of the smaller form changed", costs)


def scale(bench: Bench, rounds: int) -> None:
    medians = []
    for count in SCALES:
        periods = QUARTERS[-count:]
        submissions, pipeline = bench.folder / f"input_{count}", bench.folder / f"pipeline_{count}"
        if not submissions.is_dir():
            bench.link(bench.folder / "generated/submissions", submissions, periods)
        bench.define(pipeline, periods)
        costs = []
        for _ in range(rounds):
            bench.fresh()
            costs.append(bench.run(pipeline=pipeline, submissions=submissions))
        medians.append(told(f"first run, {count} quarter{'s' if count > 1 else ''}", costs))
    for of in ("wall", "cpu"):
        points = [(math.log(count), math.log(getattr(median, of))) for count, median in zip(SCALES, medians)]
        slope = statistics.linear_regression(*zip(*points)).slope
        print(f"\nexponent of {of} by quarters: {slope:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="benches/nights/run", description="Twenty national quarters, night after night.")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each work (default: 5)")
    parser.add_argument("--folder", type=Path, default=ROOT / "target/bench/nights", help="where inputs and releases go; some 10 GB")
    parser.add_argument("--binary", type=Path, default=ROOT / "target/release/huizong", help="the huizong to measure")
    parser.add_argument("--only", action="append", choices=WORKS, help="only this work; may be given several times")
    asked = parser.parse_args()
    if asked.rounds < 1:
        parser.error("--rounds must be at least 1")
    works = set(asked.only or WORKS)
    asked.folder.mkdir(parents=True, exist_ok=True)
    bench = Bench(asked.folder.resolve(), asked.binary.resolve())
    bench.generate()
    files = sum(1 for _ in bench.input.rglob("*.csv")) - 2
    print(f"{len(QUARTERS)} quarters: {files:,} files; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {asked.rounds} rounds\n")
    print("| work | wall s | min–max s | CPU s | peak MB |\n|---|---|---|---|---|", flush=True)
    if works - {"scale"}:
        nights(bench, asked.rounds, works)
    if "scale" in works:
        scale(bench, asked.rounds)


if __name__ == "__main__":
    main()
