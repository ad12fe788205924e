//! Which character separates the cells of a text.

/// Separators, in order of preference.
const SEPARATORS: [u8; 4] = [b',', b'\t', b';', PIPE];
/// Stands within texts, too, so that only known headers make it a separator.
const PIPE: u8 = b'|';
/// Headers that a pipe must separate: one may be part of a text.
const PIPE_HEADERS: usize = 2;
/// Lines and bytes searched for the separator: more than the lines in which a header is searched, as a title block
/// as long as that has none.
const SAMPLE_LINES: usize = 80;
const SAMPLE_BYTES: usize = 32 << 10;

/// The separator of a text. Title lines may have none, and figures may hold another (`1,234`), so what counts is how
/// many lines have the same number of it; where two come near, the one that yields more `known` headers.
pub(in crate::intake) fn separator(text: &str, known: &dyn Fn(&str) -> bool) -> u8 {
    let sample = sample(text);
    let lines: Vec<&str> = sample.lines().take(SAMPLE_LINES).collect();
    let headers = |separator: u8| {
        let cells = |line: &&str| {
            line.split(char::from(separator))
                .filter(|cell| known(cell.trim_matches('"')))
                .count()
        };
        lines.iter().map(cells).max().unwrap_or(0)
    };
    let weights = SEPARATORS.map(|separator| {
        // Most files hold one of them, or two.
        let weight = match sample.as_bytes().contains(&separator) {
            true => weight(&lines, separator),
            false => 0,
        };
        let is_within_texts = separator == PIPE && weight > 0 && headers(PIPE) < PIPE_HEADERS;
        (if is_within_texts { 0 } else { weight }, separator)
    });
    let most = weights.iter().map(|(weight, _)| *weight).max().unwrap_or(0);
    let near: Vec<u8> = weights
        .iter()
        .filter(|(weight, _)| weight * 4 >= most)
        .map(|(_, separator)| *separator)
        .collect();
    if let [only] = near.as_slice() {
        return *only;
    }
    // `max_by_key` gives the last of equals, the preferred separator stands first.
    near.iter()
        .rev()
        .copied()
        .max_by_key(|separator| headers(*separator))
        .unwrap_or(b',')
}

/// The commonest positive count of a separator outside quotes among the first lines; 0 where there is none.
pub(super) fn usual(text: &str, separator: u8) -> usize {
    let lines = sample(text).lines().take(SAMPLE_LINES);
    let mut counts: Vec<usize> = lines
        .map(|line| outside_quotes(line, separator))
        .filter(|n| *n > 0)
        .collect();
    counts.sort_unstable();
    let same = counts.chunk_by(|a, b| a == b).max_by_key(|same| same.len());
    same.map_or(0, |same| same[0])
}

/// Lines of the commonest positive count of a separator outside quotes, times that count.
fn weight(lines: &[&str], separator: u8) -> usize {
    let mut counts: Vec<usize> = lines
        .iter()
        .map(|line| outside_quotes(line, separator))
        .filter(|n| *n > 0)
        .collect();
    counts.sort_unstable();
    counts
        .chunk_by(|a, b| a == b)
        .map(|same| same.len() * same[0])
        .max()
        .unwrap_or(0)
}

pub(super) fn outside_quotes(line: &str, separator: u8) -> usize {
    if !line.contains('"') {
        return line.bytes().filter(|byte| *byte == separator).count();
    }
    let mut quoted = false;
    let outside = |byte: &u8| {
        quoted ^= *byte == b'"';
        !quoted && *byte == separator
    };
    line.as_bytes().iter().copied().filter(outside).count()
}

/// The text that is searched.
fn sample(text: &str) -> &str {
    &text[..text.floor_char_boundary(SAMPLE_BYTES)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_told() {
        let known = |cell: &str| ["代码", "名称", "面积"].contains(&cell);
        for (text, expected) in [
            ("代码,名称\n1,x\n", b','),
            ("代码\t名称\t面积\n1\tx\t1,234\n2\ty\t2,345\n", b'\t'),
            ("代码;名称;面积\n1;x;12,5\n2;y;13,5\n", b';'),
            ("2020年统计表\n填报单位：长安区\n代码\t名称\n1\tx\n", b'\t'),
            ("说明，一、二;三;四\n代码,名称,面积\n1,x,2\n", b','),
            ("\"a;b;c;d\",名称\n\"1;2;3;4\",x\n", b','),
            ("代码|名称|面积\n1|x|1,234\n2|y|2,345\n", b'|'),
            ("2020年统计表\n代码|名称\n1|x\n", b'|'),
            // A pipe within texts separates nothing, however often it stands there.
            ("代码,名称\n1,a|b|c|d|e|f|g|h\n2,a|b|c|d|e|f|g|h\n", b','),
            ("代码,名称|旧名,面积\n1,a|b,2\n", b','),
            ("甲|乙|丙\n1|2|3\n", b','),
            ("代码\n1\n", b','),
            ("", b','),
            (&format!("{}代码\t名称\n1\tx\n", "2020年\n".repeat(58)), b'\t'),
        ] {
            assert_eq!(char::from(separator(text, &known)), char::from(expected), "{text:?}");
        }
    }
}
