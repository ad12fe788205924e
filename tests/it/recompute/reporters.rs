//! Who owes what by the table `obligations`, what came, and the denominator of what did not.

use std::collections::{BTreeMap, BTreeSet};

use huizong::pipeline::{DimensionLevel, MostDenominator};

use super::Scene;
use super::records::Sum;
use crate::support::{Row, uncounted};

/// The denominator of what an area owes and the figures lack, in its own unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Lack {
    Of(f64),
    /// Neither read nor in the register, nor was there a complete report before: so much at least, and so much at most.
    Between(f64, f64),
    /// Of a member of rows, where not all was read.
    Unsplit,
}

impl Lack {
    pub(super) fn plus(self, other: Lack) -> Lack {
        match (self, other) {
            (Lack::Unsplit, _) | (_, Lack::Unsplit) => Lack::Unsplit,
            (Lack::Of(one), Lack::Of(two)) => Lack::Of(one + two),
            (Lack::Of(sure), Lack::Between(least, most)) | (Lack::Between(least, most), Lack::Of(sure)) => {
                Lack::Between(least + sure, most + sure)
            }
            (Lack::Between(least, most), Lack::Between(other, others)) => Lack::Between(least + other, most + others),
        }
    }

    /// The most that it may be.
    pub(super) fn most(self) -> Option<f64> {
        match self {
            Lack::Of(lack) => Some(lack),
            Lack::Between(_, most) => Some(most),
            Lack::Unsplit => None,
        }
    }
}

/// An area that owes an indicator's form, or has accepted rows of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reporter {
    pub(super) expected: bool,
    pub(super) reported: bool,
    pub(super) quarantined: bool,
    /// Whether something of it is not in the figures.
    pub(super) partial: bool,
    /// Whether all it owes has come and been read.
    pub(super) all_read: bool,
    pub(super) lack: Lack,
    /// Whether the lack is that of its last complete report.
    pub(super) carried: bool,
    /// Whether nobody knows the lack.
    pub(super) bracketed: bool,
    /// Its denominator, of one that reported completely.
    pub(super) complete: Option<f64>,
}

#[derive(Clone, Copy, Default)]
struct Sent {
    accepted: i64,
    quarantined: i64,
    /// Rows of submissions that do not count at all.
    refused: i64,
}

/// A row of `obligations`.
struct Owed {
    rows: Option<i64>,
    /// The register's figure for the denominator.
    total: Option<f64>,
}

impl Scene<'_> {
    pub(super) fn read_reporters(&self) -> Vec<BTreeMap<String, Reporter>> {
        let forms = 0..self.world.pipeline.forms.len();
        let sent: Vec<_> = forms.map(|form| self.sent(form)).collect();
        let indicators = 0..self.world.pipeline.indicators.len();
        indicators
            .map(|at| self.reporters_of(at, &sent[self.world.form_of(at)]))
            .collect()
    }

    fn sent(&self, form: usize) -> BTreeMap<String, Sent> {
        let mut all: BTreeMap<String, Sent> = BTreeMap::new();
        for record in self.records.iter().filter(|record| record.form == form) {
            let of_area = all.entry(record.areas[0].clone()).or_default();
            *(if record.accepted {
                &mut of_area.accepted
            } else {
                &mut of_area.quarantined
            }) += 1;
        }
        // A submission of which no row was judged is refused as a whole.
        let id = &self.world.pipeline.forms[form].id;
        let period = self.period.to_string();
        let uncounted = uncounted(&self.world.output, id, &period);
        let judged: BTreeSet<&str> = uncounted.iter().filter_map(|row| row["submission_id"].text()).collect();
        let of_form = |row: &&Row| row["form"].text() == Some(id) && row["period"].text() == Some(&period);
        for row in self.world.submissions.iter().filter(of_form) {
            let sender = row["area_code"].text();
            if let ("rejected", Some(sender)) = (row["status"].text().unwrap(), sender)
                && !judged.contains(row["submission_id"].text().unwrap())
            {
                let refused = &mut all.entry(sender.to_owned()).or_default().refused;
                *refused += row["rows_quarantined"].number().unwrap() as i64;
            }
        }
        all
    }

    fn owed(&self, indicator: usize) -> BTreeMap<String, Owed> {
        let pipeline = &self.world.pipeline;
        let (form, period) = (
            &pipeline.forms[self.world.form_of(indicator)].id,
            self.period.to_string(),
        );
        let column = pipeline.indicators[indicator].register.as_deref();
        let column = column.map(|column| format!("register_{column}"));
        let rows = self
            .world
            .obligations
            .iter()
            .filter(|row| row["form"].text() == Some(form) && row["period"].text() == Some(&period));
        rows.map(|row| {
            let owed = Owed {
                rows: row["rows_expected"].number().map(|rows| rows as i64),
                total: column.as_ref().and_then(|column| row[column].number()),
            };
            (row["area_code"].text().unwrap().to_owned(), owed)
        })
        .collect()
    }

    fn reporters_of(&self, indicator: usize, sent: &BTreeMap<String, Sent>) -> BTreeMap<String, Reporter> {
        let owed = self.owed(indicator);
        let mut own: BTreeMap<&str, Sum> = BTreeMap::new();
        for record in &self.records {
            if let Some(add) = &record.adds[indicator] {
                own.entry(&record.areas[0]).or_default().add(add);
            }
        }
        let uninvited = sent.iter().filter(|(_, sent)| sent.accepted > 0).map(|(area, _)| area);
        let all = owed
            .keys()
            .chain(uninvited)
            .filter(|area| self.concerns(indicator, area));
        all.map(|area| {
            let own = own.get(area.as_str()).copied().unwrap_or_default();
            let sent = sent.get(area).copied().unwrap_or_default();
            let last = self.last[indicator].get(area).copied();
            (
                area.clone(),
                self.reporter(indicator, (owed.get(area), last), sent, &own),
            )
        })
        .collect()
    }

    /// Whether the restriction of an indicator to members of areas lets an area in.
    fn concerns(&self, indicator: usize, area: &str) -> bool {
        let pipeline = &self.world.pipeline;
        let chain: Vec<String> = self.chain(area).into_iter().map(Into::into).collect();
        !chain.is_empty()
            && pipeline.indicators[indicator]
                .filter
                .iter()
                .all(|(dimension, allowed)| match pipeline.dimensions[*dimension].level {
                    DimensionLevel::Row { .. } | DimensionLevel::Pairs(_) => true,
                    DimensionLevel::Area { .. } => self
                        .member_of_area(*dimension, &chain)
                        .is_some_and(|member| allowed.contains(&member)),
                })
    }

    fn reporter(
        &self,
        indicator: usize,
        (owed, last): (Option<&Owed>, Option<f64>),
        sent: Sent,
        own: &Sum,
    ) -> Reporter {
        let held = sent.quarantined > 0 || sent.refused > 0;
        let in_doubt = held || own.unknown != 0;
        let scale = self.world.scales(indicator).1;
        let rest = Lack::Of(own.rest as f64 / scale);
        let Some(owed) = owed else {
            return Reporter {
                expected: false,
                reported: false,
                quarantined: held,
                partial: in_doubt || rest != Lack::Of(0.0),
                all_read: true,
                lack: rest,
                carried: false,
                bracketed: false,
                complete: None,
            };
        };
        let came = sent.accepted + sent.quarantined;
        let reported = sent.accepted > 0;
        // More rows than are owed, some of them held back, may be one record twice and another not at all.
        let all_sent = match owed.rows {
            Some(rows) if sent.quarantined > 0 => came == rows,
            Some(rows) => came >= rows,
            None => reported,
        };
        let all_read = all_sent && own.unknown == 0;
        let known = own.denominator as f64 / scale;
        let lacks_rows = match owed.rows {
            Some(rows) => came != rows || sent.quarantined > 0,
            None => !reported,
        };
        let last = last.filter(|_| owed.total.is_none() && lacks_rows && !all_read);
        let lack = match owed.total.or(last) {
            _ if all_read && owed.rows.is_some() => rest,
            Some(total) if total > known => Lack::Of(total - known),
            Some(_) => rest,
            None if all_read => rest,
            None => {
                let range = self.world.pipeline.indicators[indicator].plausible_denominator.as_ref();
                let whole = range.map(|of| match of.max {
                    MostDenominator::Number(max) => (of.min, max),
                    MostDenominator::Column(_) => panic!("no indicator of the sample names a column of the divisions"),
                });
                let (min, max) = whole.filter(|of| known <= of.1).unwrap_or((0.0, f64::INFINITY));
                let rest = own.rest as f64 / scale;
                let copies = sent.quarantined > 0 && owed.rows.is_some_and(|rows| came > rows);
                let sure = if copies { 0.0 } else { rest };
                match ((min - known).max(sure), (max - known).max(rest)) {
                    (least, most) if least == most => Lack::Of(least),
                    (least, most) => Lack::Between(least, most),
                }
            }
        };
        let partial = in_doubt || !all_sent || lack != Lack::Of(0.0);
        Reporter {
            expected: true,
            reported,
            quarantined: held,
            partial,
            all_read,
            lack,
            carried: last.is_some(),
            bracketed: owed.total.or(last).is_none() && !all_read,
            complete: (all_read && !partial && known > 0.0).then_some(known),
        }
    }
}
