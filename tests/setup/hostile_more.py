"""Further files made to do harm, for hostile.py: names, encodings, archives that lie, registers, folders."""

import io
import os
import struct
import zipfile
from pathlib import Path


def names(plain: str, faulty: bytes) -> dict[str, object]:
    """Names of submissions, and what the files hold."""
    return {
        "_new\nline.csv": plain,
        "_tab\tand\rreturn.csv": faulty,
        "_\u200f\u2066marks\u2069.csv": faulty,
        "_#roster.csv": faulty,
        "_{period}.csv": plain,
        "_%2e%2e%2f.csv": plain,
        "_..\\..\\up.csv": plain,
        "_ .csv ": plain,
        "_$(touch x)`id`;&.csv": faulty,
        "_'quoted\" <b>.csv": faulty,
        "_\udcff\udcfe.csv": plain,
        "_r4294967295.csv": faulty,
        "_r0000000000000000000000000001.csv": plain,
    }


def texts(head: str, rows: list[str], plain: str, scale: int, later) -> dict[str, object]:
    table = lambda *more: "\n".join([head, *more, *rows, ""])
    cjk = table("9,榆树社区,1,1,2020-01-01", "10,\U00020000\U0002a6d6,1,1,2020-01-01")
    nobody = lambda rows, columns, cell: later(lambda: "\n".join(",".join(cell(row, at) for at in range(columns)) for row in range(rows)))
    return {
        "_100000_columns.csv": head + "," * 100_000 + "\n" + plain,
        "_no_header.csv": nobody(200_000 // scale, 10, lambda row, at: f"x{at % 7}"),
        "_no_header_at_the_limit.csv": later(lambda: ("a," * 27 + "a\n") * (714_000 // scale)),
        "_no_header_wide.csv": nobody(62, 4000 // scale // min(scale, 4), lambda row, at: f"word {row} {at}"),
        "_no_header_long_texts.csv": nobody(62, 4000 // scale // min(scale, 8), lambda row, at: f"words {row}" * 30),
        "_no_header_very_long_texts.csv": nobody(60, 12, lambda row, at: f"words {row}" * 3000),
        "_unknown_columns.csv": later(lambda: head + "," + ",".join(f"c{at}" for at in range(4000)) + "\n" + ("9,n,x,1," + ",".join(["1"] * 4001) + "\n") * (200 // scale)),
        "_utf16_le_without_mark.csv": plain.encode("utf-16-le"),
        "_utf16_odd_length.csv": "\ufeff".encode("utf-16-le") + plain.encode("utf-16-le") + b"\x31",
        "_utf16_mark_twice.csv": ("\ufeff\ufeff" + plain).encode("utf-16-le"),
        "_utf32.csv": plain.encode("utf-32"),
        "_utf7.csv": table("9,+ZYZoOQ-,1,1,2020-01-01"),
        "_gb18030_four_bytes.csv": cjk.encode("gb18030"),
        "_big5.csv": table("9,榆樹社區服務,1,1,2020-01-01").encode("big5"),
        "_surrogates_as_utf8.csv": table("9,E@m,1,1,2020-01-01").encode().replace(b"@", b"\xed\xa0\x80"),
        "_overlong_utf8.csv": table("9,E@m,1,1,2020-01-01").encode().replace(b"@", b"\xc0\x80"),
        "_marks_within.csv": "\ufeff" + table("9,\ufeffElm\ufeff,1,1,2020-01-01"),
        "_other_line_ends.csv": plain.replace("\n", "\r"),
        "_unicode_line_ends.csv": table("9,a\u2028b\u0085c\x0bd,1,1,2020-01-01"),
        "_separator_told.csv": "sep=;\n" + plain.replace(",", ";"),
        "_look_alike_header.csv": plain.replace("code,", "с\u043ede,"),
        "_combining_marks.csv": table("9,a" + "\u0301\u0316" * 20_000 + ",1,1,2020-01-01"),
        "_one_key.csv": later(lambda: head + "\n" + "".join(f"1,n,{at},1,2020-01-01\n" for at in range(200_000 // scale))),
        "_headers_again.csv": later(lambda: plain * (20_000 // scale)),
        "_blank_between.csv": later(lambda: head + "\n" + ("\n" * 10_000 + "9,n,x,1,2020-01-01\n") * (60 // scale)),
        "_spaces_of_1_MB.csv": table("9," + " " * (1 << 20) + ",1,1,2020-01-01"),
        "_sparse_of_300_MB.csv": sparse(300 << 20),
        "_sparse_of_100_MB.csv": sparse(100 << 20),
    }


def jsons(head: str, rows: list[str], scale: int, later) -> dict[str, object]:
    keys = head.split(",")
    objects = ["{" + ",".join(f'"{key}":"{value}"' for key, value in zip(keys, row.split(","))) + "}" for row in rows]
    records = lambda *more: "[" + ",".join([*more, *objects]) + "]"
    return {
        "_mark.json": "\ufeff" + records(),
        "_not_numbers.json": records('{"code":"9","homes":NaN}', '{"code":"10","homes":-Infinity}'),
        "_remarks.json": "/* a */ " + records()[:-1] + ",]",
        "_number.json": "[1,2,3]",
        "_null.json": "null",
        "_text.json": '"code,name\\n1,x"',
        "_million_empty.json": later(lambda: "[" + "{}," * (1_000_000 // scale) + "{}]"),
        "_keys_of_their_own.jsonl": later(lambda: "".join(f'{{"code":"{at}","k{at}":1}}\n' for at in range(50_000 // scale))),
        "_key_of_1_MB.json": records('{"code":"9","' + "k" * (1 << 20) + '":1}'),
        "_keys_alike.json": records('{"code":"9","Code":"10","CODE ":"11","homes":1}'),
        "_lines_cut.jsonl": "\n".join(objects) + '\n{"code":"9",',
        "_two_documents.json": records() + records(),
        "_utf16.json": ("\ufeff" + records()).encode("utf-16-le"),
    }


def sparse(size: int):
    """A file that takes no room on the disk."""

    def make(path: Path) -> None:
        with open(path, "wb") as file:
            file.truncate(size)

    return make


def folders(plain: str) -> dict[str, object]:
    def deep(levels: int, name: str):
        def make(path: Path) -> None:
            here = os.getcwd()
            os.chdir(path.parent)
            try:
                for _ in range(levels):
                    os.mkdir(name)
                    os.chdir(name)
                Path("B_roster.csv").write_text(plain)
            finally:
                os.chdir(here)

        return make

    def twins(path: Path) -> None:
        (path.parent / "A_roster\u202e.csv").write_text(plain)
        (path.parent / "A_roster\\u{202e}.csv").write_text(plain.replace("Alder", "Aspen"))

    def linked(path: Path) -> None:
        elsewhere = path.parent.parent.parent / "linked.csv"
        elsewhere.write_text(plain)
        os.link(elsewhere, path)

    def inside(path: Path) -> None:
        path.mkdir()
        (path / "A_roster.csv").write_text(plain)

    def closed(path: Path) -> None:
        path.mkdir()
        (path / "x.csv").write_text(plain)
        path.chmod(0)

    return {
        "_hard_link.csv": linked,
        "_folder.xlsx": inside,
        "_deep_40": deep(40, "d"),
        "_deep_3000": deep(3000, "d"),
        "_deep_long_names": deep(17, "n" * 250),
        "_twins.csv": twins,
        "_empty_folder_closed": closed,
    }


# ---- archives that lie


def written(parts: dict[str, str | bytes], pick=lambda info: None, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            pick(info)
            archive.writestr(info, content)
    return buffer.getvalue()


class Unseekable(io.RawIOBase):
    """Makes the writer put sizes behind the data."""

    def __init__(self, inner: io.BytesIO):
        self.inner = inner

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        return self.inner.write(data)


def streamed(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(Unseekable(buffer), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def twice(parts: dict[str, str | bytes], name: str, other: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(zipfile.ZipInfo(part), content)
        archive.writestr(zipfile.ZipInfo(name.swapcase()), other)
        spare = name.replace("sheet1", "sheeT1")
        archive.writestr(zipfile.ZipInfo(spare), other)
    return buffer.getvalue().replace(spare.encode(), name.encode())


def changed(content: bytes, signature: bytes, offset: int, form: str, value: int) -> bytes:
    """A field of every record that begins with a signature."""
    out = bytearray(content)
    at = out.find(signature)
    while at >= 0:
        struct.pack_into(form, out, at + offset, value)
        at = out.find(signature, at + 4)
    return bytes(out)


CENTRAL, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"


def xlsx(workbook: dict[str, str | bytes], sheet: str, main: str, office: str, rels, scale: int, later) -> dict[str, object]:
    name = "xl/worksheets/sheet1.xml"
    book = lambda xml, **more: written({**workbook, name: xml, **{k.replace("__", "/").replace("_dot_", "."): v for k, v in more.items()}})
    other = sheet.replace("Alder", "Other")
    put = lambda cell: book(sheet.replace("</sheetData>", f'<row r="9">{cell}</row></sheetData>'))
    value = lambda text, more="": book(sheet.replace("<v>10</v>", f"<v>{text}</v>").replace("<v>20</v>", f"<v>{more or 20}</v>"))
    dated = lambda number: book(sheet.replace('<c r="E2" t="inlineStr"><is><t>2020-12-31</t></is></c>', f'<c r="E2" s="1"><v>{number}</v></c>'), xl__styles_dot_xml=STYLES.format(main), **{"xl__workbook_dot_xml": workbook["xl/workbook.xml"]})
    merges = lambda refs: book(sheet.replace("<v>10</v>", "<v>1.5</v>") .replace("</worksheet>", "<mergeCells>" + "".join(f'<mergeCell ref="{ref}"/>' for ref in refs) + "</mergeCells></worksheet>"))
    plain = written(workbook)
    dde = f'<externalLink xmlns="{main}"><ddeLink ddeService="cmd" ddeTopic="/C calc"><ddeItems><ddeItem name="A1"/></ddeItems></ddeLink></externalLink>'
    strict = {part: (content.replace(main, "http://purl.oclc.org/ooxml/spreadsheetml/main").replace(office, "http://purl.oclc.org/ooxml/officeDocument/relationships") if isinstance(content, str) else content) for part, content in workbook.items()}
    return {
        "_part_twice.xlsx": twice(workbook, name, other),
        "_part_in_two_cases.xlsx": written({**workbook, "XL/WORKSHEETS/SHEET1.XML": other}),
        "_dde.xlsx": book(sheet, xl__externalLinks__externalLink1_dot_xml=dde),
        "_link_outside.xlsx": written({**workbook, "xl/_rels/workbook.xml.rels": rels(("worksheet", "file:///etc/passwd"))}),
        "_link_up.xlsx": written({**workbook, "xl/_rels/workbook.xml.rels": rels(("worksheet", "../../../../etc/passwd"))}),
        "_link_to_itself.xlsx": written({**workbook, "xl/_rels/workbook.xml.rels": rels(("worksheet", "workbook.xml"))}),
        "_strict.xlsx": written(strict),
        "_no_types.xlsx": written({part: content for part, content in workbook.items() if part != "[Content_Types].xml"}),
        "_paths_outside.xlsx": written({**workbook, "/etc/cron.d/x": "x", "../../up.xml": "<a/>", "C:\\x.xml": "<a/>"}),
        "_sizes_behind.xlsx": streamed(workbook),
        "_stored.xlsx": written(workbook, method=zipfile.ZIP_STORED),
        "_bzip2.xlsx": written(workbook, method=zipfile.ZIP_BZIP2),
        "_lzma.xlsx": written(workbook, method=zipfile.ZIP_LZMA),
        "_encrypted_flag.xlsx": changed(changed(plain, CENTRAL, 8, "<H", 1), LOCAL, 6, "<H", 1),
        "_encrypted_flag_in_one_place.xlsx": changed(plain, LOCAL, 6, "<H", 1),
        "_method_unknown.xlsx": changed(changed(plain, CENTRAL, 10, "<H", 77), LOCAL, 8, "<H", 77),
        "_sums_wrong.xlsx": changed(plain, CENTRAL, 16, "<I", 1),
        "_offsets_lie.xlsx": changed(plain, CENTRAL, 42, "<I", 0),
        "_offsets_beyond.xlsx": changed(plain, CENTRAL, 42, "<I", 0xFFFF_FFF0),
        "_zip64_sizes_lie.xlsx": changed(plain, CENTRAL, 24, "<I", 0xFFFF_FFFF),
        "_entries_lie.xlsx": changed(plain, END, 10, "<H", 0xFFFF),
        "_other_names_inside.xlsx": plain.replace(name.encode(), b"xl/worksheets/sheetX.xml", 1),
        "_before_the_zip.xlsx": b"PK\x03\x04junk" * 20 + plain,
        "_behind_the_zip.xlsx": plain + b"code,name\n" * 20,
        "_column_beyond.xlsx": put('<c r="XFE9"><v>1</v></c>'),
        "_column_far_beyond.xlsx": put('<c r="AAAAAAAAAAAAAAAA9"><v>1</v></c>'),
        "_row_beyond_sheet.xlsx": put('<c r="A1048577"><v>1</v></c>'),
        "_reference_is_none.xlsx": put('<c r="榆9"><v>1</v></c><c r=""><v>2</v></c><c r="9A"><v>3</v></c>'),
        "_shared_string_missing.xlsx": put('<c r="A9" t="s"><v>999</v></c>'),
        "_shared_string_negative.xlsx": put('<c r="A9" t="s"><v>-1</v></c>'),
        "_style_missing.xlsx": put('<c r="A9" s="99999999"><v>4</v></c><c r="B9" s="-1"><v>1</v></c>'),
        "_type_unknown.xlsx": put('<c r="A9" t="zz"><v>4</v></c>'),
        "_not_numbers.xlsx": value("NaN", "1e999"),
        "_numbers_as_text.xlsx": value("0x10", "1_0"),
        "_errors.xlsx": book(sheet.replace('<c r="C2"><v>10</v></c>', '<c r="C2" t="e"><v>#REF!</v></c>')),
        "_date_negative.xlsx": dated("-1"),
        "_date_1900_02_29.xlsx": dated("60"),
        "_date_beyond.xlsx": dated("2958466"),
        "_date_far_beyond.xlsx": dated("1e300"),
        "_date_not_a_number.xlsx": dated("NaN"),
        "_date_1904.xlsx": written({**workbook, name: sheet.replace('<c r="E2" t="inlineStr"><is><t>2020-12-31</t></is></c>', '<c r="E2" s="1"><v>42734</v></c>'), "xl/styles.xml": STYLES.format(main), "xl/workbook.xml": workbook["xl/workbook.xml"].replace("<sheets>", '<workbookPr date1904="1"/><sheets>')}),
        "_merged_overlap.xlsx": merges(["A6:B7", "B6:C8", "A6:C6", "A1:XFD1048576"]),
        "_merged_everywhere.xlsx": later(lambda: merges([f"A{at}:XFC{1_000_000 + at}" for at in range(6, 9_000)])),
        "_merged_backwards.xlsx": merges(["C9:A6", "ZZZZ9:A1", "A0:B0", ":", "A6"]),
        "_sheet_name_of_10_KB.xlsx": written({**workbook, "xl/workbook.xml": workbook["xl/workbook.xml"].replace('name="roster"', f'name="{"n" * 10_000}"')}),
        "_sheet_name_empty.xlsx": written({**workbook, "xl/workbook.xml": workbook["xl/workbook.xml"].replace('name="roster"', 'name=""')}),
        "_utf16_parts.xlsx": written({part: content.replace('<?xml version="1.0"?>', "").encode("utf-16") if part == name else content for part, content in workbook.items()}),
        "_declared_gbk.xlsx": book(('<?xml version="1.0" encoding="gb2312"?>' + sheet).replace("Alder", "榆树").encode("gbk")),
        "_deep_elements.xlsx": later(lambda: book(sheet.replace("</sheetData>", "<a>" * (1_000_000 // scale) + "</sheetData>"))),
        "_many_attributes.xlsx": later(lambda: put("<c " + " ".join(f'a{at}=""' for at in range(100_000 // scale)) + ' r="A9"><v>1</v></c>')),
        "_attribute_twice.xlsx": put('<c r="A9" r="B9"><v>1</v></c>'),
        "_runs_of_text.xlsx": book(sheet.replace("<t>Alder</t>", "<r><t>a</t></r>" * 20_000)),
        "_entities_by_number.xlsx": book(sheet.replace("Alder", "&#0;&#xD800;&#x110000;&#27;[2J")),
        "_formulas_shared_in_a_ring.xlsx": put('<c r="A9"><f t="shared" si="0"/></c><c r="B9"><f t="shared" ref="A1:XFD1048576" si="0">A9+CMD|\'/C calc\'!A0</f></c>'),
    }


STYLES = '<styleSheet xmlns="{}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'


def ods(make, good: str, one: str, later, scale: int) -> dict[str, object]:
    cell = '<table:table-cell office:value-type="{}"{}><text:p>x</text:p></table:table-cell>'
    row = lambda inner: good + f"<table:table-row>{inner}</table:table-row>"
    return {
        "_columns_repeated_2_31.ods": make(row('<table:table-cell table:number-columns-repeated="2147483648"/>' + one.format(""))),
        "_columns_repeated_negative.ods": make(row('<table:table-cell table:number-columns-repeated="-1"/>')),
        "_spans_beyond.ods": make(good.replace('office:value-type="string">', 'office:value-type="string" table:number-columns-spanned="4294967296" table:number-rows-spanned="4294967296">', 1)),
        "_spans_overlap.ods": make(good.replace('office:value-type="string">', 'office:value-type="string" table:number-columns-spanned="3" table:number-rows-spanned="3">')),
        "_number_not_a_number.ods": make(row(cell.format("float", ' office:value="NaN"') * 3)),
        "_date_nonsense.ods": make(row(cell.format("date", ' office:date-value="0000-00-99T99:99:99"') * 3)),
        "_kind_unknown.ods": make(row(cell.format("zz", "") * 3)),
        "_many_attributes.ods": later(lambda: make(row("<table:table-cell " + " ".join(f'a{at}=""' for at in range(100_000 // scale)) + "/>"))),
        "_tables_within.ods": make(row(f'<table:table-cell><table:table table:name="inner">{good}</table:table></table:table-cell>')),
        "_deep_elements.ods": later(lambda: make(row("<table:table-cell>" + "<text:p>" * (300_000 // scale)))),
        "_elements_crossed.ods": make(good.replace("</table:table-row>", "</table:table-cell>", 1)),
    }


def xls(sent: bytes, scale: int, later) -> dict[str, object]:
    sector = lambda field: 512 * (1 + struct.unpack_from("<I", sent, field)[0])
    table, folder = sector(76), sector(48)

    def patched(at: int, form: str, *values: int) -> bytes:
        out = bytearray(sent)
        struct.pack_into(form, out, at, *values)
        return bytes(out)

    strings = sent.find(struct.pack("<H", 0x00FC))
    return {
        "_folder_in_a_ring.xls": patched(table + 4 * struct.unpack_from("<I", sent, 48)[0], "<I", struct.unpack_from("<I", sent, 48)[0]),
        "_folder_tree_in_a_ring.xls": patched(folder + 128 + 68, "<III", 1, 1, 1),
        "_stream_size_lies.xls": patched(folder + 128 + 120, "<I", 0xFFFF_FFF0),
        "_sectors_beyond.xls": patched(table, "<I", 0x7FFF_FFFF),
        "_sector_size_lies.xls": patched(30, "<H", 31),
        "_tables_of_sectors_lie.xls": patched(44, "<I", 0xFFFF_FFFF),
        "_strings_count_lies.xls": patched(strings + 8, "<I", 0xFFFF_FFFF) if strings > 0 else sent,
        "_locked.xls": sent.replace(struct.pack("<HH", 0x0042, 2), struct.pack("<HH", 0x002F, 2), 1),
        "_records_cut.xls": patched(folder + 128 + 120, "<I", 700),
    }


# ---- what lies beside the submissions


def beside(scale: int, later) -> dict[str, object]:
    """Name of a register, `|`, and what is the matter with it."""
    who = "area_code,form,period,expected_rows,homes\n"
    why = "form,period,area_code,key,column,code,explanation\n"
    when = "path,received_at\n"
    entry = (
        '[[correction]]\nid = "c{}"\naction = "override"\nform = "roster"\nperiod = "2020"\narea = "A"\nkey = "{}"\ncolumn = "homes"\n'
        'value = "1"\nreason = "r"\napproved_by = "x"\nreported = "2021-01-01"\n'
    )
    many = 200_000 // scale
    return {
        "reporters.csv|plain": who + "A,roster,2020,3,60\n",
        "reporters.csv|every row faulty": later(lambda: who + "".join(f"Z{at},nothing,soon,many,-1\n" for at in range(many))),
        "reporters.csv|a row a thousand times": later(lambda: who + "A,roster,2020,3,60\n" * many),
        "reporters.csv|figures of every kind": who + "A,roster,2020,1e308,NaN\nA,roster,,-0,inf\nA,roster,2020,9223372036854775808,1e999\n",
        "reporters.csv|a thousand columns of figures": later(lambda: who.strip() + "".join(f",f{at}" for at in range(1000)) + "\n" + "".join(f"A,roster,2020,{at}" + ",1" * 1001 + "\n" for at in range(4000 // scale))),
        "reporters.csv|commands": who + "=cmd|'/C calc'!A0,<script>,\x1b[2J,@SUM(1),\u202e1\n",
        "reporters.csv|quote without end": who + '"A,roster,2020,3,60\n' * 3,
        "reporters.csv|one line": later(lambda: "a" * ((60 << 20) // scale)),
        "reporters.csv|100000 columns": "," * 100_000,
        "reporters.csv|zeros": b"\0" * 10_000,
        "reporters.csv|utf-16 without mark": who.encode("utf-16-le"),
        "reporters.csv|broken": b"\xff\xfe\xff" + who.encode(),
        "reporters.csv|empty": b"",
        "reporters.csv|too large": sparse(65 << 20),
        "reporters.csv|a workbook": b"PK\x03\x04" + b"\0" * 500,
        "reporters.csv|a pipe": os.mkfifo,
        "reporters.csv|a link": lambda path: path.symlink_to("/dev/zero"),
        "reporters.csv|a folder": lambda path: path.mkdir(),
        "receipts.csv|every row faulty": later(lambda: when + "../../etc/passwd,0000-00-00\n" * many),
        "receipts.csv|files that are not there": later(lambda: when + "".join(f"2020/{at}.csv,2021-01-01\n" for at in range(many))),
        "receipts.csv|years": when + "2020/A_roster.csv,9999-12-31\n2020/a,-0001-01-01\n2020/b,2021-02-30\n2020/c,2021-01-01T25:61:61Z\n",
        "explanations.csv|every row faulty": later(lambda: why + "roster,2020,A,a;b;c,nothing,none,？\n" * many),
        "explanations.csv|of nothing": later(lambda: why + "".join(f"roster,2020,A,{at},homes,,why\n" for at in range(many))),
        "explanations.csv|commands": why + "roster,2020,A,1,homes,,=cmd|'/C calc'!A0\nroster,2020,A,1,,,\x1b[2J\u202e why\n",
        "explanations.csv|long": why + "roster,2020,A,1,homes,," + "x" * (1 << 20) + "\n",
        "units.csv|every row faulty": later(lambda: "code,area_code\n" + ",Z\n" * many),
        "units.csv|many units": later(lambda: "code,area_code\n" + "".join(f"{at},A\n" for at in range(many))),
        "units.csv|no key": "name,area_code\n1,A\n",
        "corrections.toml|plain": entry.format(1, 1),
        "corrections.toml|many": later(lambda: "".join(entry.format(at, at) for at in range(10_000 // scale))),
        "corrections.toml|every one faulty": later(lambda: '[[correction]]\nid = "a"\n' * (20_000)),
        "corrections.toml|one cell": later(lambda: "".join(entry.format(at, 1) for at in range(10_000 // scale))),
        "corrections.toml|deep": "a = " + "[" * 100_000,
        "corrections.toml|lists": later(lambda: "a = [" + "[[[]]]," * ((8 << 20) // 7 // scale) + "]"),
        "corrections.toml|keys": later(lambda: "".join(f"k{at} = 1\n" for at in range(300_000 // scale))),
        "corrections.toml|dotted": "a" + ".a" * 100_000 + " = 1\n",
        "corrections.toml|too large": sparse(65 << 20),
        "corrections.toml|zeros": b"\0" * 1000,
        "corrections.toml|a pipe": os.mkfifo,
        "corrections.toml|commands": entry.format("=cmd|'/C calc'!A0 \\u001b[2J \\u202e", 1),
    }
