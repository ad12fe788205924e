//! Names that were probably meant.

/// From here on two names are alike: about two changes in five characters.
const NEAR: f64 = 0.6;

/// The known name that looks most like `given`, if one is near.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near_names(given, known).into_iter().next()
}

/// The known names that look like `given`, the best first; upper and lower case are alike.
pub fn near_names<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let given = given.to_lowercase();
    let likeness = |name: &str| strsim::normalized_damerau_levenshtein(&given, &name.to_lowercase());
    let known = known.into_iter().map(|name| (likeness(name), name));
    let mut near: Vec<(f64, &str)> = known.filter(|(likeness, _)| *likeness >= NEAR).collect();
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
}
