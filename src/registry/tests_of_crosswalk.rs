//! What a crosswalk says of areas that were recoded, merged and divided, and the laws that it keeps on any chain of changes.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::civil::Date;
use proptest::prelude::*;

use super::testing::World;
use super::{Crosswalk, Registry};
use crate::domain::{Fraction, Portions};
use crate::pipeline::CodeScheme;

const DIVISIONS: &str = "code,name,level,parent_code,valid_from,valid_to
0,root,nation,,,
X,x,state,0,,
Y,y,state,0,,
A,a,county,X,,2018-12-30
B,b,county,Y,2018-12-31,
M,m,county,X,,2018-12-30
N,n,county,X,,2018-12-30
O,o,county,X,2018-12-31,
P,p,county,X,,2018-12-30
Q,q,county,X,2018-12-31,2019-12-30
R,r,county,X,2018-12-31,2019-12-30
S,s,county,Y,,
T,t,county,Y,,
U,u,county,X,2019-12-31,
V,v,county,X,,2018-12-30
W,w,county,Y,2018-12-31,
Z,z,county,X,,2018-12-30
";

fn registry(divisions: &str, changes: &str) -> Registry {
    let mut world = World::new(&["nation", "state", "county"], CodeScheme::Plain);
    world.divisions(divisions);
    world.changes(changes);
    Registry::load(&world.pipeline).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Where an area lies, as `area known`, or `area known?open`.
fn lies(crosswalk: &Crosswalk, code: &str) -> String {
    let one = |lies: &super::Lies| match lies.open {
        Fraction::ZERO => format!("{} {}", lies.within, lies.known.value()),
        open => format!("{} {}?{}", lies.within, lies.known.value(), open.value()),
    };
    crosswalk.of(code).iter().map(one).collect::<Vec<_>>().join(", ")
}

const CHANGES: &str = "old_code,new_code,date,kind,share
A,B,2018-12-31,recode,
M,O,2018-12-31,merge,
N,O,2018-12-31,merge,
P,Q,2018-12-31,split,@
P,R,2018-12-31,split,@@
S,T,2018-12-31,transfer,#
Q,U,2019-12-31,merge,
R,U,2019-12-31,merge,
V,,2018-12-31,abolished,
,W,2018-12-31,created,
";

fn of(shares: [&str; 3], from: &str, to: &str) -> impl Fn(&str) -> String {
    let [rest, part, moved] = shares;
    let changes = CHANGES.replace("@@", rest).replace('@', part).replace('#', moved);
    let crosswalk = registry(DIVISIONS, &changes).crosswalk(day(from), day(to));
    move |code| lies(&crosswalk, code)
}

#[test]
fn each_area_lies_where_the_changes_have_put_it() {
    let known = of(["0.7", "0.3", "0.1"], "2017-12-31", "2018-12-31");
    assert_eq!(known("A"), "0 1, B 1, Y 1");
    assert_eq!(
        (known("M"), known("N")),
        ("0 1, O 1, X 1".into(), "0 1, O 1, X 1".into())
    );
    assert_eq!(known("P"), "0 1, Q 0.3, R 0.7, X 1");
    assert_eq!(
        (known("S"), known("T")),
        ("0 1, S 0.9, T 0.1, Y 1".into(), "0 1, T 1, Y 1".into())
    );
    // What has no successor belongs to the area above; what ended without a word does, too.
    assert_eq!((known("V"), known("Z")), ("0 1, X 1".into(), "0 1, X 1".into()));
    assert_eq!(
        (known("X"), known("Q"), known("none")),
        ("0 1, X 1".into(), String::new(), String::new())
    );
}

#[test]
fn what_nobody_knows_is_open_only_where_it_may_lie() {
    let unknown = of(["", "", ""], "2017-12-31", "2018-12-31");
    assert_eq!(unknown("P"), "0 1, Q 0?1, R 0?1, X 1");
    assert_eq!(unknown("S"), "0 1, S 0?1, T 0?1, Y 1");
    // One unknown share is what the others leave.
    let one = of(["", "0.3", "0.1"], "2017-12-31", "2018-12-31");
    assert_eq!(one("P"), "0 1, Q 0.3, R 0.7, X 1");
    // Both parts became one area again, so that nothing is open.
    assert_eq!(of(["", "", ""], "2017-12-31", "2019-12-31")("P"), "0 1, U 1, X 1");
}

#[test]
fn backwards_a_merge_is_a_split_without_shares_and_a_split_is_a_merge() {
    let back = of(["0.7", "0.3", "0.1"], "2019-12-31", "2017-12-31");
    assert_eq!(back("B"), "0 1, A 1, X 1");
    assert_eq!(back("O"), "0 1, M 0?1, N 0?1, X 1");
    assert_eq!(back("U"), "0 1, P 1, X 1");
    assert_eq!(
        (back("S"), back("T")),
        ("0 1, S 1, Y 1".into(), "0 1, S 0?1, T 0?1, Y 1".into())
    );
    assert_eq!(back("W"), "0 1, Y 1");
}

#[test]
fn areas_that_exchange_their_codes_are_told_apart() {
    let divisions = "code,name,level,parent_code,valid_from,valid_to
0,root,nation,,,
X,x,state,0,,
A,a,county,X,,2018-12-30
A,b,county,X,2018-12-31,
B,b,county,X,,2018-12-30
B,a,county,X,2018-12-31,
";
    let changes = "old_code,new_code,date,kind\nA,B,2018-12-31,recode\nB,A,2018-12-31,recode\n";
    let registry = registry(divisions, changes);
    for (from, to) in [("2017-12-31", "2018-12-31"), ("2018-12-31", "2017-12-31")] {
        let crosswalk = registry.crosswalk(day(from), day(to));
        assert_eq!(lies(&crosswalk, "A"), "0 1, B 1, X 1", "{from}");
        assert_eq!(lies(&crosswalk, "B"), "0 1, A 1, X 1", "{from}");
    }
}

/// What happens in a year: to the area at a place of the list, or to it and the next.
#[derive(Clone, Debug)]
enum Event {
    Recode(usize),
    Merge(usize),
    /// Hundredths of the first part; None: nobody knows.
    Split(usize, Option<u32>),
    Transfer(usize, Option<u32>),
}

fn event(with_parts: bool, with_unknown: bool) -> BoxedStrategy<Event> {
    let at = 0..100_usize;
    let whole = prop_oneof![at.clone().prop_map(Event::Recode), at.clone().prop_map(Event::Merge)];
    if !with_parts {
        return whole.boxed();
    }
    let share =
        (1..100_u32, any::<bool>()).prop_map(move |(share, unknown)| (!unknown || !with_unknown).then_some(share));
    let split = (at.clone(), share.clone()).prop_map(|(at, share)| Event::Split(at, share));
    let transfer = (at, share).prop_map(|(at, share)| Event::Transfer(at, share));
    prop_oneof![whole, split, transfer].boxed()
}

/// Areas of two states and what became of them, an event a year from 2001.
#[derive(Default)]
struct History {
    /// Code, state, first year.
    live: Vec<(String, &'static str, usize)>,
    divisions: String,
    changes: String,
    codes: usize,
}

impl History {
    fn of(events: &[Event]) -> History {
        let mut history = History::default();
        for state in ["X", "X", "X", "Y", "Y", "Y"] {
            history.begin(state, 0);
        }
        for (at, event) in events.iter().enumerate() {
            history.happen(event, at + 1);
        }
        for at in (0..history.live.len()).rev() {
            history.end(at, None);
        }
        history
    }

    fn begin(&mut self, state: &'static str, year: usize) -> String {
        let code = format!("c{}", self.codes);
        self.codes += 1;
        self.live.push((code.clone(), state, year));
        code
    }

    fn end(&mut self, at: usize, year: Option<usize>) -> (String, &'static str) {
        let (code, state, from) = self.live.remove(at);
        let from = if from == 0 {
            String::new()
        } else {
            format!("{}-01-01", 2000 + from)
        };
        let to = year.map_or_else(String::new, |year| format!("{}-12-31", 1999 + year));
        writeln!(self.divisions, "{code},{code},county,{state},{from},{to}").unwrap();
        (code, state)
    }

    fn change(&mut self, old: &str, new: &str, year: usize, kind: &str, share: Option<u32>) {
        let share = share.map_or_else(String::new, |share| format!("{}", f64::from(share) / 100.0));
        writeln!(self.changes, "{old},{new},{}-01-01,{kind},{share}", 2000 + year).unwrap();
    }

    fn happen(&mut self, event: &Event, year: usize) {
        let (Event::Recode(at) | Event::Merge(at) | Event::Split(at, _) | Event::Transfer(at, _)) = *event;
        let at = at % self.live.len();
        let state = self.live[at].1;
        let other = (0..self.live.len()).find(|&other| other != at && self.live[other].1 == state);
        match (event, other) {
            (Event::Recode(_), _) => {
                let (old, _) = self.end(at, Some(year));
                let new = self.begin(state, year);
                self.change(&old, &new, year, "recode", None);
            }
            (Event::Split(_, share), _) => {
                let (old, _) = self.end(at, Some(year));
                let [one, two] = [self.begin(state, year), self.begin(state, year)];
                self.change(&old, &one, year, "split", *share);
                self.change(&old, &two, year, "split", share.map(|share| 100 - share));
            }
            (Event::Merge(_), Some(other)) => {
                let into = self.live[other].0.clone();
                let (old, _) = self.end(at, Some(year));
                self.change(&old, &into, year, "merge", None);
            }
            (Event::Transfer(_, share), Some(other)) => {
                let (old, new) = (self.live[at].0.clone(), self.live[other].0.clone());
                self.change(&old, &new, year, "transfer", *share);
            }
            (Event::Merge(_) | Event::Transfer(..), None) => {}
        }
    }

    fn registry(&self) -> Registry {
        let divisions = format!(
            "code,name,level,parent_code,valid_from,valid_to\n0,root,nation,,,\nX,x,state,0,,\nY,y,state,0,,\n{}",
            self.divisions
        );
        registry(
            &divisions,
            &format!("old_code,new_code,date,kind,share\n{}", self.changes),
        )
    }
}

/// Sums by area of the other day where the areas of one have 1000, 1001, … each; None for an area in which something is open.
fn moved(registry: &Registry, from: Date, to: Date) -> (Vec<i128>, BTreeMap<String, Option<f64>>) {
    let crosswalk = registry.crosswalk(from, to);
    let source = registry.on(from);
    let (mut amounts, mut sums) = (Vec::new(), BTreeMap::<String, Option<Portions>>::new());
    for (area, amount) in source.at_level(2).zip(1000_i128..) {
        amounts.push(amount);
        for lies in crosswalk.of(&area.code) {
            let sum = sums
                .entry(lies.within.clone())
                .or_insert_with(|| Some(Portions::default()));
            match sum {
                Some(sum) if lies.open == Fraction::ZERO => sum.add(amount, lies.known),
                _ => *sum = None,
            }
        }
    }
    let figures = sums.into_iter().map(|(code, sum)| (code, sum.map(|sum| sum.figure(0))));
    (amounts, figures.collect())
}

/// The root has all, the states have what they had, and counties add up to their state where nothing is open.
fn conserved(registry: &Registry, from: Date, to: Date) -> Result<BTreeMap<String, Option<f64>>, TestCaseError> {
    let (amounts, sums) = moved(registry, from, to);
    prop_assert_eq!(sums["0"], Some(amounts.iter().sum::<i128>() as f64));
    let (source, target) = (registry.on(from), registry.on(to));
    for state in ["X", "Y"] {
        let had: i128 = (source.at_level(2).zip(&amounts))
            .filter(|(area, _)| area.parent_code.as_deref() == Some(state))
            .map(|(_, amount)| amount)
            .sum();
        prop_assert_eq!(sums[state], Some(had as f64));
        let of_state = target
            .at_level(2)
            .filter(|area| area.parent_code.as_deref() == Some(state));
        let counties: Option<f64> = of_state.filter_map(|area| sums.get(&area.code).copied()).sum();
        if let Some(counties) = counties {
            prop_assert!(
                (counties - had as f64).abs() < 1e-9 * had as f64,
                "{} is not {}",
                counties,
                had
            );
        }
    }
    Ok(sums)
}

const EARLY: &str = "2000-12-31";
const LATE: &str = "2030-12-31";

proptest! {
    #[test]
    fn merges_and_recodes_move_whole_areas(events in prop::collection::vec(event(false, false), 0..10)) {
        let registry = History::of(&events).registry();
        let sums = conserved(&registry, day(EARLY), day(LATE))?;
        let whole = |sum: &Option<f64>| sum.is_some_and(|sum| sum.fract() == 0.0);
        prop_assert!(sums.values().all(whole), "{:?}", sums);
    }

    #[test]
    fn nothing_is_lost_by_shares(events in prop::collection::vec(event(true, false), 0..12)) {
        let registry = History::of(&events).registry();
        let sums = conserved(&registry, day(EARLY), day(LATE))?;
        prop_assert!(sums.values().all(Option::is_some), "{:?}", sums);
    }

    #[test]
    fn nothing_is_lost_where_shares_are_unknown_or_time_runs_backwards(events in prop::collection::vec(event(true, true), 0..12)) {
        let registry = History::of(&events).registry();
        conserved(&registry, day(EARLY), day(LATE))?;
        conserved(&registry, day(LATE), day(EARLY))?;
    }

    #[test]
    fn on_its_own_day_an_area_is_itself(events in prop::collection::vec(event(true, true), 0..6), year in 2000..2008_i16) {
        let registry = History::of(&events).registry();
        let own = jiff::civil::date(year, 12, 31);
        let crosswalk = registry.crosswalk(own, own);
        for area in registry.on(own).iter() {
            let lies = crosswalk.of(&area.code);
            prop_assert!(lies.iter().all(|lies| lies.known == Fraction::ONE && lies.open == Fraction::ZERO));
            prop_assert_eq!(lies.len(), registry.on(own).ancestors(&area.code).len());
        }
    }
}
