"""What a process takes: time, processor and memory."""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


def set_aside(output: Path) -> None:
    """Moves what a run has written out of the way. ext4 looks for places for new files among those of files deleted in the last seconds, so
    that deleting it right before the next run would slow that."""
    aside = output.with_suffix(".done")
    aside.mkdir(exist_ok=True)
    if output.exists():
        output.rename(aside / str(len(list(aside.iterdir()))))


def clear(output: Path) -> None:
    """Deletes all that was written."""
    for folder in (output, output.with_suffix(".done")):
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Cost:
    """What one process took."""

    wall: float  # seconds
    cpu: float  # seconds, user and system, of all threads
    peak: float  # resident megabytes, of 1,048,576 bytes


def measure(command: list[str], ends: tuple[int, ...] = (0,)) -> Cost:
    """Runs a command, which has to end with one of these exit codes."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) not in ends:
        sys.exit(f"{' '.join(command)} failed:\n{error}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
