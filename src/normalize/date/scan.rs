//! Pieces of a text that may be a day.

/// A text before its first blank or `T`, and what follows.
pub(super) fn day_part(text: &str) -> (&str, &str) {
    match text.find([' ', 'T', 't']) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    }
}

/// Whether a text is a time of day, `8:30`, `08:30:00.000`, with or without a zone, or nothing.
pub(super) fn is_time(text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    let (time, zone) = match text.find(['Z', '+', '-']) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    };
    let within = |part: &str, most: u8| matches!(part.len(), 1 | 2) && part.parse::<u8>().is_ok_and(|n| n <= most);
    let mut parts = time.split(':');
    let (hour, minute) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let (second, fraction) = parts
        .next()
        .map_or(("0", ""), |part| part.split_once('.').unwrap_or((part, "")));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    within(hour, 24)
        && within(minute, 59)
        && within(second, 60)
        && parts.next().is_none()
        && are_digits(fraction)
        && zone.len() <= "08:00".len()
        && are_digits(zone)
}

/// Digits at the start, so many of them, and what follows.
pub(super) fn number(text: &str, least: usize, most: usize) -> Option<(i16, &str)> {
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    (least..=most)
        .contains(&count)
        .then(|| text[..count].parse().ok().map(|n| (n, &text[count..])))?
}

/// What follows `-`, `/`, `.`, or one of some words.
pub(super) fn behind<'t>(text: &'t str, words: &[String]) -> Option<&'t str> {
    text.strip_prefix(['-', '/', '.'])
        .or_else(|| words.iter().find_map(|word| text.strip_prefix(word.as_str())))
}
