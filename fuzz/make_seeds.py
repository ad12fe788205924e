"""Makes the seeds and dictionaries of the fuzz targets from files of the repository: make_seeds.py FOLDER

FOLDER/corpus/<target>/… and FOLDER/dictionaries/<target>.dict. The same files give the same seeds. Old workbooks and
OpenDocument sheets come from target/fixtures, which tests/run makes; without it there are fewer seeds.
"""

import hashlib
import re
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUBMISSIONS = ROOT / "sample_data/submissions"
FIXTURES = ROOT / "target/fixtures"
DEFINITIONS = ROOT / "tests/definitions"
SHIPPED = ROOT / "pipelines/community-services"
# In the order of `FILES` in src/definitions.rs.
FILES = [
    "pipeline.toml",
    "forms/villages.toml",
    "forms/summaries.toml",
    "checks.toml",
    "measures.toml",
    "indicators.toml",
    "dimensions.toml",
    "registry/divisions.csv",
    "registry/regions.csv",
]
SMALL = 12_000
CELLS = """|0|-0|12|１２|1,234|1 234|1.2万|12人|35.5㎡|1亩|0.1亩|12.3%|１２．３％|¥1,234.5|1e6|12.340000000000002|9007199254740993
99999999999999999999|0.1234567|-10.5|是|否|√|×|TRUE|政府|社会组职|NGO|2020-02-29|2020/1/5|2020年12月31日|20201231|1月|999|0.0
130102001001|１３０１０２００１００１|130102 001 001|130102001001.0|1.30102E+11|130102|13|1301|长丁区|长丁|Hill|—|无|...|N/A|?|'300
"300"|约300|三百二十|=cmd\x7c' /C calc'!A0|\u202e12|1e308|NaN|inf|0000-00-00|9999-12-31|2020-12-31T10:00:00Z|1.5万元|123元""".replace("\n", "|")
WORDS = {
    "cleaners": "万 亿 千 人 户 元 万元 亩 公顷 ㎡ m2 % ‰ ¥ $ ， 。 年 月 日 是 否 无 有 — … ... 999 E+11 e-5 0000 9007199254740992 NaN inf",
    "headers": "| / （ ） ： 合计 小计 其中： 甲 乙 单位：万元 单位：户 万人 亩 2020年 2018年 填报单位： 表号： 填表人： 续表",
    "csv": '"" ", ; , 合计 小计 2020年 2018年 1,234 \\xef\\xbb\\xbf \\xff\\xfe \\x81\\x30\\x81\\x30 \\x0d\\x0a NULL',
    "json": '{" ": null true false 1e308 -0 \\" \\\\u0000 \\\\ud800 [{ }] {} []',
    "workbook": "Workbook Book xl/workbook.xml xl/worksheets/sheet1.xml content.xml PK\\x03\\x04 PK\\x01\\x02 PK\\x05\\x06 \\x09\\x08 \\x85\\x00 \\xfc\\x00 \\xbd\\x00 \\x7e\\x02",
    "workbook_parts": '<c <v> </v> <row <f> <is> <t> </t> r="A1" r="XFD1048576" t="s" t="str" t="inlineStr" t="e" t="b" t="d" s="1" '
    "<dimension <mergeCell <!DOCTYPE <!ENTITY &amp; &#0; &lt; xml:space sharedStrings.xml workbook.xml.rels numFmtId "
    'table:number-columns-repeated="16384" table:number-rows-repeated="1048576" office:value-type="float" office:value="',
    "registers": '" "" ; , area_code county_code form period expected_rows path received_at key column code explanation explained_by date cells shadowed '
    "130102 130102001001 2020 2020年 2021-01-31 # = ； \\x0d\\x0a \\xef\\xbb\\xbf \\xff\\xfe 1e308 NaN",
    "corrections": '[[correction]] id= action= form= period= area= key= column= value= factor= expect= reason= approved_by= reported= path= revision= '
    '"drop" "override" "scale" "cells" "shadowed" "2020" "130102" "people" "1/10000" "0.1" "2021-03-02" 4294967296 {zh= ,en= """ \\u0000',
    "formulas": "AND OR NOT IN BETWEEN IS NULL CASE WHEN THEN ELSE END COALESCE ABS ROUND CAST AS DECIMAL( INTEGER code people count area money share "
    "open operator filled 'government' DATE'2020-01-01' || <> >= 9223372036854775807 0.0000001 1e400",
}


def main():
    folder = Path(sys.argv[1])
    for target, seeds in all_seeds().items():
        corpus = folder / "corpus" / target
        corpus.mkdir(parents=True, exist_ok=True)
        for seed in seeds:
            (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    dictionaries = folder / "dictionaries"
    dictionaries.mkdir(parents=True, exist_ok=True)
    for target, words in all_words().items():
        (dictionaries / f"{target}.dict").write_text("".join(f'"{escaped(word)}"\n' for word in words), encoding="utf-8")


def all_seeds():
    texts = [path.read_bytes() for path in small("*.csv") + small("*.txt")]
    objects = [path.read_bytes() for path in small("*.json") + small("*.jsonl")]
    books = [path for path in small("*.xlsx")] + fixtures("*.xlsx") + fixtures("*.xls") + fixtures("*.ods")
    cells = [cell.encode() for cell in CELLS.split("|")]
    return {
        "cleaners": [bytes([how]) + cell for cell in cells for how in (0, 1, 2, 4, 16)],
        "headers": [sheet(text) for text in texts if text.isascii() or is_utf8(text)],
        "csv": texts,
        "json": objects,
        "workbook": [path.read_bytes() for path in books],
        "workbook_parts": [parts(path) for path in books if path.suffix != ".xls" and zipfile.is_zipfile(path)],
        "definitions": definitions(),
        "formulas": formulas(),
        "registers": registers(),
        "corrections": corrections(),
    }


def small(pattern):
    paths = sorted(SUBMISSIONS.rglob(pattern), key=lambda path: (path.stat().st_size, str(path)))
    return [path for path in paths if path.stat().st_size < SMALL][:40]


def fixtures(pattern):
    return sorted(path for path in FIXTURES.rglob(pattern) if path.stat().st_size < 2 * SMALL)


def is_utf8(text):
    try:
        return bool(text.decode())
    except UnicodeDecodeError:
        return False


def sheet(text):
    """The first lines of a CSV, for the target that takes cells between bars."""
    lines = text.decode("utf-8-sig").splitlines()[:12]
    return "\n".join(line.replace(",", "|").replace("\t", "|") for line in lines).encode()


def parts(path):
    """The parts of a zipped workbook, each behind its path; long ones are cut behind a tag."""
    out = []
    with zipfile.ZipFile(path) as book:
        for info in book.infolist():
            if info.filename.endswith((".xml", ".rels", "mimetype")) and "theme" not in info.filename:
                content = book.read(info) if not info.flag_bits & 1 else b""
                cut = content if len(content) < SMALL else content[: content.index(b">", SMALL) + 1]
                out.append(b"@@ " + info.filename.encode() + b"\n" + cut + b"\n")
    return b"".join(out)


def definitions():
    seeds = []
    for path in sorted(DEFINITIONS.rglob("*.*")):
        name = "/".join(path.relative_to(DEFINITIONS).parts[1:])
        if name in FILES:
            seeds.append(bytes([FILES.index(name)]) + path.read_bytes())
    for at, name in enumerate(FILES):
        own = SHIPPED / name.replace("villages", "communities").replace("summaries", "county_summaries")
        if own.is_file() and own.stat().st_size < 2 * SMALL:
            seeds.append(bytes([at]) + own.read_bytes())
    return seeds


def formulas():
    texts = set()
    for path in sorted(DEFINITIONS.rglob("*.toml")) + sorted(SHIPPED.rglob("*.toml")):
        texts.update(re.findall(r'^(?:assert|value) = "(.*)"$', path.read_text(encoding="utf-8"), re.MULTILINE))
    # The names of the target's own columns, so that a formula gets beyond its first word.
    known = {"facility_area": "area", "households": "people", "residents": "count", "has_facility": "open", "satisfaction": "share"}
    named = [re.sub(r"\w+", lambda word: known.get(word[0], word[0]), text) for text in sorted(texts)]
    own = ["area > 0 AND NOT open", "CASE WHEN operator = 'social' THEN people ELSE 0 END", "ABS(money - area) / count < 0.5",
           "filled BETWEEN DATE '2020-01-01' AND DATE '2020-12-31'", "COALESCE(people, 0) + 1", "CAST(share AS INTEGER) IN (1, 2)"]
    return [text.encode() for text in named + own]


# In the order of `REGISTERS` in src/beside.rs: tables of the pipeline in fuzz/pipeline.
REGISTERS = [
    [
        ["area_code", "form", "period", "expected_rows", "residents"],
        ["130102", "cells", "2020", "12", "1,234"],
        ["130102", "shadowed", "", "1.5", ""],
        ["130100", "cells", "2019", "-1", "x"],
        ["999999", "none", "2020年", "", "1e400"],
    ],
    [
        ["path", "received_at"],
        ["2020/130102_cells.csv", "2021-01-31"],
        [".\\2020\\130102_shadowed.xlsx#表", "2021-02-30"],
        ["2020/130102_cells.csv", "9999-12-31"],
    ],
    [
        ["form", "period", "area_code", "key", "column", "code", "explanation", "explained_by", "date"],
        ["cells", "2020", "130102", "130102001001", "people", "not-a-number", "拆迁, 已核实", "统计科", "2021-03-01"],
        ["shadowed", "2020", "130102", "code=130102001001", "人数", "", "moved", "", "soon"],
        ["cells", "2020", "130102", "a;b", "none", "none", "？", "", ""],
    ],
    [
        ["code", "area_code", "period"],
        ["130102001001", "130102", "2020"],
        ["130102001002", "130102", ""],
        ["130102001003", "", "2021"],
        ["x", "130100", "2020"],
    ],
]
CORRECTIONS = """[[correction]]
id = "one"
action = "override"
form = "cells"
period = "2020"
area = "130102"
key = "130102001001"
column = "people"
value = "12"
expect = "1２"
reason = { zh = "多写一位", en = "a digit too many" }
approved_by = "director"
reported = "2021-03-02"

[[correction]]
id = "two"
action = "scale"
form = "shadowed"
period = "2020"
area = "130102"
column = "area"
factor = "1/10000"
reason = "公顷"
approved_by = "director"
reported = "2021-03-02"

[[correction]]
id = "three"
action = "drop"
form = "cells"
period = "2020"
area = "130102"
key = { code = "130102001002" }
path = "2020/130102_cells.csv"
revision = 1
reason = "twice"
approved_by = "director"
reported = "2021-03-02"
"""


def registers():
    seeds = []
    for at, table in enumerate(REGISTERS):
        for between, end, encoding in [(",", "\n", "utf-8"), (";", "\r\n", "utf-8-sig"), ("\t", "\r", "gb18030"), (",", "\n", "utf-16")]:
            quoted = ['"%s"' % cell if between in cell else cell for row in table for cell in row]
            width = len(table[0])
            lines = [between.join(quoted[row : row + width]) for row in range(0, len(quoted), width)]
            seeds.append(bytes([at]) + (end.join(lines) + end).encode(encoding))
        seeds.append(bytes([at]) + ",".join(table[0]).encode())
    for at, name in enumerate(["reporters.csv", "receipts.csv"]):
        lines = (SUBMISSIONS / name).read_bytes().splitlines(keepends=True)
        seeds.append(bytes([at]) + b"".join(lines[:30]))
    return seeds


def corrections():
    entries = CORRECTIONS.split("\n\n")
    changed = [
        CORRECTIONS.replace(*change)
        for change in [("130102001001", "130102001002"), ('"two"', '"one"'), ("1/10000", "1/3"), ("cells", "none"), ("people", "open"), ("2021-03-02", "x")]
    ]
    return [text.encode() for text in [CORRECTIONS, *entries, *changed, "\ufeff" + entries[0], entries[0] + "\n" + entries[0].replace('"one"', '"again"')]]


def all_words():
    words = {target: text.split(" ") for target, text in WORDS.items()}
    words["headers"] += headers()
    words["definitions"] = sorted(keys())
    return words


def headers():
    found = []
    for path in sorted(SHIPPED.glob("forms/*.toml")):
        for line in re.findall(r"^headers = \[(.*)\]$", path.read_text(encoding="utf-8"), re.MULTILINE):
            found += re.findall(r'"([^"]+)"', line)
    return list(dict.fromkeys(found))


def keys():
    found = set()
    for path in sorted(DEFINITIONS.rglob("*.toml")) + sorted(SHIPPED.rglob("*.toml")):
        text = path.read_text(encoding="utf-8")
        found.update(key + " = " for key in re.findall(r"^(\w+) = ", text, re.MULTILINE))
        found.update(re.findall(r"^(\[+\w+(?:\.\w+)?\]+)$", text, re.MULTILINE))
    return found


def escaped(word):
    """libFuzzer reads printable ASCII and \\xNN."""
    plain = lambda byte: chr(byte) if 32 <= byte < 127 and byte not in b'"' else f"\\x{byte:02x}"
    return "".join(plain(byte) for byte in word.encode())


main()
