//! Which sheet of a file each claim is about: by name, else by the header that fits best.

use std::collections::BTreeSet;

use super::claim::{Claim, SheetPart};
use super::compiled::Intake;
use super::header::Header;
use super::sheet::Sheet;
use super::title_years::{self, Year};
use super::unpivot;
use super::words::squeeze;
use crate::domain::{Period, fold};
use crate::pipeline::{Form, FormIndex};

/// A claim and the sheet found for it.
#[derive(Debug)]
pub(super) struct Assigned {
    pub(super) claim: Claim,
    /// `None`: the workbook has no such sheet.
    pub(super) sheet: Option<usize>,
    /// `None`: the sheet has no header of the form.
    pub(super) header: Option<Header>,
}

/// A sheet for each claim, in order of claims and sheets; the sheets that are left come with them.
pub(super) fn assign(intake: &Intake<'_>, claims: &[Claim], sheets: &[Sheet]) -> (Vec<Assigned>, Vec<usize>) {
    let mut work = Work {
        intake,
        sheets,
        taken: vec![false; sheets.len()],
        done: Vec::new(),
    };
    let mut open: Vec<(usize, &Claim)> = Vec::new();
    for (order, claim) in claims.iter().enumerate() {
        if !work.by_name(order, claim) {
            open.push((order, claim));
        }
    }
    // Templates of one form are alternatives: where one has its sheet, the others lack none.
    let answered: BTreeSet<FormIndex> = work.done.iter().map(|(_, assigned)| assigned.claim.form).collect();
    open.retain(|(_, claim)| !answered.contains(&claim.form));
    work.by_content(&mut open);
    let answered: BTreeSet<FormIndex> = work.done.iter().map(|(_, assigned)| assigned.claim.form).collect();
    open.retain(|(_, claim)| !answered.contains(&claim.form));
    open.dedup_by_key(|(_, claim)| claim.form);
    work.without_header(open);
    work.done.sort_by_key(|(order, assigned)| (*order, assigned.sheet));
    let left = (0..sheets.len())
        .filter(|sheet| !work.taken[*sheet] && !sheets[*sheet].is_blank())
        .collect();
    (work.done.into_iter().map(|(_, assigned)| assigned).collect(), left)
}

struct Work<'a> {
    intake: &'a Intake<'a>,
    sheets: &'a [Sheet],
    taken: Vec<bool>,
    /// With the order of the claim.
    done: Vec<(usize, Assigned)>,
}

impl Work<'_> {
    /// Takes the sheets whose name answers the claim's sheet part; whether there is any.
    fn by_name(&mut self, order: usize, claim: &Claim) -> bool {
        let Some(part) = &claim.sheet else { return false };
        let form = &self.intake.pipeline.forms[claim.form];
        let mut found = false;
        for at in self.shown_first() {
            let sheet = &self.sheets[at];
            let Some(name) = sheet.name.as_deref().filter(|_| !self.taken[at]) else {
                continue;
            };
            let Some(claim) = self.named(claim, part, form, name) else {
                continue;
            };
            self.taken[at] = true;
            found = true;
            let header = self.header(claim.form, sheet);
            self.done.push((
                order,
                Assigned {
                    claim,
                    sheet: Some(at),
                    header,
                },
            ));
            if part.pattern.is_none() {
                break;
            }
        }
        found
    }

    fn header(&self, form: FormIndex, sheet: &Sheet) -> Option<Header> {
        unpivot::find(&self.intake.books[form], self.intake.pipeline.period_kind, sheet)
    }

    /// All sheets, those that the workbook does not show last.
    fn shown_first(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.sheets.len()).collect();
        order.sort_by_key(|at| self.sheets[*at].hidden);
        order
    }

    /// The claim on a sheet of this name, with what the name itself says.
    fn named(&self, claim: &Claim, part: &SheetPart, form: &Form, name: &str) -> Option<Claim> {
        let Some(pattern) = &part.pattern else {
            let folded = fold(name);
            let own = [&part.text, &form.id].into_iter().chain(form.title.0.values());
            return own
                .into_iter()
                .any(|known| fold(known) == folded)
                .then(|| claim.clone());
        };
        let said = pattern.read(&squeeze(name))?;
        let mut claim = claim.clone();
        if let Some(text) = said.period {
            claim.period = Some(Period::parse(&text, self.intake.pipeline.period_kind)?);
            claim.period_text = Some(text);
        }
        claim.areas.extend(said.areas);
        claim.areas.sort();
        Some(claim)
    }

    /// Gives the open claims the sheets whose headers fit best, the best pair first.
    fn by_content(&mut self, open: &mut Vec<(usize, &Claim)>) {
        let mut pairs: Vec<(usize, usize, Header)> = Vec::new();
        for (order, claim) in open.iter().filter(|(_, claim)| !claim.is_pattern()) {
            for (at, sheet) in self.sheets.iter().enumerate().filter(|(at, _)| !self.taken[*at]) {
                if let Some(header) = self.header(claim.form, sheet) {
                    pairs.push((*order, at, header));
                }
            }
        }
        // A hidden sheet never takes the place of one that can be read.
        let hidden = |at: usize| self.sheets[at].hidden;
        // Nor does one that is named like another year.
        let is_of_other_year = |order: usize, at: usize| {
            let claims = open.iter().filter(|(other, _)| *other == order);
            let mut periods = claims.filter_map(|(_, claim)| self.intake.identity(claim).0);
            let name = self.sheets[at].name.as_deref().unwrap_or_default();
            periods.any(|period| title_years::of_sheet(name, period) == Year::Other)
        };
        pairs.sort_by_cached_key(|(order, at, header)| {
            let behind = (hidden(*at), is_of_other_year(*order, *at));
            (behind, std::cmp::Reverse(header.score()), *order, *at)
        });
        for (order, at, header) in pairs {
            let Some(place) = open.iter().position(|(other, _)| *other == order) else {
                continue;
            };
            let form = open[place].1.form;
            let answered = self.done.iter().any(|(_, assigned)| assigned.claim.form == form);
            if !self.taken[at] && !answered {
                self.taken[at] = true;
                let (_, claim) = open.remove(place);
                self.done.push((
                    order,
                    Assigned {
                        claim: claim.clone(),
                        sheet: Some(at),
                        header: Some(header),
                    },
                ));
            }
        }
    }

    /// The claims that are left have no sheet, or one with an unknown header. A file without sheets holds the records of one form, so
    /// its other claims are no missing forms.
    fn without_header(&mut self, open: Vec<(usize, &Claim)>) {
        let single = self.sheets.iter().all(|sheet| sheet.name.is_none());
        for (order, claim) in open {
            if single && !self.done.is_empty() {
                continue;
            }
            let free = self
                .shown_first()
                .into_iter()
                .find(|at| !self.taken[*at] && !self.sheets[*at].is_blank());
            let sheet = free.filter(|_| single || claim.sheet.is_none());
            if let Some(at) = sheet {
                self.taken[at] = true;
            }
            self.done.push((
                order,
                Assigned {
                    claim: claim.clone(),
                    sheet,
                    header: None,
                },
            ));
        }
    }
}
