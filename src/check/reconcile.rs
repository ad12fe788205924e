//! A figure that an area states against the sum over its rows of another form: `[[reconcile]]`.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polars::prelude::DataType;

use super::figures::content;
use super::ledger::{Flags, Line, Mend, Questioned, Status, figure, hint, scaled, with_hint};
use super::partition::Partition;
use super::peers::members_of;
use super::records::Records;
use super::{Error, RowState, Tally};
use crate::domain::{Cell, CellValue, Finding, Period, Place, Text};
use crate::pipeline::sql::member_index;
use crate::pipeline::{Column, ColumnKind, LevelIndex, Pipeline, ReconcileRule, Rule, RuleKind, Side, UNKNOWN};

/// Both figures of an area, as far as they are there.
#[derive(Clone, Debug)]
pub struct Pairing {
    /// Index of the rule.
    pub rule: usize,
    /// The period.
    pub period: Period,
    /// The area.
    pub area: String,
    left: Option<Summed>,
    right: Option<Stated>,
}

/// The sum over the rows of an area.
#[derive(Clone, Debug)]
struct Summed {
    /// × 10^scale of the column.
    sum: i128,
    /// What the proposed mends of its cells would add.
    mends: i128,
    questioned: Questioned,
    /// The same with rows whose cell is empty: what they lack counts as zero in the sum.
    lacking: Questioned,
    /// Why it is not the whole sum.
    held: Option<&'static str>,
    submission: u32,
    path: Arc<str>,
    sheet: Option<Arc<str>>,
}

/// The figure that an area states.
#[derive(Clone, Debug)]
struct Stated {
    value: Option<f64>,
    /// What a finding proposes instead.
    mended: Option<f64>,
    /// A rule asks about it.
    questioned: bool,
    held: Option<&'static str>,
    submission: u32,
    place: Place,
}

impl Pairing {
    /// Both figures are there.
    pub fn is_whole(&self) -> bool {
        self.left.is_some() && self.right.is_some()
    }

    /// The numbers of the submissions it speaks of, to number them anew.
    pub fn submissions(&mut self) -> impl Iterator<Item = &mut u32> {
        let left = self.left.as_mut().map(|left| &mut left.submission);
        left.into_iter()
            .chain(self.right.as_mut().map(|right| &mut right.submission))
    }

    /// The same with what another bundle knows of the area.
    pub fn merge(&mut self, other: Pairing) {
        match (&mut self.left, other.left) {
            (Some(left), Some(more)) => {
                left.sum += more.sum;
                left.mends += more.mends;
                left.questioned.add(more.questioned);
                left.lacking.add(more.lacking);
                left.held = left.held.or(more.held);
            }
            (left, more) => *left = left.take().or(more),
        }
        self.right = self.right.take().or(other.right);
    }

    /// The form whose figure is missing.
    pub fn missing_form(&self, pipeline: &Pipeline) -> Option<usize> {
        let (rule, reconcile) = definition(pipeline, self.rule)?;
        match (&self.left, &self.right) {
            (None, _) => Some(reconcile.left_form),
            (_, None) => Some(rule.form),
            _ => None,
        }
    }
}

/// What became of a pairing.
pub struct Settled {
    /// Its line of the ledger.
    pub line: Line,
    /// What the county is told.
    pub finding: Option<Finding>,
    /// For the account of the rule.
    pub tally: Tally,
}

/// Index of a pipeline's reconciliations.
fn definition(pipeline: &Pipeline, rule: usize) -> Option<(&Rule, &ReconcileRule)> {
    let rule = pipeline.rules.get(rule)?;
    match &rule.kind {
        RuleKind::Reconcile(reconcile) => Some((rule, reconcile)),
        _ => None,
    }
}

/// Pairs the figures of all areas in the records at hand. Those with both are settled, with a hint where the difference has
/// a likely cause; the others may find their fellow elsewhere.
///
/// # Errors
/// When a frame lacks a column, or polars cannot evaluate the members of a dimension.
pub fn reconcile(
    pipeline: &Pipeline,
    records: &mut [Records],
    flags: &Flags<'_>,
) -> Result<(Vec<Settled>, Vec<Pairing>), Error> {
    let mut settled = Vec::new();
    let mut loose = Vec::new();
    let sides = records.iter_mut().map(|one| Figures::new(one, pipeline));
    let sides: Vec<Figures> = sides.collect::<Result<_, _>>()?;
    for at in 0..pipeline.rules.len() {
        let Some((rule, reconcile)) = definition(pipeline, at) else {
            continue;
        };
        let mut pairs: BTreeMap<(Period, String), Pairing> = BTreeMap::new();
        let mut rows: BTreeMap<(Period, String), Vec<(i128, String)>> = BTreeMap::new();
        for side in &sides {
            let (form, period) = (side.partition.form_index, side.partition.context.period);
            if form != reconcile.left_form && form != rule.form {
                continue;
            }
            let mut add = |area: String, left, right| {
                let pairing = Pairing {
                    rule: at,
                    period,
                    area: area.clone(),
                    left,
                    right,
                };
                match pairs.entry((period, area)) {
                    Slot::Vacant(slot) => drop(slot.insert(pairing)),
                    Slot::Occupied(mut slot) => slot.get_mut().merge(pairing),
                }
            };
            if form == reconcile.left_form {
                for (area, summed) in sums(side, reconcile, flags)? {
                    add(area, Some(summed), None);
                }
            }
            if form == rule.form {
                for (area, stated) in figures(side, reconcile, flags)? {
                    add(area, None, Some(stated));
                }
            }
        }
        // Only where figures differ are rows looked at singly.
        let odd = |pairing: &Pairing| matches!(compare(pipeline, pairing), Some((Status::Differs, ..)));
        let odd: Vec<(Period, String)> = pairs
            .iter()
            .filter(|(_, pair)| odd(pair))
            .map(|(key, _)| key.clone())
            .collect();
        if !odd.is_empty() && reconcile.left_column.is_some() {
            for side in sides
                .iter()
                .filter(|side| side.partition.form_index == reconcile.left_form)
            {
                let period = side.partition.context.period;
                let wanted = |area: &str| odd.iter().any(|(of, name)| *of == period && name == area);
                for (area, figures) in rows_of(side, reconcile, wanted)? {
                    rows.entry((period, area)).or_default().extend(figures);
                }
            }
        }
        for (key, pairing) in pairs {
            if pairing.is_whole() {
                settled.extend(settle(pipeline, &pairing, rows.remove(&key).unwrap_or_default(), false));
            } else {
                loose.push(pairing);
            }
        }
    }
    Ok((settled, loose))
}

/// The records of one form and period, with what every rule asks of them: looked up once.
struct Figures<'a> {
    partition: Partition<'a>,
    areas: BTreeMap<LevelIndex, (Vec<String>, Vec<u32>)>,
}

impl<'a> Figures<'a> {
    fn new(records: &'a mut Records, pipeline: &'a Pipeline) -> Result<Figures<'a>, Error> {
        let partition = records.partition(pipeline)?;
        let mut areas = BTreeMap::new();
        for at in 0..pipeline.rules.len() {
            if let Some((_, reconcile)) = definition(pipeline, at)
                && let Slot::Vacant(slot) = areas.entry(reconcile.level)
            {
                slot.insert(areas_of(&partition, reconcile.level)?);
            }
        }
        Ok(Figures { partition, areas })
    }

    /// Names of the areas at a level, and the area of each record as index into them.
    fn at(&self, level: LevelIndex) -> (&[String], &[u32]) {
        let found = self.areas.get(&level);
        found.map_or((&[], &[]), |(names, of)| (names.as_slice(), of.as_slice()))
    }
}

/// Area of each record at a level, as index into the names; areas above the level have none.
fn areas_of(partition: &Partition, level: LevelIndex) -> Result<(Vec<String>, Vec<u32>), Error> {
    let broken = |source| Error::Frame {
        form: partition.form.id.clone(),
        source,
    };
    let codes = partition.column("area_code")?.str().map_err(broken)?;
    let mut names: Vec<String> = Vec::new();
    let mut known: BTreeMap<&str, u32> = BTreeMap::new();
    let mut of = Vec::with_capacity(codes.len());
    let mut last: Option<(&str, u32)> = None;
    for code in codes.iter() {
        let code = code.unwrap_or_default();
        let index = match last {
            Some((same, index)) if same == code => index,
            _ => *known.entry(code).or_insert_with(|| {
                let area = partition.context.areas.ancestor_at(code, level);
                area.map_or(u32::MAX, |area| {
                    let at = names.iter().position(|name| *name == area.code);
                    at.unwrap_or_else(|| {
                        names.push(area.code.clone());
                        names.len() - 1
                    }) as u32
                })
            }),
        };
        last = Some((code, index));
        of.push(index);
    }
    Ok((names, of))
}

/// What a row adds to the sum.
#[derive(Clone, Copy)]
enum Adds {
    Nothing,
    /// Its cell is empty, or it is unknown whether it belongs.
    Unknown,
    Figure(i128),
}

/// What each row adds to the left side, whatever has become of it.
fn additions(partition: &Partition, rule: &ReconcileRule) -> Result<Vec<Adds>, Error> {
    let broken = |source| Error::Frame {
        form: partition.form.id.clone(),
        source,
    };
    let height = partition.states.len();
    let figures: Vec<Option<i128>> = match rule.left_column {
        None => vec![Some(1); height],
        Some(at) => {
            let column = &partition.form.columns[at];
            let series = partition.column(&column.id)?;
            if let ColumnKind::Decimal { scale, .. } = column.kind {
                let figures = partition.figures(at)?;
                figures
                    .iter()
                    .map(|figure| figure.map(|figure| scaled(figure, scale)))
                    .collect()
            } else {
                let whole = series.cast(&DataType::Int64).map_err(broken)?;
                let whole = whole.i64().map_err(broken)?;
                whole.iter().map(|figure| figure.map(i128::from)).collect()
            }
        }
    };
    let mut adds: Vec<Adds> = figures
        .into_iter()
        .map(|figure| figure.map_or(Adds::Unknown, Adds::Figure))
        .collect();
    for (dimension, members) in &rule.filter {
        let index = |id: &str| member_index(partition.pipeline, *dimension, id);
        let wanted: Vec<u16> = members.iter().map(|id| index(id)).collect();
        let unknown = index(UNKNOWN);
        for (add, found) in adds.iter_mut().zip(members_of(partition, *dimension)?) {
            *add = match found {
                found if wanted.contains(&found) => *add,
                found if found != unknown && found != Cell::NO_MEMBER => Adds::Nothing,
                _ if matches!(add, Adds::Nothing) => Adds::Nothing,
                _ => Adds::Unknown,
            };
        }
    }
    Ok(adds)
}

/// The sum of each area.
fn sums(side: &Figures<'_>, rule: &ReconcileRule, flags: &Flags<'_>) -> Result<BTreeMap<String, Summed>, Error> {
    let partition = &side.partition;
    let (names, areas) = side.at(rule.level);
    let adds = additions(partition, rule)?;
    let mut columns: Vec<&str> = Vec::new();
    columns.extend(rule.left_column.map(|at| partition.form.columns[at].id.as_str()));
    for (dimension, _) in &rule.filter {
        if let crate::pipeline::DimensionLevel::Row { column, .. } = &partition.pipeline.dimensions[*dimension].level {
            columns.push(column);
        }
    }
    let mut questioned = QuestionedRows::default();
    let mut all: Vec<Option<Summed>> = names.iter().map(|_| None).collect();
    for (record, &area) in areas.iter().enumerate() {
        let Some(slot) = all.get_mut(area as usize) else {
            continue;
        };
        if partition.states[record] == RowState::Superseded {
            continue;
        }
        let submission = partition.submission(record);
        let summed = slot.get_or_insert_with(|| {
            let origin = partition.origin(record);
            Summed {
                sum: 0,
                mends: 0,
                questioned: Questioned::default(),
                lacking: Questioned::default(),
                held: None,
                submission,
                path: origin.map_or_else(|| Arc::from(""), |origin| Arc::clone(&origin.path)),
                sheet: origin.and_then(|origin| origin.sheet.clone()),
            }
        });
        match (partition.stands(record), adds[record]) {
            (_, Adds::Nothing) => {}
            (false, _) => summed.held = summed.held.or(Some("rows_held_back")),
            (true, Adds::Figure(figure)) => {
                summed.sum += figure;
                if rule.left_column.is_some() {
                    let is_questioned = questioned.of(flags, submission).contains(&partition.row(record));
                    summed.questioned.see(figure, is_questioned);
                    summed.lacking.see(figure, is_questioned);
                }
            }
            (true, Adds::Unknown) => {
                let row = partition.row(record);
                if columns.iter().any(|column| flags.unreadable(submission, column, row)) {
                    summed.held = summed.held.or(Some("cells_unreadable"));
                }
                summed.lacking.lack();
            }
        }
    }
    if let Some(at) = rule.left_column {
        add_mends(partition, &partition.form.columns[at], (areas, &adds), flags, &mut all);
    }
    let found = names.iter().cloned().zip(all);
    Ok(found.filter_map(|(name, summed)| Some((name, summed?))).collect())
}

/// The questioned rows of the submission at hand.
#[derive(Default)]
struct QuestionedRows {
    submission: Option<u32>,
    rows: BTreeSet<u32>,
}

impl QuestionedRows {
    fn of(&mut self, flags: &Flags<'_>, submission: u32) -> &BTreeSet<u32> {
        if self.submission != Some(submission) {
            self.submission = Some(submission);
            self.rows = flags.questioned_rows(submission);
        }
        &self.rows
    }
}

/// What the mends that other findings propose would add to each sum.
fn add_mends(
    partition: &Partition,
    column: &Column,
    (areas, adds): (&[u32], &[Adds]),
    flags: &Flags<'_>,
    all: &mut [Option<Summed>],
) {
    let scale = column.kind.decimals();
    let mut record = 0;
    while record < areas.len() {
        let submission = partition.submission(record);
        let end = (record..areas.len())
            .find(|&at| partition.submission(at) != submission)
            .unwrap_or(areas.len());
        let mut mends: BTreeMap<u32, Mend> = BTreeMap::new();
        for (row, mend) in flags.mends(submission, &column.id) {
            mends.entry(row).or_insert(mend);
        }
        if !mends.is_empty() {
            for at in record..end {
                if let (Some(Some(summed)), true, Adds::Figure(figure), Some(mend)) = (
                    all.get_mut(areas[at] as usize),
                    partition.stands(at),
                    adds[at],
                    mends.get(&partition.row(at)),
                ) {
                    summed.mends += scaled(mend.of(super::ledger::figure(figure, scale)), scale) - figure;
                }
            }
        }
        record = end;
    }
}

/// The figures of the accepted rows of some areas, with how the county knows them.
fn rows_of(
    side: &Figures<'_>,
    rule: &ReconcileRule,
    wanted: impl Fn(&str) -> bool,
) -> Result<BTreeMap<String, Vec<(i128, String)>>, Error> {
    let partition = &side.partition;
    let (names, areas) = side.at(rule.level);
    let is_wanted: Vec<bool> = names.iter().map(|name| wanted(name)).collect();
    let mut found: BTreeMap<String, Vec<(i128, String)>> = BTreeMap::new();
    if is_wanted.contains(&true) {
        let adds = additions(partition, rule)?;
        for (record, &area) in areas.iter().enumerate() {
            if is_wanted.get(area as usize) == Some(&true)
                && partition.stands(record)
                && let Adds::Figure(figure) = adds[record]
            {
                let path = partition.origin(record).map_or("", |origin| &*origin.path);
                let name = format!("{} ({path})", partition.row(record));
                found
                    .entry(names[area as usize].clone())
                    .or_default()
                    .push((figure, name));
            }
        }
    }
    Ok(found)
}

/// The stated figure of each area.
fn figures(side: &Figures<'_>, rule: &ReconcileRule, flags: &Flags<'_>) -> Result<BTreeMap<String, Stated>, Error> {
    let partition = &side.partition;
    let (names, areas) = side.at(rule.level);
    let values = partition.figures(rule.right_column)?;
    let column = partition.form.columns[rule.right_column].id.as_str();
    let mut found: BTreeMap<String, Stated> = BTreeMap::new();
    for (record, &area) in areas.iter().enumerate() {
        let Some(name) = names.get(area as usize) else { continue };
        if partition.states[record] == RowState::Superseded {
            continue;
        }
        let (submission, row) = (partition.submission(record), partition.row(record));
        let value = values.get(record).filter(|_| partition.stands(record));
        let held = match value {
            Some(_) => None,
            None if !partition.stands(record) => Some("stated_row_held_back"),
            None => flags
                .unreadable(submission, column, row)
                .then_some("stated_cell_unreadable"),
        };
        let stated = Stated {
            value,
            mended: value.and_then(|value| flags.mended(submission, column, row, value)),
            questioned: flags.is_questioned(submission, column, row),
            held,
            submission,
            place: partition.cell_place(record, Some(rule.right_column)),
        };
        // One that counts goes before one held back.
        let slot = found.entry(name.clone()).or_insert_with(|| stated.clone());
        if slot.value.is_none() && stated.value.is_some() {
            *slot = stated;
        }
    }
    Ok(found)
}

/// Status, reason, and both figures with the allowance as integers of the same scale.
type Compared = (Status, &'static str, (i128, i128, i128, u32));

/// Compares two figures; None where one is missing.
fn compare(pipeline: &Pipeline, pairing: &Pairing) -> Option<Compared> {
    let (rule, reconcile) = definition(pipeline, pairing.rule)?;
    let (left, right) = (pairing.left.as_ref()?, pairing.right.as_ref()?);
    let value = right.value?;
    let left_scale = reconcile
        .left_column
        .map_or(0, |at| pipeline.forms[reconcile.left_form].columns[at].kind.decimals());
    let right_scale = pipeline.forms[rule.form].columns[reconcile.right_column]
        .kind
        .decimals();
    let common = left_scale.max(right_scale);
    let raise = 10_i128.pow(common - left_scale);
    let (sum, stated) = (left.sum * raise, scaled(value, common));
    // The allowance itself is allowed, though a product of decimals may fall a little short of it.
    let power = 10_f64.powi(common as i32);
    let allowed = |stated: f64| (reconcile.tolerance.allowed(stated) * power + 1e-6).floor() as i128;
    let figures = (sum, stated, allowed(value), common);
    let within = |sum: i128, stated: i128, value: f64| (sum - stated).abs() <= allowed(value);
    let follows = |sum: i128, mended: Option<f64>| {
        let value = mended.unwrap_or(value);
        within(sum, scaled(value, common), value)
    };
    let mends = left.mends * raise;
    let (status, reason) = if let Some(held) = left.held {
        (Status::Incomplete, held)
    } else if sum == stated {
        (Status::Agrees, "as_defined")
    } else if within(sum, stated, value) {
        (Status::WithinTolerance, "as_defined")
    } else if (mends != 0 && (follows(sum + mends, None) || follows(sum + mends, right.mended)))
        || (right.mended.is_some() && follows(sum, right.mended))
    {
        (Status::Incomplete, "follows_from_finding")
    } else if right.questioned || left.questioned.raised(raise).accounts_for(sum - stated) {
        (Status::Incomplete, "cells_questioned")
    } else if left.lacking.raised(raise).accounts_for(sum - stated) {
        (Status::Incomplete, "cells_missing")
    } else {
        (Status::Differs, "as_defined")
    };
    Some((status, reason, figures))
}

/// Settles a pairing. `refused`: a submission with the missing figure came, and was refused. None where the rule is none.
pub fn settle(pipeline: &Pipeline, pairing: &Pairing, rows: Vec<(i128, String)>, refused: bool) -> Option<Settled> {
    let (rule, reconcile) = definition(pipeline, pairing.rule)?;
    let column = &pipeline.forms[rule.form].columns[reconcile.right_column];
    let sum_scale = reconcile
        .left_column
        .map_or(0, |at| pipeline.forms[reconcile.left_form].columns[at].kind.decimals());
    let left = pairing.left.as_ref().map(|left| figure(left.sum, sum_scale));
    let right = pairing.right.as_ref().and_then(|right| right.value);
    let compared = compare(pipeline, pairing);
    let used = reconcile.used.as_str();
    let (status, reason, used) = match (&compared, &pairing.left, &pairing.right) {
        (Some((status @ Status::Incomplete, reason, _)), ..) => (*status, *reason, "none"),
        (Some((status, reason, _)), ..) => (*status, *reason, used),
        (None, _, Some(stated)) if stated.held.is_some() => {
            (Status::Incomplete, stated.held.unwrap_or_default(), "none")
        }
        (None, _, _) if refused => (Status::Incomplete, "submission_refused", "none"),
        (None, Some(left), _) if left.held.is_some() => (Status::RightMissing, "rows_held_back", "none"),
        (None, Some(_), _) => (Status::RightMissing, "only_left", "left"),
        (None, None, Some(stated)) if stated.value.is_some() => (Status::LeftMissing, "only_right", "right"),
        (None, None, _) => (Status::LeftMissing, "none_stated", "none"),
    };
    let exact = compared.as_ref().map(|(_, _, figures)| *figures);
    let line = Line {
        period: pairing.period,
        area: pairing.area.clone(),
        rule: rule.id.clone(),
        column: column.id.clone(),
        submission: pairing.right.as_ref().map(|right| right.submission),
        row: pairing.right.as_ref().and_then(|right| right.place.row).unwrap_or(0),
        left,
        right,
        difference: exact.map(|(sum, stated, _, scale)| figure(sum - stated, scale)),
        tolerance: right
            .filter(|_| exact.is_some())
            .map(|stated| reconcile.tolerance.allowed(stated)),
        used,
        status,
        reason,
    };
    let lacks = matches!(status, Status::LeftMissing | Status::RightMissing);
    let fired = status == Status::Differs || (lacks && !rule.missing_passes);
    let judged = fired || matches!(status, Status::Agrees | Status::WithinTolerance);
    let tally = Tally {
        n_judged: u64::from(judged),
        n_unknown: u64::from(!judged),
        n_fired: u64::from(fired),
    };
    let finding = fired.then(|| {
        let hint = exact.and_then(|(sum, stated, allowed, common)| {
            let raise = 10_i128.pow(common - sum_scale);
            let rows = rows.into_iter().map(|(figure, name)| (figure * raise, name));
            hint((sum, stated), allowed, rows)
        });
        finding(pipeline, (rule, reconcile), pairing, &line, hint.as_ref())
    });
    Some(Settled { line, finding, tally })
}

fn finding(
    pipeline: &Pipeline,
    (rule, reconcile): (&Rule, &ReconcileRule),
    pairing: &Pairing,
    line: &Line,
    hint: Option<&Text>,
) -> Finding {
    let right = pairing.right.as_ref();
    let left = pairing.left.as_ref();
    let submission = right.map(|right| right.submission).or(left.map(|left| left.submission));
    let shown = |figure: Option<f64>| figure.map(|figure| figure.to_string());
    let stated = right.map(|right| CellValue {
        place: right.place.clone(),
        path: None,
        value: shown(line.right).unwrap_or_default(),
    });
    let left_form = &pipeline.forms[reconcile.left_form];
    let sum = left.map(|left| CellValue {
        place: Place {
            sheet: left.sheet.clone(),
            column: reconcile
                .left_column
                .map(|at| Arc::from(left_form.columns[at].id.as_str())),
            ..Place::default()
        },
        path: right.map(|_| Arc::clone(&left.path)),
        value: shown(line.left).unwrap_or_default(),
    });
    let column = &pipeline.forms[rule.form].columns[reconcile.right_column];
    let mend = line.left.filter(|_| reconcile.used == Side::Left && right.is_some());
    let finding = Finding::of_rule(
        &rule.id,
        rule.severity,
        with_hint(&rule.message, hint),
        submission.unwrap_or_default(),
    );
    Finding {
        place: right.map(|right| right.place.clone()).unwrap_or_default(),
        raw: shown(line.right),
        expected: shown(line.left),
        threshold: line.tolerance.map(|allowed| format!("±{allowed}")),
        mend: mend.and_then(|sum| content(column, sum)),
        cells: stated.into_iter().chain(sum).collect(),
        ..finding
    }
}
