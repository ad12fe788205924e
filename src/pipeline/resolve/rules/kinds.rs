//! Rules over one form: `[[sum]]`, `[[history]]`, `[[outlier]]`, `[[cover]]`.

use super::wording;
use super::{Context, form_index, message_or, title_or};
use crate::domain::{Severity, Text};
use crate::pipeline::definition::{
    AgainstDef, CoverDef, FindDef, HistoryDef, Located, MissingPart, OutlierDef, RelationDef, SumDef, UnknownResult,
};
use crate::pipeline::faults::Faults;
use crate::pipeline::model::{
    CoverRule, FormIndex, HistoryRule, OutlierRule, Peers, Relation, Rule, RuleKind, SumRule,
};
use crate::pipeline::paths::within_input;
use crate::pipeline::resolve::indicators::{applies, refuse_pairs};

/// Peers a value is judged among, where the definition does not say how many are needed.
const PEERS: u32 = 10;

impl Context<'_> {
    pub(super) fn sum(&mut self, written: &Located<SumDef>, faults: &mut Faults) {
        let usual = format!("sum-{}", dashed(&written.total));
        let named = self.name(written.id.as_ref(), usual, written.span(), faults);
        let tolerance = self.tolerance(written.tolerance.as_ref(), faults);
        let Some(form) = form_index(&written.form, self.forms, self.source, faults) else {
            return;
        };
        let total = self.number(form, &written.total, faults);
        let parts = self.parts(form, written, faults);
        let (Some(total), Some(parts)) = (total, parts) else {
            return;
        };
        let relation = match written.relation {
            RelationDef::Equal => Relation::Equal,
            RelationDef::AtLeast => Relation::AtLeast,
            RelationDef::AtMost => Relation::AtMost,
        };
        let sum = SumRule {
            total,
            parts,
            relation,
            tolerance,
            missing_part_is_zero: written.missing == MissingPart::Zero,
        };
        let columns = &self.forms[form].0.columns;
        let message = message_or(written.message.as_ref(), wording::sum(&sum, columns));
        let rule = Rule {
            id: named.id,
            form,
            severity: written.severity.unwrap_or(Severity::Hard),
            missing_passes: written.missing != MissingPart::Fail,
            title: title_or(
                written.title.as_ref(),
                written.message.as_ref(),
                wording::sum_title(&sum, columns),
            ),
            message,
            statement: wording::sum_statement(&sum, columns),
            in_words: wording::sum_in_words(&sum, columns),
            kind: RuleKind::Sum(sum),
        };
        self.add(named.fresh, rule);
    }

    /// The parts of a total, in its unit, each once.
    fn parts(&self, form: FormIndex, written: &SumDef, faults: &mut Faults) -> Option<Vec<usize>> {
        let source = self.source;
        if written.parts.is_empty() {
            let span = written.parts.span();
            faults.add(source, "empty-list", span, "the total has no part", None);
        }
        let columns = &self.forms[form].0.columns;
        let total = columns.iter().find(|column| column.id == *written.total);
        let mut parts = Vec::new();
        for id in written.parts.iter() {
            let at = self.number(form, id, faults)?;
            if *id.as_str() == **written.total || parts.contains(&at) {
                let message = format!("`{id}` stands twice in the sum");
                faults.add(source, "duplicate-id", id.span(), message, None);
            }
            if let Some(total) = total.filter(|total| total.kind.unit() != columns[at].kind.unit()) {
                let message = format!(
                    "`{}` is in {}, `{id}` in {}",
                    total.id,
                    total.kind.unit().unwrap_or("no unit"),
                    columns[at].kind.unit().unwrap_or("no unit")
                );
                let hint = "a total and its parts have one unit".to_owned();
                faults.add(source, "different-units", id.span(), message, hint);
            }
            parts.push(at);
        }
        (!parts.is_empty()).then_some(parts)
    }

    pub(super) fn history(&mut self, written: &Located<HistoryDef>, faults: &mut Faults) {
        let usual = format!("history-{}", dashed(&written.column));
        let named = self.name(written.id.as_ref(), usual, written.span(), faults);
        let (min, max) = (written.ratio.min, written.ratio.max);
        if !(0.0..=1.0).contains(&min) || !(1.0..f64::INFINITY).contains(&max) {
            let hint = "min from 0 to 1, max from 1 up: a unit that stays as it was has the ratio 1".to_owned();
            let message = format!("{min}..{max} is no range of ratios");
            faults.add(self.source, "wrong-value", written.ratio.span(), message, hint);
        }
        let min_base = written.min_base.as_ref().map_or(0.0, |base| **base);
        if let Some(base) = written
            .min_base
            .as_ref()
            .filter(|base| !(0.0..f64::INFINITY).contains(&***base))
        {
            let message = format!("{base} is no smallest earlier value");
            faults.add(self.source, "wrong-value", base.span(), message, "0 or more".to_owned());
        }
        let Some(form) = self.keyed_form(&written.form, "history", faults) else {
            return;
        };
        let Some(column) = self.number(form, &written.column, faults) else {
            return;
        };
        let history = HistoryRule {
            column,
            ratio: (min, max),
            min_base,
            min_group: written.min_group.as_ref().map_or(1, |group| **group),
        };
        let of = &self.forms[form].0.columns[column];
        let message = message_or(written.message.as_ref(), wording::history());
        let rule = Rule {
            id: named.id,
            form,
            severity: written.severity.unwrap_or(Severity::Explain),
            missing_passes: written.missing == UnknownResult::Pass,
            title: title_or(
                written.title.as_ref(),
                written.message.as_ref(),
                wording::history_title(of),
            ),
            message,
            statement: format!("{0} / earlier {0} in {min}..{max}", of.id),
            in_words: wording::history_in_words(of, (min, max)),
            kind: RuleKind::History(history),
        };
        self.add(named.fresh, rule);
    }

    pub(super) fn outlier(&mut self, written: &Located<OutlierDef>, faults: &mut Faults) {
        let usual = format!("outlier-{}", dashed(&written.column));
        let named = self.name(written.id.as_ref(), usual, written.span(), faults);
        let threshold = *written.threshold;
        if !(threshold.is_finite() && threshold > 0.0) {
            let message = format!("{threshold} is no distance");
            let hint = "a number above 0; 3.5 is usual".to_owned();
            faults.add(self.source, "wrong-value", written.threshold.span(), message, hint);
        }
        let Some(form) = form_index(&written.form, self.forms, self.source, faults) else {
            return;
        };
        let column = self.number(form, &written.column, faults);
        let per = written.per.as_ref().map(|per| self.number(form, per, faults));
        let by = self.peers(form, &written.by, faults);
        let (Some(column), None | Some(Some(_))) = (column, per) else {
            return;
        };
        let outlier = OutlierRule {
            column,
            per: per.flatten(),
            log: written.log,
            threshold,
            by,
            min_group: written.min_group.as_ref().map_or(PEERS, |group| **group).max(3),
        };
        let names: Vec<&str> = written.by.iter().map(|name| name.as_str()).collect();
        let columns = &self.forms[form].0.columns;
        let message = message_or(written.message.as_ref(), wording::outlier(&outlier, columns));
        let rule = Rule {
            id: named.id,
            form,
            severity: written.severity.unwrap_or(Severity::Explain),
            missing_passes: written.missing == UnknownResult::Pass,
            title: title_or(
                written.title.as_ref(),
                written.message.as_ref(),
                wording::outlier_title(&outlier, columns),
            ),
            message,
            statement: wording::outlier_statement(&outlier, written.method, columns, &names),
            in_words: wording::outlier_in_words(&outlier, columns, &self.titles_of(&outlier.by)),
            kind: RuleKind::Outlier(outlier),
        };
        self.add(named.fresh, rule);
    }

    /// What people call the levels and dimensions that make peers.
    fn titles_of(&self, peers: &[Peers]) -> Vec<Text> {
        let level = |at: usize| Some(self.plan.registry.as_ref()?.titles[at].clone());
        let title = |peer: &Peers| match *peer {
            Peers::Level(at) => level(at),
            Peers::Dimension(at) => Some(self.dimensions[at].title.clone()),
        };
        peers.iter().filter_map(title).collect()
    }

    /// What makes peers. Groups must lie within a partition, since partitions are judged one by one.
    fn peers(&self, form: FormIndex, written: &Located<Vec<Located<String>>>, faults: &mut Faults) -> Vec<Peers> {
        let source = self.source;
        let mut peers = Vec::new();
        for name in written.iter() {
            if let Some(level) = self.plan.level(name) {
                peers.push(Peers::Level(level));
                continue;
            }
            let Some(at) = self.dimensions.iter().position(|dimension| dimension.id == **name) else {
                let levels = self.plan.levels().iter().map(String::as_str);
                let known = levels.chain(self.dimensions.iter().map(|dimension| dimension.id.as_str()));
                // Without a registry the levels are not known, and that alone is the fault.
                if self.plan.registry.is_some() {
                    faults.unknown(source, "unknown-dimension", name, "level or dimension", known);
                }
                continue;
            };
            if refuse_pairs(&self.dimensions[at], name, source, faults) {
                continue;
            }
            if !applies(&self.dimensions[at], &self.forms[form].0) {
                let message = format!("rows of the form `{}` have no `{name}`", self.forms[form].0.id);
                faults.add(source, "dimension-not-of-form", name.span(), message, None);
            }
            peers.push(Peers::Dimension(at));
        }
        let Some(registry) = &self.plan.registry else {
            return peers;
        };
        let within = |peer: &Peers| matches!(peer, Peers::Level(level) if *level >= registry.partition);
        if registry.partition > 0 && !peers.iter().any(within) && !faults.has_within(source, &written.span()) {
            let level = &registry.levels[registry.partition];
            let message = format!("these peer groups reach beyond a {level}");
            let hint = format!("add `{level}`, or a level below it: rules are judged {level} by {level}");
            faults.add(source, "peers-too-wide", written.span(), message, hint);
        }
        peers
    }

    pub(super) fn cover(&mut self, written: &Located<CoverDef>, faults: &mut Faults) {
        let source = self.source;
        let finds_new = written.find == FindDef::New;
        let usual = format!(
            "cover-{}-{}",
            dashed(&written.form),
            if finds_new { "new" } else { "missing" }
        );
        let named = self.name(written.id.as_ref(), usual, written.span(), faults);
        let severity = self.soft(
            written.severity.as_ref(),
            "a unit that is not there has no row to be held back",
            faults,
        );
        let max_share = written.max_share.as_ref().map_or(0.0, |share| **share);
        if let Some(share) = written
            .max_share
            .as_ref()
            .filter(|share| !(0.0..=1.0).contains(&***share))
        {
            let message = format!("{share} is no share");
            faults.add(source, "wrong-value", share.span(), message, "from 0 to 1".to_owned());
        }
        let register = match (written.against, &written.register) {
            (AgainstDef::Register, None) => {
                let span = crate::pipeline::shape::first_line(&source.text, written.span());
                let hint = "register = \"communities.csv\": a list of units, delivered with the input".to_owned();
                faults.add(
                    source,
                    "missing-key",
                    span,
                    "there is no `register` to hold the units against",
                    hint,
                );
                None
            }
            (AgainstDef::Previous, Some(path)) => {
                let hint = "drop it, or write against = \"register\"".to_owned();
                let message = "the units are held against an earlier period, not a register";
                faults.add(source, "misplaced-key", path.span(), message, hint);
                None
            }
            (_, path) => path
                .as_ref()
                .filter(|path| within_input(path, source, faults))
                .map(|path| (**path).clone()),
        };
        let Some(form) = self.keyed_form(&written.form, "cover", faults) else {
            return;
        };
        let cover = CoverRule {
            register,
            finds_new,
            max_share,
        };
        let message = message_or(written.message.as_ref(), wording::cover(&cover));
        let rule = Rule {
            id: named.id,
            form,
            severity,
            missing_passes: written.missing == UnknownResult::Pass,
            title: title_or(
                written.title.as_ref(),
                written.message.as_ref(),
                wording::cover_title(&cover),
            ),
            message,
            statement: wording::cover_statement(&cover, &self.forms[form].0.id),
            in_words: wording::cover_in_words(&cover, &self.forms[form].0),
            kind: RuleKind::Cover(cover),
        };
        self.add(named.fresh, rule);
    }

    /// A form whose units can be matched from period to period.
    fn keyed_form(&self, written: &Located<String>, kind: &str, faults: &mut Faults) -> Option<FormIndex> {
        let at = form_index(written, self.forms, self.source, faults)?;
        let form = &self.forms[at].0;
        // Of a form without a key a submission is one row: the area is what is the same.
        let one_row_an_area = form.key.is_empty() && matches!(form.unit, crate::pipeline::model::RowUnit::Area(_));
        if form.key.is_empty() && !one_row_an_area {
            let message = format!(
                "the form `{}` has no key: nothing tells which row is the same unit",
                form.id
            );
            let hint = format!("a {kind} rule needs `key` in [form]");
            // One cause, however many rules need the key.
            if faults.is_new_cause(&format!("key of {}", form.id)) {
                faults.add(self.source, "key-missing", written.span(), message, hint);
            }
            return None;
        }
        Some(at)
    }
}

/// A name as part of a code.
pub(super) fn dashed(name: &str) -> String {
    name.replace('_', "-")
}
