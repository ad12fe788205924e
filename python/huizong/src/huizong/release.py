"""One release: its tables, its rows, and what they mean."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

import pyarrow
import pyarrow.compute
import pyarrow.dataset
import pyarrow.parquet

from . import frames
from .errors import NoRelease, UnknownName, told_by_code
from .frames import Engine, Lang

if TYPE_CHECKING:
    import duckdb
    import pandas
    import polars

    Frame = Union[pandas.DataFrame, polars.DataFrame, pyarrow.Table, duckdb.DuckDBPyRelation]

#: One name, several, or None for all.
Names = Union[str, int, Iterable[Union[str, int]], None]

#: Columns with the code of an area, and the column beside each with the area's name.
_NAMES_OF_AREAS = {"area_code": "area_name", "scope_code": "scope_name"}


class Release:
    """A release that huizong has published. Everything is read from its own folder: a later publication changes nothing."""

    def __init__(self, path: Path, engine: Engine | None = None) -> None:
        self.path = path
        self.engine = engine
        try:
            self.manifest: dict[str, Any] = json.loads(path.joinpath("manifest.json").read_text(encoding="utf-8"))
        except OSError as error:
            raise NoRelease(f"{path} holds no release: {error}") from error
        if not path.joinpath("datapackage.json").is_file():
            raise NoRelease(
                f"{path} has no datapackage.json, which says what its columns mean: an early huizong made it, or it was copied in part."
                f" Publish again with huizong run, or read {path / 'tables'}/*.parquet without this package"
            )

    def __repr__(self) -> str:
        synthetic = ", synthetic data" if self.synthetic else ""
        return f"<huizong.Release {self.id}: {self.title()}, {', '.join(self.periods)}{synthetic}>"

    # What there is.

    @property
    def id(self) -> str:
        """Id of the release, such as `000011-e3bca5bd`."""
        return self.manifest["release"] or self.path.name

    @property
    def synthetic(self) -> bool:
        """Whether the figures are made up. Never quote those as statistics."""
        return bool(self.manifest["synthetic"])

    @property
    def licence(self) -> str | None:
        """Licence of the data, as SPDX writes it."""
        licences = self._package.get("licenses", [])
        return licences[0]["name"] if licences else None

    @property
    def periods(self) -> list[str]:
        """Reporting periods, the earliest first."""
        return list(self.manifest["periods"])

    @property
    def tables(self) -> list[str]:
        """Names of the tables."""
        return sorted(path.stem for path in self.path.joinpath("tables").glob("*.parquet"))

    @property
    def forms(self) -> list[str]:
        """Forms whose rows are in the release."""
        return sorted(path.name for path in self.path.joinpath("facts").glob("*") if path.is_dir())

    @property
    def levels(self) -> list[str]:
        """Levels of areas, the widest first."""
        return self._values("areas", "level")

    @property
    def dimensions(self) -> list[str]:
        """Dimensions by which areas and rows are grouped."""
        return self._values("members", "dimension")

    @property
    def root(self) -> str:
        """Code of the area that all others lie in."""
        (code,) = (code for code, parent in self._parents.items() if parent is None)
        return code

    def title(self, lang: Lang = "en") -> str:
        """Title of the dataset."""
        return frames.in_language(self._package.get("titles", {}), lang) or self.manifest["pipeline"]

    def labels(self, of: str = "indicator", lang: Lang = "en") -> dict[str, str]:
        """Titles by code: of every `indicator`, `area` or `form`, or of the members of a dimension."""
        frames.check_language(lang)
        if of == "area":
            return self._area_names(lang)
        if of == "indicator":
            return self._titles("indicator_definitions", "indicator", "title", lang)
        if of == "form":
            return self._titles("form_periods", "form", "form_title", lang)
        if of == "dimension":
            return self._titles("members", "dimension", "dimension_title", lang)
        self._known("kind of label", of, ["indicator", "area", "form", "dimension", *self.dimensions])
        return self._titles("members", "member", "member_title", lang, {"dimension": of})

    def units(self, lang: Lang = "en") -> dict[str, str]:
        """Unit of every indicator, as readers of the language write it."""
        table = self._read("indicator_definitions", ["indicator", "unit"])
        return {row["indicator"]: self._unit(row["unit"], lang) for row in table.to_pylist()}

    def codebook(
        self, table: str | None = None, *, lang: Lang = "en", engine: Engine | None = None
    ) -> "Frame":
        """What every column of a table, or of all, means: type, unit, meaning of null, values, and what it must not be used for."""
        if table is not None:
            self._known("table", table, self.tables)
        rows = []
        for name in [table] if table is not None else self.tables:
            for field in self._fields(name):
                values = field.get("constraints", {}).get("enum", [])
                rows.append(
                    {
                        "table": name,
                        "column": field["name"],
                        "title": frames.in_language(field.get("titles", {}), lang),
                        "type": field["type"],
                        "unit": field.get("unit"),
                        "null_meaning": frames.in_language(field.get("nullMeaning", {}), lang),
                        "allowed": ", ".join(values) or None,
                        "caveat": frames.in_language(field.get("caveats", {}), lang),
                    }
                )
        names = ["table", "column", "title", "type", "unit", "null_meaning", "allowed", "caveat"]
        schema = pyarrow.schema([(name, pyarrow.string()) for name in names])
        return frames.convert(pyarrow.Table.from_pylist(rows, schema), engine or self.engine, {"release": self.id})

    # Tables.

    def table(
        self,
        name: str,
        *,
        columns: Iterable[str] | None = None,
        where: Mapping[str, Any] | None = None,
        lang: Lang | None = None,
        engine: Engine | None = None,
    ) -> "Frame":
        """A table as it is published, or in one language.

        `where` maps columns to a value or a list of values: row groups without them are not read. `engine` is `pandas`, `polars`,
        `pyarrow` or `duckdb`. A pandas frame carries `release`, `labels` and `units` in its `attrs`, an Arrow table in the
        metadata of its schema.
        """
        self._known("table", name, self.tables, self._table_with)
        return self._convert(self._read(name, columns, where or {}), name, lang, engine)

    def indicators(
        self,
        period: Names = None,
        *,
        level: Names = None,
        area: Names = None,
        within: str | None = None,
        indicator: Names = None,
        wide: bool = False,
        value: str = "value",
        lang: Lang = "en",
        engine: Engine | None = None,
    ) -> "Frame":
        """Figures of areas: a row for each period, area and indicator; `wide`, a row for each period and area and a column for each indicator.

        `period` may be `"latest"`; `within` is the code of an area in which all others lie. `value` is the column that a wide
        frame shows, such as `lower`, `upper` or `attainment_share`. Titles and units of its columns are in `attrs`.
        """
        where = self._where("indicators", period=period, level=level, indicator=indicator, area_code=area)
        if within is not None:
            inside = self._within(within)
            where["area_code"] = [code for code in where.get("area_code", inside) if code in set(inside)]
        if not wide:
            if value != "value":
                raise TypeError(f"value={value!r} is the column that a wide frame shows: pass wide=True as well")
            return self._convert(self._read("indicators", None, where), "indicators", lang, engine)
        self._known("column of indicators", value, self._columns("indicators"))
        keys = ["period", "area_code", "area_name", "level"]
        long = self._named(self._read("indicators", [*keys, "indicator", value], where), lang)
        table = frames.widen(long, keys, "indicator", value)
        return self._convert(self._described(table, value), "indicators", lang, engine)

    def groups(
        self,
        period: Names = None,
        *,
        dimension: Names = None,
        member: Names = None,
        indicator: Names = None,
        scope: Names = None,
        lang: Lang = "en",
        engine: Engine | None = None,
    ) -> "Frame":
        """Figures of groups of areas or rows, such as regions. `scope`: the area within which they are compared, at first the root."""
        where = self._where(
            "groups",
            period=period,
            dimension=dimension,
            member=member,
            indicator=indicator,
            scope_code=self.root if scope is None else scope,
        )
        table = self._with_members(self._read("groups", None, where), ["member"])
        return self._convert(table, "groups", lang, engine)

    def gaps(
        self,
        period: Names = None,
        *,
        dimension: Names = None,
        indicator: Names = None,
        scope: Names = None,
        lang: Lang = "en",
        engine: Engine | None = None,
    ) -> "Frame":
        """Differences between two groups, `a` minus `b`. `scope`: the area within which they are compared, at first the root.

        `sign_identified` says whether the group that is ahead is the same wherever the missing data lie within their bounds.
        """
        where = self._where(
            "gaps",
            period=period,
            dimension=dimension,
            indicator=indicator,
            scope_code=self.root if scope is None else scope,
        )
        table = self._with_members(self._read("gaps", None, where), ["a", "b"])
        return self._convert(table, "gaps", lang, engine)

    def inequality(
        self,
        period: Names = None,
        *,
        index: Names = None,
        over: Names = None,
        computed_over: Names = None,
        dimension: Names = None,
        indicator: Names = None,
        scope: Names = None,
        lang: Lang = "en",
        engine: Engine | None = None,
    ) -> "Frame":
        """Indices of inequality. `over`, or `computed_over` as the column is called: the units between which it is measured, such as a level of areas."""
        if over is not None and computed_over is not None:
            raise TypeError("over and computed_over are the same: give one of them")
        where = self._where(
            "inequality",
            period=period,
            inequality_index=index,
            computed_over=computed_over if over is None else over,
            dimension=dimension,
            indicator=indicator,
            scope_code=self.root if scope is None else scope,
        )
        return self._convert(self._read("inequality", None, where), "inequality", lang, engine)

    def reporting(
        self,
        period: Names = None,
        *,
        form: Names = None,
        level: Names = None,
        area: Names = None,
        lang: Lang = "en",
        engine: Engine | None = None,
    ) -> "Frame":
        """What was expected, received and accepted, by period, form and area."""
        where = self._where("reporting", period=period, form=form, level=level, area_code=area)
        return self._convert(self._read("reporting", None, where), "reporting", lang, engine)

    # Rows.

    def facts(
        self,
        form: str,
        period: Names = None,
        *,
        columns: Iterable[str] | None = None,
        where: Mapping[str, Any] | None = None,
        lang: Lang = "en",
        engine: Engine | None = None,
    ) -> "Frame":
        """Every accepted row of a form, with file, sheet and row of its origin. Files of other periods are not opened."""
        self._known("form", form, self.forms)
        wanted = self.periods if period is None else self._period(period)
        folder = self.path / "facts" / form
        files = [file for one in wanted for file in sorted(folder.joinpath(one).glob("*.parquet"))]
        if not files:
            raise UnknownName("facts of period", period, sorted(one.name for one in folder.iterdir()))
        rows_of_form = pyarrow.dataset.dataset(files)
        names = self._known_columns(f"facts of {form}", rows_of_form.schema.names, columns, where or {})
        rows = rows_of_form.to_table(columns=names, filter=_expression(where or {}))
        return frames.convert(rows, engine or self.engine, self._attrs(rows.schema, form, lang))

    def connect(self) -> "duckdb.DuckDBPyConnection":
        """A DuckDB connection with a view of each table, and of the rows of each form as `facts_FORM`."""
        connection: duckdb.DuckDBPyConnection = frames.need("duckdb").connect()
        sources = {name: self.path / "tables" / f"{name}.parquet" for name in self.tables}
        sources |= {f"facts_{form}": self.path / "facts" / form / "*" / "*.parquet" for form in self.forms}
        for name, source in sources.items():
            quoted = str(source).replace("'", "''")
            connection.execute(f"CREATE VIEW \"{name}\" AS SELECT * FROM read_parquet('{quoted}')")
        return connection

    # Names and what they mean.

    @functools.cached_property
    def _package(self) -> dict[str, Any]:
        package: dict[str, Any] = json.loads(self.path.joinpath("datapackage.json").read_text(encoding="utf-8"))
        return package

    @functools.cached_property
    def _schemas(self) -> dict[str, list[dict[str, Any]]]:
        tables = set(self.tables)
        return {one["name"]: one["schema"]["fields"] for one in self._package["resources"] if one["name"] in tables}

    def _fields(self, table: str) -> list[dict[str, Any]]:
        return self._schemas.get(table, [])

    def _columns(self, table: str) -> list[str]:
        return list(pyarrow.parquet.read_schema(self.path / "tables" / f"{table}.parquet").names)

    def _values(self, table: str, column: str) -> list[str]:
        fields = [field for field in self._fields(table) if field["name"] == column]
        return list(fields[0].get("constraints", {}).get("enum", [])) if fields else []

    @functools.cached_property
    def _areas(self) -> list[dict[str, Any]]:
        return list(self._read("areas", ["area_code", "parent_code", "area_name", "area_name_en"]).to_pylist())

    @functools.cached_property
    def _parents(self) -> dict[str, str | None]:
        return {area["area_code"]: area["parent_code"] for area in self._areas}

    def _area_names(self, lang: Lang) -> dict[str, str]:
        english = "area_name_en" if lang == "en" else "area_name"
        return {area["area_code"]: area[english] or area["area_name"] for area in self._areas}

    def _within(self, code: str) -> list[str]:
        self._known("area", code, self._parents, self._code_of)
        inside = {code}
        children: dict[str | None, list[str]] = {}
        for area, parent in self._parents.items():
            children.setdefault(parent, []).append(area)
        ahead = [code]
        while ahead:
            new = children.get(ahead.pop(), [])
            inside.update(new)
            ahead.extend(new)
        return sorted(inside)

    def _titles(
        self, table: str, key: str, title: str, lang: Lang, where: Mapping[str, Any] | None = None
    ) -> dict[str, str]:
        order = ["position"] if key == "member" else []
        read = self._read(table, [key, f"{title}_en", f"{title}_zh", *order], where or {})
        rows = frames.one_language(read, lang).sort_by(order[0] if order else key).to_pylist()
        return {row[key]: row[title] or row[key] for row in rows}

    def _unit(self, code: str, lang: Lang) -> str:
        return frames.in_language(self._package.get("units", {}).get(code, {}), lang) or code

    def _known(self, what: str, name: Any, known: Iterable[str], hint: Callable[[Any], str] | None = None) -> None:
        known = list(known)
        if name not in known:
            raise UnknownName(what, name, known, hint(name) if hint else "")

    def _table_with(self, word: str) -> str:
        """Leads from a word to the tables that have it in the name of a column; empty where the name of a table has it, or none has."""
        word = str(word)
        if len(word) < 4 or any(word.casefold() in table for table in self.tables):
            return ""
        found = [table for table in self.tables if any(word.casefold() in column for column in self._columns(table))]
        return f"; did you mean {' or '.join(found[:3])}, by the names of its columns?" if found else ""

    def _code_of(self, name: str) -> str:
        codes: dict[str, list[str]] = {}
        for area in self._areas:
            for own in {area["area_name"], area["area_name_en"]} - {None}:
                codes.setdefault(own, []).append(area["area_code"])
        return told_by_code(name, codes)

    # Reading.

    def _period(self, period: Names) -> list[str]:
        wanted = [self.periods[-1] if one == "latest" else str(one) for one in _listed(period)]
        for one in wanted:
            self._known("period", one, self.periods)
        return wanted

    def _where(self, table: str, **asked: Names) -> dict[str, list[str]]:
        where = {}
        for column, names in asked.items():
            if names is None:
                continue
            if column == "period":
                where[column] = self._period(names)
                continue
            wanted = [str(one) for one in _listed(names)]
            what = {"area_code": "area", "scope_code": "area", "inequality_index": "index", "computed_over": "unit"}.get(column, column)
            known = self._known_values(table, column)
            for one in wanted:
                self._known(what, one, known, self._code_of if what == "area" else None)
            where[column] = wanted
        return where

    def _known_values(self, table: str, column: str) -> list[str]:
        if column in _NAMES_OF_AREAS:
            return list(self._parents)
        if column == "indicator":
            return list(self.labels("indicator"))
        if column == "member":
            return list(pyarrow.compute.unique(self._read("members", ["member"])["member"]).to_pylist())
        return self._values(table, column)

    def _known_columns(
        self, what: str, there: list[str], columns: Iterable[str] | None, where: Mapping[str, Any]
    ) -> list[str] | None:
        if not isinstance(where, Mapping):
            raise TypeError(f"where maps columns to a value or several, as in {{'period': '2020'}}: {where!r} does not")
        names = None if columns is None else [columns] if isinstance(columns, str) else list(columns)
        for name in [*(names or []), *where]:
            self._known(f"column of {what}", name, there)
        return names

    def _read(
        self, name: str, columns: Iterable[str] | None = None, where: Mapping[str, Any] | None = None
    ) -> pyarrow.Table:
        path = self.path / "tables" / f"{name}.parquet"
        names = self._known_columns(name, pyarrow.parquet.read_schema(path).names, columns, where or {})
        return pyarrow.parquet.read_table(path, columns=names, filters=_expression(where or {}))

    def _named(self, table: pyarrow.Table, lang: Lang) -> pyarrow.Table:
        """The table with names of areas in the language, where the registry has them."""
        for code, name in _NAMES_OF_AREAS.items():
            if lang == "en" and {code, name} <= set(table.column_names):
                names = frames.recode(table[code], self._area_names(lang))
                at = table.column_names.index(name)
                table = table.set_column(at, table.schema.field(at), pyarrow.compute.coalesce(names, table[name]))
        return table

    def _with_members(self, table: pyarrow.Table, columns: list[str]) -> pyarrow.Table:
        """The table with the titles of members beside their codes, as `a_title_en` and `a_title_zh` for the column `a`."""
        members = self._read("members").to_pylist()
        for column in columns:
            at = table.column_names.index(column) + 1
            keys = frames.joined(table, ["dimension", column])
            for lang in ("zh", "en"):
                titles = {frames.key_of(one["dimension"], one["member"]): one[f"member_title_{lang}"] for one in members}
                field = table.schema.field(column).with_name(f"{column}_title_{lang}")
                table = table.add_column(at, field, frames.recode(keys, titles))
        return table

    def _described(self, wide: pyarrow.Table, value: str) -> pyarrow.Table:
        """The table with title and unit of each indicator at its column."""
        titles = {lang: self.labels("indicator", lang) for lang in ("en", "zh")}
        codes = {row["indicator"]: row["unit"] for row in self._read("indicator_definitions", ["indicator", "unit"]).to_pylist()}
        unit = frames.entries(pyarrow.parquet.read_schema(self.path / "tables/indicators.parquet").field(value).metadata).get("unit")
        fields = []
        for field in wide.schema:
            if field.name in codes:
                texts = {f"title_{lang}": titles[lang][field.name] for lang in titles}
                own = unit or (codes[field.name] if field.type == pyarrow.float64() else None)
                field = field.with_metadata(texts | ({"unit": own} if own else {}))
            fields.append(field)
        return wide.cast(pyarrow.schema(fields))

    def _convert(self, table: pyarrow.Table, name: str, lang: Lang | None, engine: Engine | None) -> "Frame":
        if lang is not None:
            frames.check_language(lang)
            table = frames.one_language(self._named(table, lang), lang)
        attrs = self._attrs(table.schema, name, lang or "en")
        about = {key: str(attrs[key]) for key in ("release", "title", "licence", "synthetic") if attrs[key] is not None}
        table = table.replace_schema_metadata(about)
        return frames.convert(table, engine or self.engine, attrs)

    def _attrs(self, schema: pyarrow.Schema, name: str, lang: Lang) -> dict[str, Any]:
        labels = {field.name: frames.in_language(frames.texts_of(field, "title"), lang) or field.name for field in schema}
        units = {field.name: frames.entries(field.metadata).get("unit") for field in schema}
        return {
            "release": self.id,
            "table": name,
            "title": self.title(lang),
            "licence": self.licence,
            "synthetic": self.synthetic,
            "labels": labels,
            "units": {column: self._unit(unit, lang) for column, unit in units.items() if unit},
        }


def _listed(names: Names) -> list[str | int]:
    if names is None:
        return []
    return [names] if isinstance(names, (str, int)) else list(names)


def _expression(where: Mapping[str, Any]) -> pyarrow.compute.Expression | None:
    """All conditions together. Row groups whose statistics exclude them are not read."""
    expression = None
    for column, wanted in where.items():
        field = pyarrow.compute.field(column)
        if wanted is None:
            one = field.is_null()
        elif isinstance(wanted, str) or not isinstance(wanted, Iterable):
            one = field == wanted
        else:
            one = field.isin(list(wanted))
        expression = one if expression is None else expression & one
    return expression
