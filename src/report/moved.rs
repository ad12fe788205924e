//! What moved most since the release before, and why.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::grid::Page;
use super::look::say;
use super::number::{count, figure_beside};
use super::titles::{indicator_title, unit_word};
use crate::domain::{Lang, Text, plural};
use crate::pipeline::Pipeline;
use crate::tables::{RevisionRow, columns};

/// Figures that are named.
const LINES: usize = 5;

/// Figures that are not those of the release before.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// How many there are, over all areas and groups.
    pub figures: usize,
    /// Those of the area that is looked at, the ones that moved most first.
    pub lines: Vec<MovedLine>,
}

/// A figure that moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MovedLine {
    /// Its period.
    pub period: String,
    /// Id of the indicator.
    pub indicator: String,
    /// What a person calls it.
    pub title: Text,
    /// What a person calls the unit.
    pub unit: Text,
    /// In the release before; None: there was none.
    pub before: Option<f64>,
    /// In this one.
    pub after: Option<f64>,
    /// Causes, the one that moved it most first.
    pub causes: Vec<MovedBy>,
}

/// What a cause did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MovedBy {
    /// As in the table `revisions`.
    pub cause: String,
    /// By how much; None: there was no value before or after it.
    pub change: Option<f64>,
}

columns! {
    /// What is read of the table `revisions` here.
    pub struct Step<'a> of RevisionRow {
        period: &'a str,
        area_code: &'a str,
        indicator: &'a str,
        dimension: Option<&'a str>,
        step: i64,
        cause: &'a str,
        value_change: Option<f64>,
        value_before: Option<f64>,
        value_after: Option<f64>,
        unit: &'a str,
        figure_before: Option<f64>,
        figure_after: Option<f64>,
    }
}

impl MovedLine {
    /// The change as a share of the larger of the two; a figure that came or went has moved by all of it.
    fn size(&self) -> f64 {
        match (self.before, self.after) {
            (Some(before), Some(after)) => {
                let largest = before.abs().max(after.abs());
                if largest > 0.0 {
                    (after - before).abs() / largest
                } else {
                    0.0
                }
            }
            (None, None) => 0.0,
            _ => 1.0,
        }
    }
}

/// What moved most in an area, from the steps in order of their table.
pub fn moved<'a>(pipeline: &Pipeline, area: &str, steps: impl Iterator<Item = Step<'a>>) -> Moved {
    let mut figures = 0;
    let mut lines: BTreeMap<(&str, &str), MovedLine> = BTreeMap::new();
    for step in steps {
        figures += usize::from(step.step == 1);
        let has_value = step.value_before != step.value_after;
        if step.area_code != area || step.dimension.is_some() || !has_value {
            continue;
        }
        let line = lines.entry((step.period, step.indicator)).or_insert_with(|| MovedLine {
            period: step.period.to_owned(),
            indicator: step.indicator.to_owned(),
            title: indicator_title(pipeline, step.indicator),
            unit: unit_word(pipeline, step.unit),
            before: step.figure_before,
            after: step.figure_after,
            causes: Vec::new(),
        });
        line.causes.push(MovedBy {
            cause: step.cause.to_owned(),
            change: step.value_change,
        });
    }
    Moved::of(figures, lines.into_values().collect())
}

impl Moved {
    /// Of so many figures these: the few that moved most, each with what moved it most first.
    pub fn of(figures: usize, mut lines: Vec<MovedLine>) -> Moved {
        // Stable: equal ones stay in order of period and indicator.
        lines.sort_by(|one, other| other.size().total_cmp(&one.size()));
        lines.truncate(LINES);
        for line in &mut lines {
            let size = |by: &MovedBy| by.change.map_or(f64::INFINITY, f64::abs);
            line.causes.sort_by(|one, other| size(other).total_cmp(&size(one)));
        }
        Moved { figures, lines }
    }
}

/// What a person calls a cause.
pub(super) fn cause_title(cause: &str, lang: Lang) -> &'static str {
    match cause {
        "definition" => say(lang, "定义或程序", "definition or program"),
        "registry" => say(lang, "登记册", "registry"),
        "correction" => say(lang, "更正", "corrections"),
        "resubmission" => say(lang, "重报或撤回", "resubmissions"),
        "late_submission" => say(lang, "补报", "late submissions"),
        _ => say(lang, "其他", "other"),
    }
}

/// A difference with its sign, and with as many decimals as it takes to be told from none.
pub(super) fn by(change: f64) -> String {
    let sign = if change > 0.0 { "+" } else { "" };
    format!("{sign}{}", figure_beside(change, Some(0.0)))
}

impl MovedLine {
    /// `65.2 → 66.1 (+0.9)`
    pub(super) fn change(&self) -> String {
        let shown =
            |own: Option<f64>, other: Option<f64>| own.map_or("–".to_owned(), |own| figure_beside(own, other));
        let change = self
            .before
            .zip(self.after)
            .map(|(before, after)| format!(" ({})", by(after - before)));
        format!(
            "{} → {}{}",
            shown(self.before, self.after),
            shown(self.after, self.before),
            change.unwrap_or_default()
        )
    }

    /// `late submissions +1.2, corrections -0.3`
    pub(super) fn why(&self, lang: Lang) -> String {
        let each = |one: &MovedBy| {
            let title = cause_title(&one.cause, lang);
            match one.change.filter(|_| self.causes.len() > 1) {
                Some(change) => format!("{title} {}", by(change)),
                None => title.to_owned(),
            }
        };
        let all: Vec<String> = self.causes.iter().map(each).collect();
        all.join(say(lang, "，", ", "))
    }
}

impl Moved {
    /// `862 figures; of China most:`
    pub(super) fn counted(&self, area: &Text, lang: Lang) -> String {
        let (figures, area) = (count(self.figures as i64), area.get(lang));
        match (lang, self.lines.is_empty()) {
            (Lang::Zh, true) => format!("{figures} 个数值有变化，{area}的均未变"),
            (Lang::Zh, false) => format!("{figures} 个数值有变化；{area}变化最大的是："),
            (Lang::En, true) => format!("{}, none of {area}", plural(self.figures, "figure")),
            (Lang::En, false) => format!("{}; of {area} most:", plural(self.figures, "figure")),
        }
    }

    /// `Moved since the release before: 862 figures. Of China most:`
    pub(super) fn heading(&self, area: &Text, lang: Lang) -> String {
        let (figures, area) = (count(self.figures as i64), area.get(lang));
        match (lang, self.lines.is_empty()) {
            (Lang::Zh, true) => format!("与上一版本相比有变化的数值：{figures} 个，{area}的均未变"),
            (Lang::Zh, false) => format!("与上一版本相比有变化的数值：{figures} 个；{area}变化最大的是："),
            (Lang::En, true) => format!("Figures that moved since the release before: {figures}, none of {area}"),
            (Lang::En, false) => format!("Figures that moved since the release before: {figures}; of {area} most:"),
        }
    }

    /// The lines below it.
    pub(super) fn told(&self, page: &Page) -> Vec<String> {
        let line = |line: &MovedLine| {
            let colon = page.say("：", ": ");
            let title = page.text(&line.title);
            let unit = match page.text(&line.unit) {
                unit if unit.is_empty() || title.contains(unit) => String::new(),
                unit => format!(" ({unit})"),
            };
            format!(
                "{} {title}{unit}{colon}{}{colon}{}",
                line.period,
                line.change(),
                line.why(page.lang)
            )
        };
        self.lines.iter().map(line).collect()
    }
}

impl Page {
    /// What moved; None: nothing has.
    pub(super) fn moved(&self, moved: &Moved, area: &Text) -> Option<String> {
        if moved.figures == 0 {
            return None;
        }
        let mut lines = vec![self.wrap(&moved.heading(area, self.lang))];
        lines.extend(moved.told(self).iter().map(|line| self.wrap(&format!("  {line}"))));
        Some(lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_changes_are_not_shown_as_none() {
        for (change, text) in [
            (0.9, "+0.9"),
            (-0.0004, "-0.0004"),
            (0.0, "0"),
            (1234.6, "+1,235"),
            (1e-9, "+0"),
        ] {
            assert_eq!(by(change), text, "{change}");
        }
        let line = |before, after, causes: &[(&str, Option<f64>)]| MovedLine {
            period: "2020".into(),
            indicator: "i".into(),
            title: Text::new("甲", "A"),
            unit: Text::default(),
            before,
            after,
            causes: (causes.iter())
                .map(|(cause, change)| MovedBy {
                    cause: (*cause).into(),
                    change: *change,
                })
                .collect(),
        };
        let both = line(
            Some(65.0),
            Some(65.01),
            &[("late_submission", Some(0.03)), ("correction", Some(-0.02))],
        );
        assert_eq!(both.change(), "65 → 65.01 (+0.01)");
        assert_eq!(both.why(Lang::En), "late submissions +0.03, corrections -0.02");
        assert_eq!(both.why(Lang::Zh), "补报 +0.03，更正 -0.02");
        let came = line(None, Some(3.0), &[("late_submission", None)]);
        assert_eq!(
            (came.change().as_str(), came.why(Lang::En).as_str()),
            ("– → 3", "late submissions")
        );
    }
}
