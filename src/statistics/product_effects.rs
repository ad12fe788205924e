//! The table `product_effects`, as reported and on constant boundaries: what of the change of an indicator is due to each of the indicators whose product it is. Das Gupta 1993, chapter 2.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::area_figures::{AreaFigure, area_figures};
use super::compositions::product_effects as effects_of;
use super::difference::change;
use super::figure::joint_status;
use super::identities::{Broken, Identity};
use super::reason::{Reason, token};
use crate::domain::Lang;
use crate::pipeline::{Indicator, Pipeline};
use crate::tables::{ConstantProductEffectRow, ProductEffectRow, Table};

/// Share of a value by which the product of its factors may differ: more than rounding, and less than any record.
const ROUNDING: f64 = 1e-9;

/// Figures by indicator, period and area.
type Figures<'t> = BTreeMap<&'t str, BTreeMap<&'t str, BTreeMap<&'t str, AreaFigure<'t>>>>;

/// A row for each indicator that is a product, pair of periods, area and factor. `indicators` are the rows of the table of that name, of the root and the
/// partition level; with the day of constant `boundaries` those of `indicators_constant_boundaries`. The pairs are each period with the one before it and with the first, of those in which the product has figures.
pub fn product_effects(pipeline: &Pipeline, indicators: &Table, boundaries: Option<Date>) -> (Table, Vec<Broken>) {
    let mut figures = Figures::new();
    for row in area_figures(indicators, boundaries) {
        let of_period = figures.entry(row.indicator).or_default().entry(row.period).or_default();
        of_period.insert(row.area_code, row);
    }
    let mut table = match boundaries {
        None => Table::of::<ProductEffectRow>(),
        Some(_) => Table::of::<ConstantProductEffectRow>(),
    };
    let mut broken = Vec::new();
    for product in pipeline.indicators.iter().filter(|of| !of.product_of.is_empty()) {
        let of = Product {
            pipeline,
            figures: &figures,
            product,
            boundaries,
        };
        let periods: Vec<&str> = figures
            .get(product.id.as_str())
            .map_or_else(Vec::new, |all| all.keys().copied().collect());
        for (at, later) in periods.iter().enumerate().skip(1) {
            let earlier: BTreeSet<&str> = [periods[0], periods[at - 1]].into();
            for earlier in earlier {
                of.push([earlier, later], &mut table, &mut broken);
            }
        }
    }
    table.sort_by_key();
    (table, broken)
}

/// An indicator that is a product, and the figures.
struct Product<'a> {
    pipeline: &'a Pipeline,
    figures: &'a Figures<'a>,
    product: &'a Indicator,
    /// The day of the boundaries; None: they are those of each period.
    boundaries: Option<Date>,
}

impl<'a> Product<'a> {
    fn factors(&self) -> impl Iterator<Item = &'a Indicator> {
        let all = &self.pipeline.indicators;
        self.product.product_of.iter().map(|at| &all[*at])
    }

    fn row(&self, indicator: &Indicator, period: &str, area: &str) -> Option<&'a AreaFigure<'a>> {
        self.figures.get(indicator.id.as_str())?.get(period)?.get(area)
    }

    fn value(&self, indicator: &Indicator, period: &str, area: &str) -> Result<f64, Reason> {
        let row = self.row(indicator, period, area).ok_or(Reason::AreaAbsent)?;
        row.value.ok_or_else(|| Reason::in_column(row.null_reason))
    }

    /// Status of an effect, after SDMX: that of the value or the factor of either period of which least is known.
    fn status(&self, has_effect: bool, periods: [&str; 2], area: &str) -> &'static str {
        let of_period = |period: &str| {
            let all = self.factors().chain([self.product]);
            let statuses = all.filter_map(|of| Some(self.row(of, period, area)?.obs_status));
            statuses.collect::<Vec<&str>>()
        };
        joint_status(has_effect, periods.map(of_period).concat().into_iter())
    }

    /// The plain ratios of the factors, whose product is that of the indicator.
    fn ratios(&self, period: &str, area: &str) -> Result<Vec<f64>, Reason> {
        let whole = self.value(self.product, period, area)? / self.product.factor;
        let ratios = self
            .factors()
            .map(|of| Ok(self.value(of, period, area)? / of.factor))
            .collect::<Result<Vec<_>, Reason>>()?;
        let product: f64 = ratios.iter().product();
        if (product - whole).abs() > ROUNDING * product.abs().max(whole.abs()) {
            return Err(Reason::ProductDiffers);
        }
        Ok(ratios)
    }

    /// A row for each area and factor.
    fn push(&self, [earlier, later]: [&str; 2], table: &mut Table, broken: &mut Vec<Broken>) {
        let of_period = |period: &str| {
            self.figures
                .get(self.product.id.as_str())
                .and_then(|all| all.get(period))
        };
        let areas: BTreeSet<&str> = [earlier, later]
            .into_iter()
            .filter_map(of_period)
            .flat_map(|of| of.keys().copied())
            .collect();
        for area in areas {
            self.push_area([earlier, later], area, table, broken);
        }
    }

    fn push_area(&self, [earlier, later]: [&str; 2], area: &str, table: &mut Table, broken: &mut Vec<Broken>) {
        let value = |of: &Indicator, period: &str| self.value(of, period, area);
        let values = [value(self.product, earlier), value(self.product, later)];
        let change = change(values);
        let effects = change.and_then(|_| self.effects([earlier, later], area));
        let effects = effects.as_ref().map_err(|reason| *reason);
        if let (Ok(change), Ok(effects)) = (change, effects) {
            let size = values[0].map_or(0.0, f64::abs).max(self.product.factor);
            let place = || format!("{earlier} – {later}, {area}, {}", self.product.id);
            let sum = effects.iter().sum();
            broken.extend(Broken::unless_equal(Identity::Factors, sum, change, size, place));
        }
        let name = [later, earlier]
            .iter()
            .find_map(|period| self.row(self.product, period, area)?.area_name);
        for (at, factor) in self.factors().enumerate() {
            let row = ProductEffectRow {
                earlier,
                later,
                area_code: area,
                area_name: name,
                indicator: &self.product.id,
                indicator_title_zh: self.product.title.own(Lang::Zh),
                indicator_title_en: self.product.title.own(Lang::En),
                factor_indicator: &factor.id,
                factor_earlier: value(factor, earlier).ok(),
                factor_later: value(factor, later).ok(),
                value_change: change.ok(),
                factor_effect: effects.ok().map(|effects| effects[at]),
                effects_null_reason: token(effects),
            };
            match self.boundaries {
                None => table.push(row),
                Some(day) => {
                    let status = self.status(effects.is_ok(), [earlier, later], area);
                    table.push(ConstantProductEffectRow::new(row, day, status));
                }
            }
        }
    }

    /// Of each factor, in the unit of the indicator.
    fn effects(&self, [earlier, later]: [&str; 2], area: &str) -> Result<Vec<f64>, Reason> {
        let effects = effects_of(&self.ratios(later, area)?, &self.ratios(earlier, area)?).into_iter();
        Ok(effects.map(|effect| effect * self.product.factor).collect())
    }
}
