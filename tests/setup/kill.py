#!/usr/bin/env python3
"""Kills runs at random moments, and checks after each what is left.

    python3 tests/setup/kill.py target/release/huizong [--kills 1000] [--seed 1]

A small pipeline is run again and again while its input changes; SIGKILL comes at a random moment of each run. After every
kill, `current` must lead to a whole release with the content of the input before or after the change. Then a run without a
kill must end well, publish what an undisturbed run publishes, and leave nothing behind. Needs Python 3.9 and nothing else.
"""

import argparse
import collections
import hashlib
import json
import os
import pathlib
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time

PLAN = """\
[pipeline]
name = 'small'
period = 'year'
periods = ['2019', '2020']
[registry]
divisions = 'divisions.csv'
levels = ['nation', 'province', 'county']
partition = 'province'
code_scheme = 'gb2260'
[gate]
min_reporting_share = 0
max_quarantined_row_share = 0.9
"""
AREAS = """\
code,name,level,kind,parent_code
000000,全国,nation,nation,
130000,河北省,province,province,000000
130102,长安区,county,county,130000
140000,山西省,province,province,000000
140105,小店区,county,county,140000
"""
FORM = """\
[form]
id = 'people'
unit = 'county'
key = ['area']
files = ['{period}/{county}.csv']
[[column]]
id = 'area'
type = 'division_code'
headers = ['代码']
level = 'county'
required = true
[[column]]
id = 'people'
type = 'integer'
headers = ['人数']
required = true
"""
# What 140105 sends of 2020; the last one has a fault, so that a workbook goes back.
SENT = ["200", "250", "x"]
# Files that know the time, or the release before.
TIMED = {"manifest.json", "datapackage.json", "croissant.json", "CITATION.cff", "report.html"}


class World:
    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        self.put("pipeline/pipeline.toml", PLAN)
        self.put("pipeline/divisions.csv", AREAS)
        self.put("pipeline/forms/people.toml", FORM)
        for period in ("2019", "2020"):
            for county in ("130102", "140105"):
                self.put(f"input/{period}/{county}.csv", f"代码,人数\n{county},100\n")

    def put(self, path, text):
        path = self.folder / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def send(self, state):
        self.put("input/2020/140105.csv", f"代码,人数\n140105,{SENT[state]}\n")

    def start(self, output):
        arguments = ["run", self.folder / "pipeline", "--input", self.folder / "input", "--output", output]
        arguments += ["--as-of", "2021-06-30", "--quiet", "--threads", "2"]
        return subprocess.Popen([self.binary, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def run(self, output):
        begun = time.monotonic()
        run = self.start(output)
        said = run.communicate()[1].decode()
        check(run.returncode == 0, f"exit code {run.returncode}: {said}")
        return time.monotonic() - begun


def check(holds, what):
    if not holds:
        raise AssertionError(what)


def release(output):
    """The content of the current release by file, each checked with the manifest; None: there is none."""
    link = output / "current"
    if not link.is_symlink():
        check(not link.exists(), "current is no link")
        return None
    folder = link.resolve(strict=True)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    check(manifest["release"] == folder.name, f"{folder.name} calls itself {manifest['release']}")
    content = {}
    for file in manifest["outputs"]:
        sha256 = hashlib.sha256((folder / file["path"]).read_bytes()).hexdigest()
        check(sha256 == file["sha256"], f"{folder.name}: {file['path']} is not what was written")
        if file["path"] not in TIMED:
            content[file["path"]] = sha256
    return content


def leftovers(output):
    """Names that begin with a point: whatever a run makes for itself."""
    return [path for path in output.rglob(".*")]


def used(output):
    """Bytes that the output takes, a file with several names counted once."""
    found = {}
    for path in output.rglob("*"):
        stat = path.lstat()
        found[stat.st_ino] = stat.st_size
    return sum(found.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory(prefix="huizong-kill-") as folder:
        figures = kill(World(arguments.binary.resolve(), pathlib.Path(folder)), arguments.kills, chance)
    print(json.dumps(figures, indent=2))


def kill(world, kills, chance):
    output = world.folder / "output"
    legal = []
    for state in range(len(SENT)):
        world.send(state)
        alone = world.folder / f"alone{state}"
        world.run(alone)
        legal.append(release(alone))
    check(len({json.dumps(content, sort_keys=True) for content in legal}) == len(SENT), "states differ")
    world.send(0)
    took = [world.run(output)]
    before, names, counts = 0, {(output / "current").resolve().name}, collections.Counter()
    done = 0
    while done < kills:
        after = chance.choice([state for state in range(len(SENT)) if state != before])
        world.send(after)
        # Several kills may come before a run gets through.
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            run = world.start(output)
            time.sleep(chance.uniform(0, statistics.median(took[-9:])))
            run.send_signal(signal.SIGKILL)
            run.communicate()
            done += 1
            content = release(output)
            check(content in (legal[before], legal[after]), f"kill {done}: current is of no input")
            counts["ended before the kill" if run.returncode == 0 else "killed"] += 1
            counts["current moved" if content == legal[after] else "current stayed"] += 1
            counts["something was left"] += bool(leftovers(output))
            counts["releases never current"] += len(set(os.listdir(output / "releases")) - names) > 1
        took.append(world.run(output))
        check(release(output) == legal[after], f"kill {done}: the next run publishes something else")
        names.add((output / "current").resolve().name)
        check(set(os.listdir(output / "releases")) == names, f"kill {done}: a release that never was current stays")
        check(leftovers(output) == [], f"kill {done}: {leftovers(output)} stay")
        before = after
        counts["runs that got through"] += 1
        if len(names) > 40:
            # Keeps the check of the space short.
            for name in sorted(names)[:-2]:
                subprocess.run(["rm", "-rf", output / "releases" / name], check=True)
                names.remove(name)
    state = used(output / "state")
    alone = used(world.folder / f"alone{before}" / "state")
    check(state <= alone * 1.1 + 4096, f"state takes {state} bytes, alone {alone}")
    return {"kills": done, "seconds of a run": round(statistics.median(took), 3), **counts, "bytes of state": state, "bytes of state of one run": alone}


if __name__ == "__main__":
    try:
        main()
    except AssertionError as error:
        sys.exit(f"kill.py: {error}")
