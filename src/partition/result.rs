//! One partition: records of one form, period and partition area → facts, uncounted rows and a part of the cube.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::case::Case;
use super::choose::{Chosen, Rejected, choose};
use super::cleaned::CleanedRecords;
use super::corrected;
use super::error::Error;
use super::files::{FACTS, UNCOUNTED, records_file};
use super::held::{self, Held};
use super::judged::{Judged, judge_records};
use super::received::count_areas;
use super::shared::Shared;
use super::shares::{self, JudgedRecords};
use super::stacks::Stack;
use crate::check::{self, Memory, Records, Tally, are_small_everywhere, beside_mix};
use crate::domain::{AreaCounts, Code, Finding, Period, RowState, RowStatuses};
use crate::lake::Encoded;
use crate::lake::bridge::Frame;
use crate::lake::records;
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
    pub sums: Option<Sums>,
    /// What each area sent.
    pub received: BTreeMap<String, AreaCounts>,
    /// How often each rule was judged and broken.
    pub tallies: BTreeMap<String, Tally>,
}

/// The sums of a partition.
#[derive(Debug, Serialize, Deserialize)]
pub enum Sums {
    /// Made by the job.
    Made(CubeCells),
    /// Left to the engine of the pipeline.
    Left(LeftRecords),
}

/// Records that the engine of the pipeline sums.
#[derive(Debug, Serialize, Deserialize)]
pub struct LeftRecords {
    /// How many there are.
    pub records: u64,
    /// Paths of the files of the release that hold them, and superseded ones.
    pub files: Vec<String>,
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
    // Only who has fallen is chosen again, but all are judged again: the records of the earlier revision are peers of those of other
    // senders, share keys with them, and add to the tallies. It costs next to nothing: of 208 partitions of `huizong sample --counties 7
    // --fault-rate 0.05` one is judged twice, which takes 0.1 % of the time of judging.
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
            sums: None,
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
    let left = match shared.pipeline.engine.external() {
        Some(_) => shared.plans[form].leaves(&frame, &keep)?,
        None => None,
    };
    let too_large = match left {
        Some(_) => Vec::new(),
        None => {
            let (cells, too_large) = shared.plans[form].judged(&frame, &keep, &accepted)?;
            made.result.sums = Some(Sums::Made(cells));
            too_large
        }
    };
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
    if let Some(records) = left {
        let files = made.files.iter().map(|file| file.path.clone()).collect();
        made.result.sums = Some(Sums::Left(LeftRecords { records, files }));
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
        cases[at].cleaned = cases[at].kept.is_none().then(|| CleanedRecords::of(&normalized));
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
