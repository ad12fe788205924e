"""What can go wrong, said so that the next attempt works."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class UnknownName(LookupError):
    """A name that the release does not have; the message has `hint`, else the nearest names that it has."""

    def __init__(self, what: str, name: object, known: Iterable[str], hint: str = "") -> None:
        names = list(known)
        self.name = name
        self.near = near_names(str(name), names)
        super().__init__(f"no {what} {name!r}{hint or _told(self.near, names)}")


class MissingPackage(ImportError):
    """An optional package that the call needs and that is not installed."""

    def __init__(self, package: str, instead: str) -> None:
        super().__init__(f"{package} is not installed: `pip install {package}`, or {instead}", name=package)


class NoRelease(FileNotFoundError):
    """A folder that holds no release, or not the one that was asked for."""


def near_names(name: str, names: list[str]) -> list[str]:
    """Up to three names that look like it, the best first."""
    folded = {one.casefold(): one for one in names}
    matches = difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)
    parts = [one for one in folded if len(name) > 2 and name.casefold() in one]
    return [folded[one] for one in dict.fromkeys([*matches, *parts[:3]])][:3]


def told_by_code(name: str, codes: dict[str, list[str]]) -> str:
    """Leads from the name of an area, or one that looks like it, to its codes; empty where none does."""
    if name in codes:
        return f"; areas are named by their codes, and {name} is {' or '.join(codes[name])}"
    near = [f"{' or '.join(codes[one])} ({one})" for one in near_names(name, list(codes))]
    return f"; areas are named by their codes: did you mean {' or '.join(near)}?" if near else ""


def _told(near: list[str], names: list[str]) -> str:
    if near:
        return f"; did you mean {' or '.join(near)}?"
    if not names:
        return "; the release has none"
    shown = ", ".join(names[:20])
    return f"; there are {shown}" + (f" and {len(names) - 20} more" if len(names) > 20 else "")
