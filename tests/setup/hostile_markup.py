"""Web pages, SpreadsheetML and encrypted workbooks made to do harm."""

from pathlib import Path

SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
CASES = Path(__file__).parents[1] / "cases/files-as-systems-write-them"


def page(rows: list[list[str]], before: str = "", cell: str = "<td>") -> str:
    lines = "".join("<tr>" + "".join(cell + text for text in row) for row in rows)
    return f"<html><head><meta charset=utf-8></head><body>{before}<table>{lines}</table></body></html>"


def spreadsheet(rows: list[list[str]], before: str = "", row: str = "<Row>", doctype: str = "") -> str:
    def cell(text: str) -> str:
        return f'<Cell><Data ss:Type="String">{text}</Data></Cell>'

    lines = "".join(row + "".join(map(cell, cells)) + "</Row>" for cells in rows)
    return (
        f'<?xml version="1.0"?>{doctype}<Workbook xmlns="{SPREADSHEET}" xmlns:ss="{SPREADSHEET}">{before}'
        f'<Worksheet ss:Name="a"><Table>{lines}</Table></Worksheet></Workbook>'
    )


def made(rows: list[list[str]], scale: int, later) -> dict[str, object]:
    head, *body = rows
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    encrypted = (CASES / "default-password/clinics_2020.xlsx").read_bytes()
    return {
        "_page_table.xls": page(rows),
        "_page_cut.xls": page(rows)[:-40],
        "_page_scripts.xls": page(rows, "<script>while(1){document.write('<td>')}</script><style>td{display:none}</style>"),
        "_page_quotes_open.xls": page(rows, "<p title='"),
        "_page_entities.xls": page([head, *[[*row[:1], f"&lt;b&gt;{row[1]}&amp;&#0;&#x110000;&nosuch;", *row[2:]] for row in body]]),
        "_page_tables_deep.xls": later(lambda: "<table><tr><td>" * (2_000_000 // scale)),
        "_page_spans_deep.xls": later(lambda: page(rows, "<span>" * (5_000_000 // scale))),
        "_page_unknown_deep.xls": later(lambda: page(rows, "<x>" * (5_000_000 // scale))),
        "_page_of_ends.xls": later(lambda: page(rows, "<b>" * 90 + "</i>" * (10_000_000 // scale))),
        "_page_of_cells.xls": later(lambda: "<table><tr>" + "<td>" * (20_000_000 // scale)),
        "_page_of_rows.xls": later(lambda: "<table>" + "<tr>" * (20_000_000 // scale)),
        "_page_full.xls": later(lambda: page([*rows, *[["12"] * 50] * (16_000 // scale)])),
        "_spreadsheet_full.xls": later(lambda: spreadsheet([*rows, *[["12"] * 50] * (16_000 // scale)])),
        "_page_columns.xls": later(lambda: page(rows) + "<table><tr>" + "<td colspan=1000>x" * 1_000),
        "_page_rowspans.xls": later(
            lambda: "<table><tr>" + "<td rowspan=65534>" * 4_000 + "<tr><td>" * (2_000_000 // scale)
        ),
        "_page_attributes.xls": later(
            lambda: "<table><tr><td " + " ".join(f"a{at}" for at in range(5_000_000 // scale)) + ">x</table>"
        ),
        "_page_style.xls": later(
            lambda: page(rows, "<style>" + "".join(f".c{at}{{display:none}}" for at in range(2_000_000 // scale)) + "</style>")
        ),
        "_page_comment.xls": later(lambda: page(rows, "<!--" + "<x:Name>" * (4_000_000 // scale))),
        "_page_text.xls": later(lambda: page([*rows, ["x " * (20_000_000 // scale)]])),
        "_page_hidden_header.xls": page(rows, cell="<td style='display:none'>"),
        "_spreadsheet.xls": spreadsheet(rows),
        "_spreadsheet_cut.xls": spreadsheet(rows)[:-30],
        "_spreadsheet_laughs.xls": spreadsheet([head, ["&c;"]], doctype=laughs),
        "_spreadsheet_entity.xls": spreadsheet([head, ["&c;"]]),
        "_spreadsheet_far_row.xls": spreadsheet(rows, row='<Row ss:Index="4000000000">'),
        "_spreadsheet_back.xls": spreadsheet(rows, row='<Row ss:Index="1">'),
        "_spreadsheet_hidden_rows.xls": later(
            lambda: spreadsheet([["x"]] * 1_000, row='<Row ss:Index="9" ss:Span="1000000" ss:Hidden="1">')
        ),
        "_spreadsheet_columns.xls": later(
            lambda: spreadsheet(rows).replace(
                "<Table>", "<Table>" + '<Column ss:Index="1" ss:Span="4000" ss:Hidden="1" ss:StyleID="a"/>' * (200_000 // scale)
            )
        ),
        "_spreadsheet_deep.xls": later(lambda: spreadsheet([["<B>" * (5_000_000 // scale)]])),
        "_spreadsheet_sheets.xls": later(lambda: spreadsheet(rows, '<Worksheet ss:Name="b"/>' * 10_000)),
        "_spreadsheet_styles.xls": later(
            lambda: spreadsheet(
                rows,
                "<Styles>"
                + "".join(f'<Style ss:ID="s{at}"><NumberFormat ss:Format="000"/></Style>' for at in range(1_000_000 // scale))
                + "</Styles>",
            )
        ),
        "_web_archive.xls": "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n" + page(rows),
        "_bare_biff.xls": b"\x09\x08\x08\x00\x00\x05\x10\x00\x00\x00\x00\x00" + bytes(64),
        "_spins.xlsx": encrypted.replace(b'spinCount="100000"', b'spinCount="999999"'),
        "_salt.xlsx": encrypted.replace(b'saltSize="16"', b'saltSize="99"').replace(b'keyBits="256"', b'keyBits="255"'),
    }
