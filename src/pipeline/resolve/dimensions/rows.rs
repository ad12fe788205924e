//! Dimensions of rows: by a column, its slice and a map of values and ranges.

use super::Scope;
use crate::pipeline::definition::Located;
use crate::pipeline::faults::{Faults, choices};
use crate::pipeline::model::{Column, ColumnKind, DimensionLevel, Form, RowUnit, ValueRange, fact_column};
use crate::pipeline::shape::first_line;

impl Scope<'_> {
    pub(super) fn of_rows(
        &self,
        column: &Located<String>,
        faults: &mut Faults,
    ) -> Option<(DimensionLevel, Vec<String>)> {
        let with_column: Vec<_> = self
            .forms
            .iter()
            .filter_map(|(f, _)| f.column(column).map(|at| (f, &f.columns[at])))
            .collect();
        if with_column.is_empty() {
            let mut known: Vec<&str> = self
                .forms
                .iter()
                .flat_map(|(f, _)| f.columns.iter().map(|c| c.id.as_str()))
                .collect();
            known.sort_unstable();
            // A form that could not be read may have it.
            if !self.forms.is_empty() && !faults.forms_missing() {
                faults.unknown(
                    self.source,
                    "unknown-column",
                    column,
                    "column of any form",
                    known.into_iter(),
                );
            }
            return None;
        }
        let level = self.level(faults)?;
        self.check_level(level, &with_column, column, faults);
        self.check_fact_column(&with_column, faults);
        let kinds: Vec<&ColumnKind> = with_column.iter().map(|(_, c)| &c.kind).collect();
        let groupable = |kind: &&&ColumnKind| {
            !matches!(
                kind,
                ColumnKind::Decimal { .. } | ColumnKind::Integer { .. } | ColumnKind::Date
            )
        };
        if kinds.iter().filter(groupable).count() < kinds.len() {
            let message = format!("`{}` is a number or a date, which has no members", column);
            let hint = "a dimension groups by a text, a code, a category or a boolean".to_owned();
            faults.add(self.source, "wrong-value", column.span(), message, hint);
            return None;
        }
        let slice = self.slice(faults);
        let map = self.map(&kinds, slice, faults)?;
        let mut members: Vec<String> = Vec::new();
        for (_, member) in &map {
            if !members.contains(member) {
                members.push(member.clone());
            }
        }
        let other = self.written.other.as_deref().map(|o| o.to_owned());
        let level = DimensionLevel::Row {
            column: (**column).clone(),
            slice,
            map,
            other,
        };
        Some((level, self.ordered(members, faults)))
    }

    /// The level is the unit of a form that has the column.
    fn check_level(
        &self,
        level: &Located<String>,
        with_column: &[(&Form, &Column)],
        column: &Located<String>,
        faults: &mut Faults,
    ) {
        let name = |unit: &RowUnit| match unit {
            RowUnit::Area(level) => self.plan.levels().get(*level).cloned().unwrap_or_default(),
            RowUnit::Below(name) => name.clone(),
        };
        let units: Vec<String> = with_column.iter().map(|(form, _)| name(&form.unit)).collect();
        if !units.iter().any(|u| *u == **level) && self.plan.registry.is_some() {
            let message = format!("no form with rows of the level `{}` has the column `{}`", level, column);
            let hint = format!("the column is of forms whose unit is {}", units.join(", "));
            faults.add(self.source, "unknown-level", level.span(), message, hint);
        }
    }

    /// Facts have a column with the members beside those of the form.
    fn check_fact_column(&self, with_column: &[(&Form, &Column)], faults: &mut Faults) {
        let name = fact_column(&self.written.id);
        if let Some((form, _)) = with_column.iter().find(|(form, _)| form.column(&name).is_some()) {
            let message = format!("the facts of the form `{}` have a column `{name}` already", form.id);
            let hint = "facts hold the member of each row in a column of this name; choose another id".to_owned();
            faults.add(self.source, "reserved-id", self.written.id.span(), message, hint);
        }
    }

    fn slice(&self, faults: &mut Faults) -> Option<(usize, usize)> {
        let slice = self.written.slice.as_ref()?;
        let [first, last] = **slice;
        if first < 1 || last < first {
            let message = format!("[{first}, {last}] is no slice");
            let hint = "first and last character, counted from 1, both included".to_owned();
            faults.add(self.source, "wrong-value", slice.span(), message, hint);
            return None;
        }
        Some((first, last))
    }

    /// `order` names the members of the map, each once.
    pub(super) fn ordered(&self, members: Vec<String>, faults: &mut Faults) -> Vec<String> {
        let order = self.order();
        if order.is_empty() {
            return members;
        }
        let known = self.with_rest(members.clone());
        for name in &self.written.order {
            self.require_member(name, &known, faults);
        }
        for member in members.iter().filter(|m| !order.contains(m)) {
            let message = format!("`order` lacks the member `{member}`");
            let span = self.written.order.first().map_or(0..0, |first| first.span());
            faults.add(self.source, "unknown-member", span, message, None);
        }
        order
    }

    /// Values and ranges in the order of the file; without a map a category's own members.
    fn map(
        &self,
        kinds: &[&ColumnKind],
        slice: Option<(usize, usize)>,
        faults: &mut Faults,
    ) -> Option<Vec<(ValueRange, String)>> {
        let members = kinds.iter().find_map(|kind| match kind {
            ColumnKind::Category { values } => Some(values.iter().map(|(id, _)| id.as_str()).collect()),
            ColumnKind::Boolean { .. } => Some(vec!["true", "false"]),
            _ => None,
        });
        let Some(map) = &self.written.map else {
            let Some(members): Option<Vec<&str>> = members else {
                let span = first_line(&self.source.text, self.written.span());
                let message = format!("the dimension `{}` lacks the key `map`", self.written.id);
                let hint = "map = { member = [\"value\", \"001-199\"] }".to_owned();
                faults.add(self.source, "missing-key", span, message, hint);
                return None;
            };
            let own = |m: &str| {
                (
                    ValueRange {
                        from: m.to_owned(),
                        to: m.to_owned(),
                    },
                    m.to_owned(),
                )
            };
            return Some(members.into_iter().map(own).collect());
        };
        let mut entries: Vec<(ValueRange, &Located<String>, &Located<String>)> = Vec::new();
        for (member, values) in map.iter() {
            for value in values {
                if let (Some(members), None) = (&members, slice) {
                    self.require_value(value, members, faults);
                }
                let length = slice.map(|(first, last)| last + 1 - first);
                if let Some(range) = self.range(value, length, members.is_none(), faults) {
                    entries.push((range, member, value));
                }
            }
        }
        entries.sort_by_key(|(_, _, value)| value.span().start);
        self.check_overlaps(&entries, faults);
        Some(
            entries
                .into_iter()
                .map(|(range, member, _)| (range, (**member).clone()))
                .collect(),
        )
    }

    fn require_value(&self, value: &Located<String>, members: &[&str], faults: &mut Faults) {
        if !members.contains(&value.as_str()) {
            let message = format!("the column has no member `{}`", value);
            let hint = choices(value, members.iter().copied());
            faults.add(self.source, "unknown-member", value.span(), message, hint);
        }
    }

    /// `001-199` is a range, where ranges are allowed; anything else is one value.
    fn range(
        &self,
        value: &Located<String>,
        length: Option<usize>,
        ranges: bool,
        faults: &mut Faults,
    ) -> Option<ValueRange> {
        let has_digit = |part: &str| part.bytes().any(|b| b.is_ascii_digit());
        let ends = value
            .split_once('-')
            .filter(|(a, b)| ranges && has_digit(a) && has_digit(b));
        let (from, to) = ends.unwrap_or((value, value));
        let fault = if from.len() != to.len() {
            Some("the ends of a range must have equal length")
        } else if from > to {
            Some("the range is empty: its end lies before its beginning")
        } else if length.is_some_and(|n| from.chars().count() != n) {
            Some("its length is not that of the slice")
        } else {
            None
        };
        if let Some(fault) = fault {
            let hint = length.map(|n| format!("the slice has {n} characters"));
            faults.add(
                self.source,
                "bad-range",
                value.span(),
                format!("`{}`: {fault}", value),
                hint,
            );
            return None;
        }
        Some(ValueRange {
            from: from.to_owned(),
            to: to.to_owned(),
        })
    }

    fn check_overlaps(&self, entries: &[(ValueRange, &Located<String>, &Located<String>)], faults: &mut Faults) {
        for (at, (range, _, value)) in entries.iter().enumerate() {
            let overlaps = |other: &ValueRange| {
                other.from.len() == range.from.len() && other.from <= range.to && range.from <= other.to
            };
            if let Some((_, member, earlier)) = entries[..at].iter().find(|(other, _, _)| overlaps(other)) {
                let message = format!("`{}` overlaps `{}` of `{}`", value, earlier, member);
                let related = (earlier.span(), "stands here already");
                faults.add_related(self.source, "overlapping-range", value.span(), message, related, None);
            }
        }
    }
}
