#!/usr/bin/env python3
"""Opens every file of a release with duckdb, pandas, polars and pyarrow, without a flag, and holds them to what the
release says of itself. With --recompute (for the shipped pipeline), recomputes national indicators from the facts with SQL.

    open_tables.py OUTPUT_DIR [--recompute]
"""

import hashlib
import json
import sqlite3
import sys
from pathlib import Path

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.compute
import pyarrow.parquet

TEXT, INTEGER, NUMBER, BOOLEAN, DATE = "string", "integer", "number", "boolean", "date"


def main(output: Path, recompute: bool) -> None:
    release = output / "current"
    package = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    codes = {field.get("unit") for resource in package["resources"] for field in fields_of(release, resource)}
    assert set(package["units"]) <= codes | set(column_of(release / "tables/indicator_definitions.parquet", "unit"))
    for resource in package["resources"]:
        if isinstance(resource["schema"], str):
            resource["schema"] = json.loads((release / resource["schema"]).read_text(encoding="utf-8"))
    described = {resource["path"]: resource for resource in package["resources"]}
    folders = ("tables", "facts", "uncounted", "quarantine", "extracts")
    found = {p.relative_to(release).as_posix() for folder in folders for p in (release / folder).rglob("*") if p.is_file()}
    # The structure of the SDMX extract describes a table, and is none.
    found.discard("extracts/indicators.sdmx.xml")
    assert found == set(described), f"datapackage.json and the files differ: {sorted(found ^ set(described))[:5]}"
    for path in sorted(found):
        if path.startswith("quarantine/"):
            opens_as_received(release / path, described[path])
        elif path.endswith(".parquet"):
            opens(release / path, described[path], package)
    for resource in package["resources"]:
        holds(release, resource, package)
    needs_no_quotes({path: resource["schema"]["fields"] for path, resource in described.items()}, release)
    if recompute:
        recomputes(release)
    print(f"{len(found)} files open in duckdb, pandas, polars and pyarrow")


def fields_of(release: Path, resource: dict) -> list:
    schema = resource["schema"]
    if isinstance(schema, str):
        schema = json.loads((release / schema).read_text(encoding="utf-8"))
    return schema["fields"]


def same_height(path: Path) -> int:
    heights = {
        "duckdb": duckdb.sql(f"SELECT COUNT(*) FROM '{path}'").fetchall()[0][0],
        "pandas": len(pandas.read_parquet(path)),
        "polars": polars.read_parquet(path).height,
        "pyarrow": pyarrow.parquet.read_table(path).num_rows,
    }
    assert len(set(heights.values())) == 1, f"{path}: {heights}"
    return heights["pyarrow"]


def holds(release: Path, resource: dict, package: dict) -> None:
    """Hash and references are as the data package says, and the size where it says one."""
    path = resource["path"]
    content = (release / path).read_bytes()
    own = "sha256:" + hashlib.sha256(content).hexdigest()
    assert resource["hash"] == own, f"{resource['name']}: {resource['hash']} is {own}"
    assert resource.get("bytes", len(content)) == len(content), f"{resource['name']}: {resource['bytes']} bytes"
    if resource["format"] != "parquet":
        return
    tables = {r["name"]: r["path"] for r in package["resources"]}
    for key in resource["schema"].get("foreignKeys", []) + resource["schema"].get("references", []):
        known = tuples_of(release / tables[key["reference"]["resource"]], key["reference"]["fields"])
        lost = {one for one in tuples_of(release / path, key["fields"]) if None not in one} - known
        assert not lost, f"{path}: {key['fields']} {sorted(lost)[:3]} not in {key['reference']['resource']}"


def needs_no_quotes(fields: dict, release: Path) -> None:
    """Every column is an attribute of a pandas frame and of its rows, and a bare name in SQL."""
    lite = sqlite3.connect(":memory:")
    for path, columns in fields.items():
        if not path.endswith(".parquet"):
            continue
        source = f"'{release / path}'"
        frame = pandas.read_parquet(release / path)
        polars_sql = polars.SQLContext(t=polars.read_parquet(release / path))
        for name in (field["name"] for field in columns):
            for kind in (pandas.DataFrame, pandas.Series):
                assert not hasattr(kind, name), f"{path}: {name} is an attribute of {kind.__name__}"
            assert getattr(frame, name).name == name, f"{path}: {name} is no attribute"
            query = f"SELECT {name}, COUNT(*) AS n FROM {{}} AS t WHERE {name} IS NOT NULL GROUP BY {name} ORDER BY t.{name}"
            duckdb.sql(query.format(source))
            polars_sql.execute(query.replace(" AS t", "").replace("t.", "").format("t"))
            lite.execute(f"CREATE TABLE t ({name})")
            lite.execute(query.format("t"))
            lite.execute("DROP TABLE t")


def column_of(path: Path, name: str) -> list:
    return pyarrow.parquet.read_table(path, columns=[name])[name].to_pylist()


def tuples_of(path: Path, names: list) -> set:
    table = pyarrow.parquet.read_table(path, columns=names)
    return set(zip(*(table[name].to_pylist() for name in names)))


def opens_as_received(path: Path, resource: dict) -> None:
    same_height(path)
    fields = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
    schema = pyarrow.parquet.read_schema(path)
    assert {name: of_pyarrow(schema.field(name).type) for name in schema.names} == fields, f"{path}: {schema}"
    assert schema.names == list(fields), f"{path}: {schema.names} are not {list(fields)}"
    for field in resource["schema"]["fields"]:
        says_the_same(path, schema.field(field["name"]), field)


def opens(path: Path, resource: dict, package: dict) -> None:
    height = same_height(path)
    fields = resource["schema"]["fields"]
    names = [field["name"] for field in fields]
    kinds = {field["name"]: field["type"] for field in fields}
    table = pyarrow.parquet.read_table(path)
    assert table.column_names == names, f"{path}: {table.column_names} are not {names}"
    assert {n: of_pyarrow(table.schema.field(n).type) for n in names} == kinds, f"{path}: {table.schema}"
    frame = polars.read_parquet(path)
    assert {n: of_polars(t) for n, t in frame.schema.items()} == kinds, f"{path}: {frame.schema}"
    rows = duckdb.sql(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
    assert {row[0]: of_duckdb(row[1]) for row in rows} == kinds, f"{path}: {rows}"
    columns = pandas.read_parquet(path)
    for name, kind in kinds.items():
        filled = columns[name].dropna()
        if kind == TEXT and len(filled):
            assert all(isinstance(value, str) for value in filled), f"{path}: pandas reads {name} as {columns[name].dtype}"

    metadata = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    assert metadata.get("title_zh") or metadata.get("title_en"), f"{path}: no title in {metadata}"
    schema = resource["schema"]
    key = schema.get("primaryKey") or schema["uniqueKeys"][0]
    assert metadata.get("licence") == package.get("licenses", [{}])[0].get("name"), f"{path}: licence in {metadata}"
    assert metadata["synthetic"] == str(package["synthetic"]).lower(), f"{path}: {metadata}"
    for field in fields:
        own = {k.decode(): v.decode() for k, v in (table.schema.field(field["name"]).metadata or {}).items()}
        assert own.get("title_zh") or own.get("title_en"), f"{path}: {field['name']} has no title"
        assert own.get("unit") == field.get("unit"), f"{path}: {field['name']} has unit {own.get('unit')}"
        says_the_same(path, table.schema.field(field["name"]), field)
        if field["constraints"]["required"]:
            assert table[field["name"]].null_count == 0, f"{path}: {field['name']} holds nulls and must not"
        if "enum" in field["constraints"]:
            odd = set(table[field["name"]].to_pylist()) - set(field["constraints"]["enum"]) - {None}
            assert not odd, f"{path}: {field['name']} holds {sorted(odd)[:3]}"
    if "primaryKey" in schema:
        nullable = {field["name"] for field in fields if not field["constraints"]["required"]}
        assert not nullable & set(key), f"{path}: {nullable & set(key)} of the primary key may be null"
    if "tables" in path.parts:
        assert metadata["primary_key"] == ",".join(key), f"{path}: {metadata['primary_key']} is not {key}"
    keys = list(zip(*(table[name].to_pylist() for name in key)))
    assert len(set(keys)) == height, f"{path}: the key {key} is not unique"
    sortable = [tuple((value is not None, value if value is not None else "") for value in one) for one in keys]
    assert sortable == sorted(sortable, key=by_bytes), f"{path}: rows are not sorted by {key}"


def says_the_same(path: Path, column: pyarrow.Field, field: dict) -> None:
    """The metadata of a Parquet column has the texts that the data package has."""
    own = {key.decode(): value.decode() for key, value in (column.metadata or {}).items()}
    for start, member in (("title", "titles"), ("null", "nullMeaning"), ("caveat", "caveats")):
        texts = {key.removeprefix(start + "_"): text for key, text in own.items() if key.startswith(start + "_")}
        assert texts == field.get(member, {}), f"{path}: {field['name']} has {start} {texts}"
    labels = {one["value"]: one.get("labels") for one in field.get("categories", [])}
    for value, titles in json.loads(own.get("values", "{}")).items():
        assert labels[value] == titles, f"{path}: {field['name']} has {value}: {titles}"


def by_bytes(one: tuple) -> tuple:
    return tuple((there, value.encode() if isinstance(value, str) else value) for there, value in one)


def of_pyarrow(kind: pyarrow.DataType) -> str:
    if pyarrow.types.is_string(kind):
        return TEXT
    names = {pyarrow.int64(): INTEGER, pyarrow.float64(): NUMBER, pyarrow.bool_(): BOOLEAN, pyarrow.date32(): DATE}
    return names.get(kind, str(kind))


def of_polars(kind: polars.DataType) -> str:
    names = {polars.String: TEXT, polars.Int64: INTEGER, polars.Float64: NUMBER, polars.Boolean: BOOLEAN, polars.Date: DATE}
    return names.get(kind, str(kind))


def of_duckdb(kind: str) -> str:
    names = {"VARCHAR": TEXT, "BIGINT": INTEGER, "DOUBLE": NUMBER, "BOOLEAN": BOOLEAN, "DATE": DATE}
    return names.get(str(kind), str(kind))


# Indicators of the shipped pipeline as one would write them in DuckDB over the facts, written apart from the pipeline.
RECOMPUTED = {
    "rural_facility_coverage": """
        SELECT period, COUNT(*) FILTER (has_facility) AS numerator, COUNT(*) AS denominator, 100.0 AS factor
        FROM communities WHERE has_facility IS NOT NULL
          AND community_kind_member = 'rural'
        GROUP BY period""",
    "urban_facility_area_per_100_households": """
        SELECT period, SUM(facility_area) AS numerator, SUM(households) AS denominator, 100.0 AS factor
        FROM communities WHERE facility_area IS NOT NULL AND households IS NOT NULL
          AND community_kind_member = 'urban'
        GROUP BY period""",
    "social_workers_per_community": """
        SELECT period, SUM(social_workers) AS numerator, COUNT(*) AS denominator, 1.0 AS factor
        FROM communities WHERE social_workers IS NOT NULL GROUP BY period""",
}


def recomputes(release: Path) -> None:
    connection = duckdb.connect()
    connection.sql(f"CREATE VIEW communities AS SELECT * FROM '{release}/facts/communities/*/*.parquet'")
    connection.sql(f"CREATE VIEW indicators AS SELECT * FROM '{release}/tables/indicators.parquet'")
    connection.sql(f"CREATE VIEW areas AS SELECT * FROM '{release}/tables/areas.parquet'")
    ((root,),) = connection.sql("SELECT area_code FROM areas WHERE parent_code IS NULL").fetchall()
    compared = 0
    for indicator, query in RECOMPUTED.items():
        published = connection.execute(
            "SELECT period, numerator, denominator, value FROM indicators WHERE area_code = ? AND indicator = ?",
            [root, indicator],
        ).fetchall()
        published = {period: figures for period, *figures in published}
        for period, numerator, denominator, factor in connection.sql(query).fetchall():
            figures = published[period]
            own = [float(numerator), float(denominator), float(numerator) / float(denominator) * float(factor)]
            for ours, theirs in zip(figures, own):
                assert abs(ours - theirs) <= 1e-9 * abs(theirs), f"{indicator} {period}: {figures} is not {own}"
            compared += 1
    assert compared >= 2 * len(RECOMPUTED), f"only {compared} figures could be compared"


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--recompute" in sys.argv[2:])
