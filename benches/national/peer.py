"""What both peers need to know of the submissions: files of one layout, their columns and types, from the form's TOML."""

import csv
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FORMS = ROOT / "pipelines/community-services/forms"


@dataclass
class Layout:
    """Files whose header line is the same."""

    files: list[str]
    columns: dict[str, str]  # id → type, in the order of the file


@dataclass
class Form:
    id: str
    code: str
    types: dict[str, str]
    missing: list[str]
    yes: dict[str, list[str]]
    layouts: list[Layout]

    def of_type(self, *kinds: str) -> list[str]:
        return [column for column, kind in self.types.items() if kind in kinds]


def forms(submissions: Path) -> list[Form]:
    return [read_form(tomllib.loads(path.read_text(encoding="utf-8")), submissions) for path in sorted(FORMS.glob("*.toml"))]


def read_form(definition: dict, submissions: Path) -> Form:
    columns = definition["column"]
    ids = {normal(header): column["id"] for column in columns for header in column["headers"]}
    ids |= {header: column["id"] for column in columns for header in column["headers"]}
    types = {column["id"]: column["type"] for column in columns}
    pattern = re.sub(r"\{\w+\}", "*", definition["form"]["files"][0]) + ".csv"
    by_header: dict[str, list[str]] = {}
    for path in sorted(submissions.glob(pattern.replace("**", "*"))):
        with path.open(encoding="utf-8-sig") as file:
            by_header.setdefault(file.readline(), []).append(str(path))
    if not by_header:
        raise SystemExit(f"no file below {submissions} matches {pattern}")
    layouts = []
    for line, files in by_header.items():
        order = [ids.get(header.strip(), ids.get(normal(header))) for header in next(csv.reader([line]))]
        if None in order:
            raise SystemExit(f"{files[0]} does not begin with a plain header; the peers read clean files only")
        layouts.append(Layout(files, {column: types[column] for column in order}))
    return Form(
        id=definition["form"]["id"],
        code=next(column for column, kind in types.items() if kind == "division_code"),
        types=types,
        missing=[symbol for symbol, meaning in definition["form"]["missing"].items() if meaning != "zero"],
        yes={column["id"]: column["values"]["yes"] for column in columns if column["type"] == "boolean"},
        layouts=layouts,
    )


def normal(header: str) -> str:
    """Without a note in brackets at its end, as in 服务设施面积（平方米）."""
    return re.sub(r"[（(][^（()）]*[）)]$", "", header.strip())
