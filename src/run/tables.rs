//! From bundles to every table of the release.

use std::collections::BTreeMap;

use super::RunError;
use super::account::accounts;
use super::beside::{self, Beside};
use super::compared::{self, Compared, KeptFigures};
use super::feedback;
use super::identical;
use super::influence;
use super::kept::Held;
use super::layouts::layouts;
use super::ledger;
use super::names::Names;
use super::obligations::obligations;
use super::over_time::{self, OverTime};
use super::reconciliation::{Comparisons, KeptComparisons, Tallies, rules, unjudged};
use super::reference::{area_spans, areas, form_periods, indicator_definitions, members};
use super::replies;
use super::returns;
use super::revisions::{self, Before, Now};
use super::unread;
use crate::domain::{AreaCounts, Code, Finding, FormCoverage, Lang, Period, Reconciled};
use crate::intake::FoundFile;
use crate::partition::{BundleResult, Entry, Rows, Shared, Sums};
use crate::pipeline::FormIndex;
use crate::registry::RegisterFile;
use crate::release::{FormAccount, RevisionsSince, Staging};
use crate::rollup::CubeParts;
use crate::statistics::{self, Coverage, ImpossibleRatio};
use crate::tables::{
    ChangeEffectRow, Columns, ConstantChangeEffectRow, ConstantGapChangeMixRow, ConstantGapChangeRow,
    ConstantGapMixRow, EstimateRow, GapChangeMixRow, GapChangeRow, GapMixRow, ReconciliationRow, Table, TableHead,
    place_of_table,
};

/// Tables that are written as soon as they are made.
pub const WRITTEN: [&str; 10] = [
    ReconciliationRow::TABLE,
    EstimateRow::TABLE,
    ChangeEffectRow::TABLE,
    ConstantChangeEffectRow::TABLE,
    GapChangeRow::TABLE,
    ConstantGapChangeRow::TABLE,
    GapMixRow::TABLE,
    ConstantGapMixRow::TABLE,
    GapChangeMixRow::TABLE,
    ConstantGapChangeMixRow::TABLE,
];

/// Everything a release says in tables, and what the gate must know.
pub struct Figures {
    /// The tables, by name, but for those that are written already or period by period.
    pub tables: Vec<Table>,
    /// Of tables that are written already the rows that readers of a release are shown.
    pub written: Vec<Table>,
    /// The tables that are written period by period.
    pub compared: Compared,
    /// How the comparisons of each rule ended, by rule.
    pub reconciled: Vec<Reconciled>,
    /// Every submission, by path.
    pub entries: Vec<Entry>,
    /// What lies beside them, by path.
    pub beside: Vec<Beside>,
    /// The account of all rows.
    pub rows: Rows,
    /// What was sent, by period and form.
    pub accounts: Vec<FormAccount>,
    /// The marked workbooks that go back.
    pub returns: Vec<returns::Planned>,
    /// What the table `revisions` compares with.
    pub revisions: RevisionsSince,
}

impl Figures {
    /// Name and columns of every table of the release, in the order in which tables are described.
    pub fn heads(&self) -> Vec<TableHead<'_>> {
        let mut heads: Vec<TableHead<'_>> = self.tables.iter().map(Table::head).collect();
        Compared::heads().for_each(|head| heads.push(head));
        heads.extend(WRITTEN.map(TableHead::of));
        heads.sort_by_key(|head| place_of_table(head.name));
        heads
    }

    /// What readers of a release are shown. Of tables with many areas these are the rows of the root, and of some also those of the partition level.
    pub fn shown(&self) -> Vec<&Table> {
        let rest = self.written.iter().chain(&self.compared.top);
        self.tables.iter().chain(rest).collect()
    }
}

/// Computes them; `files` are those of the run, `facts` the rows in all files of facts, `parts` the sums that jobs have left to an engine. `staging` has what is written of it so far,
/// `before` is the release with which figures are compared.
///
/// # Errors
/// When sums cannot be made, or the account of rows does not balance or is not that of the facts.
pub fn figures(
    shared: &Shared<'_>,
    files: &[&FoundFile],
    (done, held, facts, parts): (Vec<BundleResult>, Vec<Held>, u64, CubeParts),
    registers: &[RegisterFile],
    (staging, before): (&Staging, Option<&Before>),
    (kept, kept_comparisons): (&KeptFigures, &KeptComparisons),
) -> Result<Figures, RunError> {
    let Gathered {
        mut entries,
        parts,
        coverage,
        mut tallies,
    } = gather(shared, done, parts);
    let mut compared = compared::compared(shared, (&parts, &coverage), kept)?;
    let comparisons = Comparisons::new(shared, &held, &mut entries, kept_comparisons)?;
    let mut beside = beside::beside(registers, &shared.feedback.corrections);
    note_rows_beyond_register(shared, &mut entries, &coverage);
    note_impossible_ratios(shared, &mut entries, &compared.impossible);
    identical::tell(shared, files, &mut entries)?;
    feedback::explain(&shared.feedback, shared.pipeline, &mut entries, &mut beside);
    replies::settle(shared, files, &mut entries)?;
    feedback::note(shared, &entries, &mut beside);
    // The order of the bundles does not show.
    entries.sort_by(|a, b| (&a.submission.path, &a.submission.id).cmp(&(&b.submission.path, &b.submission.id)));
    unread::settle(shared.pipeline, &mut entries);
    let rows = account(&entries, facts)?;

    let (pipeline, registry) = (shared.pipeline, &shared.registry);
    influence::settle(shared, &compared.sums, &mut entries);
    // Only figures of areas that are grouped in another way need it whole.
    let has_other_registry = before.is_some_and(|before| before.has_other_registry(shared));
    let cube = has_other_registry.then(|| parts.of_all(pipeline));
    let returns = returns::plan(shared, &mut entries);
    let names = Names::new(pipeline, registry);
    let (submissions, findings) = rayon::join(
        || ledger::submissions(pipeline, &names, &entries),
        || ledger::findings(pipeline, &names, &entries, &beside),
    );
    let (reconciled, (layouts, obligations, reporting, accounts, corrections)) = rayon::join(
        || comparisons.write(shared, (&names, &entries), &mut tallies, staging),
        || {
            (
                layouts(pipeline, &entries),
                obligations(pipeline, &names, &coverage),
                statistics::reporting(pipeline, registry, &coverage),
                accounts(shared, &entries, &coverage),
                feedback::table(shared, &names, &entries),
            )
        },
    );
    let reconciled = reconciled?;
    let area_spans = area_spans(pipeline, registry);
    let now = Now {
        shared,
        staging,
        parts: &parts,
        compared: &compared,
        submissions: &submissions,
        corrections: &corrections,
        area_spans: &area_spans,
        cube: cube.as_ref(),
    };
    let (revised, over_time) = rayon::join(
        || revisions::revisions(now, before),
        || over_time::tables(shared, &compared, staging),
    );
    let (revised, revisions) = revised?;
    let OverTime {
        mut tables,
        written,
        broken,
    } = over_time?;
    compared.broken.extend(broken);
    tables.extend([
        areas(pipeline, registry),
        area_spans,
        indicator_definitions(pipeline),
        members(pipeline),
        form_periods(pipeline),
        submissions,
        findings,
        layouts,
        corrections,
        obligations,
        reporting,
        rules(pipeline, &tallies),
        unjudged(pipeline, &tallies),
        revised,
    ]);
    Ok(Figures {
        tables,
        written,
        entries,
        beside,
        rows,
        accounts,
        returns,
        compared,
        reconciled,
        revisions,
    })
}

/// The account of all rows; `facts` are the rows in all files of facts.
///
/// # Errors
/// When a submission's account does not balance, or the facts hold other rows than are accepted.
fn account(entries: &[Entry], facts: u64) -> Result<Rows, RunError> {
    if let Some(entry) = entries.iter().find(|entry| !entry.rows.balance()) {
        return Err(RunError::Unbalanced {
            path: entry.submission.path.clone(),
            rows: entry.rows,
        });
    }
    let rows = Rows::total(entries);
    if facts != rows.accepted {
        return Err(RunError::FactsDiffer {
            accepted: rows.accepted,
            facts,
        });
    }
    Ok(rows)
}

/// What all bundles say together.
struct Gathered {
    entries: Vec<Entry>,
    parts: CubeParts,
    coverage: Coverage,
    tallies: Tallies,
}

/// Puts the bundles together: submissions, sums, and who sent what. Sums and counts do not depend on the order.
/// `parts` are those that the engine of the pipeline has summed.
fn gather(shared: &Shared<'_>, done: Vec<BundleResult>, mut parts: CubeParts) -> Gathered {
    let mut entries = Vec::new();
    let mut tallies = Tallies::new();
    let mut coverage = expected(shared);
    let mut receive = |form: FormIndex, period: Period, area: String, sent: AreaCounts| {
        if let Some(coverage) = coverage.get_mut(&(period, form)) {
            coverage.received.entry(area).or_default().add(&sent);
        }
    };
    for bundle in done {
        entries.extend(bundle.entries);
        for (form, period, area, sent) in bundle.rejected {
            receive(form, period, area, sent);
        }
        for partition in bundle.partitions {
            for (rule, tally) in partition.tallies {
                tallies.entry((partition.period, rule)).or_default().add(tally);
            }
            for (area, sent) in partition.received {
                receive(partition.form, partition.period, area, sent);
            }
            if let Some(Sums::Made(part)) = partition.sums {
                parts.push(partition.form, partition.period, part);
            }
        }
    }
    Gathered {
        entries,
        parts,
        coverage,
        tallies,
    }
}

fn expected(shared: &Shared<'_>) -> Coverage {
    let mut coverage = Coverage::new();
    for &period in &shared.pipeline.periods {
        for form in 0..shared.pipeline.forms.len() {
            let expected = shared.reporters.expected(form, period).clone();
            coverage.insert(
                (period, form),
                FormCoverage {
                    expected,
                    ..FormCoverage::default()
                },
            );
        }
    }
    coverage
}

/// More rows than the register has: told on the submission that brought them, since a share is never capped.
fn note_rows_beyond_register(shared: &Shared<'_>, entries: &mut [Entry], coverage: &Coverage) {
    let senders = Senders::of(shared, entries);
    for beyond in statistics::register_findings(coverage) {
        let Some(at) = senders.find((beyond.period, beyond.form, &beyond.area_code)) else {
            continue;
        };
        let finding = Finding::new(Code::RowsBeyondExpected);
        entries[at].findings.push(
            finding
                .raw(beyond.accepted.to_string())
                .expected(beyond.expected.to_string()),
        );
    }
}

/// Ratios that cannot be: told on the submission that brought the numerator, else on that of the denominator. A submission has as many findings of them
/// as of anything else, and one more with the number of the rest.
fn note_impossible_ratios(shared: &Shared<'_>, entries: &mut [Entry], impossible: &[ImpossibleRatio]) {
    let pipeline = shared.pipeline;
    let senders = Senders::of(shared, entries);
    let mut told: BTreeMap<(usize, Code), Vec<String>> = BTreeMap::new();
    for ratio in impossible {
        let indicator = &pipeline.indicators[ratio.indicator];
        let mut forms = pipeline.forms_of(indicator).into_iter();
        let Some(at) = forms.find_map(|form| senders.find((ratio.period, form, &ratio.area_code))) else {
            tracing::warn!(area = %ratio.area_code, indicator = %indicator.id, period = %ratio.period, "a ratio that cannot be, and nobody who sent it");
            continue;
        };
        let titles = [Lang::Zh, Lang::En]
            .into_iter()
            .filter_map(|lang| indicator.title.own(lang));
        let titles: Vec<&str> = titles.collect();
        // One text stands in the messages of both languages.
        let title = match titles.as_slice() {
            [] => indicator.id.clone(),
            titles => titles.join(" / "),
        };
        let parts = format!("{title} = {} ÷ {}", ratio.numerator, ratio.denominator);
        let code = if ratio.denominator == 0.0 {
            Code::NumeratorWithoutDenominator
        } else {
            Code::ShareOutsideBounds
        };
        let is_own = entries[at].submission.area_code == ratio.area_code;
        told.entry((at, code)).or_default().push(match is_own {
            true => parts,
            false => format!("{}: {parts}", ratio.area_code),
        });
    }
    for ((at, code), ratios) in told {
        let most = pipeline.limits.findings;
        let rest = ratios.len().saturating_sub(most) as u64;
        let findings = &mut entries[at].findings;
        findings.extend(ratios.into_iter().take(most).map(|raw| Finding::new(code).raw(raw)));
        if rest > 0 {
            findings.push(Finding::new(code).raw("…").count(rest));
        }
    }
}

/// The submissions whose rows count, by who sent them.
struct Senders<'s> {
    shared: &'s Shared<'s>,
    by_sender: BTreeMap<(Period, FormIndex, String), usize>,
}

impl<'s> Senders<'s> {
    fn of(shared: &'s Shared<'s>, entries: &[Entry]) -> Senders<'s> {
        let mut by_sender = BTreeMap::new();
        for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.rows.accepted > 0) {
            if let Some(period) = entry.submission.period {
                by_sender.insert((period, entry.submission.form, entry.submission.area_code.clone()), at);
            }
        }
        Senders { shared, by_sender }
    }

    /// The submission that brought the rows of an area: its own, or the file of a wider area.
    fn find(&self, (period, form, area): (Period, FormIndex, &str)) -> Option<usize> {
        let areas = self.shared.areas(form, period);
        let senders = areas.ancestors(area);
        let of = |area: &str| self.by_sender.get(&(period, form, area.to_owned())).copied();
        senders.iter().find_map(|area| of(&area.code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_stops_where_rows_are_lost_or_counted_twice() {
        let entry = |rows: Rows| Entry {
            rows,
            ..Entry::unclaimed("a.csv", Vec::new())
        };
        let whole = Rows {
            read: 10,
            accepted: 6,
            quarantined: 1,
            superseded: 1,
            set_aside: 2,
        };
        assert_eq!(account(&[entry(whole), entry(whole)], 12).unwrap().accepted, 12);
        let twice = account(&[entry(whole)], 12);
        assert!(matches!(twice, Err(RunError::FactsDiffer { accepted: 6, facts: 12 })));
        let lost = account(&[entry(Rows { set_aside: 1, ..whole })], 6);
        assert!(matches!(lost, Err(RunError::Unbalanced { .. })));
    }
}
