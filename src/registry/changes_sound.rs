//! Whether the rows of the table of changes agree with the spans of the divisions and with each other.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Area;
use super::changes::{Change, ChangeKind};
use super::faults::Faults;
use crate::pipeline::csv_table::{CsvTable, Record};

/// Shares are written as decimals, whose sum may miss 1 by less than this.
const ROUNDING: f64 = 1e-9;

type Row<'r> = (Change, &'r Record);

/// Finds what is wrong between rows that are sound in themselves. `known_from` is the first day of which the divisions know that
/// something began or ended.
pub(super) fn judge(
    rows: &[Row],
    areas: &BTreeMap<&str, Vec<&Area>>,
    known_from: Option<Date>,
    table: &CsvTable,
    faults: &mut Faults,
) {
    let judge = Judge {
        rows,
        areas,
        known_from,
        table,
    };
    for row in rows {
        judge.spans(row, faults);
        judge.share(row, faults);
    }
    judge.contradictions(faults);
    judge.circles(faults);
    judge.sums(faults);
}

struct Judge<'j> {
    rows: &'j [Row<'j>],
    areas: &'j BTreeMap<&'j str, Vec<&'j Area>>,
    known_from: Option<Date>,
    table: &'j CsvTable,
}

impl Judge<'_> {
    /// Whether the bearer of a code on the eve of a day is not its bearer on the day, by the spans of the divisions.
    fn ends(&self, code: &str, day: Date) -> bool {
        let mut rows = self.areas.get(code).into_iter().flatten();
        !rows.any(|area| area.is_valid_on(day) && area.first_day() < day)
    }

    /// Whether the bearer of a code on a day was not its bearer on the eve. Of days before the divisions begin nobody knows.
    fn begins(&self, code: &str, day: Date) -> Option<bool> {
        let mut rows = self.areas.get(code)?.iter();
        let bearer = rows.find(|area| area.is_valid_on(day))?;
        let is_unknown = bearer.valid_from.is_none() && self.known_from.is_none_or(|from| day <= from);
        (!is_unknown).then(|| bearer.first_day() == day)
    }

    /// The spans of both areas fit the kind of the change.
    fn spans(&self, (change, record): &Row, faults: &mut Faults) {
        let (old, new, day) = (change.old.as_str(), change.new.as_str(), change.date);
        let at = |column: &str| record.span_of(self.table.column(column));
        if change.kind.ends_old() && !self.ends(old, day) {
            let message = format!("`{old}` is in force on {day} although all of it went over");
            let hint = "end its row in the divisions the day before (`valid_to`); where a part went over, the kind is `transfer` or `split`";
            faults.hinted("change-not-ended", at("old_code"), message, hint);
        }
        if change.kind.begins_new() && self.begins(new, day) == Some(false) {
            let message = format!("`{new}` was in force before {day} although it begins then");
            let hint = "begin its row in the divisions on that day (`valid_from`); what goes into an area that was there is a `merge`";
            faults.hinted("change-not-begun", at("new_code"), message, hint);
        }
        let lasts = !self.ends(old, day);
        match (change.kind, self.begins(new, day)) {
            (ChangeKind::Split, Some(false)) if lasts => {
                let message = format!("both `{old}` and `{new}` go on, so no area was split");
                faults.hinted(
                    "change-kind",
                    at("kind"),
                    message,
                    "a part that went over is a `transfer`",
                );
            }
            (ChangeKind::Transfer, begins) if !lasts || begins == Some(true) => {
                let which = if lasts { new } else { old };
                let word = if lasts { "begins" } else { "ends" };
                let message = format!("`{which}` {word} on {day}, but in a transfer both areas go on");
                faults.hinted(
                    "change-kind",
                    at("kind"),
                    message,
                    "where one ends or begins, the kind is `split`",
                );
            }
            _ => {}
        }
    }

    /// The share fits the kind of the change.
    fn share(&self, (change, record): &Row, faults: &mut Faults) {
        let Some(share) = change.share else { return };
        let (sound, hint) = match change.kind {
            ChangeKind::Recode | ChangeKind::Merge => (share == 1.0, "all of the area goes over: 1, or blank"),
            ChangeKind::Split | ChangeKind::Transfer => (
                0.0 < share && share < 1.0,
                "a part is more than 0 and less than 1; blank where nobody knows; a whole area is a recode or a merge",
            ),
            ChangeKind::Rename | ChangeKind::Created | ChangeKind::Abolished => {
                (false, "nothing goes over: leave it blank")
            }
        };
        if !sound {
            let message = format!("the share {share} does not fit the kind");
            faults.hinted("bad-share", record.span_of(self.table.column("share")), message, hint);
        }
    }

    /// What goes over as a whole goes to one area, and what begins by a recode or from nothing has nothing else.
    fn contradictions(&self, faults: &mut Faults) {
        let mut of_old: BTreeMap<(&str, Date), Vec<&Row>> = BTreeMap::new();
        let mut of_new = of_old.clone();
        for row in self.rows {
            let change = &row.0;
            if change.kind.ends_old() || change.kind == ChangeKind::Split {
                of_old.entry((&change.old, change.date)).or_default().push(row);
            }
            if !matches!(change.kind, ChangeKind::Rename | ChangeKind::Abolished) {
                of_new.entry((&change.new, change.date)).or_default().push(row);
            }
        }
        let pair = |rows: &[&Row], is_whole: &dyn Fn(ChangeKind) -> bool| {
            let whole = rows.iter().position(|row| is_whole(row.0.kind))?;
            let other = (0..rows.len()).find(|&at| at != whole)?;
            Some((whole, other))
        };
        for ((code, date), rows) in of_old.iter().filter(|(_, rows)| !repeats(rows)) {
            if let Some((whole, other)) = pair(rows, &ChangeKind::ends_old) {
                let message = format!("`{code}` goes over as a whole on {date}, and has another row for that day");
                let hint = "an area of which several parts went over is a `split`, one row a part";
                contradicted(rows, (whole, other), message, hint, faults);
            }
        }
        for ((code, date), rows) in of_new.iter().filter(|(_, rows)| !repeats(rows)) {
            if let Some((whole, other)) = pair(rows, &ChangeKind::begins_new) {
                let message =
                    format!("`{code}` begins on {date} with this row alone, and has another row for that day");
                let hint = "an area that begins with the ground of several is a `merge` of each, or a `split` where a part went over";
                contradicted(rows, (whole, other), message, hint, faults);
            }
        }
    }

    /// On one day nothing becomes a part of what becomes a part of it.
    fn circles(&self, faults: &mut Faults) {
        let mut ways: BTreeMap<(Date, &str), BTreeSet<&str>> = BTreeMap::new();
        let leads = |change: &&Change| {
            let (old, new) = (&change.old, &change.new);
            let is_ground = matches!(change.kind, ChangeKind::Recode | ChangeKind::Merge | ChangeKind::Split);
            is_ground && !old.is_empty() && !new.is_empty()
        };
        for change in self.rows.iter().map(|(change, _)| change).filter(leads) {
            ways.entry((change.date, &change.old)).or_default().insert(&change.new);
        }
        let mut told = BTreeSet::new();
        for (change, record) in self.rows {
            // Areas may exchange their codes, so a circle of recodes alone is sound.
            if !matches!(change.kind, ChangeKind::Merge | ChangeKind::Split) {
                continue;
            }
            let circle = circle(&ways, change);
            let Some(circle) = circle.filter(|_| !told.contains(&(change.date, change.old.as_str()))) else {
                continue;
            };
            told.extend(circle.iter().map(|&code| (change.date, code)));
            let message = format!(
                "on {} the codes go round in a circle: {}",
                change.date,
                circle.join(" → ")
            );
            let hint = "what went into an area cannot hold it on the same day";
            faults.hinted("changes-circular", record.span.clone(), message, hint);
        }
    }

    /// What left an area on one day is no more than all of it, and no less where the area ended and all shares are known.
    fn sums(&self, faults: &mut Faults) {
        let mut parts: BTreeMap<(&str, Date), Vec<&Row>> = BTreeMap::new();
        for row in self.rows.iter().filter(|(change, _)| !change.old.is_empty()) {
            parts.entry((&row.0.old, row.0.date)).or_default().push(row);
        }
        for ((code, date), rows) in parts {
            let at = |row: &Row| row.1.span_of(self.table.column("share"));
            let mut sum = 0.0;
            let beyond = rows.iter().find(|row| {
                sum += row.0.share.unwrap_or(0.0);
                sum > 1.0 + ROUNDING
            });
            if let Some(row) = beyond {
                let message = format!("more than all of `{code}` went over on {date}");
                let hint = "the shares of one old code and date sum to 1 at most";
                faults.hinted("shares-beyond-whole", at(row), message, hint);
                continue;
            }
            let is_split = rows
                .iter()
                .all(|row| row.0.kind == ChangeKind::Split && row.0.share.is_some());
            if is_split && sum < 1.0 - ROUNDING && self.ends(code, date) {
                let message = format!("`{code}` ended on {date}, and its shares sum to {sum}");
                let hint =
                    "the parts of an area that ended make up all of it; leave a share blank where nobody knows it";
                faults.hinted("shares-below-whole", at(rows[0]), message, hint);
            }
        }
    }
}

/// Whether a change has a second row, which is told already.
fn repeats(rows: &[&Row]) -> bool {
    let codes: BTreeSet<(&str, &str)> = rows
        .iter()
        .map(|row| (row.0.old.as_str(), row.0.new.as_str()))
        .collect();
    codes.len() < rows.len()
}

fn contradicted(rows: &[&Row], (whole, other): (usize, usize), message: String, hint: &str, faults: &mut Faults) {
    let fault = faults.add("change-contradicted", rows[whole].1.span.clone(), message);
    fault.related = Some((rows[other].1.span.clone(), "the other row".into()));
    fault.hint = Some(hint.into());
}

/// The codes from a change's old area through its new one and back, where the changes of the day lead there.
fn circle<'c>(ways: &BTreeMap<(Date, &'c str), BTreeSet<&'c str>>, change: &'c Change) -> Option<Vec<&'c str>> {
    let mut from: BTreeMap<&str, &str> = BTreeMap::from([(change.new.as_str(), change.old.as_str())]);
    let mut open = vec![change.new.as_str()];
    while let Some(code) = open.pop() {
        for &next in ways.get(&(change.date, code)).into_iter().flatten() {
            if next == change.old {
                let mut circle = vec![next];
                let mut at = code;
                while at != change.old {
                    circle.push(at);
                    at = from[at];
                }
                circle.push(change.old.as_str());
                circle.reverse();
                return Some(circle);
            }
            if !from.contains_key(next) {
                from.insert(next, code);
                open.push(next);
            }
        }
    }
    None
}
