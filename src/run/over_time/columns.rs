//! The columns of the tables of each period that tables over time are computed of, as reported and on constant boundaries.

use super::parts::OnBoth;
use crate::statistics::{Entry, MemberParts, Reason, TheilPart};
use crate::tables::{
    ConstantBoundariesRow, ConstantGapRow, ConstantGroupRow, ConstantInequalityPartRow, GapRow, GroupRow, IndicatorRow,
    InequalityPartRow, columns,
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

/// Columns of a table that is published as reported and on constant boundaries, where they have a status beside them.
macro_rules! columns_on_both_boundaries {
    (
        $(#[doc = $about:literal])+
        $tables:ident: $part:ident<$a:lifetime> of $row:ident, $constant:ident of $constant_row:ident {
            $($name:ident: $type:ty,)+
        }
    ) => {
        columns! {
            pub(super) struct $part<$a> of $row {
                $(pub(super) $name: $type,)+
            }
        }

        columns! {
            pub(super) struct $constant<$a> of $constant_row {
                $(pub(super) $name: $type,)+
                pub(super) obs_status: &$a str,
            }
        }

        $(#[doc = $about])+
        pub(super) struct $tables;

        impl OnBoth for $tables {
            type Reported<$a> = $part<$a>;
            type Constant<$a> = $constant<$a>;
        }

        impl<$a> From<$constant<$a>> for ($part<$a>, &$a str) {
            fn from(row: $constant<$a>) -> Self {
                ($part { $($name: row.$name,)+ }, row.obs_status)
            }
        }
    };
}

columns_on_both_boundaries! {
    /// The parts of inequality indices.
    PartsOfIndices: PartOfIndex<'a> of InequalityPartRow, ConstantPartOfIndex of ConstantInequalityPartRow {
        scope_code: &'a str,
        indicator: &'a str,
        dimension: &'a str,
        computed_over: &'a str,
        inequality_index: &'a str,
        part: &'a str,
        value: Option<f64>,
        lower: Option<f64>,
        upper: Option<f64>,
        null_reason: Option<&'a str>,
        bounds_null_reason: Option<&'a str>,
    }
}

columns_on_both_boundaries! {
    /// What members hold.
    Members: Member<'a> of GroupRow, ConstantMember of ConstantGroupRow {
        scope_code: &'a str,
        scope_name: &'a str,
        indicator: &'a str,
        dimension: &'a str,
        member: &'a str,
        numerator: Option<f64>,
        denominator: Option<f64>,
        sums_null_reason: Option<&'a str>,
    }
}

/// Gaps, with all of their columns.
pub(super) struct Gaps;

impl OnBoth for Gaps {
    type Reported<'a> = GapRow<'a>;
    type Constant<'a> = ConstantGapRow<'a>;
}

impl<'a> From<ConstantGapRow<'a>> for (GapRow<'a>, &'a str) {
    fn from(row: ConstantGapRow<'a>) -> Self {
        (row.into(), row.obs_status)
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

impl<'a> From<(PartOfIndex<'a>, Option<&'a str>)> for TheilPart<'a> {
    fn from((row, obs_status): (PartOfIndex<'a>, Option<&'a str>)) -> TheilPart<'a> {
        TheilPart {
            indicator: row.indicator,
            dimension: row.dimension,
            computed_over: row.computed_over,
            is_between: row.part == "between",
            value: row.value.ok_or(row.null_reason.unwrap_or_default()),
            bounds: (row.lower.zip(row.upper)).ok_or(row.bounds_null_reason.unwrap_or_default()),
            obs_status,
        }
    }
}

impl<'a> From<(Member<'a>, Option<&'a str>)> for MemberParts<'a> {
    fn from((row, obs_status): (Member<'a>, Option<&'a str>)) -> MemberParts<'a> {
        MemberParts {
            scope_code: row.scope_code,
            scope_name: row.scope_name,
            indicator: row.indicator,
            dimension: row.dimension,
            member: row.member,
            parts: (row.numerator.zip(row.denominator)).ok_or_else(|| Reason::in_column(row.sums_null_reason)),
            obs_status,
        }
    }
}
