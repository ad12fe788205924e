"""Reads both forms with DuckDB, sums every number by county, province and nation, writes Parquet.

peer_duckdb.py SUBMISSIONS OUTPUT sums|rows_and_sums
"""

import sys
from pathlib import Path

import duckdb

import peer

TYPES = {"integer": "BIGINT", "decimal": "DOUBLE"}


def scan(form: peer.Form) -> str:
    parts = []
    for layout in form.layouts:
        columns = {column: TYPES.get(kind, "VARCHAR") for column, kind in layout.columns.items()}
        source = f"read_csv({layout.files}, header=false, skip=1, auto_detect=false, columns={columns}, nullstr={form.missing})"
        parts.append(f"SELECT {', '.join(sorted(columns))} FROM {source}")
    replaced = ", ".join(f"{column} IN {tuple(words)} AS {column}" for column, words in form.yes.items())
    replacing = f" REPLACE ({replaced})" if replaced else ""
    return f"SELECT *{replacing} FROM ({' UNION ALL BY NAME '.join(parts)})"


def main(submissions: Path, output: Path, what: str) -> None:
    output.mkdir(parents=True)
    connection = duckdb.connect()
    for form in peer.forms(submissions):
        rows = scan(form)
        if what == "rows_and_sums":
            connection.sql(f"CREATE TABLE {form.id} AS {rows}")
            rows = f"FROM {form.id}"
            connection.sql(f"COPY {form.id} TO '{output}/{form.id}.parquet' (COMPRESSION zstd)")
        summed = form.of_type("integer", "decimal", "boolean")
        numbers = ", ".join(f"SUM({column}) AS {column}" for column in summed)
        connection.sql(f"""
            CREATE TABLE {form.id}_counties AS
            SELECT {form.code}[1:6] AS area_code, COUNT(*) AS rows, {numbers} FROM ({rows}) GROUP BY 1""")
        totals = f"SUM(rows) AS rows, {numbers}"
        connection.sql(f"""
            COPY (SELECT '000000' AS area_code, {totals} FROM {form.id}_counties
                  UNION ALL SELECT area_code[1:2] || '0000', {totals} FROM {form.id}_counties GROUP BY 1
                  UNION ALL FROM {form.id}_counties
                  ORDER BY area_code)
            TO '{output}/{form.id}_sums.parquet' (COMPRESSION zstd)""")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
