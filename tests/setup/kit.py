#!/usr/bin/env python3
"""Uses what a release has for researchers and catalogues as they would.

    kit.py described OUTPUT_DIR     croissant.json, CITATION.cff and the SDMX extract against their standards and the tables
    kit.py notebooks OUTPUT_DIR     runs every notebook
    kit.py pages OUTPUT_DIR         runs what the pages for readers show
"""

import concurrent.futures
import datetime
import hashlib
import importlib.util
import json
import math
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def described(output: Path) -> None:
    release = output / "current"
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    catalogued(release, manifest)
    cited(release, manifest)
    exchanged(release)


def catalogued(release: Path, manifest: dict) -> None:
    import mlcroissant

    about = json.loads((release / "croissant.json").read_text(encoding="utf-8"))
    files = {one["@id"]: one for one in about["distribution"] if one["@type"] == "cr:FileObject"}
    found = {path.relative_to(release).as_posix() for path in release.rglob("*.parquet")}
    assert set(files) == found, f"croissant.json and the files differ: {sorted(set(files) ^ found)[:5]}"
    for path, file in files.items():
        content = (release / path).read_bytes()
        assert file["sha256"] == hashlib.sha256(content).hexdigest(), path
        assert file["contentSize"] == f"{len(content)} B", path
    number, digits = manifest["release"].split("-")
    assert about["version"] == f"{int(number)}.0.0+{digits}", about["version"]
    assert about["datePublished"] == manifest["created_at"][:10]
    assert ("ynthetic" in about["description"]["en"]) == manifest["synthetic"]

    dataset = mlcroissant.Dataset(release / "croissant.json")
    issues = dataset.metadata.issues
    recommended = [issue for issue in issues.warnings if not told_by_nobody(str(issue), about)]
    assert not issues.errors and not recommended, issues.report()
    lists = {one["@id"] for one in about["recordSet"] if one.get("dataType") == "sc:Enumeration"}
    sets = {one["@id"] for one in about["recordSet"]} - lists
    tables = {path.stem for path in (release / "tables").iterdir()}
    forms = {f"{folder}_{form.name}" for folder in ("facts", "uncounted", "quarantine") for form in release.glob(f"{folder}/*")}
    assert sets == tables | forms, f"{sorted(sets ^ (tables | forms))}"
    for name in sorted(sets):
        holds(release, dataset, name)
    listed(release, dataset, about, lists)


def told_by_nobody(issue: str, about: dict) -> bool:
    """Whether a pipeline has left out what a catalogue would like to know."""
    return any(name in issue and name not in about for name in ("license", "creator", "publisher", "url"))


def holds(release: Path, dataset, name: str) -> None:
    """The records are the rows of the files, in whatever order."""
    import pyarrow.parquet

    folder, _, form = name.partition("_")
    own = release / "tables" / f"{name}.parquet"
    paths = [own] if own.exists() else sorted((release / folder / form).glob("*/*.parquet"))
    rows = [row for path in paths for row in pyarrow.parquet.read_table(path).to_pylist()]
    records = [{key.split("/")[1]: plain(value) for key, value in record.items()} for record in dataset.records(name)]
    expected = [{key: plain(value) for key, value in row.items()} for row in rows]
    in_order = [sorted(map(repr, map(sorted_items, all_rows))) for all_rows in (records, expected)]
    assert in_order[0] == in_order[1], f"{name}: {len(records)} records, {len(rows)} rows"


def listed(release: Path, dataset, about: dict, lists: set) -> None:
    """Every code of a column with a code list is in it, and every list is that of a column."""
    import pyarrow.parquet

    texts = {name: {row[f"{name}/code"]: row for row in dataset.records(name)} for name in lists}
    used = set()
    for field in (field for one in about["recordSet"] for field in one["field"] if "references" in field):
        name, _ = field["references"]["field"]["@id"].split("/")
        used.add(name)
        table, column = field["@id"].split("/")
        path = release / f"tables/{table}.parquet"
        if path.exists():
            found = set(pyarrow.parquet.read_table(path, columns=[column]).column(0).to_pylist()) - {None}
            known = {plain(code) for code in texts[name]}
            assert found <= known, f"{table}.{column}: {sorted(found - known)[:5]}"
    assert used == lists and "codes_indicators_obs_status" in lists, f"{sorted(used ^ lists)}"
    assert plain(texts["codes_indicators_obs_status"]["M"]["codes_indicators_obs_status/title_en"]) == "cannot exist"


def sorted_items(row: dict) -> list:
    return sorted(row.items())


def plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    if value is None or isinstance(value, float) and math.isnan(value) or str(value) == "NaT":
        return None
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return bool(value)
    return float(value) if isinstance(value, (int, float)) else value


def cited(release: Path, manifest: dict) -> None:
    import jsonschema
    import yaml

    package = Path(importlib.util.find_spec("cffconvert").origin).parent
    schema = json.loads((package / "schemas/1.2.0/schema.json").read_text(encoding="utf-8"))
    citation = yaml.load((release / "CITATION.cff").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    jsonschema.validate(citation, schema, format_checker=jsonschema.FormatChecker())
    assert citation["version"] == manifest["release"]
    assert citation["date-released"] == manifest["created_at"][:10]
    assert ("ynthetic" in citation["message"] and "ynthetic" in citation["abstract"]) == manifest["synthetic"]


def exchanged(release: Path) -> None:
    """The SDMX extract has the figures of the table, at the levels that it is of."""
    import pandas
    import pyarrow.parquet

    path = release / "extracts/indicators.sdmx.csv"
    if not path.exists():
        return
    structured(release)
    text = pandas.read_csv(path, dtype=str, keep_default_na=False)
    published = pyarrow.parquet.read_table(release / "tables/indicators.parquet").to_pandas()
    levels = list(dict.fromkeys(published.level[published.area_code.isin(set(text.REF_AREA))]))
    own = published[published.level.isin(levels)].reset_index(drop=True)
    assert len(own) == len(text) > 0 and len(levels) == 2, f"{len(own)} rows of {levels}, {len(text)} lines"
    assert (text.STRUCTURE == "dataflow").all() and (text.ACTION == "I").all()
    assert text.STRUCTURE_ID.nunique() == 1 and not text.duplicated(["REF_AREA", "INDICATOR", "TIME_PERIOD"]).any()
    for column, name in {"REF_AREA": "area_code", "INDICATOR": "indicator", "UNIT_MEASURE": "unit", "OBS_STATUS": "obs_status"}.items():
        assert (text[column] == own[name]).all(), column
    for column, name, missing in (("OBS_VALUE", "value", "NaN"), ("LOWER_BOUND", "lower", ""), ("UPPER_BOUND", "upper", "")):
        assert ((text[column] == missing) == own[name].isna()).all(), column
        known = own[name].notna()
        assert (text[column][known].astype(float) == own[name][known]).all(), column


def structured(release: Path) -> None:
    """The structure message is valid, and its code lists have every code of the extract."""
    import pandas
    from pysdmx.io import read_sdmx

    message = read_sdmx(release / "extracts/indicators.sdmx.xml", validate=True)
    text = pandas.read_csv(release / "extracts/indicators.sdmx.csv", dtype=str, keep_default_na=False)
    (flow,) = message.get_dataflows()
    assert set(text.STRUCTURE_ID) == {f"{flow.agency}:{flow.id}({flow.version})"}
    (structure,) = message.get_data_structure_definitions()
    components = [component.id for component in structure.components]
    assert sorted(components) == sorted(text.columns[3:]), components
    assert [one.id for one in structure.components.dimensions] == ["FREQ", "REF_AREA", "INDICATOR", "TIME_PERIOD"]
    lists = {one.id.removeprefix("CL_"): {code.id for code in one.items} for one in message.get_codelists()}
    assert {"FREQ", "INDICATOR", "OBS_STATUS"} <= set(lists), sorted(lists)
    for column, codes in lists.items():
        assert set(text[column]) <= codes, f"{column}: {sorted(set(text[column]) - codes)[:5]}"


def notebooks(output: Path) -> None:
    """Each runs from its folder, with the release where it looks for it, and shows something; nothing is warned of."""
    sources = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert len(sources) >= 3
    os.environ |= {"PYTHONPATH": str(ROOT / "python/huizong/src"), "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "notebooks"
        place.mkdir()
        (Path(folder) / "output").symlink_to(output.resolve())
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(run, source, place) for source in sources]:
                done.result()


def pages(output: Path) -> None:
    """Every block of Python in the pages for readers runs as it stands, beside the release."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "python/huizong/src"), "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "Agg"}
    names = ("README.md", "README.zh.md", "docs/notebooks.md", "python/huizong/README.md")
    pages = {name: (ROOT / name).read_text(encoding="utf-8") for name in names}
    blocks = [(name, block) for name in names for block in re.findall(r"^```python\n(.*?)^```", pages[name], re.M | re.S)]
    assert len(blocks) >= 10, len(blocks)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "output").symlink_to(output.resolve())

        def runs(page: str, block: str) -> None:
            done = subprocess.run([sys.executable, "-c", block], cwd=folder, env=environment, capture_output=True, text=True)
            assert done.returncode == 0, f"{page}: {block}{done.stderr}"

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(runs, *block) for block in blocks]:
                done.result()


def run(source: Path, place: Path) -> None:
    import nbclient
    import nbformat

    notebook = nbformat.read(source, 4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in cells), f"{source.name} is kept without outputs"
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(place)}}).execute()
    said = [output.text for cell in cells for output in cell.outputs if output.get("name") == "stderr"]
    assert not said, f"{source.name}: {said}"
    figures = [output for cell in cells for output in cell.outputs if "image/png" in output.get("data", {})]
    assert figures, f"{source.name} shows no figure"


if __name__ == "__main__":
    {"described": described, "notebooks": notebooks, "pages": pages}[sys.argv[1]](Path(sys.argv[2]))
