//! The columns of the tables of each period that tables over time are computed of, as reported and on constant boundaries.

use crate::statistics::{Entry, MemberParts, Reason, TheilPart};
use crate::tables::{
    ConstantBoundariesRow, ConstantGroupRow, ConstantInequalityPartRow, GroupRow, IndicatorRow, InequalityPartRow,
    columns,
};

columns! {
    pub(super) struct AsReported<'a> of IndicatorRow {
        pub(super) area_code: &'a str,
        pub(super) indicator: &'a str,
        pub(super) level: &'a str,
        pub(super) numerator: Option<f64>,
        pub(super) denominator: Option<f64>,
        pub(super) missing_denominator: Option<f64>,
        pub(super) lower: Option<f64>,
        pub(super) upper: Option<f64>,
        pub(super) obs_status: &'a str,
    }
}

columns! {
    pub(super) struct OnConstantBoundaries<'a> of ConstantBoundariesRow {
        pub(super) area_code: &'a str,
        pub(super) indicator: &'a str,
        pub(super) level: &'a str,
        pub(super) numerator: Option<f64>,
        pub(super) denominator: Option<f64>,
        pub(super) obs_status: &'a str,
    }
}

columns! {
    pub(super) struct Judged<'a> of IndicatorRow {
        pub(super) area_code: &'a str,
        pub(super) area_name: Option<&'a str>,
        pub(super) indicator: &'a str,
        pub(super) level: &'a str,
        pub(super) value: Option<f64>,
        pub(super) lower: Option<f64>,
        pub(super) upper: Option<f64>,
        pub(super) null_reason: Option<&'a str>,
    }
}

columns! {
    pub(super) struct PartOfIndex<'a> of InequalityPartRow {
        pub(super) scope_code: &'a str,
        pub(super) indicator: &'a str,
        pub(super) dimension: &'a str,
        pub(super) computed_over: &'a str,
        pub(super) inequality_index: &'a str,
        pub(super) part: &'a str,
        pub(super) value: Option<f64>,
        pub(super) lower: Option<f64>,
        pub(super) upper: Option<f64>,
        pub(super) null_reason: Option<&'a str>,
        pub(super) bounds_null_reason: Option<&'a str>,
    }
}

columns! {
    pub(super) struct ConstantPartOfIndex<'a> of ConstantInequalityPartRow {
        pub(super) scope_code: &'a str,
        pub(super) indicator: &'a str,
        pub(super) dimension: &'a str,
        pub(super) computed_over: &'a str,
        pub(super) inequality_index: &'a str,
        pub(super) part: &'a str,
        pub(super) value: Option<f64>,
        pub(super) lower: Option<f64>,
        pub(super) upper: Option<f64>,
        pub(super) null_reason: Option<&'a str>,
        pub(super) bounds_null_reason: Option<&'a str>,
        pub(super) obs_status: &'a str,
    }
}

columns! {
    pub(super) struct Member<'a> of GroupRow {
        pub(super) scope_code: &'a str,
        pub(super) scope_name: &'a str,
        pub(super) indicator: &'a str,
        pub(super) dimension: &'a str,
        pub(super) member: &'a str,
        pub(super) numerator: Option<f64>,
        pub(super) denominator: Option<f64>,
        pub(super) sums_null_reason: Option<&'a str>,
    }
}

columns! {
    pub(super) struct ConstantMember<'a> of ConstantGroupRow {
        pub(super) scope_code: &'a str,
        pub(super) scope_name: &'a str,
        pub(super) indicator: &'a str,
        pub(super) dimension: &'a str,
        pub(super) member: &'a str,
        pub(super) numerator: Option<f64>,
        pub(super) denominator: Option<f64>,
        pub(super) sums_null_reason: Option<&'a str>,
        pub(super) obs_status: &'a str,
    }
}

impl<'a> From<AsReported<'a>> for Entry<'a> {
    fn from(row: AsReported<'a>) -> Entry<'a> {
        Entry {
            area_code: row.area_code,
            indicator: row.indicator,
            level: row.level,
            parts: row.numerator.zip(row.denominator),
            missing: row.missing_denominator,
            bounds: row.lower.zip(row.upper),
            obs_status: row.obs_status,
        }
    }
}

impl<'a> From<OnConstantBoundaries<'a>> for Entry<'a> {
    fn from(row: OnConstantBoundaries<'a>) -> Entry<'a> {
        Entry {
            area_code: row.area_code,
            indicator: row.indicator,
            level: row.level,
            parts: row.numerator.zip(row.denominator),
            missing: None,
            bounds: None,
            obs_status: row.obs_status,
        }
    }
}

impl<'a> From<PartOfIndex<'a>> for TheilPart<'a> {
    fn from(row: PartOfIndex<'a>) -> TheilPart<'a> {
        TheilPart {
            indicator: row.indicator,
            dimension: row.dimension,
            computed_over: row.computed_over,
            is_between: row.part == "between",
            value: row.value.ok_or(row.null_reason.unwrap_or_default()),
            bounds: (row.lower.zip(row.upper)).ok_or(row.bounds_null_reason.unwrap_or_default()),
            obs_status: None,
        }
    }
}

impl<'a> From<ConstantPartOfIndex<'a>> for TheilPart<'a> {
    fn from(row: ConstantPartOfIndex<'a>) -> TheilPart<'a> {
        TheilPart {
            indicator: row.indicator,
            dimension: row.dimension,
            computed_over: row.computed_over,
            is_between: row.part == "between",
            value: row.value.ok_or(row.null_reason.unwrap_or_default()),
            bounds: (row.lower.zip(row.upper)).ok_or(row.bounds_null_reason.unwrap_or_default()),
            obs_status: Some(row.obs_status),
        }
    }
}

impl<'a> From<Member<'a>> for MemberParts<'a> {
    fn from(row: Member<'a>) -> MemberParts<'a> {
        MemberParts {
            scope_code: row.scope_code,
            scope_name: row.scope_name,
            indicator: row.indicator,
            dimension: row.dimension,
            member: row.member,
            parts: (row.numerator.zip(row.denominator)).ok_or_else(|| Reason::in_column(row.sums_null_reason)),
            obs_status: None,
        }
    }
}

impl<'a> From<ConstantMember<'a>> for MemberParts<'a> {
    fn from(row: ConstantMember<'a>) -> MemberParts<'a> {
        MemberParts {
            scope_code: row.scope_code,
            scope_name: row.scope_name,
            indicator: row.indicator,
            dimension: row.dimension,
            member: row.member,
            parts: (row.numerator.zip(row.denominator)).ok_or_else(|| Reason::in_column(row.sums_null_reason)),
            obs_status: Some(row.obs_status),
        }
    }
}
