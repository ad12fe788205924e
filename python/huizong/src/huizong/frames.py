"""From Arrow tables to the frames of other libraries, and from long to wide."""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType
from typing import Any, Literal

import pyarrow
import pyarrow.compute

from .errors import MissingPackage, UnknownName

Engine = Literal["pandas", "polars", "pyarrow", "duckdb"]
ENGINES = ("pandas", "polars", "pyarrow", "duckdb")
Lang = Literal["en", "zh"]
LANGS = ("en", "zh")

#: Stands between the parts of a key and in none of them.
_BETWEEN = "\x1f"


def convert(table: pyarrow.Table, engine: Engine | None, attrs: dict[str, Any]) -> Any:
    """An Arrow table as a frame of another library. Without an engine: pandas where it is installed, else Arrow."""
    if engine is None:
        engine = "pandas" if importlib.util.find_spec("pandas") else "pyarrow"
    if engine not in ENGINES:
        raise UnknownName("engine", engine, ENGINES)
    if engine == "pyarrow":
        return table
    library = need(engine)
    if engine == "polars":
        return library.from_arrow(table)
    if engine == "duckdb":
        return library.from_arrow(table)
    # Nulls among booleans and integers stay nulls, and the types do not depend on whether there are any.
    types = {pyarrow.bool_(): library.BooleanDtype(), pyarrow.int64(): library.Int64Dtype()}
    frame = table.replace_schema_metadata(None).to_pandas(types_mapper=types.get)
    frame.attrs.update(attrs)
    return frame


def need(package: str) -> ModuleType:
    """The package, or an error that says how to get it."""
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise MissingPackage(package, "pass engine='pyarrow'") from error


def texts_of(field: pyarrow.Field, start: str) -> dict[str, str]:
    """What a column says of itself in each language: `title_zh` and `title_en` for the start `title`."""
    return {key[len(start) + 1 :]: text for key, text in entries(field.metadata).items() if key.startswith(start + "_")}


def entries(metadata: dict[bytes, bytes] | None) -> dict[str, str]:
    """Metadata of a field or a schema as text."""
    return {key.decode(): value.decode() for key, value in (metadata or {}).items() if not key.startswith(b"ARROW:")}


def check_language(lang: str) -> None:
    """Refuses a language in which nothing is published."""
    if lang not in LANGS:
        raise UnknownName("language", lang, LANGS)


def in_language(texts: dict[str, str], lang: str) -> str | None:
    """The text in a language, else in another that there is."""
    check_language(lang)
    return texts.get(lang) or next(iter(texts.values()), None)


def one_language(table: pyarrow.Table, lang: Lang) -> pyarrow.Table:
    """Replaces `x_zh` and `x_en` by `x`, in one language where it is given and else in the other."""
    other = {"en": "zh", "zh": "en"}[lang]
    fields, columns = [], []
    for field, column in zip(table.schema, table.columns):
        name, _, ending = field.name.rpartition("_")
        has_both = ending in ("en", "zh") and {f"{name}_en", f"{name}_zh"} <= set(table.column_names)
        if not has_both:
            fields.append(field)
            columns.append(column)
        elif ending == lang:
            fields.append(field.with_name(name))
            columns.append(pyarrow.compute.coalesce(column, table[f"{name}_{other}"]))
    return pyarrow.table(columns, schema=pyarrow.schema(fields, metadata=table.schema.metadata))


def recode(codes: pyarrow.ChunkedArray, texts: dict[str, str]) -> pyarrow.ChunkedArray:
    """The text of each code; null where there is none."""
    keys = pyarrow.array(list(texts), pyarrow.string())
    values = pyarrow.array(list(texts.values()), pyarrow.string())
    return pyarrow.compute.take(values, pyarrow.compute.index_in(codes, value_set=keys))


def joined(table: pyarrow.Table, columns: list[str]) -> pyarrow.Array:
    """Several columns of text as one, which tells rows apart as they do."""
    texts = (pyarrow.compute.fill_null(table[name], "") for name in columns)
    key = pyarrow.compute.binary_join_element_wise(*texts, _BETWEEN)
    return key.combine_chunks() if isinstance(key, pyarrow.ChunkedArray) else key


def key_of(*parts: str) -> str:
    """What `joined` gives for a row with these texts."""
    return _BETWEEN.join(parts)


def widen(table: pyarrow.Table, keys: list[str], by: str, value: str) -> pyarrow.Table:
    """A row for each key, with the other columns of its first row in `keys`; a column for each value of `by`."""
    pc = pyarrow.compute
    key = joined(table, keys)
    rows = pc.unique(key)
    first = pc.index_in(rows, value_set=key)
    wide = {name: pc.take(table[name], first) for name in keys}
    fields = [table.schema.field(name) for name in keys]
    for member in pc.unique(table[by]).to_pylist():
        own = pc.equal(table[by], member)
        places = pc.index_in(rows, value_set=pc.filter(key, own))
        wide[member] = pc.take(pc.filter(table[value], own), places)
        fields.append(pyarrow.field(member, table.schema.field(value).type))
    return pyarrow.table(list(wide.values()), schema=pyarrow.schema(fields))
