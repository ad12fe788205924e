"""Sends files made to do harm to huizong, each alone: hostile.py HUIZONG PIPELINES FOLDER [ONLY]

PIPELINES holds the pipeline for submissions and the one for registers, which lie beside one plain submission. Makes each file
below FOLDER, runs `huizong run` on it as a child process, and prints one line a file: its name, the exit
code, the codes found (with `*` where nothing was accepted), CPU seconds and MB of the child; parted by tabs. A line that begins
with `!` says what no run may do. `tests/it/hostile.rs` compares the lines with `tests/cases/hostile/expected.txt`.
"""

import csv
import io
import os
import random
import socket
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import hostile_markup
import hostile_more
import xlwt

# A finding may show a whole line.
csv.field_size_limit(1 << 30)

HEAD = "code,name,homes,area,filled"
ROWS = ["1,Alder,10,1.5,2020-12-31", "2,Birch,20,2.5,2020-12-31", "3,Cedar,30,3.5,2020-12-31"]
PLAIN = "\n".join([HEAD, *ROWS, ""])
# A build without optimisation is sent smaller files, which are beyond the limits too.
SCALE = int(os.environ.get("HOSTILE_SCALE", "1"))
MB = (1 << 20) // SCALE


class Later:
    """Content made when its turn comes: this process must stay small, for a child begins as large as it is."""

    def __init__(self, make):
        self.make = make


def table(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows, *ROWS, ""]).encode()


def cells(text: str = PLAIN) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


# ---- XLSX, written by hand so that every part can lie

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def rels(*targets: tuple[str, str]) -> str:
    items = "".join(
        f'<Relationship Id="rId{at}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{items}</Relationships>'


def sheet(rows: list[list[str]], before: str = "", after: str = "") -> str:
    lines = []
    for number, row in enumerate(rows, 1):
        inner = "".join(
            f'<c r="{chr(65 + at)}{number}"><v>{text}</v></c>'
            if text.replace(".", "", 1).isdigit()
            else f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
            for at, text in enumerate(row)
        )
        lines.append(f'<row r="{number}">{inner}</row>')
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{"".join(lines)}</sheetData>{after}</worksheet>'


def parts(sheets: list[tuple[str, str, str]]) -> dict[str, str | bytes]:
    """Parts of a workbook of these sheets: name, state and XML."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" state="{state}" r:id="rId{at}"/>'
        for at, (name, state, _) in enumerate(sheets, 1)
    )
    made = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": rels(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": rels(
            *(("worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(sheets) + 1))
        ),
    }
    for at, (_, _, xml) in enumerate(sheets, 1):
        made[f"xl/worksheets/sheet{at}.xml"] = xml
    return made


def zipped(made: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in made.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def xlsx(xml: str | None = None, **more: str | bytes) -> bytes:
    made = parts([("roster", "visible", xml or sheet(cells()))])
    made.update({name.replace("__", "/").replace("_dot_", "."): content for name, content in more.items()})
    return zipped(made)


def huge(name: str, start: str, unit: bytes, times: int, end: str, others: dict[str, str | bytes]) -> bytes:
    """A zip of which one part is far larger than this process would hold."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, content in others.items():
            if other != name:
                archive.writestr(other, content)
        with archive.open(name, "w", force_zip64=True) as part:
            part.write(start.encode())
            for _ in range(times):
                part.write(unit)
            part.write(end.encode())
    return buffer.getvalue()


SHEET1 = "xl/worksheets/sheet1.xml"
WORKBOOK = parts([("roster", "visible", sheet(cells()))])


def cell_bomb() -> bytes:
    start = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>'
    return huge(SHEET1, start, b"a" * MB, 600, "</t></is></c></row></sheetData></worksheet>", WORKBOOK)


def lying_size() -> bytes:
    """The directory says that the part of 600 MB has ten bytes."""
    bomb = bytearray(cell_bomb())
    at = bomb.rfind(b"PK\x01\x02")
    while at >= 0:
        length = struct.unpack_from("<H", bomb, at + 28)[0]
        if bomb[at + 46 : at + 46 + length].decode() == SHEET1:
            struct.pack_into("<I", bomb, at + 24, 10)
        at = bomb.rfind(b"PK\x01\x02", 0, at)
    return bytes(bomb)


def rows_bomb() -> bytes:
    row = b"<row>" + b"<c><v>1</v></c>" * 20 + b" " * 2000 + b"</row>"
    return huge(SHEET1, f'<worksheet xmlns="{MAIN}"><sheetData>', row * 1000, 120 // SCALE, "</sheetData></worksheet>", WORKBOOK)


def strings_bomb() -> bytes:
    strings = "xl/sharedStrings.xml"
    others = {**WORKBOOK, strings: ""}
    return huge(strings, f'<sst xmlns="{MAIN}">', b"<si><t>a</t></si>" * 10_000, 600, "</sst>", others)


def styles_bomb() -> bytes:
    styles = "xl/styles.xml"
    others = {**WORKBOOK, styles: ""}
    start = f'<styleSheet xmlns="{MAIN}"><cellXfs>'
    return huge(styles, start, b"<xf/>" * 10_000, 1000 // SCALE, "</cellXfs></styleSheet>", others)


def amplified() -> bytes:
    """A long shared string in a million cells."""
    cell = '<c t="s"><v>0</v></c>' * 10
    xml = f'<worksheet xmlns="{MAIN}"><sheetData>{f"<row>{cell}</row>" * 20_000}</sheetData></worksheet>'
    text = "".join(random.Random(5).choices("abcdefgh", k=100_000))
    return xlsx(xml, xl__sharedStrings_dot_xml=f'<sst xmlns="{MAIN}"><si><t>{text}</t></si></sst>')


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi"))
    + "]>"
)


def flipped(content: bytes, seed: int, times: int) -> bytes:
    chance = random.Random(seed)
    changed = bytearray(content)
    for _ in range(times):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


# ---- ODS

SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"


def ods(rows: str, end: str = "</table:table></office:spreadsheet></office:body></office:document-content>") -> bytes:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0" '
        f'xmlns:text="{names}:text:1.0"><office:body><office:spreadsheet><table:table table:name="roster">{rows}{end}'
    )
    manifest = (
        f'<manifest:manifest xmlns:manifest="{names}:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{SPREADSHEET}"/></manifest:manifest>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), SPREADSHEET, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return buffer.getvalue()


def ods_rows(rows: list[list[str]]) -> str:
    def cell(text: str) -> str:
        if text.replace(".", "", 1).isdigit():
            return f'<table:table-cell office:value-type="float" office:value="{text}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    return "".join(f'<table:table-row>{"".join(map(cell, row))}</table:table-row>' for row in rows)


GOOD_ODS = ods_rows(cells())
ONE = '<table:table-cell office:value-type="float" office:value="1"{}/>'

# ---- XLS


def xls(rows: list[list[str]] | None = None) -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("roster")
    for at, row in enumerate(rows or cells()):
        for column, text in enumerate(row):
            page.write(at, column, float(text) if text.replace(".", "", 1).isdigit() else text)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def far_cells() -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("roster")
    page.write(0, 0, 1.0)
    page.write(65535, 255, 1.0)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def stated_size() -> bytes:
    """The sheet says that it has four thousand million rows."""
    content = bytearray(xls())
    at = content.find(struct.pack("<HH", 0x0200, 14))
    struct.pack_into("<IIHH", content, at + 4, 0, 0xFFFF_FFF0, 0, 0xFFF0)
    return bytes(content)


def circle() -> bytes:
    """The sector table leads from each sector to itself."""
    content = bytearray(xls())
    table = 512 * (1 + struct.unpack_from("<I", content, 76)[0])
    for at in range(128):
        struct.pack_into("<I", content, table + 4 * at, at)
    return bytes(content)


# ---- JSON


def records(*more: str) -> str:
    keys = HEAD.split(",")
    plain = ["{" + ",".join(f'"{key}":"{value}"' for key, value in zip(keys, row.split(","))) + "}" for row in ROWS]
    return "[" + ",".join([*more, *plain]) + "]"


LINES = records()[1:-1].replace("},{", "}\n{") + "\n"


def made() -> dict[str, bytes | str | object]:
    """Name of each file behind `A_roster`, and what it holds."""
    odd = random.Random(1)
    noise = bytes(odd.randrange(256) for _ in range(4000))
    good, sent = xlsx(), xls()
    everything: dict[str, bytes | str | object] = {
        # text
        "_plain.csv": PLAIN,
        "_empty.csv": b"",
        "_blank.csv": " \n\t\n",
        "_header_alone.csv": HEAD + "\n",
        "_noise.csv": noise,
        "_zero_in_name.csv": table("9,Al\0der,1,1,2020-01-01"),
        "_zero_in_number.csv": table("9,Elm,1\x000,1,2020-01-01"),
        "_zeros.csv": b"\0" * 5000,
        "_one_line_of_100_MB.csv": Later(lambda: b"a" * (100 * MB)),
        "_commas_of_100_MB.csv": Later(lambda: b"," * (100 * MB)),
        "_line_ends_of_20_MB.csv": Later(lambda: b"\n" * (20 * MB)),
        "_quotes_of_10_MB.csv": Later(lambda: HEAD.encode() + b"\n" + b'"' * (10 * MB)),
        "_quote_open.csv": table('9,"Elm,1,1,2020-01-01'),
        "_quote_open_to_the_end.csv": Later(lambda: table('9,"Elm,1,1,2020-01-01').replace(b"Cedar", b'Ce"dar') + b"4,d,4,4,\n" * 99_999),
        "_utf16.csv": "\ufeff".encode("utf-16-le") + PLAIN.encode("utf-16-le"),
        "_utf16_without_mark.csv": PLAIN.encode("utf-16-be"),
        "_utf16_lone_surrogate.csv": b"\xff\xfe" + table("9,E@m,1,1,2020-01-01").decode().encode("utf-16-le").replace(b"@\0", b"\x00\xd8"),
        "_utf8_cut.csv": table("9,榆树,1,1,2020-01-01").replace("树".encode(), "树".encode()[:2]),
        "_gb18030.csv": table("9,榆树社区,1,1,2020-01-01").decode().encode("gb18030"),
        "_numbers.csv": table(*(f"{at},n,{text},1,2020-01-01" for at, text in enumerate(["1e308", "NaN", "inf", "-0", "9" * 400, "0x10", "1_0", "-Infinity"], 10))),
        "_decimals.csv": table(*(f"{at},n,1,{text},2020-01-01" for at, text in enumerate(["1e308", "NaN", "-0", "9" * 400, "0." + "3" * 400], 10))),
        "_dates.csv": table(*(f"{at},n,1,1,{text}" for at, text in enumerate(["0000-01-01", "9999-12-31", "2020-02-30", "-2020-01-01", "99999-01-01"], 10))),
        "_directions.csv": table("9,E\u202elm,1,1,2020-01-01", "10,\u200fElm\u200b\u2066x,1,1,2020-01-01"),
        "_commands.csv": table("9,=cmd|' /C calc'!A0,1,1,2020-01-01", "10,@SUM(1),1,1,2020-01-01", "11,<script>alert(1)</script>,1,1,2020-01-01"),
        "_formula_in_number.csv": table("9,Elm,=1+1,1,2020-01-01"),
        "_screen_codes.csv": table("9,\x1b[2J\x1b]0;x\x07Elm,1,1,2020-01-01", "10,n,\x1b[31m7,1,2020-01-01"),
        "_screen_codes_in_header.csv": PLAIN.replace("area", "\x1b[2Jarea\u202e"),
        "_long_cell.csv": table(f"9,{'x' * 200_000},1,1,2020-01-01"),
        "_many_columns.csv": HEAD + "," + ",".join(f"c{at}" for at in range(5000)) + "\n",
        # what is no table
        "_pdf.csv": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
        "_png.xlsx": b"\x89PNG\r\n\x1a\n" + noise,
        "_jpeg.csv": b"\xff\xd8\xff\xe0" + noise,
        "_gzip.csv": b"\x1f\x8b\x08" + noise,
        "_7z.csv": b"7z\xbc\xaf\x27\x1c" + noise,
        "_rar.csv": b"Rar!\x1a\x07" + noise,
        "_rtf.csv": b"{\\rtf1 hello}",
        "_elf.csv": b"\x7fELF" + noise,
        "_sqlite.csv": b"SQLite format 3\0" + noise,
        "_parquet.csv": b"PAR1" + noise,
        "_page.xls": "<html><table><tr><td>code</td></tr></table></html>",
        "_xml.csv": LAUGHS + "<l>&i;</l>",
        "_letter.docx": zipped({"word/document.xml": "<a/>"}),
        "_archive.zip": zipped({"roster.csv": PLAIN}),
        "_archive_of_archives.zip": zipped({"a.zip": zipped({"b.zip": zipped({"roster.csv": PLAIN})})}),
        "_many_entries.xlsx": Later(lambda: zipped({**WORKBOOK, **{f"x/{at}": "" for at in range(20_000)}})),
        # JSON
        "_records.json": records(),
        "_lines.jsonl": LINES,
        "_list_of_lists.json": '[["code","homes"],["1",1]]',
        "_within_data.json": '{"total":3,"data":' + records() + "}",
        "_first_line_broken.jsonl": '"code":"0"}\n' + LINES,
        "_deep.json": records('{"code":"9","homes":"1","name":' + "[" * 100_000 + "]" * 100_000 + "}"),
        "_same_key.json": records('{"code":"9","homes":1,"homes":2}'),
        "_huge_numbers.json": records('{"code":"9","homes":1e999}', '{"code":"10","homes":' + "9" * 400 + "}"),
        "_lone_surrogate.json": records('{"code":"9","name":"\\ud800","homes":"1"}'),
        "_cut.json": records()[:-20],
        "_zero.json": records('{"code":"9","name":"a\\u0000b","homes":"1"}'),
        "_keys_of_5_MB.json": Later(lambda: "[{" + ",".join(f'"k{at}":1' for at in range(400_000)) + "}]"),
        "_one_key_of_5_MB.json": Later(lambda: "[{" + ",".join(['"k":1'] * 800_000) + "}]"),
        # XLSX
        "_good.xlsx": good,
        "_cell_of_600_MB.xlsx": Later(cell_bomb),
        "_size_lies.xlsx": Later(lying_size),
        "_rows_of_250_MB.xlsx": Later(rows_bomb),
        "_shared_strings.xlsx": Later(strings_bomb),
        "_styles.xlsx": Later(styles_bomb),
        "_one_string_everywhere.xlsx": Later(amplified),
        "_entities.xlsx": xlsx(LAUGHS + sheet(cells()).replace("Alder", "&i;")),
        "_outer_file.xlsx": xlsx('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + sheet(cells()).replace("Alder", "&b;")),
        "_count_lies.xlsx": xlsx(xl__sharedStrings_dot_xml=f'<sst xmlns="{MAIN}" uniqueCount="999999999999999"><si><t>a</t></si></sst>'),
        "_dimension_lies.xlsx": xlsx(sheet(cells(), '<dimension ref="A1:XFD1048576"/>')),
        "_far_cell.xlsx": xlsx(sheet(cells()).replace("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')),
        "_rows_out_of_order.xlsx": xlsx(sheet(cells()).replace('<row r="3">', '<row r="9">').replace('r="A3"', 'r="A9"')),
        "_row_zero.xlsx": xlsx(sheet(cells()).replace('"A3"', '"A0"')),
        "_row_beyond.xlsx": xlsx(sheet(cells()).replace('4">', '99999999999">')),
        "_merged_ranges.xlsx": Later(lambda: xlsx(sheet(cells(), after="<mergeCells>" + "".join(f'<mergeCell ref="A{at}:B{at}"/>' for at in range(1, 400_000)) + "</mergeCells>"))),
        "_outer_links.xlsx": xlsx(xl__externalLinks__externalLink1_dot_xml="<externalLink/>"),
        "_macros.xlsm": xlsx(xl__vbaProject_dot_bin=b"\xd0\xcf\x11\xe0" + noise),
        "_binary.xlsb": zipped({"[Content_Types].xml": TYPES, "xl/workbook.bin": noise}),
        "_hidden_first.xlsx": zipped(parts([("old", "hidden", sheet(cells())), ("new", "visible", sheet(cells()))])),
        "_hidden_only.xlsx": zipped(parts([("note", "visible", sheet([["see the next sheet"]])), ("data", "hidden", sheet(cells()))])),
        "_continued.xlsx": zipped(parts([("page 1", "visible", sheet(cells())), ("page 2", "visible", sheet(cells(PLAIN.replace("\n1,", "\n7,"))))])),
        "_sheet_name.xlsx": zipped(parts([("a&#x202e;b", "visible", sheet(cells()))])),
        "_not_calculated.xlsx": xlsx(sheet(cells()).replace("<v>10</v>", "<f>5+5</f>")),
        "_many_sheets.xlsx": Later(lambda: zipped(parts([(f"s{at}", "visible", sheet(cells())) for at in range(300)]))),
        "_sheet_lacking.xlsx": zipped({name: part for name, part in WORKBOOK.items() if name != SHEET1}),
        "_workbook_lacking.xlsx": zipped({name: part for name, part in WORKBOOK.items() if name != "xl/workbook.xml"}),
        "_other_types.xlsx": zipped({**WORKBOOK, "[Content_Types].xml": "<Types/>"}),
        "_sheet_is_noise.xlsx": zipped({**WORKBOOK, SHEET1: noise}),
        "_cut.xlsx": good[: len(good) // 2],
        "_cut_in_directory.xlsx": good[:-30],
        # ODS
        "_good.ods": ods(GOOD_ODS),
        "_columns_repeated.ods": ods(GOOD_ODS + "<table:table-row>" + ONE.format(' table:number-columns-repeated="16384"') + "</table:table-row>"),
        "_rows_repeated.ods": ods(GOOD_ODS + '<table:table-row table:number-rows-repeated="1000000">' + ONE.format(' table:number-columns-repeated="100"') + "</table:table-row>"),
        "_blank_rows_repeated.ods": ods(GOOD_ODS + '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'),
        "_repeated_beyond.ods": ods('<table:table-row table:number-rows-repeated="99999999999999999999"/>' + GOOD_ODS),
        "_blanks_in_text.ods": ods(GOOD_ODS.replace("Alder", '<text:s text:c="999999999"/>')),
        "_cut_inside.ods": ods(GOOD_ODS, ""),
        "_not_calculated.ods": ods(GOOD_ODS.replace('office:value-type="float" office:value="10"', 'table:formula="of:=5+5"')),
        # XLS
        "_good.xls": sent,
        "_cut_half.xls": sent[: len(sent) // 2],
        "_cut_head.xls": sent[:600],
        "_far_cells.xls": Later(far_cells),
        "_stated_size.xls": Later(stated_size),
        "_circle.xls": Later(circle),
        "_other_streams.xls": sent.replace("Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")[:16]).replace("Root Entry".encode("utf-16-le") + b"\0" * 4, "EncryptedPackage".encode("utf-16-le")[:24]),
        # names
        "\x1b[2J.csv": PLAIN,
        "\u202evsc.exe.csv": PLAIN,
        "😀.csv": PLAIN,
        "x" * (255 - len("A_roster.csv")) + ".csv": PLAIN,
        "_R2.csv": PLAIN,
        "_r2x.csv": PLAIN,
        "_r99999999999.csv": PLAIN,
        "_report.csv": PLAIN,
    }
    faulty = table("9,榆树,x,1,2020-01-01")
    plain_sheet = sheet(cells())
    everything |= hostile_more.names(PLAIN, faulty)
    everything |= hostile_more.texts(HEAD, ROWS, PLAIN, SCALE, Later)
    everything |= hostile_more.jsons(HEAD, ROWS, SCALE, Later)
    everything |= hostile_more.xlsx(WORKBOOK, plain_sheet, MAIN, OFFICE, rels, SCALE, Later)
    everything |= hostile_more.ods(ods, GOOD_ODS, ONE, Later, SCALE)
    everything |= hostile_more.xls(sent, SCALE, Later)
    everything |= hostile_markup.made(cells(), SCALE, Later)
    everything |= hostile_more.folders(PLAIN)
    for seed in range(12):
        everything[f"_flipped_{seed:02}.xlsx"] = flipped(good, seed, 1 + seed * 3)
        everything[f"_flipped_{seed:02}.xls"] = flipped(sent, seed, 1 + seed * 40)
        everything[f"_flipped_{seed:02}.ods"] = flipped(ods(GOOD_ODS), seed, 1 + seed * 3)
    return everything


def odd_files(folder: Path) -> dict[str, object]:
    """What is no file, by name: each is made by a function of its path."""
    target = folder / "elsewhere.csv"
    target.write_text(PLAIN)

    def bound(path: Path) -> None:
        # A socket's path is short.
        here = os.getcwd()
        os.chdir(path.parent)
        socket.socket(socket.AF_UNIX).bind(path.name)
        os.chdir(here)

    return {
        "_link.csv": lambda path: path.symlink_to(target),
        "_link_to_nothing.csv": lambda path: path.symlink_to(folder / "nothing"),
        "_link_to_itself.csv": lambda path: path.symlink_to(path),
        "_link_to_folder": lambda path: path.symlink_to(folder),
        "_pipe.csv": os.mkfifo,
        "_socket.csv": bound,
        "_folder.csv": lambda path: path.mkdir(),
    }


def run(huizong: str, pipeline: str, source: Path, output: Path) -> tuple[int, float, float, bytes]:
    command = [huizong, "run", pipeline, "--input", str(source), "--output", str(output), "--threads", "1"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    # Of the processor: what else the machine does is not the file's doing. With one thread no more passes on a quiet one.
    return child.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said


def said_badly(said: bytes) -> str | None:
    text = said.decode("utf-8", "replace")
    if "panicked" in text or "internal error" in text:
        return "panicked"
    if any((c < " " and c not in "\n\t") or c in "\x7f\u202e\u200f\u2066" for c in text):
        return "wrote control characters"
    return None


def found(output: Path) -> tuple[str, list[str]]:
    """The codes of a run's findings, and the cells of its extracts that a spreadsheet would run."""
    tables = [path for path in output.rglob("extracts/findings.csv") if not path.is_symlink()]
    if not tables:
        return "no findings.csv", []
    with open(tables[0], newline="", encoding="utf-8-sig") as file:
        codes = sorted({row["code"] for row in csv.DictReader(file)})
    bad = []
    for path in tables[0].parent.glob("*.csv"):
        with open(path, newline="", encoding="utf-8-sig") as file:
            for row in csv.reader(file):
                bad += [cell for cell in row if cell.lstrip()[:1] in tuple("=+-@") and cell.lstrip()[:1] and not number(cell)]
                bad += [cell for cell in row if path.stem == "submissions" and any(c < " " or c in "\x7f\u202e" for c in cell)]
    with open(tables[0].parent / "submissions.csv", newline="", encoding="utf-8-sig") as file:
        accepted = sum(int(row["rows_accepted"] or 0) for row in csv.DictReader(file))
    return ("" if accepted else "*") + " ".join(codes), bad


def number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def submissions(folder: Path) -> list[tuple[str, str, Path, object]]:
    """Name, pipeline, place below the input and content of what is sent alone."""
    source = folder / "in/2020"
    sent = [*made().items(), *odd_files(folder).items()]
    return [(name, "pipeline", source / f"A_roster{name}", content) for name, content in sent]


def registers(folder: Path) -> list[tuple[str, str, Path, object]]:
    """The same of what lies beside a plain submission."""
    return [(name, "registers", folder / "in" / name.split("|")[0], content) for name, content in hostile_more.beside(SCALE, Later).items()]


def place(path: Path, content: object) -> None:
    if isinstance(content, Later):
        content = content.make()
    if callable(content):
        content(path)
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def main() -> None:
    huizong, pipelines, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    only = sys.argv[4] if len(sys.argv) > 4 else ""
    output = folder / "out"
    folder.mkdir(parents=True, exist_ok=True)
    for name, pipeline, path, content in [*submissions(folder), *registers(folder)]:
        if only not in name:
            continue
        # Deeper than a path can say: only the shell's own walk gets there.
        subprocess.run(["rm", "-rf", str(folder / "in"), str(output)], check=True)
        (folder / "in/2020").mkdir(parents=True)
        if pipeline == "registers":
            (folder / "in/2020/A_roster.csv").write_text(PLAIN)
        place(path, content)
        content = None
        exit_code, seconds, megabytes, said = run(huizong, str(pipelines / pipeline), folder / "in", output)
        codes, bad = found(output)
        shown = name.encode("unicode_escape").decode() if any(c < " " or c > "\u2000" for c in name) else name
        print(shown, exit_code, codes, f"{seconds:.2f}", f"{megabytes:.0f}", sep="\t")
        for complaint in filter(None, [said_badly(said), *map(repr, bad)]):
            print(f"! {shown}\t{complaint}")
        if exit_code > 1:
            sys.stderr.write(f"{shown}: {said.decode('utf-8', 'replace')[-600:]}\n")
        sys.stdout.flush()


main()
