#!/usr/bin/env python3
"""Opens the workbooks of a release with openpyxl and holds every figure to the Parquet tables, as polars reads them.

    open_workbook.py RELEASE_DIR ROOT_CODE PARTITION_LEVEL
"""

import sys
from pathlib import Path

import openpyxl
import polars

HEAD = 4  # row of the headers
NAMES = {
    "en": ("Contents", "Areas", "Indicators", "Over time", "Gaps", "Groups", "Inequality", "Reporting", "Indicator code"),
    "zh": ("目录", "地区", "指标明细", "时间序列", "差距", "分组", "不平等指数", "上报情况", "指标代码"),
}
# What the columns of a sheet hold, in order; None: words.
INDICATORS = [
    "period", "area_code", None, None, None, "value", "lower", "upper", "baseline", "target", "attainment_share", None, None,
    "numerator", "denominator", "reported_weight_share", "n_expected", "n_reported", "n_quarantined", None, "indicator",
]
GAPS = [
    "period", None, None, None, None, "value_a", "value_b", "gap", "ratio", "mix_effect", "rate_effect", "lower", "upper", None,
    "n_strata", "n_borrowed", None, "indicator",
]
GROUPS = [
    "period", None, None, None, "value", "lower", "upper", "relative_to_scope", "denominator_share", "numerator", "denominator",
    "n_expected", "n_reported", None, "indicator",
]
REPORTING = [
    "period", "area_code", None, None, "expected", "received", "on_time", "usable", "reporting_share", "usable_share", "timeliness_share",
    "weighted_share", "rows_expected", "rows_accepted", "completeness_share", "item_response_share",
]


def main(release: Path, root: str, level: str) -> None:
    paths = sorted(release.glob("workbook.*.xlsx"))
    assert paths, "no workbook"
    for path in paths:
        book = openpyxl.load_workbook(path)
        contents, areas, indicators, course, gaps, groups, inequality, reporting, _ = NAMES[path.name.split(".")[1]]
        assert book.sheetnames[0] == contents
        for sheet in book:
            looks(sheet, contents)
        table = lambda name: polars.read_parquet(release / f"tables/{name}.parquet")
        top = (polars.col("area_code") == root) | (polars.col("level") == level)
        shown = table("indicators").filter(top)
        same(book[indicators], INDICATORS, shown)
        wide(book[areas], shown)
        values = [v for row in rows(book[course]) for v in row[3:] if v is not None]
        known = shown.filter(polars.col("area_code") == root)
        assert sorted(values) == sorted(v for c in ("value", "target", "lower", "upper") for v in known[c] if v is not None), path
        of_root = polars.col("scope_code") == root
        for name, columns, data in [(gaps, GAPS, "gaps"), (groups, GROUPS, "groups")]:
            data = table(data).filter(of_root)
            assert (name in book) == bool(data.height), name
            if data.height:
                same(book[name], columns, data)
        if inequality in book:
            values = [v for row in rows(book[inequality]) for v in row[5:] if v is not None]
            assert sorted(values) == sorted(table("inequality").filter(of_root)["value"].drop_nulls()), path
        owed = (polars.col("expected") > 0) | (polars.col("received") > 0)
        same(book[reporting], REPORTING, table("reporting").filter(top & owed))
        print(f"{path.name}: {len(book.sheetnames)} sheets, {sum(len(sheet._charts) for sheet in book)} charts")


def rows(sheet) -> list:
    return [row for row in sheet.iter_rows(min_row=HEAD + 1, values_only=True)]


def same(sheet, columns: list, data: polars.DataFrame) -> None:
    """Every row of a table stands on its sheet once, with the very same numbers."""
    places = [at for at, name in enumerate(columns) if name]
    names = [columns[at] for at in places]
    held = sorted((tuple(row[at] for at in places) for row in rows(sheet)), key=repr)
    # A spreadsheet knows one kind of number.
    expected = sorted((tuple(plain(v) for v in row) for row in data.select(names).iter_rows()), key=repr)
    assert len(held) == len(expected), f"{sheet.title}: {len(held)} rows, the table has {len(expected)}"
    for one, other in zip(sorted(map(key, held)), sorted(map(key, expected))):
        assert one == other, f"{sheet.title}: {one} is not {other}"


def plain(value):
    return int(value) if isinstance(value, float) and value.is_integer() else value


def key(row: tuple) -> tuple:
    return tuple((value is not None, str(plain(value))) for value in row)


def wide(sheet, data: polars.DataFrame) -> None:
    held = sorted(str(plain(v)) for row in rows(sheet) for v in row[3:] if v is not None)
    assert held == sorted(str(plain(v)) for v in data["value"].drop_nulls()), sheet.title
    assert len(rows(sheet)) == data.select("period", "area_code").unique().height, sheet.title


def looks(sheet, contents: str) -> None:
    """What every sheet has, and what none has."""
    assert sheet["A1"].value, f"{sheet.title}: no title"
    assert not sheet.merged_cells.ranges, f"{sheet.title}: merged cells"
    assert sheet.page_setup.orientation == "landscape" and int(sheet.page_setup.paperSize) == 9, sheet.title
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type != "f", f"{sheet.title}!{cell.coordinate} is a formula: {cell.value}"
    if sheet.title == contents or sheet._charts:
        return
    assert sheet.freeze_panes and sheet.freeze_panes.endswith(str(HEAD + 1)), f"{sheet.title}: {sheet.freeze_panes}"
    assert sheet.auto_filter.ref and sheet.print_title_rows == f"${HEAD}:${HEAD}", sheet.title
    headers = [cell.value for cell in sheet[HEAD]]
    assert all(headers) and len(set(headers)) == len(headers), f"{sheet.title}: {headers}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
