"""Opens a release as its readers do. HUIZONG_OUTPUT names the output folder of a pipeline: whatever it counts, it has figures of areas.

    HUIZONG_OUTPUT=output PYTHONPATH=python/huizong/src python -m unittest discover python/huizong/tests
"""

import datetime
import importlib.util
import json
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import pandas
import pyarrow
import pyarrow.dataset
import pyarrow.parquet

import huizong

OUTPUT = Path(os.environ["HUIZONG_OUTPUT"])


class Opened(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.release = huizong.open(OUTPUT)

    def as_published(self, name: str) -> pandas.DataFrame:
        return pandas.read_parquet(OUTPUT / "current" / "tables" / f"{name}.parquet")


class Tables(Opened):
    def test_every_table_comes_as_it_is_published(self) -> None:
        files = sorted(path.stem for path in (OUTPUT / "current" / "tables").iterdir())
        self.assertEqual(self.release.tables, files)
        for name in files:
            table = self.release.table(name, engine="pyarrow")
            published = pyarrow.parquet.read_table(OUTPUT / "current" / "tables" / f"{name}.parquet")
            self.assertTrue(table.replace_schema_metadata(None).equals(published.replace_schema_metadata(None)), name)

    def test_engines_hold_the_same(self) -> None:
        arrow = self.release.indicators("latest", engine="pyarrow")
        self.assertEqual(self.release.indicators("latest", engine="polars").to_dicts(), arrow.to_pylist())
        self.assertEqual(
            [list(row) for row in self.release.indicators("latest", engine="duckdb").fetchall()],
            [list(row.values()) for row in arrow.to_pylist()],
        )
        frame = self.release.indicators("latest")
        self.assertEqual(list(frame.columns), arrow.column_names)
        self.assertEqual(frame.value.isna().sum(), arrow["value"].null_count)
        self.assertEqual(str(frame.verdict_robust.dtype), "boolean")

    def test_filters_hold_and_leave_row_groups_alone(self) -> None:
        whole = self.as_published("indicators")
        period, level = self.release.periods[0], self.release.levels[0]
        expected = whole[(whole.period == period) & (whole.level == level)]
        found = self.release.indicators(period, level=level, lang=None)
        pandas.testing.assert_frame_equal(found[["indicator", "value"]], expected[["indicator", "value"]].reset_index(drop=True), check_dtype=False)
        several = self.release.indicators(self.release.periods, level=self.release.levels, lang=None)
        self.assertEqual(len(several), len(whole))
        expression = huizong.release._expression({"period": [period]})
        file = OUTPUT / "current" / "tables" / "indicators.parquet"
        (fragment,) = pyarrow.dataset.dataset(file).get_fragments()
        groups = fragment.split_by_row_group(expression)
        self.assertEqual(len(groups), 1, "a period is a row group of its own")
        self.assertEqual(len(list(fragment.split_by_row_group())), len(self.release.periods))

    def test_a_wide_frame_is_the_long_one_turned(self) -> None:
        long = self.release.indicators()
        for value in ("value", "upper", "obs_status"):
            wide = self.release.indicators(wide=True, value=value)
            self.assertEqual(wide.duplicated(["period", "area_code"]).sum(), 0)
            self.assertEqual(list(wide.columns[:4]), ["period", "area_code", "area_name", "level"])
            self.assertEqual(set(wide.columns[4:]), set(long.indicator))
            back = wide.melt(["period", "area_code", "area_name", "level"], var_name="indicator", value_name=value)
            merged = long.merge(back, on=["period", "area_code", "indicator"], suffixes=("", "_wide"), validate="one_to_one")
            self.assertEqual(len(merged), len(long))
            same = (merged[value] == merged[f"{value}_wide"]) | (merged[value].isna() & merged[f"{value}_wide"].isna())
            self.assertTrue(same.all(), value)

    def test_frames_carry_labels_and_units(self) -> None:
        wide = self.release.indicators(wide=True)
        labels, units = self.release.labels(), self.release.units()
        for indicator in wide.columns[4:]:
            self.assertEqual(wide.attrs["labels"][indicator], labels[indicator])
            self.assertEqual(wide.attrs["units"].get(indicator), units[indicator])
        self.assertEqual(wide.attrs["release"], self.release.id)
        self.assertEqual(wide.attrs["synthetic"], self.release.synthetic)
        shares = self.release.indicators(wide=True, value="reported_weight_share")
        self.assertEqual(set(shares.attrs["units"].values()), {"share"}, "and not the unit of the value")
        arrow = self.release.indicators(wide=True, engine="pyarrow")
        first = arrow.schema.field(4)
        self.assertIn(labels[first.name], [text.decode() for text in first.metadata.values()])

    def test_a_language_is_chosen_and_the_other_stands_in(self) -> None:
        published = self.as_published("indicators")
        for lang, other in (("en", "zh"), ("zh", "en")):
            frame = self.release.indicators(lang=lang)
            self.assertNotIn("indicator_title_en", frame.columns)
            expected = published[f"indicator_title_{lang}"].fillna(published[f"indicator_title_{other}"])
            self.assertEqual(frame.indicator_title.tolist(), expected.tolist())
        areas = self.as_published("areas").set_index("area_code")
        root = self.release.root
        english = areas.area_name_en[root]
        shown = self.release.indicators(area=root).area_name.unique().tolist()
        self.assertEqual(shown, [areas.area_name[root] if pandas.isna(english) else english])

    def test_areas_within_another_are_all_below_it(self) -> None:
        parents = dict(self.release.table("areas", columns=["area_code", "parent_code"], engine="pyarrow").to_pandas().values)
        frame = self.release.indicators("latest")
        inner = [code for code in frame.area_code.unique() if code != self.release.root and code in set(parents.values())]

        def above(area: str) -> set:
            found = set()
            while area is not None:
                found.add(area)
                area = parents.get(area)
            return found

        for code in inner[:3]:
            expected = {area for area in frame.area_code.unique() if code in above(area)}
            self.assertEqual(set(self.release.indicators("latest", within=code).area_code), expected)
        self.assertEqual(len(self.release.indicators("latest", within=self.release.root)), len(frame))

    def test_comparisons_are_those_of_the_whole_unless_asked(self) -> None:
        for name in ("groups", "gaps", "inequality"):
            published = self.as_published(name)
            own = published[published.scope_code == self.release.root]
            self.assertEqual(len(getattr(self.release, name)()), len(own), name)
            for scope in published.scope_code.unique()[:2]:
                found = getattr(self.release, name)(scope=scope)
                self.assertEqual(len(found), (published.scope_code == scope).sum(), f"{name} of {scope}")

    def test_members_have_titles_beside_their_codes(self) -> None:
        members = self.as_published("members").set_index(["dimension", "member"])
        for gap in self.release.gaps("latest").head(50).itertuples():
            for code, title in ((gap.a, gap.a_title), (gap.b, gap.b_title)):
                row = members.loc[(gap.dimension, code)]
                self.assertEqual(title, row.member_title_zh if pandas.isna(row.member_title_en) else row.member_title_en)

    def test_the_codebook_has_every_column(self) -> None:
        book = self.release.codebook()
        for name in self.release.tables:
            columns = self.as_published(name).columns
            self.assertEqual(book.column[book.table == name].tolist(), list(columns))
        self.assertFalse(book.title.isna().any())
        value = book[(book.table == "indicators") & (book.column == "value")].iloc[0]
        self.assertIn("see null_reason", value.null_meaning)
        self.assertTrue(value.caveat)
        self.assertIn("null_reason", self.release.codebook("indicators", lang="zh").null_meaning[9])

    def test_facts_are_all_rows_of_the_periods(self) -> None:
        for form in self.release.forms:
            for period in self.release.periods:
                folder = OUTPUT / "current" / "facts" / form / period
                rows = sum(pyarrow.parquet.read_metadata(path).num_rows for path in folder.glob("*.parquet"))
                if rows:
                    self.assertEqual(len(self.release.facts(form, period)), rows)
            everything = self.release.facts(form, columns=["period", "area_code"], engine="pyarrow")
            area = everything["area_code"][0].as_py()
            picked = self.release.facts(form, columns="row", where={"area_code": area})
            self.assertEqual(len(picked), sum(code == area for code in everything["area_code"].to_pylist()))

    def test_duckdb_has_a_view_of_each_table_and_form(self) -> None:
        connection = self.release.connect()
        for name in self.release.tables:
            ((count,),) = connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchall()
            self.assertEqual(count, len(self.as_published(name)))
        for form in self.release.forms:
            ((count,),) = connection.execute(f'SELECT COUNT(*) FROM "facts_{form}"').fetchall()
            self.assertEqual(count, len(self.release.facts(form)))


class Faults(Opened):
    def told(self, call, kind=huizong.UnknownName) -> str:
        with self.assertRaises(kind) as raised:
            call()
        return str(raised.exception)

    def test_a_wrong_name_is_told_with_the_near_ones(self) -> None:
        release = self.release
        indicator = next(iter(release.labels()))
        level, period = release.levels[-1], release.periods[-1]
        for call, near in [
            (lambda: release.table("indicator"), "indicators"),
            (lambda: release.indicators(level=level + "s"), level),
            (lambda: release.indicators(indicator=indicator[:-1]), indicator),
            (lambda: release.indicators("9" + period[1:]), period),
            (lambda: release.table("gaps", where={"perod": "x"}), "period"),
            (lambda: release.table("gaps", columns=["gaps"]), "gap"),
            (lambda: release.facts(release.forms[0] + "x"), release.forms[0]),
            (lambda: release.labels("indicators"), "indicator"),
            (lambda: release.indicators(wide=True, value="values"), "value"),
            (lambda: release.gaps(engine="panda"), "pandas"),
            (lambda: release.codebook("gap"), "gaps"),
        ]:
            self.assertIn(near, self.told(call))
        self.assertIn("pandas", self.told(lambda: huizong.open(OUTPUT, engine="panda")))
        for call in [
            lambda: release.gaps(lang="fr"),
            lambda: release.labels(lang="fr"),
            lambda: release.labels("area", lang="fr"),
            lambda: release.units(lang="fr"),
            lambda: release.codebook("gaps", lang="fr"),
            lambda: release.facts(release.forms[0], lang="fr"),
        ]:
            self.assertIn("no language 'fr'; there are en, zh", self.told(call))

    def test_arguments_that_would_be_ignored_are_refused(self) -> None:
        self.assertIn("{'period': '2020'}", self.told(lambda: self.release.table("gaps", where="period = '2020'"), TypeError))
        self.assertIn("wide=True", self.told(lambda: self.release.indicators(value="lower"), TypeError))

    def test_the_name_of_an_area_leads_to_its_code(self) -> None:
        areas = self.as_published("areas")
        name, code = areas.area_name.iloc[0], areas.area_code.iloc[0]
        self.assertIn(code, self.told(lambda: self.release.indicators(area=name)))
        self.assertIn(code, self.told(lambda: self.release.indicators(within=name)))
        self.assertIn(f"{code} ({name})", self.told(lambda: self.release.indicators(area=name + "x")))

    def test_a_word_of_a_column_leads_to_its_table(self) -> None:
        self.assertIn("spatial_autocorrelation", self.told(lambda: self.release.table("moran")))

    def test_units_of_inequality_are_named_as_the_column_is(self) -> None:
        over = self.release.inequality(over="member")
        self.assertTrue(over.equals(self.release.inequality(computed_over="member")))
        with self.assertRaisesRegex(TypeError, "computed_over"):
            self.release.inequality(over="member", computed_over="member")

    def test_a_folder_with_an_output_is_looked_into(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "output").symlink_to(OUTPUT.resolve())
            self.assertEqual(huizong.open(folder).id, self.release.id)
            self.assertEqual(huizong.open(folder, as_of="current").id, self.release.id)

    def test_a_missing_package_is_named_with_the_way_out(self) -> None:
        for package in ("pandas", "polars", "duckdb"):
            with mock.patch.dict(sys.modules, {package: None}):
                said = self.told(lambda: self.release.gaps(engine=package), huizong.MissingPackage)
            self.assertIn(f"pip install {package}", said)
            self.assertIn("engine='pyarrow'", said)
        without = importlib.util.find_spec
        with mock.patch("importlib.util.find_spec", lambda name, *more: None if name == "pandas" else without(name, *more)):
            self.assertIsInstance(self.release.gaps(), pyarrow.Table)

    def test_a_folder_without_a_release_is_told(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.assertIn("current", self.told(lambda: huizong.open(folder), huizong.NoRelease))
            self.assertIn("releases", self.told(lambda: huizong.open(folder, as_of="1"), huizong.NoRelease))


class Several(unittest.TestCase):
    """Two copies of the release as two nights have left them."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for number, published in ((1, "2026-01-31T23:59:59.123456789Z"), (12, "2026-02-02T00:00:00Z")):
            release = self.root / "releases" / f"{number:06}-0000000{number % 10}"
            shutil.copytree((OUTPUT / "current").resolve(), release, ignore=shutil.ignore_patterns("returns", "extracts"))
            manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
            manifest |= {"release": release.name, "created_at": published}
            (release / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        self.point("000001-00000001")
        (self.root / "tags").mkdir()
        (self.root / "tags" / "annual").symlink_to("../releases/000001-00000001")

    def point(self, name: str) -> None:
        link = self.root / "current"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("releases") / name)

    def test_current_is_resolved_once(self) -> None:
        release = huizong.open(self.root)
        self.point("000012-00000002")
        self.assertEqual(release.id, "000001-00000001")
        self.assertNotIn("current", release.path.parts)
        self.assertEqual(len(release.gaps()), len(huizong.open(self.root).gaps()))
        self.assertEqual(huizong.open(self.root).id, "000012-00000002")

    def test_as_of_names_a_release_or_a_day(self) -> None:
        for as_of, number in [
            ("000012-00000002", "000012"),
            (12, "000012"),
            ("1", "000001"),
            ("annual", "000001"),
            ("current", "000001"),
            ("2026-01-31", "000001"),
            ("2026-02-01", "000001"),
            (datetime.date(2026, 2, 2), "000012"),
            (datetime.datetime(2026, 12, 31, 1, 2), "000012"),
        ]:
            self.assertEqual(huizong.open(self.root, as_of=as_of).id.split("-")[0], number, as_of)
        (self.root / "tags" / "2026-02-03").symlink_to("../releases/000001-00000001")
        self.assertEqual(huizong.open(self.root, as_of="2026-02-03").id, "000001-00000001", "a tag comes before a date")
        with self.assertRaisesRegex(huizong.NoRelease, "nothing had been published by 2026-01-30"):
            huizong.open(self.root, as_of="2026-01-30")
        with self.assertRaisesRegex(huizong.UnknownName, "annual"):
            huizong.open(self.root, as_of="anual")
        self.assertEqual([one.id for one in huizong.releases(self.root)], ["000001-00000001", "000012-00000002"])

    def test_a_release_without_its_data_package_is_refused_at_once(self) -> None:
        (self.root / "releases" / "000001-00000001" / "datapackage.json").unlink()
        with self.assertRaisesRegex(huizong.NoRelease, "has no datapackage.json.*tables"):
            huizong.open(self.root)
        self.assertEqual(huizong.open(self.root, as_of=12).id, "000012-00000002")

    def test_the_folder_of_a_release_opens_too(self) -> None:
        folder = self.root / "releases" / "000012-00000002"
        self.assertEqual(huizong.open(folder).id, folder.name)
        self.assertEqual(huizong.open(self.root / "current").id, "000001-00000001")


if __name__ == "__main__":
    unittest.main()
