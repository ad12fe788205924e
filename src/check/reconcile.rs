//! A figure that an area states against the sum over its rows of another form: `[[reconcile]]`.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polars::prelude::DataType;

use super::figures::content;
use super::held::{Held, joined};
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
    held: Held,
    /// A row that counts has a cell that could not be read.
    is_unread: bool,
    submission: u32,
    path: Arc<str>,
    sheet: Option<Arc<str>>,
}

/// The figure that an area states.
#[derive(Clone, Debug)]
struct Stated {
    value: Option<f64>,
    /// Whether its row counts.
    counts: bool,
    /// What a finding proposes instead.
    mended: Option<f64>,
    /// A rule asks about it.
    questioned: bool,
    /// Why there is none to compare.
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
                left.held.add(more.held);
                left.is_unread |= more.is_unread;
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
        let odd = |pairing: &Pairing| compare(pipeline, pairing).is_some_and(|of| of.status == Status::Differs);
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
    /// Its cell is empty.
    Unknown,
    /// This, if it belongs, which is unknown.
    Perhaps(i128),
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
                _ => match *add {
                    Adds::Figure(figure) => Adds::Perhaps(figure),
                    add => add,
                },
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
    let own = rule.left_column.map(|at| partition.form.columns[at].id.as_str());
    let mut columns: Vec<&str> = own.into_iter().collect();
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
                held: Held::default(),
                is_unread: false,
                submission,
                path: origin.map_or_else(|| Arc::from(""), |origin| Arc::clone(&origin.path)),
                sheet: origin.and_then(|origin| origin.sheet.clone()),
            }
        });
        let row = partition.row(record);
        match (partition.stands(record), adds[record]) {
            (_, Adds::Nothing) => {}
            (true, Adds::Figure(figure)) => {
                summed.sum += figure;
                let is_questioned = rule.left_column.is_some() && questioned.of(flags, submission).contains(&row);
                summed.questioned.see(figure, is_questioned);
                summed.lacking.see(figure, is_questioned);
            }
            (true, Adds::Unknown | Adds::Perhaps(_)) => {
                summed.is_unread |= columns.iter().any(|column| flags.unreadable(submission, column, row));
                summed.lacking.lack();
            }
            (false, Adds::Figure(figure) | Adds::Perhaps(figure)) => {
                let is_blamed = own.is_some_and(|column| flags.is_blamed(submission, column, row));
                summed.held.see(figure, is_blamed);
            }
            (false, Adds::Unknown) => summed.held.open(),
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
                let Some(Some(summed)) = all.get_mut(areas[at] as usize) else {
                    continue;
                };
                let row = partition.row(at);
                let (Adds::Figure(figure), Some(mend)) = (adds[at], mends.get(&row)) else {
                    continue;
                };
                let more = scaled(mend.of(super::ledger::figure(figure, scale)), scale) - figure;
                match partition.states[at] {
                    RowState::Accepted => summed.mends += more,
                    RowState::Quarantined => summed.held.mend(more),
                    RowState::Superseded => {}
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

/// Why a stated figure is not there to be compared.
const ROW_HELD: &str = "stated_row_held_back";

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
        let (value, counts) = (values.get(record), partition.stands(record));
        let held = match value {
            Some(_) => None,
            None if !counts => Some(ROW_HELD),
            None => flags
                .unreadable(submission, column, row)
                .then_some("stated_cell_unreadable"),
        };
        let stated = Stated {
            value,
            counts,
            mended: value.and_then(|value| flags.mended(submission, column, row, value)),
            questioned: flags.is_questioned(submission, column, row)
                || (!counts && flags.is_blamed(submission, column, row)),
            held,
            submission,
            place: partition.cell_place(record, Some(rule.right_column)),
        };
        match found.entry(name.clone()) {
            Slot::Vacant(slot) => drop(slot.insert(stated)),
            // One that counts goes before one held back; of two held back nobody knows which would.
            Slot::Occupied(mut slot) => match (slot.get().counts, counts) {
                (false, true) => drop(slot.insert(stated)),
                (false, false) => {
                    let first = slot.get_mut();
                    (first.value, first.held) = (None, Some(ROW_HELD));
                }
                (true, true) if slot.get().value.is_none() && value.is_some() => drop(slot.insert(stated)),
                (true, _) => {}
            },
        }
    }
    Ok(found)
}

/// How two figures compare.
struct Compared {
    status: Status,
    reason: &'static str,
    /// As integers of the same scale.
    sum: i128,
    stated: i128,
    allowed: i128,
    scale: u32,
}

/// Compares two figures; None where one is missing. Rows held back are tried both ways, counted in or not: only what they could
/// hold in truth and nobody can read leaves it open.
fn compare(pipeline: &Pipeline, pairing: &Pairing) -> Option<Compared> {
    let (rule, reconcile) = definition(pipeline, pairing.rule)?;
    let (left, right) = (pairing.left.as_ref()?, pairing.right.as_ref()?);
    let value = right.value?;
    let left_column = reconcile
        .left_column
        .map(|at| &pipeline.forms[reconcile.left_form].columns[at]);
    let left_scale = left_column.map_or(0, |column| column.kind.decimals());
    let right_scale = pipeline.forms[rule.form].columns[reconcile.right_column]
        .kind
        .decimals();
    let common = left_scale.max(right_scale);
    let raise = 10_i128.pow(common - left_scale);
    let (sum, stated) = (left.sum * raise, scaled(value, common));
    // The allowance itself is allowed, though a product of decimals may fall a little short of it.
    let power = 10_f64.powi(common as i32);
    let allowed = |stated: f64| (reconcile.tolerance.allowed(stated) * power + 1e-6).floor() as i128;
    let within = |sum: i128, stated: i128, value: f64| (sum - stated).abs() <= allowed(value);
    let follows = |sum: i128, mended: Option<f64>| {
        let value = mended.unwrap_or(value);
        within(sum, scaled(value, common), value)
    };
    let held = left.held.raised(raise);
    let ways = held.ways();
    let exact = ways.iter().find(|(_, more)| sum + more == stated);
    let close = || ways.iter().find(|(_, more)| within(sum + more, stated, value));
    let (mends, mended) = (left.mends * raise, held.mended());
    let sums_mended = [
        (mends != 0).then_some(sum + mends),
        mended.map(|more| sum + mends + more),
    ];
    let follows_mended = |sum: &i128| follows(*sum, None) || follows(*sum, right.mended);
    let (questioned, lacking) = (left.questioned.raised(raise), left.lacking.raised(raise));
    let one_way = |beside: Questioned| ways.iter().any(|(_, more)| beside.accounts_for(sum + more - stated));
    // What cannot be read may be anything, but no less than nothing, unless the column says otherwise.
    let may_fall = left_column.is_some_and(|column| match column.kind {
        ColumnKind::Boolean { .. } => false,
        _ => column.range.is_none_or(|(min, _)| min < 0.0),
    });
    let is_open = left.is_unread && (may_fall || sum <= stated);
    let (status, reason, more) = if is_open {
        (Status::Incomplete, "cells_unreadable", 0)
    } else if let Some((reason, more)) = exact {
        (Status::Agrees, *reason, *more)
    } else if let Some((reason, more)) = close() {
        (Status::WithinTolerance, *reason, *more)
    } else if sums_mended.iter().flatten().any(follows_mended)
        || (right.mended.is_some() && ways.iter().any(|(_, more)| follows(sum + more, right.mended)))
    {
        (Status::Incomplete, "follows_from_finding", 0)
    } else if right.questioned || one_way(questioned) {
        (Status::Incomplete, "cells_questioned", 0)
    } else if one_way(lacking) {
        (Status::Incomplete, "cells_missing", 0)
    } else if (held.is_open() && may_fall) || held.accounts_for(sum - stated, lacking) {
        (Status::Incomplete, "rows_held_back", 0)
    } else {
        (Status::Differs, "as_defined", 0)
    };
    let is_compared = matches!(status, Status::Agrees | Status::WithinTolerance);
    Some(Compared {
        status,
        reason: if is_compared && !right.counts {
            "with_held_rows"
        } else {
            reason
        },
        sum: sum + more,
        stated,
        allowed: allowed(value),
        scale: common,
    })
}

/// Settles a pairing. `refused`: a submission with the missing figure came, and was refused. None where the rule is none.
pub fn settle(pipeline: &Pipeline, pairing: &Pairing, rows: Vec<(i128, String)>, refused: bool) -> Option<Settled> {
    let (rule, reconcile) = definition(pipeline, pairing.rule)?;
    let column = &pipeline.forms[rule.form].columns[reconcile.right_column];
    let sum_scale = reconcile
        .left_column
        .map_or(0, |at| pipeline.forms[reconcile.left_form].columns[at].kind.decimals());
    let right = pairing.right.as_ref().and_then(|right| right.value);
    let compared = compare(pipeline, pairing);
    let left = pairing.left.as_ref().map(|left| match &compared {
        Some(compared) => figure(compared.sum, compared.scale),
        None => figure(left.sum, sum_scale),
    });
    let used = reconcile.used.as_str();
    let (status, reason, used) = match (&compared, &pairing.left, &pairing.right) {
        (Some(compared), ..) => {
            // Of rows held back none counts yet.
            let is_used = compared.status != Status::Incomplete && !compared.reason.starts_with("with_");
            (compared.status, compared.reason, if is_used { used } else { "none" })
        }
        (None, _, Some(stated)) if stated.held.is_some() || !stated.counts => {
            (Status::Incomplete, stated.held.unwrap_or(ROW_HELD), "none")
        }
        (None, _, _) if refused => (Status::Incomplete, "submission_refused", "none"),
        (None, Some(left), _) if !left.held.is_empty() => (Status::RightMissing, "rows_held_back", "none"),
        (None, Some(left), _) if left.is_unread => (Status::RightMissing, "cells_unreadable", "none"),
        (None, Some(_), _) => (Status::RightMissing, "only_left", "left"),
        (None, None, Some(stated)) if stated.value.is_some() => (Status::LeftMissing, "only_right", "right"),
        (None, None, _) => (Status::LeftMissing, "none_stated", "none"),
    };
    let line = Line {
        period: pairing.period,
        area: pairing.area.clone(),
        rule: rule.id.clone(),
        column: column.id.clone(),
        submission: pairing.right.as_ref().map(|right| right.submission),
        row: pairing.right.as_ref().and_then(|right| right.place.row).unwrap_or(0),
        left,
        right,
        difference: compared.as_ref().map(|of| figure(of.sum - of.stated, of.scale)),
        tolerance: right
            .filter(|_| compared.is_some())
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
        let hint = compared.as_ref().and_then(|of| {
            let raise = 10_i128.pow(of.scale - sum_scale);
            let rows = rows.into_iter().map(|(figure, name)| (figure * raise, name));
            hint((of.sum, of.stated), of.allowed, rows)
        });
        let held = pairing
            .left
            .as_ref()
            .filter(|_| compared.is_some())
            .and_then(|left| left.held.hint(|more| figure(left.sum + more, sum_scale).to_string()));
        let hint = joined(hint, held);
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
    // A sum that lacks rows is no figure to put there.
    let is_whole = left.is_some_and(|left| left.held.is_empty() && !left.is_unread);
    let mend = line
        .left
        .filter(|_| reconcile.used == Side::Left && right.is_some() && is_whole);
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
