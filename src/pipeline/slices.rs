//! What the results of jobs depend on in a definition, in slices: a change makes only what it concerns again.
//!
//! Every structure is taken apart field by field, so that a new field does not compile until it is said here whether jobs depend
//! on it. What is left out must reach no file of facts, no finding and no sum of a job: it is of the later stages only.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::{
    Dimension, DimensionIndex, DimensionLevel, Form, FormIndex, Indicator, Measure, Peers, Pipeline, RegistrySpec,
    Rule, RuleKind,
};

impl Pipeline {
    /// What the jobs of all forms depend on: limits, units, levels of the registry, what the published data says of itself, and
    /// the names of the files that are no submissions.
    pub fn settings_slice(&self) -> String {
        let Pipeline {
            synthetic,
            licence,
            period_kind,
            registry,
            reporters,
            limits,
            units,
            feedback,
            rules,
            engine,
            // Slices of their own.
            forms: _,
            measures: _,
            indicators: _,
            dimensions: _,
            periods: _,
            // What is asked of a run, and where it reads and writes.
            dir: _,
            open_ended: _,
            input: _,
            output: _,
            // Of the stages behind the jobs.
            name: _,
            title: _,
            credit: _,
            gate: _,
            returns: _,
            report: _,
            constant_boundaries: _,
            constant_tables: _,
            retention: _,
            extracts: _,
            // Hashes of all that is sliced here.
            digest: _,
            rules_digest: _,
        } = self;
        let RegistrySpec {
            levels,
            titles,
            partition,
            code_scheme,
            // Their content is that of the registry.
            divisions: _,
            changes: _,
            neighbours: _,
            nearest: _,
        } = registry;
        let lists: Vec<&String> = (rules.iter())
            .filter_map(|rule| match &rule.kind {
                RuleKind::Cover(cover) => cover.register.as_ref(),
                _ => None,
            })
            .collect();
        // Jobs leave their sums to an engine, whichever it is, or make them.
        let leaves_sums = engine.external().is_some();
        format!(
            "{synthetic} {licence:?} {period_kind:?} {levels:?} {titles:?} {partition} {code_scheme:?} {reporters:?} \
             {limits:?} {units:?} {feedback:?} {lists:?} {leaves_sums}"
        )
    }

    /// What the report and the workbooks of a release show that stands in none of its tables.
    pub fn shown_slice(&self) -> String {
        let Pipeline {
            title,
            synthetic,
            licence,
            credit,
            registry,
            report,
            ..
        } = self;
        let RegistrySpec { levels, titles, .. } = registry;
        format!("{title:?} {synthetic} {licence:?} {credit:?} {levels:?} {titles:?} {report:?}")
    }

    /// What the figures of areas and the comparisons of groups depend on, beside the sums, who has reported, and the registry.
    pub fn comparisons_slice(&self) -> String {
        let Pipeline {
            period_kind,
            registry,
            forms,
            measures,
            indicators,
            dimensions,
            constant_boundaries,
            constant_tables,
            extracts,
            // Told with the areas, and with who has reported.
            reporters: _,
            // The periods are computed one by one.
            periods: _,
            // Of the jobs.
            limits: _,
            units: _,
            feedback: _,
            rules: _,
            // What the files say of themselves.
            synthetic: _,
            licence: _,
            name: _,
            title: _,
            credit: _,
            // What is asked of a run, and where it reads and writes.
            dir: _,
            open_ended: _,
            input: _,
            output: _,
            // Of the stages behind the figures.
            gate: _,
            returns: _,
            report: _,
            retention: _,
            // Every engine gives the same sums.
            engine: _,
            digest: _,
            rules_digest: _,
        } = self;
        let RegistrySpec {
            levels,
            partition,
            // Of the stages before and behind.
            titles: _,
            code_scheme: _,
            divisions: _,
            changes: _,
            neighbours: _,
            nearest: _,
        } = registry;
        let forms: Vec<String> = (0..forms.len()).map(|form| self.form_slice(form)).collect();
        let compared: Vec<_> = dimensions
            .iter()
            .map(|of| {
                let Dimension {
                    ordered,
                    order_basis,
                    compare,
                    reference,
                    strata,
                    // In the slice of dimensions; where areas belong says the registry.
                    id: _,
                    title: _,
                    level: _,
                    members: _,
                } = of;
                (ordered, order_basis, compare, reference, strata)
            })
            .collect();
        let dimensions = self.dimensions_slice((0..dimensions.len()).collect());
        format!(
            "{period_kind:?} {levels:?} {partition} {forms:?} {measures:?} {indicators:?} {dimensions:?} {compared:?} {extracts:?} \
             {constant_boundaries:?} {constant_tables:?}"
        )
    }

    /// How the files of a form are found, read and cleaned.
    pub fn form_slice(&self, form: FormIndex) -> String {
        let Form {
            id,
            title,
            unit,
            key,
            files,
            period,
            revision,
            due,
            reference,
            decimal,
            thousands,
            date_order,
            missing,
            explanation,
            columns,
            unpivot,
            // Where something stands in the definition, for its diagnostics.
            missing_at: _,
        } = &self.forms[form];
        format!(
            "{form} {id:?} {title:?} {unit:?} {key:?} {files:?} {period:?} {revision:?} {due:?} {reference:?} {decimal:?} \
             {thousands:?} {date_order:?} {missing:?} {explanation:?} {columns:?} {unpivot:?}"
        )
    }

    /// The columns of a form whose sum has a meaning, which its sheets' own lines of totals state.
    pub fn additive_slice(&self, form: FormIndex) -> String {
        format!("{:?}", self.additive(form))
    }

    /// The rules that judge the records of a form, or hold figures of another form against them.
    pub fn rules_slice(&self, form: FormIndex) -> String {
        let mut text = String::new();
        for (at, rule) in self.rules.iter().enumerate().filter(|(_, rule)| concerns(rule, form)) {
            // Results name a reconciliation by its place among the rules.
            let place = matches!(rule.kind, RuleKind::Reconcile(_)).then_some(at);
            let _ = writeln!(text, "{place:?} {rule:?}");
        }
        text + &self.dimensions_slice(self.dimensions_of_rules(form))
    }

    /// What is summed of a form, and what its single records add to the indicators.
    pub fn figures_slice(&self, form: FormIndex) -> String {
        let mut text = String::new();
        for (at, measure) in self.measures.iter().enumerate() {
            let Measure {
                id,
                title,
                form: of,
                value,
                scale,
                unit,
            } = measure;
            if *of == form {
                let _ = writeln!(text, "{at} {id:?} {title:?} {value:?} {scale} {unit:?}");
            }
        }
        for (at, indicator) in self.indicators_of(form) {
            let Indicator {
                numerator,
                denominator,
                filter,
                // What the sums are divided by, judged against, and said to be.
                id: _,
                title: _,
                factor: _,
                unit: _,
                register: _,
                bounded: _,
                better: _,
                plausible: _,
                plausible_denominator: _,
                product_of: _,
                target_level: _,
                baseline: _,
                target: _,
                sources: _,
                caveats: _,
            } = indicator;
            let _ = writeln!(text, "{at} {numerator} {denominator} {filter:?}");
        }
        text + &self.dimensions_slice(self.dimensions_of_figures(form))
    }

    /// Dimensions of areas by which the records of a form are chosen or compared: the members of the areas matter.
    pub fn area_dimensions(&self, form: FormIndex) -> BTreeSet<DimensionIndex> {
        let mut all = self.dimensions_of_rules(form);
        all.extend(self.dimensions_of_figures(form));
        all.retain(|&at| matches!(self.dimensions[at].level, DimensionLevel::Area { .. }));
        all
    }

    fn indicators_of(&self, form: FormIndex) -> impl Iterator<Item = (usize, &Indicator)> {
        let of_form = move |(_, indicator): &(usize, &Indicator)| {
            let of = |measure: usize| self.measures[measure].form;
            of(indicator.denominator) == form || of(indicator.numerator) == form
        };
        self.indicators.iter().enumerate().filter(of_form)
    }

    fn dimensions_of_figures(&self, form: FormIndex) -> BTreeSet<DimensionIndex> {
        let filters = self.indicators_of(form).flat_map(|(_, indicator)| &indicator.filter);
        let filters = filters.map(|(dimension, _)| *dimension);
        filters.chain(self.row_dimensions(form)).collect()
    }

    fn dimensions_of_rules(&self, form: FormIndex) -> BTreeSet<DimensionIndex> {
        let rules = self.rules.iter().filter(|rule| concerns(rule, form));
        let of_rule = |rule: &Rule| -> Vec<DimensionIndex> {
            match &rule.kind {
                RuleKind::Outlier(outlier) => (outlier.by.iter())
                    .filter_map(|peers| match peers {
                        Peers::Dimension(dimension) => Some(*dimension),
                        Peers::Level(_) => None,
                    })
                    .collect(),
                RuleKind::Reconcile(reconcile) => reconcile.filter.iter().map(|(dimension, _)| *dimension).collect(),
                RuleKind::Row(_) | RuleKind::Sum(_) | RuleKind::History(_) | RuleKind::Cover(_) => Vec::new(),
            }
        };
        rules.flat_map(of_rule).collect()
    }

    fn dimensions_slice(&self, dimensions: BTreeSet<DimensionIndex>) -> String {
        let mut text = String::new();
        for at in dimensions {
            let Dimension {
                id,
                title,
                level,
                members,
                // How the groups are compared with each other.
                ordered: _,
                order_basis: _,
                compare: _,
                reference: _,
                strata: _,
            } = &self.dimensions[at];
            let _ = write!(text, "{at} {id:?} {title:?} {members:?} ");
            let _ = match level {
                // Which area is of which member says the registry.
                DimensionLevel::Area { level, source: _ } => writeln!(text, "{level}"),
                DimensionLevel::Row { .. } | DimensionLevel::Pairs(_) => writeln!(text, "{level:?}"),
            };
        }
        text
    }
}

fn concerns(rule: &Rule, form: FormIndex) -> bool {
    let sums_it = || matches!(&rule.kind, RuleKind::Reconcile(reconcile) if reconcile.left_form == form);
    rule.form == form || sums_it()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use crate::pipeline::load;

    /// The same definition may be named from another folder, or lie in a copy: nothing is computed anew for that.
    #[test]
    fn no_slice_depends_on_where_the_definition_lies() {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/community-services");
        let copied = tempfile::tempdir().unwrap();
        copy(&shipped, copied.path());
        let [one, other] = [shipped.as_path(), copied.path()].map(|dir| load(dir).unwrap());
        assert_eq!(one.settings_slice(), other.settings_slice());
        assert_eq!(one.shown_slice(), other.shown_slice());
        assert_eq!(one.comparisons_slice(), other.comparisons_slice());
        for form in 0..one.forms.len() {
            assert_eq!(one.form_slice(form), other.form_slice(form));
            assert_eq!(one.additive_slice(form), other.additive_slice(form));
            assert_eq!(one.rules_slice(form), other.rules_slice(form));
            assert_eq!(one.figures_slice(form), other.figures_slice(form));
        }
    }

    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
            match path.is_dir() {
                true => copy(&path, &to.join(name)),
                false => drop(fs::copy(&path, to.join(name)).unwrap()),
            }
        }
    }
}
