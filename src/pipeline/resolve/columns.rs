//! `[[column]]`

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::awkward;
use super::ids::{IdKind, Ids, title_or};
use super::plan::Plan;
use crate::domain::exact::MOST_DECIMALS;
use crate::domain::{Text, half_width};
use crate::pipeline::definition::{ColumnDef, ColumnType, Located, RangeDef};
use crate::pipeline::faults::{Faults, Source};
use crate::pipeline::model::{Column, ColumnKind, MissingKind, RowUnit};
use crate::pipeline::shape::first_line;

/// Decimals that a double still shows exactly beside a large whole part.
const MAX_SCALE: u32 = 9;

/// Words for yes and no where a boolean column declares none.
const YES: [&str; 8] = ["是", "有", "√", "1", "yes", "true", "y", "t"];
const NO: [&str; 9] = ["否", "无", "×", "0", "no", "false", "n", "f", "✗"];

/// Columns that every table of facts has already.
const OWN: [&str; 11] = [
    "period",
    "area_code",
    "submission",
    "submission_id",
    "sheet",
    "row",
    "corrected",
    "row_status",
    "codes",
    "other_cells",
    "accepted",
];

/// Yes or no in the words that a column without `values` has.
pub fn usual_boolean() -> ColumnKind {
    let all = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    ColumnKind::Boolean {
        yes: all(&YES),
        no: all(&NO),
    }
}

/// Whether a column may have an id without a fault or a warning, in whichever pipeline. The code of an area at the partition level is a
/// column of facts, and the levels are a pipeline's own.
pub fn is_free_id(id: &str) -> bool {
    IdKind::Name.allows(id) && !OWN.contains(&id) && !id.ends_with("_code") && !awkward::is_awkward(id)
}

pub(super) fn resolve(
    written: &[Located<ColumnDef>],
    key: &[Located<String>],
    unit: &RowUnit,
    missing: &BTreeMap<String, MissingKind>,
    plan: &Plan,
    source: &Source,
    faults: &mut Faults,
) -> Vec<Column> {
    let mut ids = Ids::default();
    let mut columns = Vec::new();
    for column in written {
        if !ids.take(&column.id, IdKind::Name, "column", source, faults) {
            continue;
        }
        reserved(column, key, plan, source, faults);
        awkward::warn(&column.id, "column", source, faults);
        if column.headers.is_empty() {
            let message = format!("the column `{}` has no header", column.id);
            faults.add(
                source,
                "empty-list",
                column.headers.span(),
                message,
                "name at least one".to_owned(),
            );
        }
        let scope = Scope {
            column,
            unit,
            missing,
            plan,
            source,
        };
        let Some(kind) = scope.kind(faults) else {
            faults.mark_broken(source, &column.id);
            continue;
        };
        let first = column
            .headers
            .first()
            .map_or_else(|| (*column.id).clone(), |h| (**h).clone());
        // What a number without a scale has beyond the decimals of a sum is nobody's to round.
        let is_open = *column.kind == ColumnType::Number && column.scale.is_none();
        columns.push(Column {
            id: (*column.id).clone(),
            title: column
                .title
                .clone()
                .filter(|t| !t.is_empty())
                .unwrap_or_else(|| untitled(&first)),
            description: column.description.clone(),
            kind,
            headers: column.headers.iter().map(|h| (**h).clone()).collect(),
            required: column.required,
            range: column.range.as_ref().and_then(|r| bounds(r, source, faults)),
            additive: column.additive.as_ref().is_none_or(|additive| **additive),
            repeats_merged: column.merged.is_some(),
            fills_down: column.fill.is_some(),
            rounded: column.rounded.as_ref().map_or(is_open, |rounded| **rounded),
        });
    }
    columns
}

/// A header is in whatever language the clerks write.
fn untitled(header: &str) -> Text {
    title_or(None, header)
}

/// Facts have columns of their own. A key column may be the partition's code itself: it then stands for it.
fn reserved(column: &ColumnDef, key: &[Located<String>], plan: &Plan, source: &Source, faults: &mut Faults) {
    let id = &column.id;
    let partition = plan.registry.as_ref().and_then(|r| r.levels.get(r.partition));
    let is_code = partition.is_some_and(|level| **id == format!("{level}_code"));
    let means_it = key.contains(id)
        && matches!(*column.kind, ColumnType::DivisionCode | ColumnType::DivisionName)
        && column.level.as_deref() == partition;
    if OWN.contains(&id.as_str()) || is_code && !means_it {
        let message = format!("`{id}` is a column that every table of facts has already");
        faults.add(
            source,
            "reserved-id",
            id.span(),
            message,
            "choose another id; headers stay as they are".to_owned(),
        );
    }
}

/// Bounds in order; a fault otherwise.
pub(super) fn bounds(range: &Located<RangeDef>, source: &Source, faults: &mut Faults) -> Option<(f64, f64)> {
    ordered((range.min, range.max), &range.span(), source, faults)
}

/// The ends of a range, if the first is no higher than the last.
pub(super) fn ordered(
    (min, max): (f64, f64),
    span: &Range<usize>,
    source: &Source,
    faults: &mut Faults,
) -> Option<(f64, f64)> {
    if min > max {
        let message = format!("the range is empty: {min} lies above {max}");
        let hint = "min must not exceed max".to_owned();
        faults.add(source, "wrong-value", span.clone(), message, hint);
        return None;
    }
    Some((min, max))
}

struct Scope<'a> {
    column: &'a Located<ColumnDef>,
    unit: &'a RowUnit,
    missing: &'a BTreeMap<String, MissingKind>,
    plan: &'a Plan,
    source: &'a Source,
}

impl Scope<'_> {
    fn kind(&self, faults: &mut Faults) -> Option<ColumnKind> {
        self.misplaced(faults);
        let unit = self.unit_of_column(faults);
        match *self.column.kind {
            ColumnType::Text => Some(ColumnKind::Text),
            ColumnType::Integer => Some(ColumnKind::Integer { unit }),
            ColumnType::Decimal => self.decimal(unit, faults),
            ColumnType::Number => self.number(unit, faults),
            ColumnType::Boolean => self.boolean(faults),
            ColumnType::Category => self.category(faults),
            ColumnType::Date => Some(ColumnKind::Date),
            ColumnType::DivisionCode => {
                let level = self.column.level.as_ref().or_else(|| self.lacks("level", faults))?;
                let below = matches!(self.unit, RowUnit::Below(name) if *name == **level);
                if below || self.plan.registry.is_none() {
                    return Some(ColumnKind::DivisionCode { level: None });
                }
                let level = self.plan.require_level(level, self.source, faults)?;
                Some(ColumnKind::DivisionCode { level: Some(level) })
            }
            ColumnType::DivisionName => {
                let level = self.column.level.as_ref().or_else(|| self.lacks("level", faults))?;
                Some(ColumnKind::DivisionName {
                    level: self.plan.require_level(level, self.source, faults)?,
                })
            }
        }
    }

    fn lacks<T>(&self, key: &str, faults: &mut Faults) -> Option<T> {
        if faults.is_broken_in(self.source, &self.column.id) {
            return None;
        }
        let span = first_line(&self.source.text, self.column.span());
        let message = format!(
            "the column `{}` lacks the key `{key}`, which its type needs",
            self.column.id
        );
        faults.add(self.source, "missing-key", span, message, None);
        None
    }

    /// Keys that mean nothing for the column's type.
    fn misplaced(&self, faults: &mut Faults) {
        use ColumnType::{Boolean, Category, Date, Decimal, DivisionCode, DivisionName, Integer, Number, Text};
        // A number is never repeated: it may be the sum of what stands beside it.
        let repeatable = &[Text, Category, Date, DivisionCode, DivisionName];
        let numbers = &[Integer, Decimal, Number];
        let column = self.column;
        let keys = [
            (
                "scale",
                column.scale.as_ref().map(Located::span),
                &[Decimal, Number][..],
            ),
            (
                "percent",
                column.percent.as_ref().map(Located::span),
                &[Decimal, Number],
            ),
            (
                "rounded",
                column.rounded.as_ref().map(Located::span),
                &[Decimal, Number],
            ),
            ("unit", column.unit.as_ref().map(Located::span), numbers),
            ("range", column.range.as_ref().map(Located::span), numbers),
            (
                "values",
                column.values.as_ref().map(Located::span),
                &[Boolean, Category],
            ),
            (
                "level",
                column.level.as_ref().map(Located::span),
                &[DivisionCode, DivisionName],
            ),
            ("additive", column.additive.as_ref().map(Located::span), numbers),
            ("merged", column.merged.as_ref().map(Located::span), repeatable),
            ("fill", column.fill.as_ref().map(Located::span), repeatable),
        ];
        for (key, span, types) in keys {
            if let Some(span) = span.filter(|_| !types.contains(&column.kind)) {
                let span = first_line(&self.source.text, span);
                let message = format!("`{key}` means nothing for the type of the column `{}`", column.id);
                let types: Vec<&str> = types.iter().map(|known| known.as_str()).collect();
                let hint = format!("`{key}` is for columns of type {}", types.join(", "));
                faults.add(self.source, "misplaced-key", span, message, hint);
            }
        }
    }

    fn unit_of_column(&self, faults: &mut Faults) -> Option<String> {
        let unit = self.column.unit.as_ref()?;
        if self.plan.units_known && self.plan.units.find(unit).is_none() {
            let message = format!("unknown unit `{}`", unit);
            let hint = "declare it in pipeline.toml: [[unit]] id, dimension, factor, spellings".to_owned();
            let near = crate::domain::nearest(unit, self.plan.units.spellings());
            let hint = near.map_or(hint, |n| format!("did you mean `{n}`?"));
            faults.add(self.source, "unknown-unit", unit.span(), message, hint);
        }
        Some((**unit).clone())
    }

    fn decimal(&self, unit: Option<String>, faults: &mut Faults) -> Option<ColumnKind> {
        let scale = self.column.scale.as_ref().or_else(|| self.lacks("scale", faults))?;
        if **scale > MAX_SCALE {
            let message = format!("a scale of {scale} is more than a decimal of fifteen digits can hold");
            let hint =
                format!("scale = 0 to {MAX_SCALE}, or type = \"number\", which keeps all decimals and needs no scale");
            faults.add(self.source, "wrong-value", scale.span(), message, hint);
            return None;
        }
        self.with_decimals(**scale, unit, false, faults)
    }

    fn number(&self, unit: Option<String>, faults: &mut Faults) -> Option<ColumnKind> {
        if let (None, Some(rounded)) = (&self.column.scale, &self.column.rounded) {
            let message = "`rounded` needs the decimals to round to".to_owned();
            let hint = "add `scale`, or leave `rounded` out: a number keeps all decimals".to_owned();
            faults.add(self.source, "misplaced-key", rounded.span(), message, hint);
        }
        let scale = self.column.scale.as_ref().map_or(MOST_DECIMALS, |scale| **scale);
        if let Some(written) = self.column.scale.as_ref().filter(|_| scale > MOST_DECIMALS) {
            let message = format!("a scale of {scale} is more than a number can hold");
            let hint = format!("scale = 0 to {MOST_DECIMALS}, or none: a number keeps all decimals");
            faults.add(self.source, "wrong-value", written.span(), message, hint);
            return None;
        }
        self.with_decimals(scale, unit, true, faults)
    }

    fn with_decimals(&self, scale: u32, unit: Option<String>, double: bool, faults: &mut Faults) -> Option<ColumnKind> {
        let percent = self.column.percent.as_ref().is_some_and(|p| **p);
        if let (true, Some(written)) = (percent, self.column.unit.as_ref()) {
            let is_percent = self.plan.units.factor(written, "percent").is_some_and(|f| f.is_one());
            if !is_percent && self.plan.units.find(written).is_some() {
                let message = format!("`percent = true`, but the unit is `{}`", written);
                faults.add(
                    self.source,
                    "wrong-value",
                    written.span(),
                    message,
                    "unit = \"percent\"".to_owned(),
                );
            }
        }
        let unit = unit.or_else(|| percent.then(|| "percent".to_owned()));
        Some(ColumnKind::Decimal {
            scale,
            unit,
            percent,
            double,
        })
    }

    fn boolean(&self, faults: &mut Faults) -> Option<ColumnKind> {
        let Some(values) = &self.column.values else {
            // What the form declares to be missing is no answer.
            let answers = |words: &[&str]| -> Vec<String> {
                words
                    .iter()
                    .filter(|w| !self.missing.contains_key(**w))
                    .map(|w| (*w).to_owned())
                    .collect()
            };
            return Some(ColumnKind::Boolean {
                yes: answers(&YES),
                no: answers(&NO),
            });
        };
        let mut sound = true;
        for member in values.keys().filter(|k| !["yes", "no"].contains(&k.as_str())) {
            let message = format!("a boolean has no member `{}`", member);
            faults.add(
                self.source,
                "unknown-member",
                member.span(),
                message,
                "its members are yes and no".to_owned(),
            );
            sound = false;
        }
        let mut words = self.words(faults)?;
        let mut take = |name: &str| {
            words
                .iter()
                .position(|(id, _)| id == name)
                .map(|at| words.swap_remove(at).1)
        };
        match (take("yes"), take("no")) {
            (Some(yes), Some(no)) => sound.then_some(ColumnKind::Boolean { yes, no }),
            _ => {
                let message = format!("the boolean `{}` needs words for both yes and no", self.column.id);
                let hint = "values = { yes = [\"是\"], no = [\"否\"] }".to_owned();
                faults.add(
                    self.source,
                    "missing-key",
                    first_line(&self.source.text, values.span()),
                    message,
                    hint,
                );
                None
            }
        }
    }

    fn category(&self, faults: &mut Faults) -> Option<ColumnKind> {
        if self.column.values.is_none() {
            return self.lacks("values", faults);
        }
        Some(ColumnKind::Category {
            values: self.words(faults)?,
        })
    }

    /// Whether a word stands for its member alone; a fault where the form declares the same text to say that a value is missing.
    fn is_no_symbol(&self, member: &str, word: &Located<String>, faults: &mut Faults) -> bool {
        let as_word = |text: &str| half_width(text.trim()).to_lowercase();
        let is_it = |(symbol, kind): &(&String, &MissingKind)| {
            // The symbol for zero is a number, and means nothing where a word is due.
            **kind != MissingKind::Zero && !symbol.is_empty() && as_word(symbol) == as_word(word)
        };
        let Some((symbol, _)) = self.missing.iter().find(is_it) else {
            return true;
        };
        let message =
            format!("`{word}` stands for `{member}`, and `{symbol}` under [form.missing] says that a value is missing");
        let hint =
            format!("take `{symbol}` out of [form.missing], or give `{member}` another word: one text cannot say both");
        faults.add(self.source, "symbol-is-a-word", word.span(), message, hint);
        false
    }

    /// Members in the order of the file, each with its words; no word may stand for two.
    fn words(&self, faults: &mut Faults) -> Option<Vec<(String, Vec<String>)>> {
        let values = self.column.values.as_ref()?;
        let mut members: Vec<_> = values.iter().collect();
        members.sort_by_key(|(id, _)| id.span().start);
        let mut seen: BTreeMap<String, &Located<String>> = BTreeMap::new();
        let mut sound = true;
        for (member, words) in &members {
            let own: BTreeSet<String> = words.iter().map(|w| half_width(w.trim()).to_lowercase()).collect();
            if own.is_empty() {
                let message = format!("no word stands for `{}`", member);
                faults.add(self.source, "empty-list", member.span(), message, None);
                sound = false;
            }
            for word in words.iter() {
                sound &= self.is_no_symbol(member, word, faults);
                let folded = half_width(word.trim()).to_lowercase();
                if let Some(other) = seen.get(&folded) {
                    let message = format!("`{}` stands for both `{}` and `{}`", word, other, member);
                    faults.add(self.source, "ambiguous-word", word.span(), message, None);
                    sound = false;
                }
            }
            seen.extend(own.into_iter().map(|word| (word, *member)));
        }
        if members.is_empty() {
            let span = first_line(&self.source.text, values.span());
            faults.add(self.source, "empty-list", span, "there is no member", None);
            return None;
        }
        let all = members
            .into_iter()
            .map(|(id, words)| ((**id).clone(), words.iter().map(|w| (**w).clone()).collect()));
        sound.then(|| all.collect())
    }
}
