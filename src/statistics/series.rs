//! The figures of every period together: what statistics over time start from.

use std::collections::BTreeMap;

use crate::domain::Period;
use crate::pipeline::Pipeline;

/// What an area has reached in a period. A nation has a million of them over twenty periods.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observed {
    /// Level of the area in this period; None: the registry does not have the area then.
    pub level: Option<u8>,
    /// Whether everything that was expected has been accepted.
    pub is_complete: bool,
    /// Numerator ÷ denominator, before the indicator's factor; None: there is none.
    pub ratio: Option<f64>,
    /// Denominator, in the unit of its measure; 0 where nothing is known of it.
    pub weight: f64,
}

/// A figure as a table of one period has it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Code of the area.
    pub area_code: &'a str,
    /// Identifier of the indicator.
    pub indicator: &'a str,
    /// Name of the level.
    pub level: &'a str,
    /// Numerator and denominator; None: nothing is known of them.
    pub parts: Option<(f64, f64)>,
    /// Denominator of what is owed and not in the figures; None: it is not known.
    pub missing: Option<f64>,
    /// Lower and upper bound of the value, where it is as reported and has them.
    pub bounds: Option<(f64, f64)>,
    /// Observation status (SDMX).
    pub obs_status: &'a str,
}

impl Entry<'_> {
    /// The plain ratio, before the indicator's factor; None: there is none.
    pub fn ratio(&self) -> Option<f64> {
        let (numerator, denominator) = self.parts?;
        (denominator > 0.0).then(|| numerator / denominator)
    }

    /// Whether everything that was expected has been accepted.
    pub fn is_complete(&self) -> bool {
        matches!(self.obs_status, "A" | "E")
    }
}

/// The figures of all areas and indicators in several periods.
pub struct Series<'a> {
    /// The definition.
    pub pipeline: &'a Pipeline,
    /// In ascending order.
    pub periods: Vec<Period>,
    /// Places by code.
    areas: BTreeMap<String, usize>,
    /// By indicator, then by place of the area, then by period; shorter where nothing more is known.
    figures: Vec<Vec<Vec<Option<Observed>>>>,
}

impl<'a> Series<'a> {
    /// Without figures, for the periods of the definition.
    pub fn new(pipeline: &'a Pipeline) -> Series<'a> {
        let mut periods = pipeline.periods.clone();
        periods.sort();
        Series {
            pipeline,
            periods,
            areas: BTreeMap::new(),
            figures: vec![Vec::new(); pipeline.indicators.len()],
        }
    }

    /// Adds the figures of a period; periods are added in ascending order. An indicator or period that the definition does not have
    /// is left out.
    pub fn add<'e>(&mut self, period: Period, entries: impl Iterator<Item = Entry<'e>>) {
        let Some(at_period) = self.periods.iter().position(|own| *own == period) else {
            return;
        };
        let levels: BTreeMap<&str, u8> = (self.pipeline.registry.levels.iter().map(String::as_str))
            .zip(0..)
            .collect();
        let level_of = |name: &str| levels.get(name).copied();
        let indicators: BTreeMap<&str, usize> = (self.pipeline.indicators.iter().enumerate())
            .map(|(at, indicator)| (indicator.id.as_str(), at))
            .collect();
        for entry in entries {
            let Some(&indicator) = indicators.get(entry.indicator) else {
                continue;
            };
            let next = self.areas.len();
            let place = match self.areas.get(entry.area_code) {
                Some(place) => *place,
                None => {
                    self.areas.insert(entry.area_code.to_owned(), next);
                    next
                }
            };
            let of_indicator = &mut self.figures[indicator];
            if of_indicator.len() <= place {
                of_indicator.resize(place + 1, Vec::new());
            }
            let of_area = &mut of_indicator[place];
            if of_area.is_empty() {
                of_area.reserve_exact(self.periods.len());
            }
            of_area.resize(at_period, None);
            of_area.push(Some(Observed {
                level: level_of(entry.level),
                is_complete: entry.is_complete(),
                ratio: entry.ratio(),
                weight: entry.parts.map_or(0.0, |parts| parts.1),
            }));
        }
    }

    /// What the areas have reached in one indicator, in the order of their codes: code, and a figure for each period.
    pub fn of_indicator(&self, indicator: usize) -> impl Iterator<Item = AreaSeries<'_>> {
        self.areas.iter().filter_map(move |(code, place)| {
            let figures = self.figures[indicator].get(*place)?;
            (!figures.is_empty()).then_some(AreaSeries { code, figures })
        })
    }
}

/// What one area has reached in one indicator.
#[derive(Clone, Copy, Debug)]
pub struct AreaSeries<'s> {
    /// Its code.
    pub code: &'s str,
    figures: &'s [Option<Observed>],
}

impl<'s> AreaSeries<'s> {
    /// Its figure in a period, by the place of the period; None: it has no row in that period.
    pub fn at(&self, period: usize) -> Option<&'s Observed> {
        self.figures.get(period)?.as_ref()
    }
}
