"""From a folder and a wish to the folder of one release."""

from __future__ import annotations

import datetime
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from .errors import NoRelease, UnknownName

_ID = re.compile(r"\d{6,}-[0-9a-f]{8}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Listed:
    """A release of an output folder."""

    id: str
    #: When it was published, UTC.
    published: datetime.datetime
    path: Path


def releases(path: str | os.PathLike[str] = "output") -> list[Listed]:
    """Every release of an output folder, the earliest first. A folder whose manifest cannot be read is left out."""
    found = []
    for folder in sorted(_root(path).joinpath("releases").glob("*")):
        published = _published(folder) if _ID.fullmatch(folder.name) else None
        if published is not None:
            found.append(Listed(folder.name, published, folder))
    return sorted(found, key=lambda one: int(one.id.split("-")[0]))


def locate(path: str | os.PathLike[str], as_of: str | int | datetime.date | None) -> Path:
    """The real folder of a release, so that a later publication does not change what is read."""
    root = _root(path)
    if as_of is None:
        for folder in (root, root / "current"):
            if folder.joinpath("manifest.json").is_file():
                return folder.resolve()
        raise NoRelease(f"{root} holds no release: neither {root / 'current'} nor {root / 'manifest.json'} is there")
    listed = releases(root)
    if not listed:
        raise NoRelease(f"{root} holds no releases to choose from by as_of: {root / 'releases'} is missing or empty")
    return _named(root, listed, as_of).resolve()


def _root(path: str | os.PathLike[str]) -> Path:
    """The output folder: the folder itself, or `output` in it, where a pipeline of `huizong init` has its own."""
    root = Path(path)
    own = any(root.joinpath(name).exists() for name in ("manifest.json", "current", "releases"))
    within = root / "output"
    return within if not own and within.joinpath("releases").is_dir() else root


def _named(root: Path, listed: list[Listed], as_of: str | int | datetime.date) -> Path:
    if isinstance(as_of, datetime.datetime):
        as_of = as_of.date()
    links = {link.name: link for link in root.joinpath("tags").glob("*") if link.exists()}
    # A tag may look like a date: whoever gave it means that release.
    if isinstance(as_of, str) and as_of not in links and _DATE.fullmatch(as_of):
        as_of = datetime.date.fromisoformat(as_of)
    if isinstance(as_of, datetime.date):
        until = [one for one in listed if one.published.date() <= as_of]
        if not until:
            raise NoRelease(f"nothing had been published by {as_of}: the first release, {listed[0].id}, is of {listed[0].published.date()}")
        return until[-1].path
    wanted = str(as_of)
    for one in listed:
        if wanted == one.id or wanted.isdigit() and int(wanted) == int(one.id.split("-")[0]):
            return one.path
    if root.joinpath("current").exists():
        links["current"] = root / "current"
    if wanted in links:
        return links[wanted]
    raise UnknownName("release", wanted, [*(one.id for one in listed), *links])


def _published(folder: Path) -> datetime.datetime | None:
    try:
        manifest = json.loads(folder.joinpath("manifest.json").read_text(encoding="utf-8"))
        # Python before 3.11 reads neither "Z" nor nanoseconds.
        moment = datetime.datetime.fromisoformat(manifest["created_at"][:19])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return moment.replace(tzinfo=datetime.timezone.utc)
