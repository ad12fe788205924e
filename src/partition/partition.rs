//! One partition: records of one form, period and partition area → facts, uncounted rows and a part of the cube.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use super::choose::{Chosen, Rejected, choose};
use super::corrected;
use super::error::Error;
use super::held::{self, Held};
use super::judged::{Judged, judge_records};
use super::shared::Shared;
use super::shares::{self, JudgedRecords};
use super::stacks::Stack;
use crate::check::{self, Memory, Records, Tally, are_small_everywhere, beside_mix};
use crate::domain::{AreaCounts, Code, Finding, Period, RawTable, RowState, RowStatuses, hex};
use crate::lake::bridge::Frame;
use crate::lake::records::{self, Provenance};
use crate::lake::{Encoded, FieldMeta, FileMeta, RecordBatch, encode};
use crate::normalize::Normalized;
use crate::pipeline::{Form, FormIndex, RowUnit};
use crate::registry::Areas;
use crate::rollup::CubeCells;

/// What the records of one form, period and partition area give to the later stages.
#[derive(Debug, Serialize, Deserialize)]
pub struct PartitionResult {
    /// The form.
    pub form: FormIndex,
    /// The period.
    pub period: Period,
    /// Its sums; None where no row counts or is held back.
    pub cube: Option<CubeCells>,
    /// What each area sent.
    pub received: BTreeMap<String, AreaCounts>,
    /// How often each rule was judged and broken.
    pub tallies: BTreeMap<String, Tally>,
}

/// A judged partition: its result, and what the rest of the job must know of it. What it says of the submissions stands in their
/// cases.
pub struct Partition {
    /// For the later stages.
    pub result: PartitionResult,
    /// Submissions whose records were judged: indices into the bundle's list.
    pub judged_submissions: Vec<usize>,
    /// Their quarantined records.
    pub held: Vec<Held>,
    /// Records that findings may still be about, once they are held against figures elsewhere.
    pub judged: Option<JudgedRecords>,
    /// Its facts, and its records that do not count.
    pub files: Vec<Encoded>,
}

/// Judges the records of a partition, sums those that count, and encodes its files. Returns also the records that are needed for
/// reconciliation, if any.
///
/// # Errors
/// When columns cannot be built or a file cannot be written.
pub fn partition(
    shared: &Shared<'_>,
    cases: &mut [Case],
    (form, period): (FormIndex, Period),
    (area, senders): (&str, &BTreeMap<&str, &Stack>),
    memory: &mut Memory,
) -> Result<(Partition, Option<Records>), Error> {
    let senders: Vec<(&str, &Stack)> = senders.iter().map(|(sender, stack)| (*sender, *stack)).collect();
    // A later revision of which no row survives the rules gives way to the earlier one, which must then be judged too.
    let mut fallen: BTreeMap<usize, Rejected> = BTreeMap::new();
    let areas = shared.areas(form, period);
    let earlier = memory.before(shared.pipeline, (form, period), shared.skipped, &shared.registry);
    let judging = context(shared, (form, period), &areas, earlier);
    let chosen = |(sender, stack): &(&str, &Stack), fallen: &BTreeMap<usize, Rejected>| {
        choose(shared, cases, (form, period), (sender, stack), fallen)
    };
    let mut choices: Vec<Chosen> =
        (shared.spread.inner()).map(&senders, |sender| Ok::<_, Error>(chosen(sender, &fallen)))?;
    // Rules that compare records with their peers make all of them be judged again, and only who has fallen chosen again.
    let mut judged = loop {
        let judged = judge_records(&judging, cases, &choices)?;
        let more = judged
            .as_ref()
            .map_or_else(BTreeMap::new, |judged| newly_fallen(&choices, judged));
        if more.is_empty() {
            break judged;
        }
        let is_fallen = |chosen: &Chosen| chosen.winner.as_ref().is_some_and(|(at, _)| more.contains_key(at));
        let again: Vec<usize> = (0..choices.len()).filter(|&at| is_fallen(&choices[at])).collect();
        fallen.extend(more);
        for at in again {
            choices[at] = chosen(&senders[at], &fallen);
        }
    };
    corrected::mark(shared, &judging, cases, &mut choices, judged.as_mut())?;
    let mut winners = Vec::new();
    let on_time: Vec<Option<bool>> = (choices.iter())
        .filter(|chosen| chosen.winner.is_some())
        .map(|chosen| chosen.on_time)
        .collect();
    for chosen in choices {
        apply(chosen, cases, &mut winners);
    }
    let mut made = Partition {
        result: PartitionResult {
            form,
            period,
            cube: None,
            received: BTreeMap::new(),
            tallies: BTreeMap::new(),
        },
        held: Vec::new(),
        judged_submissions: winners.iter().map(|(at, _)| *at).collect(),
        judged: None,
        files: Vec::new(),
    };
    let Some(Judged {
        batch,
        frame,
        mut statuses,
        origins,
        checked,
    }) = judged
    else {
        return Ok((made, None));
    };
    made.result.tallies = checked.tallies;
    drop_small_rates(&shared.pipeline.forms[form], &frame, &winners, cases)?;
    for (submission, findings) in checked.findings {
        let told = &mut cases[submission as usize].entry.findings;
        for finding in findings {
            let finding = beside_mix(told, finding);
            told.extend(finding);
        }
    }

    if Memory::is_needed(shared.pipeline, form) && shared.pipeline.periods.iter().any(|later| *later > period) {
        let context = context(shared, (form, period), &areas, None);
        memory.remember(&context, &frame, &mut statuses, &origins)?;
    }
    let is_looked_at =
        Records::are_reconciled(shared.pipeline, form) || winners.iter().any(|(at, _)| !cases[*at].stated.is_empty());
    let accepted = statuses.are(RowState::Accepted);
    let keep: Vec<bool> = statuses.iter().map(|state| state != RowState::Superseded).collect();
    let held = statuses.are(RowState::Quarantined);
    let (cube, too_large) = shared.plans[form].judged(&frame, &keep, &accepted)?;
    made.result.cube = Some(cube);
    let plain = context(shared, (form, period), &areas, None);
    let too_large = too_large.into_iter().map(|one| (one.measure, one.record));
    for (submission, findings) in check::too_large(&plain, &frame, &origins, too_large)? {
        cases[submission as usize].entry.findings.extend(findings);
    }
    let kept = if is_looked_at {
        Some(Records::keep(&plain, &areas, &frame, &statuses, origins)?)
    } else {
        None
    };
    let judged = JudgedRecords {
        form,
        period,
        submissions: made.judged_submissions.clone(),
        frame,
        statuses: statuses.clone(),
    };
    shares::note(shared, &judged, cases)?;
    // Rows about whole areas are held against other figures later; they are few.
    let is_of_areas = matches!(shared.pipeline.forms[form].unit, RowUnit::Area(_));
    made.judged = Some(judged).filter(|_| is_of_areas && is_looked_at);
    settle_rows(&winners, &statuses, cases);
    let facts = records_file(shared, cases, (form, period), area, (&batch, &accepted), FACTS)?;
    made.files.extend(facts);
    if accepted.contains(&false) {
        let uncounted = records::uncounted(&batch, &statuses)?;
        let all = vec![true; uncounted.num_rows()];
        let uncounted = records_file(shared, cases, (form, period), area, (&uncounted, &all), UNCOUNTED)?;
        made.files.extend(uncounted);
    }
    made.held = held::of(&winners, &statuses)?;
    made.result.received = count_areas(cases, &batch, &accepted, &held, &winners, &on_time)?;
    Ok((made, kept))
}

/// Takes back that a percent column looks like shares, where other senders have figures that are as small.
fn drop_small_rates(
    form: &Form,
    frame: &Frame,
    winners: &[(usize, Normalized)],
    cases: &mut [Case],
) -> Result<(), Error> {
    let of_shares = |finding: &&Finding| finding.code == Code::PercentShares;
    let told: Vec<(u32, &Finding)> = (winners.iter())
        .flat_map(|(at, _)| {
            let of_it = cases[*at].entry.findings.iter().filter(of_shares);
            of_it.map(|finding| (*at as u32, finding))
        })
        .collect();
    let mut dropped: Vec<(u32, Finding)> = Vec::new();
    for &(submission, finding) in &told {
        let Some(column) = finding.place.column.as_deref() else {
            continue;
        };
        if are_small_everywhere(form, frame, &told, (column, submission))? {
            dropped.push((submission, finding.clone()));
        }
    }
    for (submission, finding) in dropped {
        cases[submission as usize].entry.findings.retain(|one| *one != finding);
    }
    Ok(())
}

fn context<'a>(
    shared: &'a Shared<'_>,
    (form, period): (FormIndex, Period),
    areas: &'a Areas,
    earlier: Option<&'a Memory>,
) -> check::Context<'a> {
    check::Context {
        pipeline: shared.pipeline,
        form,
        period,
        areas,
        earlier,
        lists: &shared.lists,
    }
}

/// Winners without an accepted record that stand before an earlier revision, with all that was found in them.
fn newly_fallen(choices: &[Chosen], judged: &Judged) -> BTreeMap<usize, Rejected> {
    let mut base = 0;
    let mut fallen = BTreeMap::new();
    for chosen in choices {
        let Some((at, normalized)) = &chosen.winner else {
            continue;
        };
        let statuses = judged.statuses.slice(base..base + normalized.batch.num_rows());
        base += statuses.len();
        if statuses.count(RowState::Accepted) == 0 && chosen.has_earlier {
            let of_it = judged.checked.findings.get(&(*at as u32)).into_iter().flatten();
            let findings = normalized.findings.iter().chain(of_it).cloned().collect();
            let rejected = Rejected {
                at: *at,
                findings,
                statuses,
            };
            fallen.insert(*at, rejected);
        }
    }
    fallen
}

fn apply(chosen: Chosen, cases: &mut [Case], winners: &mut Vec<(usize, Normalized)>) {
    for rejected in chosen.rejected {
        let case = &mut cases[rejected.at];
        case.entry.findings.extend(rejected.findings);
        case.take_statuses(rejected.statuses);
    }
    for (at, finding) in chosen.replaced {
        cases[at].replace(finding);
    }
    if let Some((at, mut normalized)) = chosen.winner {
        cases[at].entry.findings.append(&mut normalized.findings);
        cases[at].entry.findings.extend(chosen.told);
        winners.push((at, normalized));
    }
}

/// Every record of a winner is one of accepted, quarantined, superseded.
fn settle_rows(winners: &[(usize, Normalized)], statuses: &RowStatuses, cases: &mut [Case]) {
    let mut base = 0;
    for (at, normalized) in winners {
        let of_it = statuses.slice(base..base + normalized.batch.num_rows());
        base += of_it.len();
        cases[*at].take_statuses(of_it);
    }
}

/// Folders of the release.
const FACTS: &str = "facts";
const UNCOUNTED: &str = "uncounted";

/// The masked records as a file of the partition below `folder`; none where the mask lets none through.
fn records_file(
    shared: &Shared<'_>,
    cases: &[Case],
    (form_at, period): (FormIndex, Period),
    area: &str,
    (batch, mask): (&RecordBatch, &[bool]),
    folder: &str,
) -> Result<Option<Encoded>, Error> {
    if !mask.contains(&true) {
        return Ok(None);
    }
    let pipeline = shared.pipeline;
    let areas = shared.areas(form_at, period);
    let form = &pipeline.forms[form_at];
    let level = &pipeline.registry.levels[pipeline.registry.partition];
    let code_of = |area: &str| {
        areas
            .ancestor_at(area, pipeline.registry.partition)
            .map(|area| area.code.clone())
    };
    let corrected = corrected_columns(cases, form);
    let provenance = |at: u32| {
        let read = &cases[at as usize].read;
        Provenance {
            id: &read.submission.id,
            sheet: read.table.as_ref().and_then(|table| table.sheet.as_deref()),
            corrected: corrected.get(&at),
        }
    };
    let facts = records::facts(
        batch,
        mask,
        (pipeline, form_at),
        &period.to_string(),
        (level, &code_of),
        &provenance,
    )?;
    let path = format!("{folder}/{}/{period}/{}.parquet", form.id, file_name(area));
    let of_form = form.key.iter().map(|&at| form.columns[at].id.as_str());
    let key: Vec<&str> = match folder {
        UNCOUNTED => records::ORIGIN.to_vec(),
        _ => ["period", "area_code"].into_iter().chain(of_form).collect(),
    };
    let file = FileMeta {
        title: form.title.clone(),
        key: key.into_iter().map(str::to_owned).collect(),
        licence: pipeline.licence.clone(),
        synthetic: pipeline.synthetic,
    };
    let field = |name: &str| FieldMeta::of_fact(pipeline, form, name);
    Ok(Some(encode(&path, &facts, std::iter::empty(), &file, &field)?))
}

/// Ids of corrected columns, by submission and row as the clerk counts.
fn corrected_columns(cases: &[Case], form: &Form) -> BTreeMap<u32, BTreeMap<u32, String>> {
    let mut all = BTreeMap::new();
    for (at, one) in (0_u32..).zip(cases) {
        let Some(table) = &one.read.table else { continue };
        let rows = corrected_cells(table);
        if rows.is_empty() {
            continue;
        }
        let grid = &table.grid;
        let ids = |columns: &BTreeSet<usize>| {
            let ids: Vec<&str> = columns
                .iter()
                .filter_map(|&at| Some(form.columns.get(at)?.id.as_str()))
                .collect();
            ids.join(";")
        };
        let rows = rows
            .iter()
            .map(|(row, columns)| (grid.number(*row as usize), ids(columns)));
        all.insert(at, rows.collect());
    }
    all
}

/// Columns of the form whose cells are corrected, by row of the grid.
fn corrected_cells(table: &RawTable) -> BTreeMap<u32, BTreeSet<usize>> {
    let mut rows: BTreeMap<u32, BTreeSet<usize>> = BTreeMap::new();
    for (row, index) in table.corrected.cells() {
        if let Some(matched) = table.columns.iter().find(|matched| matched.index == index) {
            rows.entry(row).or_default().insert(matched.column);
        }
    }
    rows
}

/// Accepted rows with corrected cells, noted with their areas.
fn count_corrected(
    cases: &[Case],
    batch: &RecordBatch,
    accepted: &[bool],
    winners: &[(usize, Normalized)],
    areas: &mut BTreeMap<String, AreaCounts>,
) -> Result<(), Error> {
    let mut base = 0;
    let (mut at_rows, mut columns) = (Vec::new(), Vec::new());
    for (at, normalized) in winners {
        if let Some(table) = cases[*at].read.table.as_ref() {
            for (row, cells) in corrected_cells(table) {
                let position = table.records.binary_search(&row).map(|position| base + position);
                if let Some(position) = position.ok().filter(|position| accepted[*position]) {
                    at_rows.push(position);
                    columns.push(cells);
                }
            }
        }
        base += normalized.batch.num_rows();
    }
    if at_rows.is_empty() {
        return Ok(());
    }
    for (area, cells) in records::areas_at(batch, &at_rows)?.into_iter().zip(columns) {
        areas.entry(area).or_default().corrected.push(cells);
    }
    Ok(())
}

/// An area's code as a file name: codes come from paths and may be anything.
pub fn file_name(area: &str) -> String {
    let plain =
        !area.is_empty() && area.len() <= 64 && area.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if plain {
        area.to_string()
    } else {
        format!("unknown-{}", &hex(&Sha256::digest(area.as_bytes()))[..8])
    }
}

/// What each area sent: rows by area, and the sender's submission, with whether each winner's sender was in time. An area that a wider file covers has received it too.
fn count_areas(
    cases: &[Case],
    batch: &RecordBatch,
    accepted: &[bool],
    held: &[bool],
    winners: &[(usize, Normalized)],
    on_time: &[Option<bool>],
) -> Result<BTreeMap<String, AreaCounts>, Error> {
    let mut areas: BTreeMap<String, AreaCounts> = BTreeMap::new();
    for (area, rows) in records::count_by_area(batch, accepted)? {
        areas.entry(area).or_default().rows_accepted = rows;
    }
    for (area, rows) in records::count_by_area(batch, held)? {
        areas.entry(area).or_default().rows_quarantined = rows;
    }
    for ((_, normalized), on_time) in winners.iter().zip(on_time) {
        for (area, cells) in &normalized.required_cells {
            let entry = areas.entry(area.clone()).or_default();
            entry.cells_due += cells.due;
            entry.cells_answered += cells.answered;
            entry.submissions += 1;
            entry.on_time = entry.on_time.or(*on_time);
        }
    }
    count_corrected(cases, batch, accepted, winners, &mut areas)?;
    Ok(areas)
}
