"""Seconds of processor that processes took: a busy machine delays what it measures, not these."""

import os
from pathlib import Path

from app.settings import ROOT

TICKS = os.sysconf("SC_CLK_TCK")


def of(pid: int) -> float:
    """Of a process, and of all that it started. 0 on systems without /proc."""
    below: dict[int, list[int]] = {}
    took: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        one = int(stat.parent.name)
        below.setdefault(int(words[1]), []).append(one)
        took[one] = sum(map(int, words[11:15]))  # with its children that have ended
    waiting, ticks = [pid], 0
    while waiting:
        one = waiting.pop()
        waiting += below.get(one, [])
        ticks += took.get(one, 0)
    return ticks / TICKS


def postgres() -> int:
    """The first process of the bench's PostgreSQL."""
    return int((ROOT / ".data" / "bench" / "postmaster.pid").read_text().split()[0])
