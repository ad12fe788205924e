//! `pipeline.toml`: periods, registry, extracts, units.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::civil::Date;

use super::ids::{IdKind, Ids, title_or};
use super::sourced::content;
use super::{boundaries, credit, extracts, languages, limits};
use crate::domain::{Lang, Period, PeriodKind, Text, is_address};
use crate::pipeline::definition::{
    FeedbackDef, Located, Periods, PipelineFile, RegistryDef, ReleasesDef, ReportersDef, ReturnsDef, SchemeDef,
};
use crate::pipeline::faults::{Faults, Source};
use crate::pipeline::files::{Files, Lent, Read};
use crate::pipeline::model::{
    CodeScheme, Credit, Extract, Feedback, LevelIndex, Limits, RegistrySpec, ReportersSpec, Retention, Returns, RollUp,
};
use crate::pipeline::paths::{existing, plain_path, portable, within_input};
use crate::pipeline::units::{UnitFault, Units};

/// Characters of the note that every return carries.
const LONGEST_NOTE: usize = 500;

/// What the other files build on. What could not be read is absent, and no reference to it is a fault.
#[derive(Default)]
pub(super) struct Plan {
    pub name: String,
    pub title: Text,
    pub synthetic: bool,
    pub licence: Option<String>,
    pub credit: Credit,
    pub period_kind: Option<PeriodKind>,
    pub periods: Vec<Period>,
    pub open_ended: bool,
    pub input: Option<PathBuf>,
    pub output: Option<PathBuf>,
    pub registry: Option<RegistrySpec>,
    /// As written, for the digest.
    pub divisions_path: String,
    /// The table of changes of areas, as the definition names it.
    pub changes_path: Option<String>,
    /// The same of the table of neighbours.
    pub neighbours_path: Option<String>,
    pub reporters: Option<ReportersSpec>,
    pub feedback: Feedback,
    pub limits: Limits,
    pub returns: Returns,
    pub constant_boundaries: Option<Date>,
    pub constant_tables: BTreeSet<RollUp>,
    pub retention: Retention,
    /// `[pipeline] lang`
    pub lang: Option<Vec<Lang>>,
    /// `[returns] lang`
    pub returns_lang: Option<Vec<Lang>>,
    pub extracts: Vec<Extract>,
    pub units: Units,
    /// Whether all of the pipeline's own units could be added.
    pub units_known: bool,
}

impl Plan {
    /// Names of the levels; empty when the registry could not be read.
    pub fn levels(&self) -> &[String] {
        self.registry.as_ref().map_or(&[], |r| &r.levels)
    }

    /// Index of a level by name, without a fault.
    pub fn level(&self, name: &str) -> Option<LevelIndex> {
        self.levels().iter().position(|l| l == name)
    }

    /// Index of a level by name; a fault when there is none.
    pub fn require_level(&self, name: &Located<String>, source: &Source, faults: &mut Faults) -> Option<LevelIndex> {
        let found = self.level(name);
        if found.is_none() && self.registry.is_some() {
            faults.unknown(
                source,
                "unknown-level",
                name,
                "level",
                self.levels().iter().map(String::as_str),
            );
        }
        found
    }

    /// A period of the pipeline's kind; a fault when it is none.
    pub fn period(&self, text: &Located<String>, source: &Source, faults: &mut Faults) -> Option<Period> {
        let kind = self.period_kind?;
        let period = Period::parse(text, kind);
        if period.is_none() {
            let message = format!("`{}` is no period of the kind {}", text, kind_name(kind));
            faults.add(
                source,
                "bad-period",
                text.span(),
                message,
                format!("such as {}", example(kind)),
            );
        }
        period
    }
}

/// Periods that a pipeline may have: a hundred years of months. A slip in a year makes thousands.
const MOST_PERIODS: usize = 1_200;

/// The date of the machine, where it stands.
fn today() -> Date {
    jiff::ZonedDateTime::now().date()
}

fn kind_name(kind: PeriodKind) -> &'static str {
    match kind {
        PeriodKind::Year => "year",
        PeriodKind::Half => "half",
        PeriodKind::Quarter => "quarter",
        PeriodKind::Month => "month",
    }
}

fn example(kind: PeriodKind) -> &'static str {
    match kind {
        PeriodKind::Year => "2020",
        PeriodKind::Half => "2020H1",
        PeriodKind::Quarter => "2020Q3",
        PeriodKind::Month => "2020-07",
    }
}

pub(super) fn resolve(files: &Files, faults: &mut Faults) -> Plan {
    let mut plan = Plan {
        units: Units::built_in().clone(),
        units_known: content(files.plan.as_ref()).is_some(),
        ..Plan::default()
    };
    let own = files.plan.as_ref();
    settle_registry(&mut plan, own, &files.lent, faults);
    let with_units = files.lent.iter().filter(|lent| lent.units).map(|lent| &lent.file);
    for file in with_units.chain(own) {
        plan.units_known &=
            content(Some(file)).is_some_and(|(source, file)| add_units(file, &mut plan.units, source, faults));
    }
    if let Some((source, file)) = content(own) {
        of_itself(&mut plan, file, source, faults);
    }
    plan
}

/// The registry is the pipeline's own, or that of one folder that it includes.
fn settle_registry(plan: &mut Plan, own: Option<&Read<PipelineFile>>, lent: &[Lent], faults: &mut Faults) {
    let lent = lent.iter().filter(|lent| lent.registry).map(|lent| &lent.file);
    let written = lent.chain(own).filter_map(|file| content(Some(file)));
    let written = written.filter_map(|(source, file)| Some((source, file.registry.as_ref()?)));
    let mut first: Option<&Source> = None;
    for (source, registry) in written {
        if let Some(first) = first {
            let message = format!("a second registry; the first stands in {}", first.relative);
            let hint = "a pipeline has one: its own, or that of one folder that it includes".to_owned();
            faults.add(source, "duplicate-id", registry.span(), message, hint);
            continue;
        }
        first = Some(source);
        plan.divisions_path = source.named(&registry.divisions);
        plan.changes_path = registry.changes.as_ref().map(|path| source.named(path));
        plan.neighbours_path = registry.neighbours.as_ref().map(|path| source.named(path));
        plan.registry = resolved_registry(registry, source, faults);
    }
}

/// What a pipeline says of itself, and no other may lend it.
fn of_itself(plan: &mut Plan, file: &PipelineFile, source: &Source, faults: &mut Faults) {
    let head = &file.pipeline;
    Ids::default().take(&head.name, IdKind::Code, "pipeline", source, faults);
    plan.name = (*head.name).clone();
    plan.title = title_or(head.title.as_ref(), &head.name);
    plan.synthetic = head.synthetic;
    plan.licence = head.licence.clone();
    plan.credit = credit::resolve(head, source, faults);
    plan.period_kind = Some(head.period);
    plan.periods = periods(&head.periods, plan, source, faults);
    plan.open_ended = matches!(&*head.periods, Periods::Between(range) if range.to.is_none());
    let mut place = |written: Option<&Located<String>>| {
        let written = written?;
        // The address of a folder in an object store is no path.
        if is_address(written) {
            return Some(PathBuf::from(written.as_str()));
        }
        portable(written, source, faults).map(|path| plain_path(source.home.join(path)))
    };
    plan.input = place(head.input.as_ref());
    plan.output = place(head.output.as_ref());
    plan.reporters = file.reporters.as_ref().map(|r| reporters(r, source, faults));
    plan.feedback = file
        .feedback
        .as_ref()
        .map(|f| feedback(f, source, faults))
        .unwrap_or_default();
    plan.limits = limits::resolve(file.limits.as_ref(), source, faults);
    plan.lang = head.lang.as_ref().map(|lang| languages::written(lang, source, faults));
    let written = file.returns.as_ref();
    plan.returns = written.map(|r| returns(r, source, faults)).unwrap_or_default();
    plan.returns_lang = written
        .and_then(|returns| returns.lang.as_ref())
        .map(|lang| languages::written(lang, source, faults));
    plan.retention = file
        .releases
        .as_ref()
        .map(|releases| retention(releases, source, faults))
        .unwrap_or_default();
    let lacks_changes = plan.registry.is_some() && plan.changes_path.is_none();
    plan.constant_boundaries = (file.boundaries.as_ref())
        .and_then(|written| boundaries::resolve(written, (&plan.periods, lacks_changes), source, faults));
    let tables = file
        .boundaries
        .iter()
        .flat_map(|written| written.tables.iter().flatten());
    plan.constant_tables = boundaries::tables(tables, source, faults);
    plan.extracts = extracts::resolve(&file.extract, source, faults);
}

/// The days begin where no release is removed whatever is written.
fn retention(written: &ReleasesDef, source: &Source, faults: &mut Faults) -> Retention {
    let mut within = |number: &Option<Located<u64>>, least: u32| {
        let number = number.as_ref()?;
        let found = u32::try_from(**number)
            .ok()
            .filter(|found| (least..=100_000).contains(found));
        if found.is_none() {
            let hint = format!("from {least} to 100000");
            faults.add(
                source,
                "wrong-value",
                number.span(),
                format!("{number} is no limit"),
                hint,
            );
        }
        found
    };
    Retention {
        days: within(&written.keep_days, 7),
        last: within(&written.keep_last, 1),
    }
}

fn periods(written: &Located<Periods>, plan: &Plan, source: &Source, faults: &mut Faults) -> Vec<Period> {
    let mut all: Vec<Period> = match &**written {
        Periods::List(list) => {
            let mut all = Vec::new();
            for text in list {
                let Some(period) = plan.period(text, source, faults) else {
                    continue;
                };
                if all.contains(&period) {
                    faults.add(
                        source,
                        "bad-period",
                        text.span(),
                        format!("`{period}` stands twice"),
                        "name it once".to_owned(),
                    );
                }
                all.push(period);
            }
            all
        }
        Periods::Between(range) => {
            let from = plan.period(&range.from, source, faults);
            let to = match &range.to {
                Some(to) => plan.period(to, source, faults),
                None => from.map(|from| Period::containing(today(), from.kind()).max(from)),
            };
            let (Some(from), Some(to)) = (from, to) else {
                return Vec::new();
            };
            from.through(to)
        }
    };
    if all.len() > MOST_PERIODS {
        let message = format!("these are {} periods, more than {MOST_PERIODS}", all.len());
        let hint = "is the first year right?".to_owned();
        faults.add(source, "bad-period", written.span(), message, hint);
        all.truncate(MOST_PERIODS);
    }
    if all.is_empty() && !faults.has_within(source, &written.span()) {
        let hint = "the first period must not lie after the last".to_owned();
        faults.add(source, "bad-period", written.span(), "there is no period", hint);
    }
    all.sort();
    all
}

fn resolved_registry(written: &RegistryDef, source: &Source, faults: &mut Faults) -> Option<RegistrySpec> {
    let divisions = existing(&written.divisions, source, faults);
    let changes = written.changes.as_ref();
    let changes = changes.and_then(|path| existing(path, source, faults));
    let neighbours = written.neighbours.as_ref();
    let neighbours = neighbours.and_then(|path| existing(path, source, faults));
    if let (Some(nearest), None) = (&written.nearest, &written.neighbours) {
        let message = "`nearest` means nothing without `neighbours`";
        let hint = "neighbours = \"centroids.csv\": a table of area_code, longitude, latitude".to_owned();
        faults.add(source, "misplaced-key", nearest.span(), message, hint);
    }
    if let Some(nearest) = written.nearest.as_ref().filter(|count| ***count == 0) {
        faults.add(
            source,
            "wrong-value",
            nearest.span(),
            "an area has at least 1 neighbour",
            "from 1 on; without the key it is 6".to_owned(),
        );
    }
    let mut ids = Ids::default();
    for level in written.levels.iter() {
        if ["period", "revision", "area"].contains(&level.as_str()) {
            let message = format!("`{}` cannot name a level: it has a meaning of its own", level);
            faults.add(source, "reserved-id", level.span(), message, None);
        }
        ids.take(level, IdKind::Name, "level", source, faults);
    }
    if written.levels.is_empty() {
        faults.add(
            source,
            "empty-list",
            written.levels.span(),
            "the registry has no level",
            None,
        );
        return None;
    }
    let levels: Vec<String> = written.levels.iter().map(|l| (**l).clone()).collect();
    let partition = levels.iter().position(|l| *l == *written.partition);
    if partition.is_none() {
        faults.unknown(
            source,
            "unknown-level",
            &written.partition,
            "level",
            levels.iter().map(String::as_str),
        );
    }
    let code_scheme = match written.code_scheme {
        SchemeDef::Plain => CodeScheme::Plain,
        SchemeDef::Gb2260 => CodeScheme::Gb2260,
    };
    // Where a part is at fault, the load fails anyway, but the names of levels still serve the other files.
    Some(RegistrySpec {
        divisions: divisions.unwrap_or_default(),
        changes,
        neighbours,
        nearest: written.nearest.as_ref().map(|count| **count),
        titles: level_titles(written, &levels, source, faults),
        levels,
        partition: partition.unwrap_or_default(),
        code_scheme,
    })
}

/// What a person calls each level: its title, else its name.
fn level_titles(written: &RegistryDef, levels: &[String], source: &Source, faults: &mut Faults) -> Vec<Text> {
    for level in written.titles.keys().filter(|level| !levels.contains(level)) {
        let known = levels.iter().map(String::as_str);
        faults.unknown(source, "unknown-level", level, "level", known);
    }
    let titled = |level: &String| written.titles.iter().find(|(named, _)| ***named == **level);
    let title = |level: &String| title_or(titled(level).map(|(_, title)| title), level);
    levels.iter().map(title).collect()
}

fn reporters(written: &ReportersDef, source: &Source, faults: &mut Faults) -> ReportersSpec {
    for path in std::iter::once(&written.file).chain(&written.receipts) {
        within_input(path, source, faults);
    }
    let population = written.population.as_ref();
    ReportersSpec {
        file: (*written.file).clone(),
        receipts: written.receipts.as_deref().map(|r| r.to_owned()),
        population: population
            .filter(|column| register_column(column, source, faults))
            .map(|column| (**column).clone()),
    }
}

/// Whether a name can be that of a column of figures in the register: those with a meaning of their own hold none.
fn register_column(name: &Located<String>, source: &Source, faults: &mut Faults) -> bool {
    let own = ["area_code", "form", "period", "expected_rows"];
    let sound = !name.trim().is_empty() && !own.iter().any(|own| own.eq_ignore_ascii_case(name));
    if !sound {
        let message = format!("`{name}` is no register column of figures");
        let hint = "name a further column of the reporters' file, such as \"residents\"".to_owned();
        faults.add(source, "wrong-value", name.span(), message, hint);
    }
    sound
}

fn feedback(written: &FeedbackDef, source: &Source, faults: &mut Faults) -> Feedback {
    let mut path = |written: &Option<Located<String>>, usual: String| match written {
        Some(path) if within_input(path, source, faults) => (**path).clone(),
        _ => usual,
    };
    let usual = Feedback::default();
    Feedback {
        corrections: path(&written.corrections, usual.corrections),
        explanations: path(&written.explanations, usual.explanations),
    }
}

/// Their languages are settled once the titles are known.
fn returns(written: &ReturnsDef, source: &Source, faults: &mut Faults) -> Returns {
    let usual = Returns::default();
    let note = written.note.as_ref();
    if let Some(note) = note.filter(|note| note.0.values().any(|text| text.chars().count() > LONGEST_NOTE)) {
        let message = format!("the note has more than {LONGEST_NOTE} characters");
        let hint = "name deadline and contact; it stands above the list of every return".to_owned();
        faults.add(source, "wrong-value", note.span(), message, hint);
    }
    Returns {
        write: written.write.unwrap_or(usual.write),
        note: note.map_or(usual.note, |note| (**note).clone()),
        langs: usual.langs,
    }
}

fn add_units(file: &PipelineFile, units: &mut Units, source: &Source, faults: &mut Faults) -> bool {
    let before = faults.count();
    for unit in &file.unit {
        let span = crate::pipeline::shape::first_line(&source.text, unit.span());
        match units.add(unit) {
            Ok(_) => {}
            Err(UnitFault::Factor) => {
                let message = format!("`{}` is no factor", unit.factor);
                let hint = "a positive number as text: `10000`, `2000/3` or `0.01`".to_owned();
                faults.add(source, "wrong-value", span, message, hint);
            }
            Err(UnitFault::Taken(spelling)) => {
                let message = format!("the spelling `{spelling}` of the unit `{}` is taken", unit.id);
                faults.add(
                    source,
                    "duplicate-id",
                    span,
                    message,
                    "every spelling means one unit".to_owned(),
                );
            }
        }
    }
    faults.count() == before
}
