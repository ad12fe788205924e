"""Makes workbooks that no Rust crate can write: make_workbooks.py FOLDER

One table as XLS, ODS and XLSX with merged titles and headers, numeric codes of 12 digits, a percent cell, a date, a
total and a footer; the same as CSV; and an encrypted, a cut-off and an empty workbook. `src/intake/tests.rs` reads them.
"""

import csv
import datetime
import struct
import sys
from pathlib import Path

import openpyxl
import xlwt
from odf.number import Number, NumberStyle, PercentageStyle, Text
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

COUNTY = "2020/130000"


class Percent(float):
    """A share shown as a percentage."""


# Rows of the roster; MERGED gives (first row, last row, first column, last column), from 0.
ROSTER = [
    ["2020年社区（村）服务情况", None, None, None, None, None, None],
    ["填报单位：长安区", None, None, None, None, None, "单位：平方米"],
    ["社区代码", "社区名称", "常住户数", "服务设施面积", "社会组织", None, "满意率"],
    [None, None, None, None, "总数", "其中：养老", None],
    ["甲", "乙", 1, 2, 3, 4, 5],
    [130102001001, "和平社区", 820, 120.5, 3, 1, Percent(0.123)],
    [130102001002, "民主社区", 1234, 0.1, 0, None, Percent(1)],
    [130102001201, "  注水村", 99, 1000000, None, 0, Percent(0.07)],
    ["合计", None, 2153, 1000120.6, 3, 1, None],
    [None, None, None, None, None, None, None],
    ["单位负责人：", None, None, "填表人：", None, None, None],
]
MERGED = [(0, 0, 0, 6), (2, 3, 0, 0), (2, 3, 1, 1), (2, 3, 2, 2), (2, 3, 3, 3), (2, 2, 4, 5), (2, 3, 6, 6)]
SUMMARY = [["县级代码", "中央经费（元）", "填报日期"], [130102, 15000, datetime.date(2021, 1, 8)]]
NOTES = [["填表说明"], ["一、本表由县级填报。"]]
SHEETS = {"communities": (ROSTER, MERGED), "县级汇总": (SUMMARY, []), "填表说明": (NOTES, [])}


def xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, (rows, merged) in SHEETS.items():
        sheet = book.create_sheet(name)
        for row, cells in enumerate(rows, 1):
            for column, value in enumerate(cells, 1):
                if value is None:
                    continue
                cell = sheet.cell(row, column, float(value) if isinstance(value, Percent) else value)
                if isinstance(value, Percent):
                    cell.number_format = "0.0%"
        for first_row, last_row, first, last in merged:
            sheet.merge_cells(
                start_row=first_row + 1, end_row=last_row + 1, start_column=first + 1, end_column=last + 1
            )
    book.save(path)


def xls(path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    percent = xlwt.easyxf(num_format_str="0.0%")
    date = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for name, (rows, merged) in SHEETS.items():
        sheet = book.add_sheet(name)
        covered = set()
        for first_row, last_row, first, last in merged:
            sheet.write_merge(first_row, last_row, first, last, rows[first_row][first])
            covered |= {(r, c) for r in range(first_row, last_row + 1) for c in range(first, last + 1)}
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if value is None or (row, column) in covered:
                    continue
                if isinstance(value, Percent):
                    sheet.write(row, column, float(value), percent)
                elif isinstance(value, datetime.date):
                    sheet.write(row, column, value, date)
                else:
                    sheet.write(row, column, value)
    book.save(str(path))


def ods_cell(value, style: Style, **span) -> TableCell:
    if isinstance(value, Percent):
        return TableCell(valuetype="percentage", value=float(value), stylename=style, **span)
    if isinstance(value, (int, float)):
        return TableCell(valuetype="float", value=value, **span)
    if isinstance(value, datetime.date):
        return TableCell(valuetype="date", datevalue=value.isoformat(), **span)
    cell = TableCell(valuetype="string", **span)
    cell.addElement(P(text=value))
    return cell


def ods(path: Path) -> None:
    document = OpenDocumentSpreadsheet()
    number = PercentageStyle(name="p")
    number.addElement(Number(decimalplaces="1", minintegerdigits="1"))
    number.addElement(Text(text="%"))
    document.automaticstyles.addElement(number)
    style = Style(name="percent", family="table-cell", datastylename=number)
    document.automaticstyles.addElement(style)
    for name, (rows, merged) in SHEETS.items():
        table = Table(name=name)
        spans = {(m[0], m[2]): m for m in merged}
        covered = {(r, c) for m in merged for r in range(m[0], m[1] + 1) for c in range(m[2], m[3] + 1)} - set(spans)
        for row, cells in enumerate(rows):
            line = TableRow()
            for column, value in enumerate(cells):
                if (row, column) in covered:
                    line.addElement(CoveredTableCell())
                elif value is None:
                    line.addElement(TableCell())
                elif (row, column) in spans:
                    first_row, last_row, first, last = spans[row, column]
                    span = {"numberrowsspanned": last_row - first_row + 1, "numbercolumnsspanned": last - first + 1}
                    line.addElement(ods_cell(value, style, **span))
                else:
                    line.addElement(ods_cell(value, style))
            table.addElement(line)
        document.spreadsheet.addElement(table)
    document.save(str(path))


def as_text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, Percent):
        return f"{round(value * 100, 6):g}%"
    return str(value)


def as_csv(path: Path, rows: list) -> None:
    with path.open("w", newline="", encoding="gb18030") as file:
        csv.writer(file).writerows([as_text(value) for value in row] for row in rows)


def encrypted(path: Path) -> None:
    """The shell of an encrypted workbook: a compound file whose directory names the package, as Office writes it."""
    sector, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0,
    )
    header += struct.pack("<I", 0) + struct.pack("<I", free) * 108
    table = struct.pack("<II", 0xFFFFFFFD, end) + struct.pack("<I", free) * 126

    def entry(name: str, kind: int, child: int) -> bytes:
        wide = name.encode("utf-16-le") + b"\0\0" if name else b""
        return struct.pack("<64sHBBIII16sIQQIQ", wide, len(wide), kind, 1, free, free, child, b"", 0, 0, 0, end, 0)

    directory = entry("Root Entry", 5, 1) + entry("EncryptedPackage", 2, free) + entry("", 0, free) * 2
    path.write_bytes(header.ljust(sector, b"\0") + table + directory)


def main() -> None:
    folder = Path(sys.argv[1]) / "intake" / COUNTY
    folder.mkdir(parents=True, exist_ok=True)
    xls(folder / "130102.xls")
    ods(folder / "130104.ods")
    xlsx(folder / "130105.xlsx")
    as_csv(folder / "130107_communities.csv", ROSTER)
    as_csv(folder / "130107_summary.csv", SUMMARY)
    encrypted(folder / "130108.xlsx")
    whole = (folder / "130105.xlsx").read_bytes()
    (folder / "130109.xlsx").write_bytes(whole[: len(whole) // 2])
    empty = openpyxl.Workbook()
    empty.save(folder / "130110.xlsx")


if __name__ == "__main__":
    main()
