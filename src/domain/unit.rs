//! How a unit that a form describes is told from the others: by the values of the form's key.

/// The key of a unit as one text, from its parts. A single part stands bare; several are told apart by their length,
/// whatever they hold.
pub fn unit_key(parts: &[&str]) -> String {
    match parts {
        [only] => (*only).to_owned(),
        _ => parts.iter().map(|part| format!("{}:{part}", part.len())).collect(),
    }
}

/// The parts of a key of [`unit_key`], as a person reads them.
pub fn shown_unit(key: &str, parts: usize) -> String {
    unit_parts(key, parts).join(" ")
}

/// The parts of a key of [`unit_key`] that has so many.
pub fn unit_parts(key: &str, parts: usize) -> Vec<&str> {
    if parts == 1 {
        return vec![key];
    }
    let mut shown = Vec::with_capacity(parts);
    let mut rest = key;
    while let Some((length, after)) = rest.split_once(':') {
        let Some(part) = length.parse().ok().and_then(|length: usize| after.get(..length)) else {
            break;
        };
        shown.push(part);
        rest = &after[part.len()..];
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back_whatever_they_hold() {
        for parts in [&["a"][..], &["1:a", ""], &["和平", "2:", "b"]] {
            assert_eq!(shown_unit(&unit_key(parts), parts.len()), parts.join(" "));
        }
        assert_ne!(unit_key(&["ab", "c"]), unit_key(&["a", "bc"]));
    }
}
