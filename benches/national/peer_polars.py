"""Reads both forms with polars, sums every number by county, province and nation, writes Parquet.

peer_polars.py SUBMISSIONS OUTPUT sums|rows_and_sums
"""

import sys
from pathlib import Path

import polars as pl

import peer

TYPES = {"integer": pl.Int64, "decimal": pl.Float64}


def scan(form: peer.Form) -> pl.LazyFrame:
    frames = []
    for layout in form.layouts:
        schema = {column: TYPES.get(kind, pl.String) for column, kind in layout.columns.items()}
        frame = pl.scan_csv(layout.files, has_header=False, skip_rows=1, schema=schema, null_values=form.missing, glob=False)
        frames.append(frame.select(sorted(schema)))
    yes = [pl.col(column).is_in(words).alias(column) for column, words in form.yes.items()]
    return pl.concat(frames, how="diagonal").with_columns(yes)


def main(submissions: Path, output: Path, what: str) -> None:
    output.mkdir(parents=True)
    for form in peer.forms(submissions):
        rows = scan(form)
        if what == "rows_and_sums":
            frame = rows.collect(engine="streaming")
            frame.write_parquet(output / f"{form.id}.parquet")
            rows = frame.lazy()
        sums = pl.col(form.of_type("integer", "decimal", "boolean")).sum()
        county = pl.col(form.code).str.slice(0, 6).alias("area_code")
        counties = rows.group_by(county).agg(pl.len().alias("rows"), sums).collect(engine="streaming")
        totals = pl.col("rows", *form.of_type("integer", "decimal", "boolean")).sum()
        provinces = counties.group_by(pl.col("area_code").str.slice(0, 2) + "0000").agg(totals)
        nation = provinces.select(pl.lit("000000").alias("area_code"), totals)
        pl.concat([nation, provinces, counties]).sort("area_code").write_parquet(output / f"{form.id}_sums.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
