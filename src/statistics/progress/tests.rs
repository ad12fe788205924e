use std::collections::BTreeMap;

use proptest::prelude::*;

use super::arrival::Arrivals;
use super::*;
use crate::domain::Text;

fn period(text: &str) -> Period {
    Period::parse_any(text).unwrap()
}

fn indicator(better: Better) -> Indicator {
    Indicator {
        id: "coverage".into(),
        title: Text::default(),
        numerator: 0,
        denominator: 0,
        filter: Vec::new(),
        factor: 100.0,
        unit: "percent".into(),
        register: None,
        bounded: true,
        better,
        plausible: Some((0.0, 100.0)),
        plausible_denominator: None,
        product_of: Vec::new(),
        target_level: None,
        baseline: BTreeMap::from([(period("2015"), 20.0)]),
        target: BTreeMap::from([(period("2025"), 60.0)]),
        sources: None,
        caveats: None,
    }
}

fn seen(at: &str, value: f64, bounds: (f64, f64)) -> Seen {
    Seen {
        period: period(at),
        value: Ok(value),
        bounds: Some(bounds),
    }
}

fn sure(at: &str, value: f64) -> Seen {
    seen(at, value, (value, value))
}

/// The way of an area whose last value is of now.
fn way<'a>(indicator: &'a Indicator, all: &'a [Seen]) -> Way<'a> {
    let (now, before) = all.split_last().unwrap();
    let (&target_period, &target) = indicator.target.range(now.period..).next().unwrap();
    Way {
        indicator,
        yardstick: Yardstick::new(indicator, now.period, None),
        now: *now,
        before,
        target,
        years_left: target_period.years_since(now.period),
    }
}

#[track_caller]
fn close(left: f64, right: f64) {
    assert!(
        (left - right).abs() < 1e-9 * right.abs().max(1.0),
        "{left} is not {right}"
    );
}

fn projected(way: &Way, method: Method) -> Result<Projection, Reason> {
    let trend = way.trend(method);
    way.projection(trend.as_ref().map_err(|reason| *reason))
}

fn arrival(way: &Way, method: Method) -> Result<(f64, Period), Reason> {
    let trend = way.trend(method);
    way.arrival(trend.as_ref().map_err(|reason| *reason))
}

#[test]
fn a_steady_pace_leads_to_the_same_place_by_every_method() {
    let indicator = indicator(Better::Higher);
    // 20 in 2015, and 3 more each year: 50 in 2025.
    let all = [sure("2017", 26.0), sure("2018", 29.0), sure("2020", 35.0)];
    let way = way(&indicator, &all);
    for method in Method::ALL {
        let trend = way.trend(method).unwrap();
        close(trend.line.slope, 3.0);
        let projection = projected(&way, method).unwrap();
        close(projection.value, 50.0);
        close(projection.bounds.unwrap().0, 50.0);
        assert_eq!(way.outlook(Ok(projection)), ("off_track", Some(true)), "{method:?}");
        let (years, reached) = arrival(&way, method).unwrap();
        close(years, 25.0 / 3.0);
        assert_eq!(reached, period("2029"), "2020 and eight years and a third");
    }
    assert_eq!(way.required_pace(), Ok(5.0));
    let since = |method: Method| way.trend(method).unwrap().points[0].period.to_string();
    assert_eq!(Method::ALL.map(since), ["2015", "2018", "2017"]);
}

#[test]
fn bounds_of_the_values_are_those_of_the_projection() {
    let indicator = indicator(Better::Higher);
    let all = [seen("2018", 30.0, (28.0, 33.0)), seen("2020", 40.0, (38.0, 45.0))];
    let way = way(&indicator, &all);
    // From 38 at 18/5 a year and from 45 at 25/5, over five years.
    let since_baseline = projected(&way, Method::SinceBaseline).unwrap();
    close(since_baseline.bounds.unwrap().0, 56.0);
    close(since_baseline.bounds.unwrap().1, 70.0);
    assert_eq!(way.outlook(Ok(since_baseline)), ("on_track", Some(false)));
    // The pace is least where the earlier value is highest.
    let since_previous = projected(&way, Method::SincePrevious).unwrap();
    close(since_previous.bounds.unwrap().0, 38.0 + 2.5 * 5.0);
    close(since_previous.bounds.unwrap().1, 45.0 + 8.5 * 5.0);
    assert_eq!((since_previous.predicted, since_baseline.predicted), (None, None));
    assert_eq!(projected(&way, Method::LeastSquares), Err(Reason::TooFewPeriods));
}

/// Fitted and interval recomputed by hand: of y = 30, 36, 39, 47 in 2017 to 2020 the slope is 5.4 and s² = 2.1; t with 2 degrees is 4.3026527.
#[test]
fn the_prediction_interval_is_that_of_the_handbooks() {
    let indicator = indicator(Better::Higher);
    let all = [
        sure("2017", 30.0),
        sure("2018", 36.0),
        sure("2019", 39.0),
        sure("2020", 47.0),
    ];
    let projection = projected(&way(&indicator, &all), Method::LeastSquares).unwrap();
    let fitted = 38.0 + 5.4 * 6.5;
    close(projection.value, fitted);
    let (slope, mean) = (5.4, 38.0);
    let left =
        [(-1.5, 30.0), (-0.5, 36.0), (0.5, 39.0), (1.5, 47.0)].map(|(x, y): (f64, f64)| (y - mean - slope * x).powi(2));
    let variance = left.iter().sum::<f64>() / 2.0;
    close(variance, 2.1);
    let reach = 4.302_652_729_749_464 * (variance * (1.0 + 0.25 + 6.5f64.powi(2) / 5.0)).sqrt();
    close(projection.predicted.unwrap().0, fitted - reach);
    close(projection.predicted.unwrap().1, fitted + reach);
}

#[test]
fn what_leads_away_never_arrives() {
    let higher = indicator(Better::Higher);
    let falling = [sure("2018", 40.0), sure("2020", 30.0)];
    assert_eq!(
        arrival(&way(&higher, &falling), Method::SincePrevious),
        Err(Reason::NeverAtThisPace)
    );
    let level = [sure("2018", 30.0), sure("2020", 30.0)];
    assert_eq!(
        arrival(&way(&higher, &level), Method::SincePrevious),
        Err(Reason::NeverAtThisPace)
    );
    let slow = [sure("2018", 30.0), sure("2020", 30.1)];
    assert_eq!(
        arrival(&way(&higher, &slow), Method::SincePrevious),
        Err(Reason::TooFarOff)
    );
    // Where lower is better, the same is the right way.
    let mut lower = indicator(Better::Lower);
    lower.target = BTreeMap::from([(period("2025"), 5.0)]);
    let (years, reached) = arrival(&way(&lower, &falling), Method::SincePrevious).unwrap();
    close(years, 5.0);
    assert_eq!(reached, period("2025"), "exactly in time");
    let projection = projected(&way(&lower, &falling), Method::SincePrevious);
    assert_eq!(way(&lower, &falling).outlook(projection), ("on_track", Some(true)));
}

#[test]
fn a_line_that_has_passed_the_target_says_nothing_of_when() {
    let indicator = indicator(Better::Higher);
    let all = [
        sure("2017", 20.0),
        sure("2018", 50.0),
        sure("2019", 80.0),
        sure("2020", 59.0),
    ];
    assert_eq!(
        arrival(&way(&indicator, &all), Method::LeastSquares),
        Err(Reason::FitBeyondTarget)
    );
}

#[test]
fn targets_are_reached_or_missed() {
    let indicator = indicator(Better::Higher);
    type Case = (Seen, &'static str, Option<bool>, Result<f64, Reason>);
    let cases: [Case; 5] = [
        (
            seen("2020", 61.0, (60.0, 70.0)),
            "reached",
            Some(true),
            Err(Reason::TargetReached),
        ),
        (
            seen("2025", 61.0, (59.0, 70.0)),
            "reached",
            Some(false),
            Err(Reason::TargetReached),
        ),
        (
            seen("2025", 55.0, (50.0, 59.0)),
            "missed",
            Some(true),
            Err(Reason::NoTimeLeft),
        ),
        (
            seen("2025", 55.0, (50.0, 60.0)),
            "missed",
            Some(false),
            Err(Reason::NoTimeLeft),
        ),
        (
            Seen {
                period: period("2020"),
                value: Err(Reason::NotReported),
                bounds: None,
            },
            "unknown",
            None,
            Err(Reason::NotReported),
        ),
    ];
    for (now, outlook, robust, required) in cases {
        let all = [now];
        let way = way(&indicator, &all);
        let projection = projected(&way, Method::SinceBaseline);
        assert_eq!(way.outlook(projection), (outlook, robust), "{now:?}");
        assert_eq!(way.required_pace(), required, "{now:?}");
    }
}

#[test]
fn a_pace_needs_two_points_in_time() {
    let mut indicator = indicator(Better::Higher);
    let all = [sure("2015", 22.0)];
    let reason = |indicator: &Indicator, method: Method| way(indicator, &all).trend(method).err();
    assert_eq!(reason(&indicator, Method::SinceBaseline), Some(Reason::NoTimePassed));
    assert_eq!(reason(&indicator, Method::SincePrevious), Some(Reason::NoPeriodBefore));
    assert_eq!(reason(&indicator, Method::LeastSquares), Some(Reason::TooFewPeriods));
    indicator.baseline.clear();
    assert_eq!(reason(&indicator, Method::SinceBaseline), Some(Reason::NoBaseline));
}

#[test]
fn quarters_are_counted_in_years() {
    let mut indicator = indicator(Better::Higher);
    indicator.baseline = BTreeMap::from([(period("2020Q1"), 20.0)]);
    indicator.target = BTreeMap::from([(period("2021Q1"), 60.0)]);
    let all = [sure("2020Q2", 22.5)];
    let way = way(&indicator, &all);
    close(way.trend(Method::SinceBaseline).unwrap().line.slope, 10.0);
    close(way.required_pace().unwrap(), 50.0);
    assert_eq!(arrival(&way, Method::SinceBaseline).unwrap().1, period("2024Q1"));
}

#[test]
fn a_time_of_arrival_has_an_earliest_and_a_latest() {
    let indicator = indicator(Better::Higher);
    let arrivals = |all: &[Seen], method, ends| {
        let way = way(&indicator, all);
        way.arrivals(&way.trend(method).unwrap(), ends)
    };
    let told = |earliest: Option<&str>, latest: Option<&str>| Arrivals {
        earliest: earliest.map(period),
        latest: latest.map(period),
    };
    let bounds: fn(&Projection) -> Option<(f64, f64)> = |projection| projection.bounds;
    // 20 in 2015; in 2020 40, and 30 to 50 as far as is known: 2, 4 or 6 a year, and 30, 20 or 10 to go.
    let open = [seen("2020", 40.0, (30.0, 50.0))];
    assert_eq!(
        arrivals(&open, Method::SinceBaseline, bounds),
        told(Some("2022"), Some("2035"))
    );
    let closed = [sure("2020", 40.0)];
    assert_eq!(
        arrivals(&closed, Method::SinceBaseline, bounds),
        told(Some("2025"), Some("2025"))
    );
    // At worst it falls, and at best the target is met already.
    let wide = [seen("2020", 40.0, (15.0, 61.0))];
    assert_eq!(arrivals(&wide, Method::SinceBaseline, bounds), told(Some("2020"), None));
    // Of values on a line, the prediction is the line.
    let steady: Vec<Seen> = (2016..=2020)
        .map(|year| sure(&year.to_string(), f64::from(year - 2010) * 3.0))
        .collect();
    let predicted: fn(&Projection) -> Option<(f64, f64)> = |projection| projection.predicted;
    assert_eq!(
        arrivals(&steady, Method::LeastSquares, predicted),
        told(Some("2030"), Some("2030"))
    );
    let uneven = [
        sure("2017", 20.0),
        sure("2018", 31.0),
        sure("2019", 33.0),
        sure("2020", 40.0),
    ];
    let found = arrivals(&uneven, Method::LeastSquares, predicted);
    assert!(
        found.earliest.unwrap() < period("2024") && found.latest.is_none_or(|latest| latest > period("2024")),
        "{found:?}"
    );
    assert_eq!(arrivals(&uneven, Method::SincePrevious, predicted), Arrivals::default());
    assert_eq!(
        arrivals(&[sure("2020", 60.0)], Method::SinceBaseline, bounds),
        Arrivals::default()
    );
}

proptest! {
    /// Values anywhere within their bounds have a projection within its bounds, and some at each end.
    #[test]
    fn no_completion_projects_outside(
        values in prop::collection::vec((0.0..80.0_f64, 0.0..20.0_f64, 0.0..1.0_f64), 3..6),
    ) {
        let indicator = indicator(Better::Higher);
        let at = |index: usize| (2016 + index).to_string();
        let all: Vec<Seen> = values.iter().enumerate()
            .map(|(index, (low, wide, _))| seen(&at(index), low + wide / 2.0, (*low, low + wide)))
            .collect();
        let done: Vec<Seen> = values.iter().enumerate()
            .map(|(index, (low, wide, part))| sure(&at(index), low + wide * part))
            .collect();
        for method in Method::ALL {
            let (low, high) = projected(&way(&indicator, &all), method).unwrap().bounds.unwrap();
            let found = projected(&way(&indicator, &done), method).unwrap().value;
            prop_assert!(low - 1e-9 <= found && found <= high + 1e-9, "{found} is not in {low}..{high}");
        }
    }

    /// No completion of what is missing has another outlook than a robust one.
    #[test]
    fn no_completion_turns_a_robust_outlook(
        before in 0.0..70.0_f64, now in 0.0..70.0_f64, below in 0.0..20.0_f64, above in 0.0..20.0_f64, parts in prop::array::uniform2(0.0..=1.0_f64),
    ) {
        let indicator = indicator(Better::Higher);
        let bounds = (now - below, now + above);
        let all = [seen("2018", before, (before - below, before + above)), seen("2020", now, bounds)];
        let whole = |at: &str, low: f64, part: f64| sure(at, low + (below + above) * part);
        let done = [whole("2018", before - below, parts[0]), whole("2020", now - below, parts[1])];
        for method in [Method::SinceBaseline, Method::SincePrevious] {
            let told = |all: &[Seen]| {
                let way = way(&indicator, all);
                way.outlook(projected(&way, method))
            };
            let (outlook, robust) = told(&all);
            if robust == Some(true) {
                prop_assert_eq!(told(&done).0, outlook);
            }
        }
    }
}
