//! The table `progress`: where each area stands on its way to a target, and where its pace leads.
//!
//! Every pace is the slope of a line through values of the area: two of them, or all so far by least squares. So one function makes
//! projections, bounds and the time of arrival for all methods.

mod arrival;

use std::collections::BTreeMap;

use super::judgement::Yardstick;
use super::line::{Line, Weighed};
use super::reason::{Reason, token};
use super::student::two_sided_95;
use crate::domain::{Lang, Period};
use crate::pipeline::{Better, Indicator, LevelIndex, Pipeline};
use crate::tables::{ProgressRow, Table};

/// A figure as a table of one period has it, in the indicator's unit.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// Code of the area.
    pub area_code: &'a str,
    /// Name of the area.
    pub area_name: Option<&'a str>,
    /// Identifier of the indicator.
    pub indicator: &'a str,
    /// Name of the level.
    pub level: &'a str,
    /// The value, or why there is none.
    pub value: Result<f64, Reason>,
    /// What it could be; None: no bounds.
    pub bounds: Option<(f64, f64)>,
}

/// What is known of an area in a period.
#[derive(Clone, Copy, Debug)]
struct Seen {
    period: Period,
    value: Result<f64, Reason>,
    bounds: Option<(f64, f64)>,
}

/// An area on its way, with the name that it had last.
#[derive(Debug)]
struct Traveller {
    name: Option<String>,
    level: LevelIndex,
    seen: Vec<Seen>,
}

/// The areas that have a target, while periods are added.
pub struct Progress<'p> {
    pipeline: &'p Pipeline,
    /// By indicator and code.
    areas: BTreeMap<(usize, String), Traveller>,
}

impl<'p> Progress<'p> {
    /// Without figures.
    pub fn new(pipeline: &'p Pipeline) -> Progress<'p> {
        Progress {
            pipeline,
            areas: BTreeMap::new(),
        }
    }

    /// Adds the figures of a period; periods are added in ascending order. Only figures of areas for which an indicator has a target are kept.
    pub fn add<'e>(&mut self, period: Period, figures: impl Iterator<Item = Standing<'e>>) {
        for figure in figures {
            let indicator = (self.pipeline.indicators.iter()).position(|indicator| indicator.id == figure.indicator);
            let level = (self.pipeline.registry.levels.iter()).position(|level| level == figure.level);
            let Some((indicator, level)) = indicator.zip(level) else {
                continue;
            };
            if !self.is_judged(&self.pipeline.indicators[indicator], level) {
                continue;
            }
            let key = (indicator, figure.area_code.to_owned());
            let traveller = self.areas.entry(key).or_insert_with(|| Traveller {
                name: None,
                level,
                seen: Vec::new(),
            });
            traveller.name = figure.area_name.map(str::to_owned);
            traveller.level = level;
            traveller.seen.push(Seen {
                period,
                value: figure.value,
                bounds: figure.bounds,
            });
        }
    }

    /// The level that the indicator judges; of one that judges every level, the root and the partition level.
    fn is_judged(&self, indicator: &Indicator, level: LevelIndex) -> bool {
        let is_level = match indicator.target_level {
            Some(judged) => level == judged,
            None => level == 0 || level == self.pipeline.registry.partition,
        };
        is_level && indicator.better != Better::Neither && !indicator.target.is_empty()
    }

    /// A row for each period with a target at or after it, and each method.
    pub fn table(&self) -> Table {
        let mut table = Table::of::<ProgressRow>();
        for ((indicator, code), traveller) in &self.areas {
            let indicator = &self.pipeline.indicators[*indicator];
            for (at, now) in traveller.seen.iter().enumerate() {
                let target = indicator.target.range(now.period..).next();
                let Some((&target_period, &target)) = target else {
                    continue;
                };
                let way = Way {
                    indicator,
                    yardstick: Yardstick::new(indicator, now.period, indicator.target_level),
                    now: *now,
                    before: &traveller.seen[..at],
                    target,
                    years_left: target_period.years_since(now.period),
                };
                for method in Method::ALL {
                    let level = &self.pipeline.registry.levels[traveller.level];
                    way.push(
                        (code, traveller.name.as_deref(), level),
                        target_period,
                        method,
                        &mut table,
                    );
                }
            }
        }
        table.sort_by_key();
        table
    }
}

/// Which values a pace is measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    SinceBaseline,
    SincePrevious,
    LeastSquares,
}

impl Method {
    const ALL: [Method; 3] = [Method::SinceBaseline, Method::SincePrevious, Method::LeastSquares];

    fn token(self) -> &'static str {
        match self {
            Method::SinceBaseline => "since_baseline",
            Method::SincePrevious => "since_previous",
            Method::LeastSquares => "least_squares",
        }
    }
}

/// A value that a line is fitted to, at a number of years from now: 0 or negative.
#[derive(Clone, Copy, Debug)]
struct Point {
    period: Period,
    at: Weighed,
    bounds: Option<(f64, f64)>,
}

/// One area in one period.
struct Way<'a> {
    indicator: &'a Indicator,
    yardstick: Yardstick,
    now: Seen,
    before: &'a [Seen],
    target: f64,
    years_left: f64,
}

/// A line with the values that it is fitted to.
struct Trend {
    points: Vec<Point>,
    line: Line,
}

/// Where a line is in the period of the target.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Projection {
    value: f64,
    bounds: Option<(f64, f64)>,
    /// 95 % prediction interval.
    predicted: Option<(f64, f64)>,
}

impl Trend {
    fn through(points: Vec<Point>) -> Result<Trend, Reason> {
        let at: Vec<Weighed> = points.iter().map(|point| point.at).collect();
        Ok(Trend {
            line: Line::through(&at)?,
            points,
        })
    }

    fn projection(&self, years: f64) -> Projection {
        let value = self.line.at(years);
        let ends = |point: &Point| {
            let (lower, upper) = point.bounds?;
            let part = self.line.coefficient(&point.at, years);
            Some(if part < 0.0 {
                (part * upper, part * lower)
            } else {
                (part * lower, part * upper)
            })
        };
        let add = |(low, high): (f64, f64), ends: Option<(f64, f64)>| ends.map(|ends| (low + ends.0, high + ends.1));
        Projection {
            value,
            bounds: self.points.iter().map(ends).try_fold((0.0, 0.0), add),
            predicted: self.line.prediction_se(years).map(|(free, se)| {
                let reach = two_sided_95(free) * se;
                (value - reach, value + reach)
            }),
        }
    }
}

impl Way<'_> {
    fn point(&self, seen: &Seen) -> Option<Point> {
        Some(Point {
            period: seen.period,
            at: Weighed {
                x: seen.period.years_since(self.now.period),
                y: seen.value.ok()?,
                weight: 1.0,
            },
            bounds: seen.bounds,
        })
    }

    /// The published starting point; it is what it is, so its bounds are itself.
    fn baseline(&self) -> Result<Point, Reason> {
        let baselines = self.indicator.baseline.range(..=self.now.period);
        let (&period, &value) = baselines.last().ok_or(Reason::NoBaseline)?;
        if period == self.now.period {
            return Err(Reason::NoTimePassed);
        }
        let known = Seen {
            period,
            value: Ok(value),
            bounds: Some((value, value)),
        };
        self.point(&known).ok_or(Reason::NoBaseline)
    }

    fn trend(&self, method: Method) -> Result<Trend, Reason> {
        self.now.value?;
        let mut points: Vec<Point> = self.before.iter().filter_map(|seen| self.point(seen)).collect();
        match method {
            Method::SinceBaseline => points = vec![self.baseline()?],
            Method::SincePrevious => points = vec![points.pop().ok_or(Reason::NoPeriodBefore)?],
            Method::LeastSquares if points.len() < 2 => return Err(Reason::TooFewPeriods),
            Method::LeastSquares => {}
        }
        points.extend(self.point(&self.now));
        Trend::through(points)
    }

    fn meets(&self, value: f64) -> bool {
        self.yardstick.meets(self.indicator.better, value) == Some(true)
    }

    /// What is needed each year from now on.
    fn required_pace(&self) -> Result<f64, Reason> {
        let value = self.now.value?;
        if self.meets(value) {
            Err(Reason::TargetReached)
        } else if self.years_left <= 0.0 {
            Err(Reason::NoTimeLeft)
        } else {
            Ok((self.target - value) / self.years_left)
        }
    }

    fn projection(&self, trend: Result<&Trend, Reason>) -> Result<Projection, Reason> {
        let trend = trend?;
        if self.years_left <= 0.0 {
            return Err(Reason::NoTimeLeft);
        }
        Ok(trend.projection(self.years_left))
    }

    /// The outlook, and whether the bounds share it.
    fn outlook(&self, projection: Result<Projection, Reason>) -> (&'static str, Option<bool>) {
        let Ok(value) = self.now.value else {
            return ("unknown", None);
        };
        let is_shared = |bounds: Option<(f64, f64)>, met: bool| {
            bounds.map(|(lower, upper)| self.meets(lower) == met && self.meets(upper) == met)
        };
        if self.meets(value) {
            return ("reached", is_shared(self.now.bounds, true));
        }
        if self.years_left <= 0.0 {
            return ("missed", is_shared(self.now.bounds, false));
        }
        let Ok(projection) = projection else {
            return ("unknown", None);
        };
        let is_met = self.meets(projection.value);
        // What is missing could also have the target reached already.
        let is_pending = is_shared(self.now.bounds, false);
        let robust = is_shared(projection.bounds, is_met).zip(is_pending);
        let robust = robust.map(|(is_shared, is_pending)| is_shared && is_pending);
        (if is_met { "on_track" } else { "off_track" }, robust)
    }

    fn push(
        &self,
        (code, name, level): (&str, Option<&str>, &str),
        target_period: Period,
        method: Method,
        table: &mut Table,
    ) {
        let trend = self.trend(method);
        let trend = trend.as_ref().map_err(|reason| *reason);
        let (projection, arrival, required) = (self.projection(trend), self.arrival(trend), self.required_pace());
        let (outlook, robust) = self.outlook(projection);
        let since = trend
            .ok()
            .and_then(|trend| trend.points.first())
            .map(|point| point.period.to_string());
        let projected = projection.ok();
        let reached = arrival.ok().map(|(_, period)| period.to_string());
        let arrivals = |ends: fn(&Projection) -> Option<(f64, f64)>| {
            let found = trend.map(|trend| self.arrivals(trend, ends)).unwrap_or_default();
            [found.earliest, found.latest].map(|period| period.map(|period| period.to_string()))
        };
        let by_bounds = arrivals(|projection| projection.bounds);
        let by_prediction = arrivals(|projection| projection.predicted);
        let bounds = projected.and_then(|projected| projected.bounds);
        let predicted = projected.and_then(|projected| projected.predicted);
        table.push(ProgressRow {
            period: &self.now.period.to_string(),
            area_code: code,
            area_name: name,
            indicator: &self.indicator.id,
            indicator_title_zh: self.indicator.title.own(Lang::Zh),
            indicator_title_en: self.indicator.title.own(Lang::En),
            level,
            value: self.now.value.ok(),
            unit: &self.indicator.unit,
            target_period: &target_period.to_string(),
            target: self.target,
            distance_to_target: self.now.value.ok().map(|value| self.target - value),
            years_left: self.years_left,
            required_pace: required.ok(),
            method: method.token(),
            since_period: since.as_deref(),
            n_points: trend.map_or(0, |trend| trend.points.len() as i64),
            pace: trend.ok().map(|trend| trend.line.slope),
            projected_value: projected.map(|projected| projected.value),
            projected_lower: bounds.map(|bounds| bounds.0),
            projected_upper: bounds.map(|bounds| bounds.1),
            prediction_lower: predicted.map(|ends| ends.0),
            prediction_upper: predicted.map(|ends| ends.1),
            years_to_target: arrival.ok().map(|(years, _)| years),
            reached_period: reached.as_deref(),
            reached_earliest: by_bounds[0].as_deref(),
            reached_latest: by_bounds[1].as_deref(),
            prediction_earliest: by_prediction[0].as_deref(),
            prediction_latest: by_prediction[1].as_deref(),
            outlook,
            outlook_robust: robust,
            value_null_reason: token(self.now.value),
            required_null_reason: token(required),
            pace_null_reason: trend.err().map(Reason::token),
            projected_null_reason: token(projection),
            reached_null_reason: token(arrival),
        });
    }
}

#[cfg(test)]
mod tests;
