//! Why a rule could not judge.

use serde::{Deserialize, Serialize};

use super::Lang;

/// Why a rule could not judge a row, an area or a pair of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Unknown {
    /// A value that the rule reads is missing.
    ValueMissing,
    /// There is no earlier period, or one between was left out of the run.
    NoEarlierPeriod,
    /// The unit, or the sender, has nothing that counts in an earlier period.
    NotReportedBefore,
    /// The unit is known from earlier, without this figure.
    EarlierValueMissing,
    /// The earlier figure is zero, or smaller than the rule asks for.
    EarlierValueSmall,
    /// Fewer are alike than the rule asks for.
    GroupTooSmall,
    /// The area was split.
    AreaSplit,
    /// A part of the area, or of another, was transferred.
    AreaTransferred,
    /// The area was merged, and what the rule reads cannot be summed.
    AreaMerged,
    /// The area was merged, and one of its predecessors has no figure.
    PredecessorMissing,
    /// The area is new.
    AreaCreated,
    /// Rows whose key cannot be read may be what differs.
    KeysUnreadable,
    /// No list names the units of the sender.
    UnitsNotListed,
    /// What is held back, unreadable or asked about could make up the difference.
    FiguresIncomplete,
    /// Only one of both figures is there.
    CounterpartMissing,
}

impl Unknown {
    /// All of them.
    pub const ALL: [Unknown; 15] = [
        Unknown::ValueMissing,
        Unknown::NoEarlierPeriod,
        Unknown::NotReportedBefore,
        Unknown::EarlierValueMissing,
        Unknown::EarlierValueSmall,
        Unknown::GroupTooSmall,
        Unknown::AreaSplit,
        Unknown::AreaTransferred,
        Unknown::AreaMerged,
        Unknown::PredecessorMissing,
        Unknown::AreaCreated,
        Unknown::KeysUnreadable,
        Unknown::UnitsNotListed,
        Unknown::FiguresIncomplete,
        Unknown::CounterpartMissing,
    ];

    /// The word in tables, and what a person reads.
    fn words(self) -> [&'static str; 3] {
        match self {
            Unknown::ValueMissing => ["value_missing", "数值缺失", "a value is missing"],
            Unknown::NoEarlierPeriod => ["no_earlier_period", "没有上期", "no earlier period"],
            Unknown::NotReportedBefore => ["not_reported_before", "上期未报", "not reported before"],
            Unknown::EarlierValueMissing => ["earlier_value_missing", "上期数缺失", "the earlier figure is missing"],
            Unknown::EarlierValueSmall => ["earlier_value_small", "上期数过小", "the earlier figure is too small"],
            Unknown::GroupTooSmall => ["group_too_small", "同组单位过少", "the group is too small"],
            Unknown::AreaSplit => ["area_split", "地区已拆分", "the area was split"],
            Unknown::AreaTransferred => ["area_transferred", "地区部分划转", "a part of the area was transferred"],
            Unknown::AreaMerged => ["area_merged", "地区已合并", "the area was merged"],
            Unknown::PredecessorMissing => [
                "predecessor_missing",
                "合并前某地区缺数",
                "a predecessor's figure is missing",
            ],
            Unknown::AreaCreated => ["area_created", "新设地区", "the area is new"],
            Unknown::KeysUnreadable => ["keys_unreadable", "单位代码无法读取", "keys cannot be read"],
            Unknown::UnitsNotListed => ["units_not_listed", "名录未列该单位", "no list names the units"],
            Unknown::FiguresIncomplete => ["figures_incomplete", "数值待定", "figures are held back or questioned"],
            Unknown::CounterpartMissing => ["counterpart_missing", "缺对应数", "the other figure is missing"],
        }
    }

    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        self.words()[0]
    }

    /// What a person reads.
    pub fn title(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => self.words()[1],
            Lang::En => self.words()[2],
        }
    }

    /// The reason with a word of the tables.
    pub fn find(word: &str) -> Option<Unknown> {
        Unknown::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// How many could not be judged, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unknowns([u64; Unknown::ALL.len()]);

impl Unknowns {
    /// So many for one reason.
    pub fn of(reason: Unknown, count: u64) -> Unknowns {
        let mut all = Unknowns::default();
        all.note(reason, count);
        all
    }

    /// Counts so many more for a reason.
    pub fn note(&mut self, reason: Unknown, count: u64) {
        self.0[reason as usize] += count;
    }

    /// Adds the counts of another.
    pub fn add(&mut self, other: Unknowns) {
        for (own, more) in self.0.iter_mut().zip(other.0) {
            *own += more;
        }
    }

    /// For whatever reason.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Reasons that occur, with their counts.
    pub fn counts(&self) -> impl Iterator<Item = (Unknown, u64)> {
        let all = Unknown::ALL.into_iter().zip(self.0);
        all.filter(|(_, count)| *count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_place_of_its_own_and_stands_in_the_codebook() {
        let columns = include_str!("../tables/tables.toml");
        for (at, reason) in Unknown::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, at);
            assert_eq!(Unknown::find(reason.as_str()), Some(reason));
            assert!(
                columns.contains(&format!("{} (", reason.as_str())),
                "{}",
                reason.as_str()
            );
        }
        let mut all = Unknowns::of(Unknown::AreaSplit, 2);
        all.add(Unknowns::of(Unknown::ValueMissing, 3));
        let counts: Vec<_> = all.counts().collect();
        assert_eq!(counts, [(Unknown::ValueMissing, 3), (Unknown::AreaSplit, 2)]);
        assert_eq!(all.total(), 5);
    }
}
