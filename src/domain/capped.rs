//! Findings of one submission as they are gathered: of one kind in one column some are listed, the others counted. A file of
//! junk has a fault in every cell, and nobody reads a million lines that say the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Finding, FindingCode, Place, Text};

/// Code and column.
type Kind = (FindingCode, Option<Arc<str>>, Option<u32>);

/// Findings of one submission of which, of each kind, no more than so many are kept.
#[derive(Clone, Debug)]
pub struct Findings {
    most: usize,
    kept: Vec<(u32, Finding)>,
    kinds: BTreeMap<Kind, Seen>,
}

/// What has been seen of a kind.
#[derive(Clone, Debug, Default)]
struct Seen {
    kept: usize,
    /// Stands for all that are not kept.
    rest: Option<Finding>,
}

impl Findings {
    /// Keeps `most` of each kind.
    pub fn new(most: usize) -> Findings {
        Findings {
            most,
            kept: Vec::new(),
            kinds: BTreeMap::new(),
        }
    }

    /// Adds a finding; `order` is where it is to stand among the others.
    pub fn push(&mut self, order: u32, finding: Finding) {
        let seen = self.kinds.entry(kind(&finding)).or_default();
        if seen.kept < self.most {
            seen.kept += 1;
            self.kept.push((order, finding));
            return;
        }
        match &mut seen.rest {
            None => seen.rest = Some(rest(finding)),
            Some(rest) => {
                rest.severity = rest.severity.max(finding.severity);
                rest.count += finding.count;
                rest.rows.extend(finding.place.row);
                rest.rows.extend(finding.rows);
            }
        }
    }

    /// One cause gives one finding: what nearly all cells of a column have that could have it. `judged` says how many could,
    /// None where the kind is none of cells; `together` words the one from those listed. The rest as of [`Self::into_vec`].
    pub fn into_causes(
        mut self,
        judged: &dyn Fn(&Finding) -> Option<usize>,
        together: &dyn Fn(&[Finding]) -> Option<Finding>,
    ) -> Vec<Finding> {
        let of_cell = |finding: &Finding| finding.place.row.is_some() && finding.place.column_index.is_some();
        let mut causes: BTreeMap<Kind, Vec<(u32, Finding)>> = BTreeMap::new();
        let mut known: BTreeMap<Kind, bool> = BTreeMap::new();
        let mut kept = Vec::with_capacity(self.kept.len());
        for (order, finding) in std::mem::take(&mut self.kept) {
            let kind = kind(&finding);
            let is_one = *known.entry(kind.clone()).or_insert_with(|| {
                let seen = self.kinds.get(&kind);
                let faults = seen.map_or(0, |seen| {
                    seen.kept as u64 + seen.rest.as_ref().map_or(0, |rest| rest.count)
                });
                of_cell(&finding) && judged(&finding).is_some_and(|judged| is_one_cause(faults, judged as u64))
            });
            if is_one {
                causes.entry(kind).or_default().push((order, finding));
            } else {
                kept.push((order, finding));
            }
        }
        for (kind, members) in causes {
            let rest = self.kinds.get_mut(&kind).and_then(|seen| seen.rest.take());
            let first = members.iter().map(|(order, _)| *order).min().unwrap_or(0);
            let members: Vec<Finding> = members.into_iter().map(|(_, finding)| finding).collect();
            kept.extend(together(&members).map(|one| (first, stand_for(one, &members, rest))));
        }
        self.kept = kept;
        self.into_vec()
    }

    /// By their order, those of one order as they came; then those that stand for many.
    pub fn into_vec(self) -> Vec<Finding> {
        let Findings { mut kept, kinds, .. } = self;
        kept.sort_by_key(|(order, _)| *order);
        let rest = kinds.into_values().filter_map(|seen| seen.rest);
        kept.into_iter().map(|(_, finding)| finding).chain(rest).collect()
    }
}

/// The finding at the column, with the rows of all it stands for, and those that `one` itself names beside them.
fn stand_for(one: Finding, members: &[Finding], rest: Option<Finding>) -> Finding {
    let mut rows: Vec<u32> = members.iter().filter_map(|finding| finding.place.row).collect();
    rows.extend(rest.iter().flat_map(|rest| &rest.rows));
    let count = rows.len() as u64;
    rows.extend(&one.rows);
    rows.sort_unstable();
    let severities = members.iter().chain(&rest).map(|finding| finding.severity);
    Finding {
        severity: severities.max().unwrap_or(one.severity),
        place: Place { row: None, ..one.place },
        count,
        rows,
        ..one
    }
}

/// Whether so many faults of one kind in a column, of so many cells that could have it, are one fault of the column: at
/// least ten and four fifths.
pub fn is_one_cause(faults: u64, of: u64) -> bool {
    faults >= 10 && faults * 5 >= of * 4
}

/// The kind of a finding.
fn kind(finding: &Finding) -> Kind {
    let place = &finding.place;
    (finding.code.clone(), place.column.clone(), place.column_index)
}

/// A finding that begins to stand for others like it.
fn rest(first: Finding) -> Finding {
    let message = [
        ("zh", "此类问题另有 {count} 处，不再逐一列出"),
        (
            "en",
            "… and {count} more of the same kind, which are not listed one by one",
        ),
    ];
    let mut rows = first.rows;
    rows.extend(first.place.row);
    Finding {
        place: Place {
            row: None,
            ..first.place
        },
        raw: None,
        expected: None,
        mend: None,
        cells: Vec::new(),
        units: Vec::new(),
        message: Some(Text(
            message.map(|(lang, text)| (lang.to_owned(), text.to_owned())).into(),
        )),
        rows,
        ..first
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Code, Lang, Severity};

    fn at(code: Code, column: &str, row: u32) -> Finding {
        Finding::new(code).at(Place {
            row: Some(row),
            column: Some(Arc::from(column)),
            column_index: column.bytes().next().map(u32::from),
            ..Place::default()
        })
    }

    #[test]
    fn none_is_uncounted() {
        let mut findings = Findings::new(2);
        for row in (1..=5).rev() {
            findings.push(row, at(Code::CellMissing, "a", row).count(10));
            findings.push(row, at(Code::NotANumber, "a", row));
            findings.push(row, at(Code::CellMissing, "b", row).severity(Severity::Explain));
        }
        findings.push(9, at(Code::CellMissing, "c", 9));
        let all = findings.into_vec();
        assert_eq!(all.iter().map(|finding| finding.count).sum::<u64>(), 50 + 5 + 5 + 1);
        let rest: Vec<_> = all.iter().filter(|finding| finding.place.row.is_none()).collect();
        assert_eq!((all.len(), rest.len()), (2 + 2 + 2 + 1 + 3, 3));
        assert_eq!((rest[0].count, rest[0].rows.as_slice()), (30, &[3, 2, 1][..]));
        assert_eq!(rest[0].place.column.as_deref(), Some("a"));
        assert!(rest[0].message(Lang::En, None).contains("30 more"));
        let listed: Vec<u32> = all.iter().filter_map(|finding| finding.place.row).collect();
        assert!(listed.is_sorted(), "{listed:?}");
    }

    #[test]
    fn ten_and_four_fifths_are_one_cause() {
        let one = |count: u32, judged: usize| {
            let mut findings = Findings::new(15);
            for row in 1..=count {
                findings.push(row, at(Code::NotANumber, "a", row));
            }
            findings.push(0, at(Code::NotANumber, "b", 1));
            let all = findings.into_causes(&|_| Some(judged), &|members| members.first().cloned());
            assert_eq!(
                all.iter().map(|finding| finding.count).sum::<u64>(),
                u64::from(count) + 1
            );
            let column = |finding: &&Finding| finding.place.column.as_deref() == Some("a");
            all.iter()
                .filter(column)
                .map(|finding| finding.rows.len())
                .collect::<Vec<_>>()
        };
        for (count, judged) in [(10, 10), (10, 12), (80, 100), (20, 25)] {
            assert_eq!(one(count, judged), [count as usize], "{count} of {judged}");
        }
        for (count, judged) in [(9, 9), (10, 13)] {
            assert_eq!(one(count, judged), vec![0; count as usize], "{count} of {judged}");
        }
        // beyond what is listed, the rest is one as before
        assert_eq!(one(79, 100).len(), 16);
        let mut findings = Findings::new(5);
        (1..=20).for_each(|row| findings.push(row, at(Code::RowRagged, "a", row)));
        assert_eq!(findings.into_causes(&|_| None, &|_| None).len(), 6, "no kind of cells");
    }

    #[test]
    fn the_rest_is_as_grave_as_its_gravest() {
        let mut findings = Findings::new(1);
        for severity in [Severity::Info, Severity::Explain, Severity::Hard, Severity::Info] {
            findings.push(0, at(Code::RowRagged, "a", 1).severity(severity));
        }
        assert_eq!(findings.into_vec()[1].severity, Severity::Hard);
    }
}
