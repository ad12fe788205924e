"""Times the contenders in alternation and prints medians, CPU, peak memory and ratios: see benches/national/run."""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from cost import Cost, clear, measure, set_aside  # noqa: E402

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BENCH = ROOT / "target/bench"
HUIZONG = ROOT / "target/release/huizong"
PIPELINE = ROOT / "pipelines/community-services"
ALL_RULES = "huizong, all rules"


def generate(periods: list[str]) -> Path:
    """Plain submissions of every county for these periods, made once."""
    folder = BENCH / f"input_{'_'.join(periods)}"
    if not folder.is_dir():
        print(f"generating every county of {', '.join(periods)} into {folder.relative_to(ROOT)}", file=sys.stderr)
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        plain = ["--formats", "csv", "--encodings", "utf-8", "--fault-rate", "0", "--quirk-rate", "0"]
        command = [HUIZONG, "sample", "--pipeline", PIPELINE, "--output", part, "--counties", "all", "--periods", ",".join(periods)]
        subprocess.run([*command, *plain], check=True, stdout=subprocess.DEVNULL)
        part.rename(folder)
    return folder / "submissions"


def without_rules() -> Path:
    """The pipeline with nothing in its checks.toml."""
    folder = BENCH / "without_rules"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(PIPELINE, folder)
    (folder / "checks.toml").write_text("")
    return folder


def contenders(submissions: Path, periods: list[str], beside: list[list[str]], output: Path) -> dict[str, list[str]]:
    asked = [word for period in periods for word in ("--period", period)]

    def huizong(binary: Path | str, pipeline: Path | str) -> list[str]:
        return [str(binary), "run", str(pipeline), "--input", str(submissions), "--output", str(output), *asked, "--quiet"]

    found = {ALL_RULES: huizong(HUIZONG, PIPELINE), "huizong, without rules": huizong(HUIZONG, without_rules())}
    found |= {name: huizong(binary, pipeline) for name, binary, pipeline in beside}
    if len(periods) == 1:  # the peers know nothing of periods
        for name in ("polars", "duckdb"):
            for what in ("sums", "rows_and_sums"):
                script = [sys.executable, str(HERE / f"peer_{name}.py")]
                found[f"{name}, {what}"] = [*script, str(submissions), str(output), what]
    return found


def ratio(ours: list[Cost], theirs: list[Cost], of: str) -> float:
    """The median of the ratios within a round: what slows the machine slows neighbours alike."""
    return statistics.median(getattr(our, of) / getattr(their, of) for our, their in zip(ours, theirs))


def table(results: dict[str, list[Cost]], rows: int) -> None:
    print("| | wall s | min–max s | CPU s | peak MB | rows/s | all rules: wall | CPU |\n|---|---|---|---|---|---|---|---|")
    ours = results[ALL_RULES]
    for name, costs in results.items():
        walls = [cost.wall for cost in costs]
        wall, cpu = statistics.median(walls), statistics.median(cost.cpu for cost in costs)
        print(
            f"| {name} | {wall:.2f} | {min(walls):.2f}–{max(walls):.2f} | {cpu:.2f} | {max(cost.peak for cost in costs):,.0f} "
            f"| {rows / wall:,.0f} | {ratio(ours, costs, 'wall'):.2f}× | {ratio(ours, costs, 'cpu'):.2f}× |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="benches/national/run", description="National years: huizong beside scripts that only read and sum.")
    parser.add_argument("--rounds", type=int, default=5, help="rounds after one to warm up (default: 5)")
    parser.add_argument("--periods", type=int, default=1, help="how many of the pipeline's last periods (default: 1); the peers take part in one only")
    parser.add_argument("--beside", nargs=3, action="append", default=[], metavar=("NAME", "BINARY", "PIPELINE"),
                        help="a huizong of another version, with a pipeline that it can read; may be given several times")
    asked = parser.parse_args()
    if asked.rounds < 1:
        parser.error("--rounds must be at least 1")
    known = tomllib.loads((PIPELINE / "pipeline.toml").read_text(encoding="utf-8"))["pipeline"]["periods"]
    if not 1 <= asked.periods <= len(known):
        parser.error(f"--periods must be from 1 to {len(known)}")
    periods = known[-asked.periods :]
    BENCH.mkdir(parents=True, exist_ok=True)
    submissions = generate(periods)
    files = [path for path in submissions.rglob("*.csv") if path.parent != submissions]
    rows = sum(path.read_bytes().count(b"\n") - 1 for path in files)
    size = sum(path.stat().st_size for path in files) / 1e6
    print(f"{' and '.join(periods)}: {len(files):,} files, {rows:,} rows, {size:,.0f} MB; {os.cpu_count()} cores, {asked.rounds} rounds\n")
    output = BENCH / "output"
    clear(output)
    results: dict[str, list[Cost]] = {}
    for turn in range(asked.rounds + 1):
        for name, command in contenders(submissions, periods, asked.beside, output).items():
            set_aside(output)
            cost = measure(command)
            if turn > 0:
                results.setdefault(name, []).append(cost)
    clear(output)
    table(results, rows)


if __name__ == "__main__":
    main()
