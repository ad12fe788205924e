//! Why a figure is null, in one table for code, codebook and tests.

use crate::domain::Text;

macro_rules! reasons {
    ($($name:ident $token:literal $en:literal $zh:literal;)*) => {
        /// Why a figure is null.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Reason { $(#[doc = $en] $name,)* }

        impl Reason {
            /// Every reason, in the order of the list above.
            pub const ALL: &[Reason] = &[$(Reason::$name),*];

            /// The word in tables.
            pub fn token(self) -> &'static str {
                match self { $(Reason::$name => $token),* }
            }

            /// The reason that a table gives by its word.
            pub fn of_token(token: &str) -> Option<Reason> {
                Reason::ALL.iter().copied().find(|reason| reason.token() == token)
            }

            /// The reason in a column of a table, where a figure is null; `NothingKnown` where the column has none, or a word that this program does not know.
            pub fn in_column(token: Option<&str>) -> Reason {
                token.and_then(Reason::of_token).unwrap_or(Reason::NothingKnown)
            }

            /// What a person reads.
            pub fn text(self) -> Text {
                match self { $(Reason::$name => Text::new($zh, $en)),* }
            }
        }
    };
}

reasons! {
    OutsideFilter "outside_filter" "the indicator is restricted to other members" "该指标限定于其他成员";
    NoUnits "no_units" "nothing to count: no area is expected and nothing has a denominator" "没有应报地区，也没有带分母的单元";
    NotReported "not_reported" "none of the areas has reported" "无地区上报";
    NothingKnown "nothing_known" "no row of which numerator and denominator are known has come, and something that is owed is missing" "尚无分子和分母都已知的行，而应报的仍有缺失";
    DenominatorZero "denominator_zero" "the denominator is 0" "分母为0";
    NumeratorWithoutDenominator "numerator_without_denominator" "a numerator stands over a denominator of 0" "分母为0而分子不为0";
    NegativeDenominator "negative_denominator" "a denominator is negative, so it is no weight" "分母为负，不能作权数";
    ScopeUndefined "scope_undefined" "the figure of the scope is undefined or 0" "比较范围的值无定义或为0";
    ZeroDivisor "zero_divisor" "division by 0" "除数为0";
    NoPlausible "no_plausible" "something is missing and the indicator has no plausible bracket" "有缺失且指标未给出合理区间";
    NoRegister "no_register" "something is missing and the indicator names no register column" "有缺报且指标未指定登记册列";
    RegisterIncomplete "register_incomplete" "the register lacks the denominator of an area in which something is missing" "登记册缺少某个有缺报的地区的分母";
    RegisterNotSplit "register_not_split" "something is missing and the register does not split it by member" "有缺报且登记册未按成员分列其分母";
    ZeroUndefined "zero_undefined" "a unit has the value 0, whose logarithm is undefined" "有单元的值为0，对数无定义";
    NegativeValue "negative_value" "a unit has a negative value" "有单元的值为负";
    MeanNotPositive "mean_not_positive" "a relative measure needs a positive mean" "相对指标要求均值为正";
    OutsideBounds "outside_bounds" "a unit lies outside 0..1 although the indicator is bounded" "指标有界，但有单元的值不在0与1之间";
    NotBounded "not_bounded" "the indicator is not declared bounded, so it has no shortfall" "指标未声明为有界，没有缺口";
    NoDirection "no_direction" "the indicator has no better direction" "指标没有优方向";
    NoReference "no_reference" "the dimension names no reference member, or it has no figure" "维度未指定参照成员，或参照成员无数据";
    NotOrdered "not_ordered" "the dimension has no order, or the member has no place in it" "该维度无序，或该成员不在其次序之中";
    SingleGroup "single_group" "fewer than two ordered groups" "有序组不足两个";
    FitNotPositive "fit_not_positive" "the fitted line is not positive at an end" "拟合线在端点处不为正";
    ShareUnknown "share_unknown" "an area was divided, and no share says how much of it lies here" "有地区被拆分，且未给出落在本地区的份额";
    NoFiniteBounds "no_finite_bounds" "no finite bounds are found for what may be missing, although the figure may have some" "对可能缺失的部分求不出有限的上下界，尽管指标可能有界";
    TooFewUnits "too_few_units" "fewer than two units have a positive value in both periods" "两期均为正值的单元不足两个";
    NoSpread "no_spread" "all units have the same value, so no line can be fitted" "各单元的值相同，无法拟合直线";
    NotConverging "not_converging" "units with lower values do not grow faster: beta is not negative" "低值单元并未增长更快：beta 不为负";
    Overshooting "overshooting" "1 + bT is not positive: the fitted line takes units past each other within the time" "1 + bT 不为正：按拟合线各单元在期间内已互相越过";
    NoBaseline "no_baseline" "the indicator has no baseline at or before the period" "该期及以前没有基期值";
    NoTimePassed "no_time_passed" "the baseline is of this period, so no time has passed since" "基期即为本期，尚无时间经过";
    NoPeriodBefore "no_period_before" "no earlier period has a value" "以前各期均无值";
    TooFewPeriods "too_few_periods" "fewer than three periods have a value" "有值的报告期不足三个";
    TargetReached "target_reached" "the value meets the target" "已达到目标";
    NoTimeLeft "no_time_left" "the target is of this period" "目标期即为本期";
    NeverAtThisPace "never_at_this_pace" "the pace is 0 or leads away from the target" "进度为0或与目标方向相反";
    FitBeyondTarget "fit_beyond_target" "the fitted line has passed the target although the value has not" "拟合线已越过目标，而本期值尚未达到";
    TooFarOff "too_far_off" "the line meets the target in more than 100 years" "按此进度需100年以上";
    NotEstimable "not_estimable" "a unit that lacks something has no earlier complete report and no other unit to learn from, or how much it lacks is unknown, or the area lacks something that is no unit's" "某个有缺报的单位既无以往完整上报，也无可借鉴的其他单位，或其缺失的分母未知，或该地区缺失的部分不属于任何单位";
    TooFewNeighbours "too_few_neighbours" "fewer than 10 areas have a value and a neighbour with one" "有值且有相邻地区有值的地区不足10个";
    NoVariation "no_variation" "all areas have the same value" "各地区的值全部相同";
    AreaAbsent "area_absent" "one of the periods does not have the area" "其中一期没有该地区";
    NothingToCarry "nothing_to_carry_forward" "no unit that lacks something has an earlier complete report" "有缺报的单位均无以往完整上报可沿用";
    NotCrossed "not_crossed" "the dimension is not a cross of two others" "该维度不是两个维度的交叉";
    ProductDiffers "product_differs" "the product of the factors is not the value: they are of other records" "各因子之积与指标值不符：所计入的记录不同";
    StrataDiffer "strata_differ" "the two periods split the gap by different dimensions" "两期差距分层所用的维度不同";
    TooLarge "too_large" "a sum leaves 128 bits, so it cannot be exact" "合计超出128位整数，无法精确求和";
}

/// What a reason column says of a figure; None where there is one.
pub(super) fn token<T>(figure: Result<T, Reason>) -> Option<&'static str> {
    figure.err().map(Reason::token)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn tokens_are_distinct_and_speak_both_languages() {
        let tokens: BTreeSet<&str> = Reason::ALL.iter().map(|r| r.token()).collect();
        assert_eq!(tokens.len(), Reason::ALL.len());
        assert!(Reason::ALL.iter().all(|r| r.text().0.values().all(|t| !t.is_empty())));
    }
}
