//! A day as a format of figures shows it: `2020-03-05` in `m-d` is 3-5.

/// A day of the form `2020-03-05`, with or without a time, as a workbook's format shows it; None: the format shows names of months or
/// days, a time, or something that depends on the language of the program.
pub(in crate::normalize) fn rendered(format: &str, day: &str) -> Option<String> {
    let (year, rest) = day.get(..10)?.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let short = |figure: &str| figure.trim_start_matches('0').to_owned();
    let mut shown = String::new();
    let mut characters = format.chars().peekable();
    while let Some(c) = characters.next() {
        let mut count = 1;
        if c.is_ascii_alphabetic() {
            while characters.next_if(|next| next.eq_ignore_ascii_case(&c)).is_some() {
                count += 1;
            }
        }
        match (c, count) {
            (';', _) => break,
            ('"', _) => shown.extend(characters.by_ref().take_while(|c| *c != '"')),
            ('\\' | '!', _) => shown.extend(characters.next()),
            ('_' | '*', _) => drop(characters.next()),
            // A language, or that the value is a day at all.
            ('[', _) => {
                let inner: String = characters.by_ref().take_while(|c| *c != ']').collect();
                if !inner.starts_with("$-") && !matches!(inner.as_str(), ">0" | ">=0") {
                    return None;
                }
            }
            ('y' | 'Y', 1 | 2) => shown.push_str(year.get(2..)?),
            ('y' | 'Y', 3 | 4) => shown.push_str(year),
            ('m' | 'M', 1) => shown.push_str(&short(month)),
            ('m' | 'M', 2) => shown.push_str(month),
            ('d' | 'D', 1) => shown.push_str(&short(day)),
            ('d' | 'D', 2) => shown.push_str(day),
            ('-' | '.' | ',' | ' ', _) => shown.push(c),
            ('/', _) => shown.push('/'),
            _ if c.is_ascii() => return None,
            _ => shown.push(c),
        }
    }
    let shown = shown.trim();
    (!shown.is_empty()).then(|| shown.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_a_day_are_shown() {
        for (format, shown) in [
            ("m-d", Some("3-5")),
            ("m\\-d;@", Some("3-5")),
            ("mm/dd", Some("03/05")),
            ("yyyy\"年\"m\"月\"", Some("2020年3月")),
            ("[$-804]yyyy\"年\"m\"月\";@", Some("2020年3月")),
            ("[>=0]m\"月\"d\"日\"", Some("3月5日")),
            ("yyyy年m月", Some("2020年3月")),
            ("yy", Some("20")),
            ("mmm-yy", None),
            ("d-mmm", None),
            ("dddd", None),
            ("m/d h:mm", None),
            ("[DBNum1]m\"月\"", None),
            ("ge.m", None),
            ("", None),
        ] {
            assert_eq!(rendered(format, "2020-03-05").as_deref(), shown, "{format}");
        }
        assert_eq!(rendered("m-d", "2020-12-31T09:30:00").as_deref(), Some("12-31"));
        assert_eq!(rendered("m-d", "09:30"), None);
    }
}
