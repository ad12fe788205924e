//! `product_of` of an indicator: the indicators whose product it is.

use std::collections::{BTreeMap, BTreeSet};

use super::indicators::{Context, applies};
use super::sourced::contents;
use crate::pipeline::definition::{IndicatorDef, IndicatorsFile};
use crate::pipeline::faults::{Faults, Source};
use crate::pipeline::files::Read;
use crate::pipeline::model::{DimensionIndex, FormIndex, Indicator, MeasureIndex};

/// What each factor adds is a mean over all subsets of the others, of which each factor more doubles the number.
const MOST_FACTORS: usize = 8;

/// Puts the places of its factors into each indicator that is a product.
pub(super) fn resolve(
    files: &[Read<IndicatorsFile>],
    context: &Context<'_>,
    indicators: &mut [Indicator],
    faults: &mut Faults,
) {
    let all = || contents(files).flat_map(|(source, file)| file.indicator.iter().map(move |one| (source, one)));
    let written_ids: Vec<&str> = all().map(|(_, one)| one.id.as_str()).collect();
    let ids: Vec<String> = indicators.iter().map(|of| of.id.clone()).collect();
    for (source, written) in all() {
        let before = faults.count();
        let factors = factors(written, &written_ids, source, faults);
        // An indicator with faults is not in the list.
        let place = |id: &str| ids.iter().position(|other| other == id);
        let Some(at) = place(&written.id) else { continue };
        indicators[at].product_of = factors.iter().filter_map(|id| place(id)).collect();
        let is_whole = faults.count() == before && indicators[at].product_of.len() == factors.len();
        if is_whole && !factors.is_empty() {
            context.chains(written, at, indicators, source, faults);
        }
    }
}

/// The factors that are sound.
fn factors<'w>(written: &'w IndicatorDef, written_ids: &[&str], source: &Source, faults: &mut Faults) -> Vec<&'w str> {
    let Some(list) = &written.product_of else {
        return Vec::new();
    };
    let mut factors: Vec<&str> = Vec::new();
    for id in list.iter() {
        if !written_ids.contains(&id.as_str()) {
            let known = written_ids.iter().copied();
            faults.unknown(source, "unknown-indicator", id, "indicator", known);
        } else if **id == *written.id || factors.contains(&id.as_str()) {
            let message = format!("`{}` cannot be a factor here", **id);
            let hint = "name other indicators, each once".to_owned();
            faults.add(source, "wrong-value", id.span(), message, hint);
        } else {
            factors.push(id);
        }
    }
    if let Some(one) = list.get(MOST_FACTORS) {
        let message = format!("a product has at most {MOST_FACTORS} factors");
        let hint = "take some of them together: an indicator may be their product".to_owned();
        faults.add(source, "wrong-value", one.span(), message, hint);
    }
    match &list[..] {
        [] => {
            let hint = "name two other indicators or more, or leave `product_of` out".to_owned();
            faults.add(source, "empty-list", list.span(), "the product has no factor", hint);
        }
        [one] => {
            let message = "a product has two factors or more".to_owned();
            let hint = "name another indicator".to_owned();
            faults.add(source, "wrong-value", one.span(), message, hint);
        }
        _ => {}
    }
    factors
}

/// A name to a power.
fn raised(name: &str, power: u32) -> String {
    match power {
        1 => name.to_owned(),
        _ => format!("{name}^{power}"),
    }
}

/// What a sum is of: a form, a formula and the restriction to members, as far as rows of the form have them.
type Term<'m> = (FormIndex, String, Vec<(DimensionIndex, BTreeSet<&'m str>)>);

impl Context<'_> {
    /// Warns where the numerators of the factors over their denominators do not come down to the numerator of the product over its
    /// denominator. Equal sums may still come from two forms, so this is no fault.
    fn chains(
        &self,
        written: &IndicatorDef,
        at: usize,
        indicators: &[Indicator],
        source: &Source,
        faults: &mut Faults,
    ) {
        let product = &indicators[at];
        let factors = product.product_of.iter().map(|&factor| (&indicators[factor], 1));
        // By term: how often it stands above, less how often it stands below.
        let mut powers: BTreeMap<Term, (i32, String)> = BTreeMap::new();
        for (indicator, sign) in factors.chain([(product, -1)]) {
            for (measure, power) in [(indicator.numerator, sign), (indicator.denominator, -sign)] {
                let term = self.term(measure, indicator);
                let named = (0, self.named(measure, &term.2));
                powers.entry(term).or_insert(named).0 += power;
            }
        }
        let left = |sign: i32| -> Vec<String> {
            let of = powers.values().filter(|(power, _)| power.signum() == sign);
            of.map(|(power, name)| raised(name, power.unsigned_abs())).collect()
        };
        let (above, below) = (left(1), left(-1));
        if above.is_empty() && below.is_empty() {
            return;
        }
        let above = if above.is_empty() {
            "1".to_owned()
        } else {
            above.join(" × ")
        };
        let below = match &below[..] {
            [] => "1".to_owned(),
            [one] => one.clone(),
            several => format!("({})", several.join(" × ")),
        };
        let message = format!("the product of the factors is `{}` times {above} ÷ {below}", product.id);
        let hint = "each factor begins with what the one before it is divided by: a ÷ b, b ÷ c and c ÷ d make a ÷ d; `where` is the same throughout";
        let list = written.product_of.as_ref();
        let span = list.map_or_else(|| written.id.span(), |list| list.span());
        faults.warn(source, "product-differs", span, message, hint.to_owned());
    }

    /// What a measure of an indicator sums.
    fn term<'m>(&self, measure: MeasureIndex, indicator: &'m Indicator) -> Term<'m> {
        let of = &self.measures[measure];
        let form = &self.forms[of.form].0;
        let filter = indicator.filter.iter();
        let filter = filter.filter(|(dimension, _)| applies(&self.dimensions[*dimension], form));
        let members = |all: &'m [String]| all.iter().map(String::as_str).collect();
        let filter = filter.map(|(dimension, all)| (*dimension, members(all)));
        (of.form, of.value.to_sql(), filter.collect())
    }

    /// The id of a measure, with the members that its rows are restricted to.
    fn named(&self, measure: MeasureIndex, filter: &[(DimensionIndex, BTreeSet<&str>)]) -> String {
        let mut name = format!("`{}`", self.measures[measure].id);
        for (dimension, members) in filter {
            let members: Vec<&str> = members.iter().copied().collect();
            name += &format!(" where `{} = {}`", self.dimensions[*dimension].id, members.join(", "));
        }
        name
    }
}
