"""Makes workbooks that no Rust crate can write: make_workbooks.py FOLDER

One table as XLS, ODS and XLSX with merged titles and headers, numeric codes of 12 digits, a percent cell, a date, a
total and a footer; the same as CSV; and an encrypted, a cut-off and an empty workbook. `src/intake/tests.rs` reads them.
And one sheet with all that a workbook may show beside its values, in three formats, which `tests/it/reading.rs` reads.
"""

import csv
import datetime
import struct
import sys
from pathlib import Path

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
import xlwt
from odf.number import Number, NumberStyle, PercentageStyle, Text
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TextProperties
from odf.table import CoveredTableCell, Table, TableCell, TableColumn, TableRow
from odf.text import P, Span

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


# What a sheet may show beside its values. A text is a list of runs: (text, how it is set). Codes are numbers that are
# shown with five digits.
SHOWN = [
    ["County code", "County", [("Residents", ""), ("1", "raised")], "Clinics"],
    [1001, "Arden", [("12500", ""), ("a", "raised")], [("8", "struck"), ("9", "bold")]],
    [1003, [("Birk", "bold"), ("enau", "")], 20000, 9],
    [6037, [("H", ""), ("2", "lowered"), ("O-town", "")], [("30000", "struck")], 12],
    [48201, "Düren", 1000, 1],
    [1005, "Ely", 1100, 2],
    [1007, "Flint", 1200, 3],
    [1009, "Gorse", 1300, None],
]
SHOWN_STRUCK_ROW = 4
SHOWN_HIDDEN_ROW = 5
SHOWN_HIDDEN_COLUMN = 1
SHOWN_MERGED = (6, 7, 3, 3)


def shown_xlsx(path: Path) -> None:
    font = {
        "": InlineFont(),
        "bold": InlineFont(b=True),
        "struck": InlineFont(strike=True),
        "raised": InlineFont(vertAlign="superscript"),
        "lowered": InlineFont(vertAlign="subscript"),
    }
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "clinics"
    for row, cells in enumerate(SHOWN):
        for column, value in enumerate(cells):
            if isinstance(value, list):
                value = CellRichText(*(TextBlock(font[kind], text) for text, kind in value))
            cell = sheet.cell(row + 1, column + 1, value)
            if column == 0 and row > 0:
                cell.number_format = "00000"
            if row == SHOWN_STRUCK_ROW:
                cell.font = Font(strike=True)
    sheet.row_dimensions[SHOWN_HIDDEN_ROW + 1].hidden = True
    sheet.column_dimensions["ABCD"[SHOWN_HIDDEN_COLUMN]].hidden = True
    top, bottom, left, right = SHOWN_MERGED
    sheet.merge_cells(start_row=top + 1, end_row=bottom + 1, start_column=left + 1, end_column=right + 1)
    book.save(path)


def shown_xls(path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("clinics")

    def font(kind: str) -> xlwt.Font:
        made = xlwt.Font()
        made.bold = kind == "bold"
        made.struck_out = kind == "struck"
        made.escapement = {"raised": 1, "lowered": 2}.get(kind, 0)
        return made

    for row, cells in enumerate(SHOWN):
        for column, value in enumerate(cells):
            style = xlwt.XFStyle()
            if column == 0 and row > 0:
                style.num_format_str = "00000"
            if row == SHOWN_STRUCK_ROW:
                style.font = font("struck")
            if isinstance(value, list):
                sheet.write_rich_text(row, column, [(text, font(kind)) for text, kind in value], style)
            elif (row, column) == (SHOWN_MERGED[0], SHOWN_MERGED[2]):
                sheet.write_merge(*SHOWN_MERGED, value, style)
            elif value is not None:
                sheet.write(row, column, value, style)
    sheet.row(SHOWN_HIDDEN_ROW).hidden = True
    sheet.col(SHOWN_HIDDEN_COLUMN).hidden = True
    book.save(str(path))


def shown_ods(path: Path) -> None:
    document = OpenDocumentSpreadsheet()
    styles = document.automaticstyles
    for kind, properties in {
        "bold": {"fontweight": "bold"},
        "struck": {"textlinethroughstyle": "solid"},
        "raised": {"textposition": "super 58%"},
        "lowered": {"textposition": "-33% 58%"},
    }.items():
        style = Style(name=kind, family="text")
        style.addElement(TextProperties(**properties))
        styles.addElement(style)
    five = NumberStyle(name="five")
    five.addElement(Number(decimalplaces="0", minintegerdigits="5"))
    styles.addElement(five)
    struck = {"textlinethroughstyle": "solid"}
    for name, properties, more in [
        ("code", {}, {"datastylename": five}),
        ("out", struck, {}),
        ("codeout", struck, {"datastylename": five}),
    ]:
        style = Style(name=name, family="table-cell", **more)
        style.addElement(TextProperties(**properties))
        styles.addElement(style)
    table = Table(name="clinics")
    for column in range(len(SHOWN[0])):
        table.addElement(TableColumn(visibility="collapse" if column == SHOWN_HIDDEN_COLUMN else "visible"))
    for row, cells in enumerate(SHOWN):
        line = TableRow(visibility="filter" if row == SHOWN_HIDDEN_ROW else "visible")
        for column, value in enumerate(cells):
            about = {}
            is_out = row == SHOWN_STRUCK_ROW
            if column == 0 and row > 0:
                about["stylename"] = "codeout" if is_out else "code"
            elif is_out:
                about["stylename"] = "out"
            if (row, column) == (SHOWN_MERGED[0], SHOWN_MERGED[2]):
                about["numberrowsspanned"] = 2
            if isinstance(value, list):
                cell = TableCell(valuetype="string", **about)
                paragraph = P()
                for text, kind in value:
                    paragraph.addElement(Span(text=text, stylename=kind) if kind else Span(text=text))
                cell.addElement(paragraph)
            elif value is None:
                cell = CoveredTableCell()
            elif isinstance(value, str):
                cell = TableCell(valuetype="string", **about)
                cell.addElement(P(text=value))
            else:
                cell = TableCell(valuetype="float", value=value, **about)
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(path))


def main() -> None:
    shown = Path(sys.argv[1]) / "shown"
    shown.mkdir(parents=True, exist_ok=True)
    shown_xlsx(shown / "clinics_2020.xlsx")
    shown_xls(shown / "clinics_2020.xls")
    shown_ods(shown / "clinics_2020.ods")
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
