//! What the sheets of an XLSX show: fonts of styles, runs of shared and inline strings, hidden rows and columns, merged cells.
//! Layout: ECMA-376 part 1, 18.3 and 18.4.

mod book;
mod styles;
mod text;

use std::sync::Arc;

use quick_xml::events::{BytesStart, Event};

use self::book::{Book, Xml, damaged, each, has_no_size, is_set};
pub(super) use self::styles::indexed;
use self::styles::{Font, Format, Styles};
use self::text::{Strings, Text, strings};
use super::conditional::{Block, Comparison, Conditional, Test, block, reference};
use super::look::Back;
use super::sheet::Shown;
use crate::domain::{Run, RunKind};
use crate::intake::fault::Fault;
use crate::intake::unpacked::Unpacked;
use crate::intake::workbook::xml::{attribute, attributes};
use crate::pipeline::Limits;

/// Whether the styles of a workbook may make what its cells hold invisible.
pub(in crate::intake) fn may_hide(bytes: &[u8], unpacked: &Unpacked) -> Result<bool, Fault> {
    let styles = Styles::read(&mut Book::open(bytes, unpacked)?)?;
    Ok(styles.hides() || styles.hides_conditionally())
}

/// Of each of the worksheets named, in their order.
pub(in crate::intake) fn of_xlsx(
    bytes: &[u8],
    unpacked: &Unpacked,
    names: &[String],
    limits: &Limits,
) -> Result<Vec<Shown>, Fault> {
    let mut book = Book::open(bytes, unpacked)?;
    let styles = Styles::read(&mut book)?;
    let strings = strings(&mut book, styles.colours())?;
    let paths = book.sheets()?;
    let of_sheet = |name: &String| {
        let path = paths.iter().find(|(sheet, _)| sheet == name).map(|(_, path)| path);
        let path = path.ok_or_else(|| damaged("xl/workbook.xml"))?;
        let tables = book.tables(path)?;
        let xml = book.xml(path)?.ok_or_else(|| damaged(path))?;
        let mut shown = Walk::new(&styles, &strings, limits).sheet(xml)?;
        shown.tables = tables;
        Ok(shown)
    };
    names.iter().map(of_sheet).collect()
}

/// A cell of a sheet under way.
#[derive(Default)]
struct Cell {
    at: (u32, u32),
    format: Option<Format>,
    is_shared: bool,
    filled: bool,
    in_value: bool,
    value: String,
}

/// A conditional format under way: its cells, its number among the styles, what it asks, and its formulas.
#[derive(Default)]
struct Rule {
    style: Option<usize>,
    kind: String,
    operator: String,
    formulas: Vec<String>,
    in_formula: bool,
}

impl Rule {
    fn test(&self) -> Test {
        let formula = |at: usize| self.formulas.get(at).map_or("", String::as_str);
        match (self.kind.as_str(), self.operator.as_str()) {
            ("cellIs", "between") => Test::between(formula(0), formula(1), true),
            ("cellIs", "notBetween") => Test::between(formula(0), formula(1), false),
            ("cellIs", operator) => {
                let comparison = match operator {
                    "lessThan" => Comparison::Less,
                    "lessThanOrEqual" => Comparison::AtMost,
                    "greaterThan" => Comparison::More,
                    "greaterThanOrEqual" => Comparison::AtLeast,
                    "equal" => Comparison::Equal,
                    "notEqual" => Comparison::Unequal,
                    _ => return Test::Unknown,
                };
                Test::compared(comparison, formula(0))
            }
            ("expression", _) => Test::of_formula(formula(0)),
            ("containsErrors" | "containsBlanks", _) => Test::Never,
            ("notContainsErrors" | "notContainsBlanks", _) => Test::Always,
            _ => Test::Unknown,
        }
    }
}

/// The cells of one sheet under way.
struct Walk<'a> {
    styles: &'a Styles,
    strings: &'a Strings,
    limits: &'a Limits,
    /// A conditional format may make something invisible, so how each cell is set is needed.
    keeps_looks: bool,
    shown: Shown,
    row: u32,
    column: u32,
    cell: Option<Cell>,
    text: Text,
    /// The cells of the conditional formats under way.
    blocks: Vec<Block>,
    rule: Option<Rule>,
}

impl<'a> Walk<'a> {
    fn new(styles: &'a Styles, strings: &'a Strings, limits: &'a Limits) -> Walk<'a> {
        Walk {
            styles,
            strings,
            limits,
            keeps_looks: styles.hides_conditionally(),
            shown: Shown::default(),
            row: 0,
            column: 0,
            cell: None,
            text: Text::default(),
            blocks: Vec::new(),
            rule: None,
        }
    }

    fn sheet(mut self, mut xml: Xml<'_>) -> Result<Shown, Fault> {
        each(&mut xml, "worksheet", |event| {
            self.take(event);
            Ok(())
        })?;
        self.shown.end_row();
        Ok(self.shown)
    }

    fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(tag) | Event::Empty(tag) => self.open(event, tag),
            Event::End(tag) => match tag.local_name().as_ref() {
                "v" => self.cell.iter_mut().for_each(|cell| cell.in_value = false),
                "c" => self.end_cell(),
                "formula" => self.rule.iter_mut().for_each(|rule| rule.in_formula = false),
                "cfRule" => self.end_rule(),
                _ => self.text.take(event, self.styles.colours()),
            },
            Event::Text(content) => match (&mut self.cell, &mut self.rule) {
                (Some(cell), _) if cell.in_value => {
                    if cell.is_shared {
                        cell.value.push_str(&content.xml10_content());
                    }
                }
                (_, Some(rule)) if rule.in_formula => {
                    rule.formulas
                        .last_mut()
                        .into_iter()
                        .for_each(|last| last.push_str(&content.xml10_content()));
                }
                _ => self.text.take(event, self.styles.colours()),
            },
            _ => self.text.take(event, self.styles.colours()),
        }
    }

    fn open(&mut self, event: &Event<'_>, tag: &BytesStart<'_>) {
        let is_start = matches!(event, Event::Start(_));
        match tag.local_name().as_ref() {
            "row" => {
                self.row = attribute(tag, "r").and_then(|r| r.parse().ok()).unwrap_or(self.row + 1);
                self.column = 0;
                if is_set(tag, "hidden") || has_no_size(tag, "ht") {
                    self.shown.hide_row(self.row.saturating_sub(1));
                }
            }
            "c" => {
                let [place, style, kind] = attributes(tag, ["r", "s", "t"]);
                let at = place.and_then(|place| reference(&place));
                let at = at.unwrap_or((self.row.saturating_sub(1), self.column));
                self.column = at.1 + 1;
                let style = style.and_then(|style| style.parse::<usize>().ok());
                self.text = Text::default();
                self.cell = is_start.then(|| Cell {
                    at,
                    format: self.styles.format(style.unwrap_or(0)),
                    is_shared: kind.is_some_and(|kind| kind == "s"),
                    ..Cell::default()
                });
            }
            "v" => {
                let cell = self.cell.iter_mut();
                cell.for_each(|cell| (cell.in_value, cell.filled) = (is_start, true));
            }
            "is" => self.cell.iter_mut().for_each(|cell| cell.filled = true),
            "col" if is_set(tag, "hidden") || has_no_size(tag, "width") => {
                let number = |name| attribute(tag, name).and_then(|n| n.parse::<u32>().ok());
                if let Some((first, last)) = number("min").zip(number("max")) {
                    let first = first.saturating_sub(1);
                    self.shown
                        .hide_columns(first, last.saturating_sub(1), self.limits.columns);
                }
            }
            "sheetView" => {
                let shows = attribute(tag, "showZeros");
                self.shown.hides_zeros |= shows.is_some_and(|shows| matches!(shows.as_str(), "0" | "false"));
            }
            "mergeCell" => {
                if let Some((first, last)) = attribute(tag, "ref").and_then(|cells| block(&cells)) {
                    self.shown.merge(first, last);
                }
            }
            "conditionalFormatting" => {
                let cells = attribute(tag, "sqref").unwrap_or_default();
                self.blocks = cells.split_ascii_whitespace().filter_map(block).collect();
            }
            "cfRule" => {
                let value = |name| attribute(tag, name).unwrap_or_default();
                self.rule = Some(Rule {
                    style: value("dxfId").parse().ok(),
                    kind: value("type"),
                    operator: value("operator"),
                    ..Rule::default()
                });
                if !is_start {
                    self.end_rule();
                }
            }
            "formula" if is_start => {
                if let Some(rule) = &mut self.rule {
                    rule.in_formula = true;
                    rule.formulas.push(String::new());
                }
            }
            _ => self.text.take(event, self.styles.colours()),
        }
    }

    fn end_cell(&mut self) {
        let Some(cell) = self.cell.take().filter(|cell| cell.filled) else {
            return;
        };
        let shared = cell.value.trim().parse().ok().filter(|_| cell.is_shared);
        let runs = match shared {
            Some(at) => self.strings.get(&at).map(Vec::as_slice),
            None => Some(self.text.runs.as_slice()),
        };
        let runs = runs.filter(|runs| runs.iter().any(|(font, _)| font.is_some()));
        let runs = runs.map(|runs| as_runs(runs, cell.format));
        let own = cell.format.map_or(RunKind::Plain, |format| format.kind);
        self.shown.add(cell.at, runs.as_ref(), own);
        let look = cell.format.map(|format| format.look);
        let look = look.filter(|look| self.keeps_looks || look.unseen().is_some());
        self.shown.looks.extend(look.map(|look| (cell.at, look)));
    }

    fn end_rule(&mut self) {
        let Some(rule) = self.rule.take() else { return };
        if let Some(change) = rule.style.and_then(|number| self.styles.change(number)) {
            self.shown.conditionals.add(Conditional {
                blocks: self.blocks.clone(),
                test: rule.test(),
                change,
            });
        }
    }
}

/// The parts of a text; those without a font of their own are set as the cell is.
fn as_runs(runs: &[(Option<Font>, String)], format: Option<Format>) -> Arc<[Run]> {
    let back = format.map_or(Back::Paper, |format| format.look.back);
    let own = format.map_or(RunKind::Plain, |format| match format.look.unseen() {
        Some(why) => RunKind::Unseen(why),
        None => format.kind,
    });
    let run = |(font, text): &(Option<Font>, String)| Run {
        text: text.clone(),
        kind: font.map_or(own, |font| font.kind_before(back)),
    };
    runs.iter().map(run).collect()
}
