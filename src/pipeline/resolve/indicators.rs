//! `indicators.toml`

use std::collections::BTreeMap;
use std::ops::Range;

use super::ids::{IdKind, Ids, title_or};
use super::plan::Plan;
use super::sourced::{SourcedForm, contents};
use crate::domain::Period;
use crate::pipeline::definition::{BetterDef, IndicatorDef, IndicatorsFile, Located, MostDef, OneOrMany};
use crate::pipeline::faults::{Faults, Source, choices};
use crate::pipeline::files::Read;
use crate::pipeline::model::{
    Better, DenominatorRange, Dimension, DimensionIndex, DimensionLevel, DivisionsColumn, Form, Indicator, Measure,
    MeasureIndex, MostDenominator, RowUnit,
};

/// The parts of a definition that indicators refer to.
pub(super) struct Context<'a> {
    pub plan: &'a Plan,
    pub forms: &'a [SourcedForm<'a>],
    pub measures: &'a [Measure],
    pub dimensions: &'a [Dimension],
}

pub(super) fn resolve(files: &[Read<IndicatorsFile>], context: &Context<'_>, faults: &mut Faults) -> Vec<Indicator> {
    let mut ids = Ids::default();
    let mut indicators = Vec::new();
    for (source, written) in
        contents(files).flat_map(|(source, file)| file.indicator.iter().map(move |one| (source, one)))
    {
        let fresh = ids.take(&written.id, IdKind::Name, "indicator", source, faults);
        if let (Some(indicator), true) = (context.indicator(written, source, faults), fresh) {
            indicators.push(indicator);
        }
    }
    indicators
}

impl Context<'_> {
    fn indicator(&self, written: &IndicatorDef, source: &Source, faults: &mut Faults) -> Option<Indicator> {
        let numerator = self.measure(&written.numerator, source, faults);
        let denominator = self.measure(&written.denominator, source, faults);
        let forms = self.common_forms(written, numerator, denominator, source, faults);
        let filter = self.filter(written, &forms, source, faults);
        let factor = written.factor.as_ref().map_or(1.0, |f| **f);
        if let Some(span) = written.factor.as_ref().filter(|f| ***f <= 0.0).map(|f| f.span()) {
            let message = format!("a factor of {factor} makes no value");
            faults.add(source, "wrong-value", span, message, "a number above 0".to_owned());
        }
        let target_level = written
            .target_level
            .as_ref()
            .and_then(|l| self.plan.require_level(l, source, faults));
        let baseline = self.by_period(&written.baseline, source, faults);
        let target = self.by_period(&written.target, source, faults);
        self.warn_of_periods(written, source, faults);
        let plausible = plausible(written, factor, source, faults);
        let plausible_denominator = plausible_denominator(written, source, faults);
        self.register(written, source, faults);
        Some(Indicator {
            id: (*written.id).clone(),
            title: title_or(written.title.as_ref(), &written.id),
            numerator: numerator?,
            denominator: denominator?,
            filter,
            factor,
            unit: self.plan.units.code(&written.unit),
            register: written.register.as_deref().map(|r| r.to_owned()),
            bounded: written.bounded,
            better: match written.better {
                BetterDef::Higher => Better::Higher,
                BetterDef::Lower => Better::Lower,
                BetterDef::Neither => Better::Neither,
            },
            plausible,
            plausible_denominator,
            product_of: Vec::new(),
            target_level,
            baseline,
            target,
            sources: written.sources.clone(),
            caveats: written.caveats.clone(),
        })
    }

    fn measure(&self, id: &Located<String>, source: &Source, faults: &mut Faults) -> Option<MeasureIndex> {
        let found = self.measures.iter().position(|m| m.id == **id);
        if found.is_none() {
            faults.unknown(
                source,
                "unknown-measure",
                id,
                "measure",
                self.measures.iter().map(|m| m.id.as_str()),
            );
        }
        found
    }

    /// The form or forms of an indicator; empty where they cannot be told, or cannot be matched.
    fn common_forms(
        &self,
        written: &IndicatorDef,
        numerator: Option<MeasureIndex>,
        denominator: Option<MeasureIndex>,
        source: &Source,
        faults: &mut Faults,
    ) -> Vec<&Form> {
        let (Some(above), Some(below)) = (numerator, denominator) else {
            return Vec::new();
        };
        let (above, below) = (self.measures[above].form, self.measures[below].form);
        let (over, under) = (&self.forms[above].0, &self.forms[below].0);
        if above == below {
            return vec![under];
        }
        let levels = self.plan.levels();
        let level = |form: &Form| match form.unit {
            RowUnit::Area(level) => levels.get(level),
            RowUnit::Below(_) => levels.last(),
        };
        if let (Some(of_over), Some(of_under)) = (level(over), level(under))
            && of_over != of_under
        {
            let message = format!(
                "rows of `{}` belong to areas of the level `{of_over}`, rows of `{}` to the level `{of_under}`",
                over.id, under.id
            );
            let hint =
                "the two forms of an indicator are matched area by area, so both must be of one level".to_owned();
            faults.add(source, "different-levels", written.denominator.span(), message, hint);
            return Vec::new();
        }
        vec![over, under]
    }

    /// A dimension restricts the rows of each form that has it, and of one at least.
    fn filter(
        &self,
        written: &IndicatorDef,
        forms: &[&Form],
        source: &Source,
        faults: &mut Faults,
    ) -> Vec<(DimensionIndex, Vec<String>)> {
        members(&written.filter, forms, self.dimensions, &applies, source, faults)
    }

    fn by_period(
        &self,
        written: &BTreeMap<Located<String>, f64>,
        source: &Source,
        faults: &mut Faults,
    ) -> BTreeMap<Period, f64> {
        let mut all = BTreeMap::new();
        for (period, value) in written {
            if let Some(period) = self.plan.period(period, source, faults) {
                all.insert(period, *value);
            }
        }
        all
    }

    /// Warns of targets and baselines that count for no period, or for another than is written. A target counts for its period and
    /// for those before it, a baseline for its period and those after it.
    fn warn_of_periods(&self, written: &IndicatorDef, source: &Source, faults: &mut Faults) {
        let (Some(kind), periods) = (self.plan.period_kind, &self.plan.periods) else {
            return;
        };
        let Some(last) = periods.iter().max() else {
            return;
        };
        let parsed = |text: &Located<String>| Period::parse(text, kind);
        let hint = || format!("periods: {}", Period::listed(periods));
        for text in written.target.keys() {
            // Later ones are those of a plan that goes on.
            let is_stray = |period: &Period| !periods.contains(period) && period < last;
            if let Some(period) = parsed(text).filter(is_stray) {
                let message = match periods.iter().filter(|one| **one < period).max() {
                    Some(earlier) => {
                        format!("the target of `{text}`, which is no period of the pipeline, counts for {earlier}")
                    }
                    None => format!("the target of `{text}` counts for no period: it lies before the first"),
                };
                faults.warn(source, "stray-period", text.span(), message, hint());
            }
        }
        for text in written.baseline.keys() {
            if !self.plan.open_ended && parsed(text).is_some_and(|period| period > *last) {
                let message = format!("the baseline of `{text}` counts for no period: it lies after the last");
                faults.warn(source, "stray-period", text.span(), message, hint());
            }
        }
    }

    fn register(&self, written: &IndicatorDef, source: &Source, faults: &mut Faults) {
        let lacking =
            self.plan.registry.is_some() && self.plan.reporters.is_none() && !faults.is_faulty_key("reporters");
        if let Some(register) = written.register.as_ref().filter(|_| lacking)
            && faults.is_new_cause("reporters")
        {
            let message = "there is a `register`, but the pipeline has no [reporters]".to_owned();
            let hint = "add [reporters] to pipeline.toml: the register is a column of its file".to_owned();
            faults.add(source, "unknown-register", register.span(), message, hint);
        }
    }
}

fn plausible(written: &IndicatorDef, factor: f64, source: &Source, faults: &mut Faults) -> Option<(f64, f64)> {
    let range = written.plausible.as_ref()?;
    let bounds = super::columns::bounds(range, source, faults)?;
    let bounds = within_limit(bounds, range.span(), source, faults)?;
    if written.bounded && (bounds.0 < 0.0 || bounds.1 > factor) {
        let message = format!("the indicator is bounded, so its value lies in 0..{factor}");
        let hint = "narrow `plausible`, or drop `bounded`".to_owned();
        faults.add(source, "wrong-value", range.span(), message, hint);
    }
    Some(bounds)
}

/// The largest end of a plausible range: sums over all reporters of a nation stay far from what a double can hold.
const LARGEST_END: f64 = 1e15;

fn within_limit(
    (min, max): (f64, f64),
    span: Range<usize>,
    source: &Source,
    faults: &mut Faults,
) -> Option<(f64, f64)> {
    if [min, max].iter().all(|end| end.abs() <= LARGEST_END) {
        return Some((min, max));
    }
    let message = "an end of the range is beyond 10^15".to_owned();
    let hint = "give the lowest and the highest that could be".to_owned();
    faults.add(source, "wrong-value", span, message, hint);
    None
}

/// A denominator is a weight, so it cannot be negative. Without a plausible range of the value its bracket bounds nothing.
fn plausible_denominator(written: &IndicatorDef, source: &Source, faults: &mut Faults) -> Option<DenominatorRange> {
    let range = written.plausible_denominator.as_ref()?;
    let (min, span) = (range.min, range.span());
    let (max, top) = match &*range.max {
        MostDef::Number(max) => (MostDenominator::Number(*max), *max),
        MostDef::Column(name) => {
            let column = DivisionsColumn {
                name: name.clone(),
                file: source.path.clone(),
                span: range.max.span(),
            };
            (MostDenominator::Column(column), min)
        }
    };
    if min >= 0.0 && top < 0.0 {
        let message = format!("a denominator of {top} is below 0");
        faults.add(
            source,
            "wrong-value",
            span,
            message,
            "max must be 0 or above".to_owned(),
        );
        return None;
    }
    super::columns::ordered((min, top), &span, source, faults)?;
    within_limit((min, top), span.clone(), source, faults)?;
    let (message, hint) = if min < 0.0 {
        (format!("a denominator of {min} is below 0"), "min must be 0 or above")
    } else if written.plausible.is_none() {
        let message = "`plausible_denominator` has no effect without `plausible`".to_owned();
        (message, "add `plausible`, the range of the value")
    } else {
        return Some(DenominatorRange { min, max });
    };
    faults.add(source, "wrong-value", span, message, hint.to_owned());
    None
}

/// Whether rows of a form have a member of a dimension that they can be chosen by. Crosses with a dimension of rows choose none.
pub(super) fn applies(dimension: &Dimension, form: &Form) -> bool {
    match (&dimension.level, &form.unit) {
        (DimensionLevel::Row { column, .. }, _) => form.column(column).is_some(),
        (DimensionLevel::Area { level, .. }, RowUnit::Area(of_form)) => level <= of_form,
        (DimensionLevel::Area { .. }, RowUnit::Below(_)) => true,
        (DimensionLevel::Pairs(_), _) => false,
    }
}

/// A fault where a dimension crosses one of rows: such a cross groups figures, and its parts choose rows.
pub(super) fn refuse_pairs(
    dimension: &Dimension,
    name: &Located<String>,
    source: &Source,
    faults: &mut Faults,
) -> bool {
    let is_refused = matches!(dimension.level, DimensionLevel::Pairs(_));
    if is_refused {
        let message = format!("`{name}` crosses a dimension of rows, and chooses no rows itself");
        let hint = "name the two dimensions that it crosses".to_owned();
        faults.add(source, "wrong-value", name.span(), message, hint);
    }
    is_refused
}

/// Members of dimensions that rows of one of the forms must have, where the forms are known.
pub(super) fn members(
    written: &BTreeMap<Located<String>, Located<OneOrMany>>,
    forms: &[&Form],
    dimensions: &[Dimension],
    applies: &dyn Fn(&Dimension, &Form) -> bool,
    source: &Source,
    faults: &mut Faults,
) -> Vec<(DimensionIndex, Vec<String>)> {
    let mut filter = Vec::new();
    for (name, members) in written {
        let Some(at) = dimensions.iter().position(|d| d.id == **name) else {
            let known = dimensions.iter().map(|d| d.id.as_str());
            faults.unknown(source, "unknown-dimension", name, "dimension", known);
            continue;
        };
        let dimension = &dimensions[at];
        if refuse_pairs(dimension, name, source, faults) {
            continue;
        }
        if !forms.is_empty() && !forms.iter().any(|form| applies(dimension, form)) {
            let ids: Vec<String> = forms.iter().map(|form| format!("`{}`", form.id)).collect();
            let (form, ids) = (if ids.len() == 1 { "form" } else { "forms" }, ids.join(" and "));
            let message = format!("rows of the {form} {ids} have no `{name}`");
            faults.add(source, "dimension-not-of-form", name.span(), message, None);
        }
        let members: Vec<(&String, Range<usize>)> = match &**members {
            OneOrMany::One(one) => vec![(one, members.span())],
            OneOrMany::Many(many) => many.iter().map(|m| (&**m, m.span())).collect(),
        };
        for (member, span) in &members {
            if !dimension.members.iter().any(|m| m.id == **member) {
                let message = format!("the dimension `{}` has no member `{member}`", name);
                let hint = choices(member, dimension.members.iter().map(|m| m.id.as_str()));
                faults.add(source, "unknown-member", span.clone(), message, hint);
            }
        }
        filter.push((at, members.into_iter().map(|(m, _)| m.clone()).collect()));
    }
    filter.sort();
    filter
}
