"""Loads the releases that huizong publishes.

    import huizong
    release = huizong.open("output")
    release.indicators(period="latest", level="province", wide=True)

Codes and periods are text, shares are 0 to 1, an indicator's value is in its own unit (`release.units()`), and a null is never
a zero.
"""

from __future__ import annotations

import datetime
import importlib.util
import os

from .errors import MissingPackage, NoRelease, UnknownName

# A wheel with the program can be installed without it: most who run pipelines never load a release in Python.
if importlib.util.find_spec("pyarrow") is None:
    raise MissingPackage("pyarrow", "use the program huizong, which does not need it")

from .find import Listed, locate, releases
from .frames import ENGINES, Engine, Lang
from .release import Release

__all__ = ["Engine", "Lang", "Listed", "MissingPackage", "NoRelease", "Release", "UnknownName", "open", "releases"]
__version__ = "0.1.0"


def open(
    path: str | os.PathLike[str] = "output",
    *,
    as_of: str | int | datetime.date | None = None,
    engine: Engine | None = None,
) -> Release:
    """A release of an output folder: the current one, or the one that `as_of` names.

    `path` may also be the folder of one release, or a folder whose `output` is the output folder. `as_of` is an id, a number, a tag, or a date (`"2026-11-28"`, UTC): the latest that had
    been published by the end of that day. `engine` is that of every frame: `pandas`, `polars`, `pyarrow` or `duckdb`; at first pandas
    where it is installed, else pyarrow.
    """
    if engine is not None and engine not in ENGINES:
        raise UnknownName("engine", engine, ENGINES)
    return Release(locate(path, as_of), engine)
