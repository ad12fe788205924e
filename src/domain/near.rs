//! Texts that were probably meant: the nearest known one is offered beside an unknown one, and never taken in its place.

/// When two texts are alike enough for one to be offered in the place of the other.
#[derive(Clone, Copy, Debug)]
pub struct Near {
    /// Least likeness, 0..1.
    least: f64,
    /// Whether two neighbours that changed places are one change, and not two.
    swaps: bool,
}

/// Names and words that people type: about two changes in five characters, and letters are easily swapped.
pub const NAME: Near = Near {
    least: 0.6,
    swaps: true,
};

/// Headers: they are longer, and often share all but one word.
pub const HEADER: Near = Near {
    least: 0.4,
    swaps: false,
};

/// How alike two texts are, 0..1: 1 − changes ÷ characters of the longer one, where a change adds, drops or replaces a character. None
/// where they are not near.
pub fn likeness(text: &str, candidate: &str, near: Near) -> Option<f64> {
    // Each character too many is a change: most pairs are told apart without comparing them.
    let (a, b) = (text.chars().count(), candidate.chars().count());
    let (short, long) = (a.min(b) as f64, a.max(b) as f64);
    if short < near.least * long || long == 0.0 {
        return None;
    }
    let changes = match near.swaps {
        true => strsim::osa_distance(text, candidate),
        false => strsim::levenshtein(text, candidate),
    };
    let likeness = 1.0 - changes as f64 / long;
    (likeness >= near.least).then_some(likeness)
}

/// What belongs to the candidate most like `text`, which both were brought to the same form before; the first of equals. None where none is
/// near.
pub fn most_alike<'a, T>(text: &str, candidates: impl IntoIterator<Item = (&'a str, T)>, near: Near) -> Option<T> {
    let mut best: Option<(f64, T)> = None;
    for (candidate, value) in candidates {
        let Some(likeness) = likeness(text, candidate, near) else {
            continue;
        };
        if best.as_ref().is_none_or(|(most, _)| likeness > *most) {
            best = Some((likeness, value));
        }
    }
    best.map(|(_, value)| value)
}

/// The known name that looks most like `given`, if one is near.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near_names(given, known).into_iter().next()
}

/// The known names that look like `given`, the best first; upper and lower case are alike.
pub fn near_names<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let given = given.to_lowercase();
    let known = known.into_iter();
    let alike = known.filter_map(|name| Some((likeness(&given, &name.to_lowercase(), NAME)?, name)));
    let mut near: Vec<(f64, &str)> = alike.collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.dedup_by(|a, b| a.1 == b.1);
    near.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_look_alike_are_near() {
        let known = ["households", "area", "code-scientific", "朝阳区"];
        for (given, near) in [
            ("housholds", Some("households")),
            ("Households", Some("households")),
            ("code-scientifc", Some("code-scientific")),
            ("aera", Some("area")),
            ("朝阳", Some("朝阳区")),
            ("history-facility-area", None),
            ("nope", None),
            ("", None),
        ] {
            assert_eq!(nearest(given, known), near, "{given}");
        }
        let near = near_names("rate", ["rates", "ration", "rate", "rates"]);
        assert_eq!(near, ["rate", "rates"]);
    }

    #[test]
    fn the_nearest_header_is_offered_and_nothing_far_off() {
        let known = [("服务设施面积", 0), ("常住户数", 1), ("常住人口", 2)];
        for (header, near) in [
            ("服务设施总面积", Some(0)),
            ("常住户", Some(1)),
            ("满意度", None),
            ("", None),
        ] {
            assert_eq!(most_alike(header, known, HEADER), near, "{header}");
        }
        assert_eq!(most_alike("常住", known, NAME), None);
        assert_eq!(most_alike("住常户数", known, NAME), Some(1));
        // Among headers two characters that changed places are two changes.
        assert_eq!(most_alike("abcd", [("badc", 0)], HEADER), None);
        assert_eq!(most_alike("常住", known, HEADER), Some(1));
        assert_eq!(most_alike("", [("", 0)], HEADER), None);
    }
}
