use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::domain::Text;
use crate::pipeline::LevelIndex;

/// One area during one span of time, as a row of the divisions table has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// Unique at any one time.
    pub code: String,
    /// In the language of the submissions.
    pub name: String,
    /// For readers of English.
    pub name_en: Option<String>,
    /// 0 is the root.
    pub level: LevelIndex,
    /// Such as `county` or `zone`; the level's name where the table says nothing.
    pub kind: String,
    /// None: the root.
    pub parent_code: Option<String>,
    /// First day; None: before the registry begins.
    pub valid_from: Option<Date>,
    /// Last day; None: still valid.
    pub valid_to: Option<Date>,
    /// Beginnings, beside its own code, of the codes of what lies in it.
    pub code_prefixes: Vec<String>,
    /// Other names it goes by.
    pub aliases: Vec<String>,
    /// Where the row comes from.
    pub source: Option<String>,
    /// The largest denominators that it may have, by the column that an indicator names; a column that is blank is not in it.
    pub limits: BTreeMap<String, f64>,
}

impl Area {
    /// Its name in both languages; without an English one, its own stands for it.
    pub fn title(&self) -> Text {
        Text::new(self.name.as_str(), self.name_en.as_deref().unwrap_or(&self.name))
    }

    /// Whether the area is in force on a day.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.first_day() <= day && day <= self.last_day()
    }

    /// Whether there is a day on which both are in force.
    pub fn overlaps(&self, other: &Area) -> bool {
        self.first_day() <= other.last_day() && other.first_day() <= self.last_day()
    }

    /// `valid_from`, the beginning of time where it is open.
    pub(super) fn first_day(&self) -> Date {
        self.valid_from.unwrap_or(Date::MIN)
    }

    /// `valid_to`, the end of time where it is open.
    pub(super) fn last_day(&self) -> Date {
        self.valid_to.unwrap_or(Date::MAX)
    }
}
