"""What a process takes: time, processor and memory."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass
class Cost:
    """What one process took."""

    wall: float  # seconds
    cpu: float  # seconds, user and system, of all threads
    peak: float  # resident megabytes


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
