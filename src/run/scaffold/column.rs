//! What the cells of a column hold: the first type whose cleaner reads all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::names;
use super::trial::Trial;
use crate::domain::{Code, RawTable, Text, half_width};
use crate::normalize::{CleanCell, Context, judged};
use crate::pipeline::{ColumnKind, DateOrder, MissingKind, usual_boolean};
use crate::registry::Areas;

/// Most decimals of a column of agreed decimals; what has more was computed.
const DECIMALS: usize = 4;
/// Most choices of a category, and how often each stands there at least, on average.
const CHOICES: usize = 12;
const REPEATED: usize = 3;
/// Characters of the longest choice.
const CHOICE: usize = 30;
/// Contents that a type refuses and that are told.
const TOLD: usize = 3;
/// Different words among figures that may mean that there is no value.
const WORDS: usize = 2;
/// Digits from which numbers of one length are codes.
const CODE: usize = 6;
/// Decimals of a double, for a first look at numbers.
const MOST: u32 = 18;

/// What a column's cells are read as.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) kind: ColumnKind,
    /// By record; None: missing.
    pub(super) values: Vec<Option<String>>,
    /// Texts that are no value, and how many cells hold each.
    pub(super) symbols: BTreeMap<String, usize>,
    /// What is doubtful.
    pub(super) notes: Vec<Text>,
}

/// A column of a sheet that is tried with one type after the other.
pub(super) struct Cells<'a> {
    pub(super) trial: &'a mut Trial,
    pub(super) table: &'a RawTable,
    pub(super) areas: &'a Areas,
    pub(super) sender: &'a str,
    /// Index of the column in the form.
    pub(super) column: usize,
    /// Physical column.
    pub(super) index: u32,
    pub(super) header: &'a str,
    /// The unit that header or a line of units names.
    pub(super) unit: Option<String>,
    /// Whether the form is for a pipeline whose areas are known.
    pub(super) knows_areas: bool,
}

impl Cells<'_> {
    /// What the cells hold.
    pub(super) fn reading(&mut self) -> Reading {
        let texts: Vec<String> = self.texts().collect();
        let filled: Vec<&str> = texts
            .iter()
            .map(String::as_str)
            .filter(|text| !text.is_empty())
            .collect();
        if filled.is_empty() {
            let note = Text::new(
                "没有任何内容，类型未知",
                "no cell has any content, so its type is unknown",
            );
            return self.text().noted(note);
        }
        if let Some(code) = self.code_of_area() {
            return code;
        }
        if let Some(note) = self.looks_like_codes(&filled) {
            return self.text().noted(note);
        }
        let found = self.date(&filled);
        let found = found.or_else(|| self.number(&filled));
        let found = found.or_else(|| self.boolean(&filled));
        let found = found.or_else(|| self.category());
        found.unwrap_or_else(|| self.plain_text(&filled))
    }

    /// The contents of the records' cells, half-width and trimmed.
    fn texts(&self) -> impl Iterator<Item = String> {
        let said = |row: &u32| half_width(self.table.said(*row, self.index).0.trim()).into_owned();
        self.table.records.iter().map(said)
    }

    /// The column read as a type; None: a cell is refused, or none has a value.
    fn read_as(&mut self, kind: ColumnKind) -> Option<Reading> {
        self.trial.pipeline.forms[0].columns[self.column].kind = kind.clone();
        let before = self.trial.pipeline.forms[0].missing.clone();
        let reading = self.with_symbols(kind);
        self.trial.pipeline.forms[0].missing = before;
        reading
    }

    /// The same with every symbol declared that the cleaner asks about, and words among figures that may be such.
    fn with_symbols(&mut self, kind: ColumnKind) -> Option<Reading> {
        let mut symbols = BTreeMap::new();
        let mut words = None;
        loop {
            let (cells, mut asked) = self.cleaned()?;
            if asked.is_empty() && kind.is_number() && words.is_none() {
                asked = self.words_among(&cells);
                words = Some(asked.clone());
            }
            if asked.is_empty() {
                let is_read = cells.iter().all(|cell| !cell.refused) && cells.iter().any(|cell| cell.value.is_some());
                let words = words.filter(|words| !words.is_empty());
                return is_read.then(|| Reading {
                    kind,
                    values: cells.into_iter().map(|cell| cell.value).collect(),
                    symbols,
                    notes: words.iter().map(told_words).collect(),
                });
            }
            for symbol in asked {
                let cells = self.texts().filter(|text| *text == symbol).count();
                self.trial.pipeline.forms[0]
                    .missing
                    .insert(symbol.clone(), MissingKind::Missing);
                // What was declared and is asked about again would be asked about for ever.
                if cells == 0 || symbols.insert(symbol, cells).is_some() {
                    return None;
                }
            }
        }
    }

    /// One or two words in place of a figure, where most cells hold figures: `不适用`, `closed`.
    fn words_among(&self, cells: &[CleanCell]) -> BTreeSet<String> {
        let refused = self
            .texts()
            .zip(cells)
            .filter(|(_, cell)| cell.refused)
            .map(|(text, _)| text);
        let words: BTreeSet<String> = refused.collect();
        let is_word = |word: &String| !word.chars().any(char::is_numeric);
        match words.len() <= WORDS && words.iter().all(is_word) {
            true => words,
            false => BTreeSet::new(),
        }
    }

    /// What each cell is read as, and the undeclared symbols among them.
    fn cleaned(&self) -> Option<(Vec<CleanCell>, BTreeSet<String>)> {
        let context = Context {
            pipeline: &self.trial.pipeline,
            form: 0,
            areas: self.areas,
            sender: self.sender,
            submission: 0,
        };
        let (cells, findings) = judged(self.table, &context, self.column)?;
        let undeclared = findings.iter().filter(|finding| finding.code == Code::SymbolUndeclared);
        let raws = undeclared.filter_map(|finding| finding.raw.as_deref());
        let symbols = raws.map(|raw| half_width(raw.trim()).into_owned()).collect();
        Some((cells, symbols))
    }

    fn text(&mut self) -> Reading {
        let values = self
            .texts()
            .map(|text| Some(text).filter(|text| !text.is_empty()))
            .collect();
        self.read_as(ColumnKind::Text).unwrap_or(Reading {
            kind: ColumnKind::Text,
            values,
            symbols: BTreeMap::new(),
            notes: Vec::new(),
        })
    }

    /// Codes or names of areas of the registry, where every cell is one of the same level.
    fn code_of_area(&mut self) -> Option<Reading> {
        let levels = self.trial.pipeline.registry.levels.len();
        if !self.knows_areas {
            return None;
        }
        let codes = (0..levels).map(|level| ColumnKind::DivisionCode { level: Some(level) });
        let names = (1..levels).map(|level| ColumnKind::DivisionName { level });
        let kinds: Vec<ColumnKind> = codes.chain(names).collect();
        kinds.into_iter().find_map(|kind| self.read_as(kind))
    }

    /// What is said of digits that are no figures: leading zeros, or numbers of one length that all differ.
    fn looks_like_codes(&self, filled: &[&str]) -> Option<Text> {
        let is_digits = |text: &&&str| text.bytes().all(|byte| byte.is_ascii_digit());
        let digits: Vec<&&str> = filled.iter().filter(is_digits).collect();
        let has_zeros = digits.iter().any(|text| text.len() > 1 && text.starts_with('0'));
        let length = filled[0].len();
        let is_even = length >= CODE && filled.iter().all(|text| text.len() == length);
        let differ = filled.iter().collect::<BTreeSet<_>>().len() == filled.len();
        let is_day = length == 8
            && filled
                .iter()
                .all(|text| text.starts_with("19") || text.starts_with("20"));
        let is_named = ["代码", "编码", "编号", "code", "id", "no."].iter().any(|word| {
            let header = self.header.to_lowercase();
            header.ends_with(word)
                && (!word.is_ascii() || header.trim_end_matches(word).ends_with([' ', '_']) || header == *word)
        });
        let is_code = digits.len() == filled.len() && (has_zeros || is_named || (is_even && differ && !is_day));
        (is_code || has_zeros && digits.len() * 2 > filled.len()).then(|| {
            Text::new(
                "像是代码，作为文本读取以保留前导零。若为 [registry] 中地区的代码，应改为 type = \"division_code\"，并写明 level",
                "these look like codes, which are read as text so that zeros stay. If they are codes of areas of the [registry], use type = \"division_code\" with their level",
            )
        })
    }

    fn date(&mut self, filled: &[&str]) -> Option<Reading> {
        let reading = self.read_as(ColumnKind::Date);
        let is_plain = filled.iter().all(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        match reading {
            Some(reading) if is_plain => Some(reading.noted(Text::new(
                "八位数字均可读作日期，也可能是编号",
                "eight digits that can all be read as days may also be numbers of something",
            ))),
            found => found,
        }
    }

    fn number(&mut self, filled: &[&str]) -> Option<Reading> {
        let (unit, notes) = self.unit_of(filled);
        let units = &self.trial.pipeline.units;
        let is_percent = |unit: &String| units.factor(unit, "percent").is_some_and(|factor| factor.is_one());
        let percent = unit.as_ref().is_some_and(is_percent);
        let whole = (!percent)
            .then(|| self.read_as(ColumnKind::Integer { unit: unit.clone() }))
            .flatten();
        let decimal = |scale, double| ColumnKind::Decimal {
            scale,
            unit: if percent {
                Some("percent".to_owned())
            } else {
                unit.clone()
            },
            percent,
            double,
        };
        let found = match whole {
            Some(whole) => whole,
            None => {
                let open = self.read_as(decimal(MOST, true))?;
                let decimals = open
                    .values
                    .iter()
                    .flatten()
                    .map(|value| decimals(value))
                    .max()
                    .unwrap_or(0);
                let agreed = (decimals <= DECIMALS)
                    .then(|| self.read_as(decimal(decimals as u32, false)))
                    .flatten();
                agreed.unwrap_or(open).noted_if(decimals > DECIMALS, || {
                    Text::new(
                        format!("小数最多 {decimals} 位，像是计算所得；若有约定的位数，应改为 type = \"decimal\" 并写明 scale"),
                        format!("up to {decimals} decimals look computed; where a number of them is agreed, use type = \"decimal\" with that scale"),
                    )
                })
            }
        };
        let values = found.values.iter().flatten().count();
        if found.symbols.values().sum::<usize>() > values {
            return None;
        }
        let is_flag = found.values.iter().flatten().all(|value| value == "0" || value == "1");
        let found = notes.into_iter().fold(found, Reading::noted);
        let found = found.noted_if(is_flag, || {
            Text::new(
                "只有 0 和 1：若表示是否，应改为 type = \"boolean\"",
                "only 0 and 1: if they mean no and yes, use type = \"boolean\"",
            )
        });
        let distinct: BTreeSet<&String> = found.values.iter().flatten().collect();
        let is_even = distinct
            .iter()
            .all(|value| value.len() > 1 && value.len() == distinct.first().map_or(0, |one| one.len()));
        let is_choice =
            is_even && distinct.len() > 1 && distinct.len() <= CHOICES && distinct.len() * REPEATED <= values;
        let is_worded = found
            .symbols
            .keys()
            .any(|symbol| symbol.chars().any(char::is_alphabetic));
        if is_choice && is_worded {
            return None;
        }
        let found = found.noted_if(is_choice, || {
            Text::new(
                "只有少数几个数，可能是分类代码：若是，应改为 type = \"category\"",
                "few different numbers, which may be codes of choices: if so, use type = \"category\"",
            )
        });
        let is_year = |value: &String| value.len() == 4 && (value.starts_with("19") || value.starts_with("20"));
        let years = found.values.iter().flatten().all(is_year);
        Some(found.noted_if(years, || {
            Text::new(
                "都像年份：年份不可相加，应加 additive = false",
                "these look like years, which do not add up: add additive = false",
            )
        }))
    }

    /// The unit of the figures: that of the header, else the one that most cells name; and what is doubtful about it.
    fn unit_of(&self, filled: &[&str]) -> (Option<String>, Vec<Text>) {
        let units = &self.trial.pipeline.units;
        let mut in_cells: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, unit) in filled.iter().filter_map(|text| units.strip_suffix(text)) {
            *in_cells.entry(unit).or_default() += 1;
        }
        let mut notes = Vec::new();
        if let Some(named) = &self.unit {
            if let Some(known) = units.find(named) {
                return (Some(units.name(known).to_owned()), notes);
            }
            notes.push(Text::new(
                format!("表头的单位“{named}”不在已知单位之列，可在 pipeline.toml 中用 [[unit]] 声明"),
                format!("the header names the unit “{named}”, which is not in the list; [[unit]] in pipeline.toml can declare it"),
            ));
            return (None, notes);
        }
        let most = in_cells.into_iter().max_by_key(|(_, cells)| *cells);
        if let Some((unit, cells)) = most {
            let all = filled.len();
            notes.push(Text::new(
                format!("单位“{unit}”见于 {cells} 个单元格（共 {all} 个），表头没有写单位"),
                format!("the unit “{unit}” stands in {cells} of {all} cells, and in no header"),
            ));
        }
        (most.map(|(unit, _)| unit.to_owned()), notes)
    }

    fn boolean(&mut self, filled: &[&str]) -> Option<Reading> {
        let reading = self.read_as(usual_boolean())?;
        let mut words: BTreeMap<bool, BTreeSet<String>> = BTreeMap::new();
        for (text, value) in self.texts().zip(&reading.values) {
            if let Some(value) = value {
                words.entry(value == "true").or_default().insert(text);
            }
        }
        // A single word for no may as well be a remark: `无`.
        let yes = words.remove(&true)?;
        let no = words.remove(&false);
        let is_one_sided = no.is_none();
        let ColumnKind::Boolean { no: usual, .. } = usual_boolean() else {
            return None;
        };
        let kind = ColumnKind::Boolean {
            yes: yes.into_iter().collect(),
            no: no.map_or(usual, |words| words.into_iter().collect()),
        };
        let is_blank = filled.len() < self.table.records.len();
        Some(Reading { kind, ..reading }.noted_if(is_one_sided, || match is_blank {
            true => Text::new(
                "只见“是”，空白可能表示“否”",
                "only yes was seen: a blank cell may mean no",
            ),
            false => Text::new(
                "只见“是”，“否”的写法未知",
                "only yes was seen: how no is written is not known",
            ),
        }))
    }

    fn category(&mut self) -> Option<Reading> {
        let text = self.text();
        let words: BTreeSet<&String> = text.values.iter().flatten().collect();
        let values = text.values.iter().flatten().count();
        let is_short = words.iter().all(|word| word.chars().count() <= CHOICE);
        if words.is_empty() || words.len() > CHOICES || words.len() * REPEATED > values || !is_short {
            return None;
        }
        let mut taken = BTreeSet::new();
        let member = |(at, word): (usize, &&String)| {
            let plain = Some(names::slug(word)).filter(|slug| !slug.is_empty());
            let plain = plain.unwrap_or_else(|| format!("choice_{}", at + 1));
            let id = match taken.insert(plain.clone()) {
                true => plain,
                false => format!("{plain}_{}", at + 1),
            };
            (id, vec![(*word).clone()])
        };
        let values = words.iter().enumerate().map(member).collect();
        let n = words.len();
        self.read_as(ColumnKind::Category { values }).map(|reading| {
            reading.noted(Text::new(
                format!("只见 {n} 种写法，故推测为分类；其他写法会成为问题，若为自由填写应改为 type = \"text\""),
                format!("only {n} words were seen, so these look like choices; other words would be findings: if it is free text, use type = \"text\""),
            ))
        })
    }

    /// Text, since no other type reads all cells; those that most cells are not like are told.
    fn plain_text(&mut self, filled: &[&str]) -> Reading {
        if self.is_day_in_some_order() {
            return self.text().noted(Text::new(
                "像是日期，但日、月的先后未知，故为文本：请在 [form] 中写明 date_order = \"dmy\" 或 \"mdy\"，并改为 type = \"date\"",
                "these look like days, but whether day or month comes first is not known: add date_order = \"dmy\" or \"mdy\" to [form], and use type = \"date\"",
            ));
        }
        let (unit, _) = self.unit_of(filled);
        let number = ColumnKind::Decimal {
            scale: MOST,
            unit,
            percent: false,
            double: true,
        };
        let odd = [ColumnKind::Date, number].map(|kind| self.refused(kind));
        let fewest = odd.into_iter().min_by_key(Vec::len).unwrap_or_default();
        let (all, n) = (filled.len(), fewest.len());
        let listed: Vec<String> = fewest.into_iter().take(TOLD).map(|text| format!("“{text}”")).collect();
        self.text().noted_if(n * 2 < all, || {
            Text::new(
                format!("{all} 个单元格中多数像数字或日期，有 {n} 个不是：{}；改用其他类型时，这些会成为问题", listed.join("、")),
                format!("most of {all} cells are figures or days, but {n} cannot be read so: {}; with another type these would be findings", listed.join(", ")),
            )
        })
    }

    /// Whether every cell is a day once the form says whether day or month comes first.
    fn is_day_in_some_order(&mut self) -> bool {
        let before = self.trial.pipeline.forms[0].date_order;
        let is_read = [DateOrder::Day, DateOrder::Month].into_iter().any(|order| {
            self.trial.pipeline.forms[0].date_order = Some(order);
            self.read_as(ColumnKind::Date).is_some()
        });
        self.trial.pipeline.forms[0].date_order = before;
        is_read
    }

    /// Contents that a type refuses.
    fn refused(&mut self, kind: ColumnKind) -> Vec<String> {
        self.trial.pipeline.forms[0].columns[self.column].kind = kind;
        let cells = self.cleaned().map_or(Vec::new(), |(cells, _)| cells);
        let refused = self.texts().zip(cells).filter(|(_, cell)| cell.refused);
        refused.map(|(text, _)| text).collect()
    }
}

impl Reading {
    fn noted(mut self, note: Text) -> Reading {
        self.notes.push(note);
        self
    }

    fn noted_if(self, applies: bool, note: impl FnOnce() -> Text) -> Reading {
        if applies { self.noted(note()) } else { self }
    }
}

fn told_words(words: &BTreeSet<String>) -> Text {
    let listed: Vec<&str> = words.iter().map(String::as_str).collect();
    let (zh, en) = (listed.join("、"), listed.join(", "));
    Text::new(
        format!("数字之间有“{zh}”，推测为没有数值"),
        format!("“{en}” stands among the figures, and may mean that there is none"),
    )
}

/// Decimals of a number as it is read.
fn decimals(value: &str) -> usize {
    value.split_once('.').map_or(0, |(_, decimals)| decimals.len())
}

/// The level whose areas a type names.
pub(super) fn level_of(kind: &ColumnKind) -> Option<usize> {
    match kind {
        ColumnKind::DivisionCode { level } => *level,
        ColumnKind::DivisionName { level } => Some(*level),
        _ => None,
    }
}
