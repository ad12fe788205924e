//! The nearest known text, offered beside an unknown one; never used on its own.

/// Least likeness, 0..1, at which a neighbour is worth naming.
const LIKENESS: f64 = 0.4;

/// How like two texts are, 0..1; None where it is too little to be named.
pub(super) fn likeness(text: &str, candidate: &str) -> Option<f64> {
    // Each character too many is a step away: most pairs are told apart without comparing them.
    let (short, long) = (text.chars().count(), candidate.chars().count());
    let (short, long) = (short.min(long) as f64, short.max(long) as f64);
    if short < LIKENESS * long {
        return None;
    }
    let likeness = strsim::normalized_levenshtein(text, candidate);
    (likeness >= LIKENESS).then_some(likeness)
}

/// The candidate most like `text` (normalised Levenshtein over what the caller normalised); the first of equals.
pub(super) fn nearest<'a, T>(text: &str, candidates: impl IntoIterator<Item = (&'a str, T)>) -> Option<T> {
    let mut best: Option<(f64, T)> = None;
    for (candidate, value) in candidates {
        let Some(likeness) = likeness(text, candidate) else {
            continue;
        };
        if best.as_ref().is_none_or(|(most, _)| likeness > *most) {
            best = Some((likeness, value));
        }
    }
    best.map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_is_offered_and_nothing_far_off() {
        let known = [("服务设施面积", 0), ("常住户数", 1), ("常住人口", 2)];
        assert_eq!(nearest("服务设施总面积", known), Some(0));
        assert_eq!(nearest("常住户", known), Some(1));
        assert_eq!(nearest("满意度", known), None);
        assert_eq!(nearest("", known), None);
    }
}
