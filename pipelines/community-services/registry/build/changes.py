"""Builds changes.csv: which area became which, from the list of the end of 2014 to that of 2020.

    python3 -B changes.py [FOLDER]

Reads divisions.csv beside it and the dataset `areacodes` (CC0) at the commit below: from FOLDER where one is given (a copy
of the repository), else over the network. Every code that is on the list of one year's end and not on that of the next,
or the other way round, must have a row, or the script stops.
"""

import csv
import io
import re
import sys
import urllib.request
from collections import namedtuple
from pathlib import Path

HERE = Path(__file__).resolve().parent
REVISION = "eed219a0678d36bacaa717f62443b10e869f0291"
DATASET = f"https://raw.githubusercontent.com/yescallop/areacodes/{REVISION}/"
SOURCE = f"areacodes {REVISION[:7]}"
FIRST, LAST = 2015, 2020
OUTSIDE = ("71", "81", "82", "83")
COLUMNS = "old_code,new_code,date,kind,share,source".split(",")
STATISTICS = "china-division: on the statistics list of that year, not on the one before"
OFF_STATISTICS = "china-division: on the statistics list of the year before, not on that of this year"

# Not in the dataset, which has the ministry's areas alone: what became of areas of the statistics lists.
OF_STATISTICS = [
    # The four districts of Daxing'anling left their codes to the ministry's, in the list of 2018.
    ("232701", "232761", 2018, "china-division 2.1.1 and 2.2.0: the same name"),
    ("232702", "232762", 2018, "china-division 2.1.1 and 2.2.0: the same name"),
    ("232703", "232763", 2018, "china-division 2.1.1 and 2.2.0: the same name"),
    ("232704", "232764", 2018, "china-division 2.1.1 and 2.2.0: the same name"),
    ("632858", "632803", 2018, "Ministry of Civil Affairs 民函〔2018〕48号, 2018-02-22"),
    ("632859", "632803", 2018, "Ministry of Civil Affairs 民函〔2018〕48号, 2018-02-22"),
]
# The statistics lists keep the islands beside the districts, so nobody knows who reports for which part.
PARTS_OF_STATISTICS = [
    ("460321", "460302", 2020, "Ministry of Civil Affairs announcement of 2020-04-18"),
    ("460323", "460302", 2020, "Ministry of Civil Affairs announcement of 2020-04-18"),
    ("460322", "460303", 2020, "Ministry of Civil Affairs announcement of 2020-04-18"),
]
GIVEN_AWAY = {old for old, *_ in OF_STATISTICS if old.startswith("2327")}
# Prefectures, whose area is that of their counties; the dataset says it of counties only.
PREFECTURES = [
    ("371200", "370100", 2018), ("542600", "540400", 2015), ("652100", "650400", 2015), ("542200", "540500", 2016),
    ("542400", "540600", 2017), ("652200", "650500", 2016),
]  # fmt: skip

# A part of old, or all of it, becomes new.
Link = namedtuple("Link", "old new year")


def read(name, folder):
    if folder:
        return (Path(folder) / name).read_text(encoding="utf-8-sig")
    with urllib.request.urlopen(DATASET + name) as answer:
        return answer.read().decode("utf-8-sig")


def links(table):
    """Every pair of codes of which one gave area to the other, by the column of new codes: `130402;130403[2016]`."""
    found = set()
    for row in csv.DictReader(io.StringIO(table)):
        code, ended = row["代码"], row["变更/弃用时间"]
        for new in filter(None, row["新代码"].split(";")):
            to, year = re.fullmatch(r"(\d{6})(?:\[(\d{4})\])?", new).groups()
            year = int(year or ended)
            # A county founded on ground that belonged to none has its prefecture or region as predecessor there.
            if code.endswith("00") and not to.endswith("00"):
                continue
            if FIRST <= year <= LAST and not code.startswith(OUTSIDE):
                found.add(Link(code, to, year))
    return found


def documents(texts):
    """(year, code) -> the decisions that the dataset gives for the code, with their dates."""
    found = {}
    for year, text in texts.items():
        decisions, fresh = [], True
        for line in text.splitlines():
            if line.startswith("#"):
                if not fresh:
                    decisions, fresh = [], True
                title = re.fullmatch(r"## (.*)", line)
                number = re.fullmatch(r"# 文号：(.*)", line)
                day = re.fullmatch(r"# 日期：(\d+)年(\d+)月(\d+)日", line)
                if title:
                    decisions.append([title[1], ""])
                elif number and decisions:
                    decisions[-1][0] = number[1]
                elif day and decisions:
                    decisions[-1][1] = "{}-{:0>2}-{:0>2}".format(*day.groups())
            elif line[:1] in "+-=" and line:
                fresh = False
                said = "; ".join(", ".join(filter(None, one)) for one in decisions)
                found.setdefault((year, line[1:7]), said)
    return found


def at(rows, year):
    """Codes on the list of a year's end, with their names; of 2014 nobody has the whole list here."""
    day = f"{year}-12-31"
    return {r["code"]: r for r in rows if r["valid_from"] <= day and day <= (r["valid_to"] or "9999")}


def kind(link, existed, exists, outs, ins):
    """What happened, by what else the old code gave and what else the new one got."""
    if link.old == link.new:
        return "rename"
    if len(outs[link.old, link.year]) > 1 or link.old in existed and link.old in exists:
        return "transfer" if link.new in existed and link.old in exists else "split"
    # A code that goes on is a part of its own later area, unless another area has it now.
    others = ins[link.new, link.year] | ({link.new} & existed - GIVEN_AWAY)
    return "merge" if len(others) > 1 else "recode"


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else None
    with open(HERE.parent / "divisions.csv", encoding="utf-8") as file:
        divisions = list(csv.DictReader(file))
    lists = {year: at(divisions, year) for year in range(FIRST, LAST + 1)}
    found = links(read("result.csv", folder))
    decided = documents({year: read(f"diff/{year - 1}-{year}.diff", folder) for year in range(FIRST, LAST + 1)})
    # The list of 2014 from that of 2015: what the links of 2015 begin with was there, what they end with may not have been.
    ended = {link.old for link in found if link.year == FIRST}
    begun = {code for (year, code), _ in decided.items() if year == FIRST and code in begun_in(FIRST, folder)}
    lists[FIRST - 1] = {code: None for code in (set(lists[FIRST]) - begun) | ended}

    rows = {}
    outs, ins = {}, {}
    for link in found:
        outs.setdefault((link.old, link.year), set()).add(link.new)
        ins.setdefault((link.new, link.year), set()).add(link.old)
    for link in sorted(found):
        source = decided.get((link.year, link.new)) or decided.get((link.year, link.old)) or ""
        of = kind(link, set(lists[link.year - 1]), set(lists[link.year]), outs, ins)
        rows[link] = (of, f"{SOURCE}: {source}" if source else SOURCE)
    for old, new, year, source in OF_STATISTICS:
        rows[Link(old, new, year)] = ("merge" if new == "632803" else "recode", source)
    for old, new, year, source in PARTS_OF_STATISTICS:
        rows[Link(old, new, year)] = ("split", source)
    for old, new, year in PREFECTURES:
        # The decision is that of its counties.
        of = next(decided[year, link.old] for link in sorted(found) if link.year == year and link.old[:4] == old[:4])
        rows[Link(old, new, year)] = ("merge" if new in lists[year - 1] else "recode", f"{SOURCE}: {of}")
    complete(rows, lists, decided)
    write(rows)


def begun_in(year, folder):
    lines = read(f"diff/{year - 1}-{year}.diff", folder).splitlines()
    plus = {line[1:7] for line in lines if line.startswith("+")}
    return plus - {line[1:7] for line in lines if line.startswith("-")}


def complete(rows, lists, decided):
    """Adds a row for each code that comes or goes without another, and each new name; stops at a code without a row."""
    for year in range(FIRST, LAST + 1):
        before, now = lists[year - 1], lists[year]
        ends = {link.old for link in rows if link.year == year}
        begins = {link.new for link in rows if link.year == year}
        for code in sorted(set(before) - set(now) - ends):
            assert before[code]["kind"] == "zone", (year, code, "ended without a successor")
            rows[Link(code, "", year)] = ("abolished", OFF_STATISTICS)
        for code in sorted(set(now) - set(before) - begins):
            zone = now[code]["kind"] == "zone"
            assert zone or code[:4] == "6590", (year, code, "began without a predecessor")
            said = STATISTICS if zone else f"{SOURCE}: {decided[year, code]}"
            rows[Link("", code, year)] = ("created", said)
        for code in sorted(set(now) & set(before)):
            if before[code] and before[code]["name"] != now[code]["name"] and Link(code, code, year) not in rows:
                # 232701 is another area before and after.
                if code not in begins:
                    assert now[code]["kind"] == "zone", (year, code, "a new name without a decision")
                    rows[Link(code, code, year)] = ("rename", "china-division: another name on the statistics list of that year")


def write(rows):
    with open(HERE.parent / "changes.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for link, (of, source) in sorted(rows.items(), key=lambda item: (item[0].year, item[0].old, item[0].new)):
            share = "1" if of in ("recode", "merge") else ""
            writer.writerow([link.old, link.new, f"{link.year}-12-31", of, share, source])


if __name__ == "__main__":
    main()
