//! Text that was broken before it came: UTF-8 read as another encoding and saved again (`ä¸­å›½`, `Ã©`), characters replaced by
//! marks (`�`, `锟斤拷`, `??社区`), memory that was never filled (`烫烫烫`), letters written as escapes (`D+APw-ren`).

use std::borrow::Cow;
use std::collections::BTreeMap;

use encoding_rs::{Encoding, GB18030, UTF_8, WINDOWS_1251, WINDOWS_1252};

use super::alphabets;
use super::charset::{is_common, share};
use super::delimited;
use super::escapes;
use super::lines::Reading;
use crate::domain::{Garbled, Grid};
use crate::pipeline::Limits;

/// What stands where characters could not be read, or where none ever were.
const LOST: [&str; 4] = ["\u{fffd}", "锟斤拷", "烫烫烫", "屯屯屯"];
/// Characters of a cell that is looked at: names and remarks.
const MOST_BYTES: usize = 4096;

/// Marks the broken cells of a sheet. `damaged` is the encoding of a file with bytes that could not be read; `likely` what its
/// cells may say.
pub(super) fn mark(grid: &mut Grid, damaged: Option<&'static str>, mut likely: BTreeMap<(u32, u32), String>) {
    if damaged.is_none() && !may_be_garbled(grid.text()) {
        return;
    }
    let mut cells = BTreeMap::new();
    for row in 0..grid.height() {
        for (column, cell) in grid
            .row(row)
            .enumerate()
            .filter(|(_, cell)| !cell.is_ascii() || cell.contains("??") || escapes::any(cell))
        {
            let Some(mut found) = garbled(cell) else { continue };
            let place = (row as u32, column as u32);
            if cell.contains('\u{fffd}') {
                found.encoding = damaged.map(Cow::Borrowed);
                found.likely = likely.remove(&place);
            }
            cells.insert(place, found);
        }
    }
    grid.mark_garbled(cells);
}

/// What the unread cells of a file may say, by row and column.
pub(super) fn likely(
    grid: &Grid,
    readings: &[Reading],
    separator: u8,
    limits: &Limits,
) -> BTreeMap<(u32, u32), String> {
    let mut found = BTreeMap::new();
    if readings.is_empty() {
        return found;
    }
    // A file with ideographs that could be read has them in other cells, too.
    let has_hanzi = grid.text().chars().any(is_ideograph);
    for row in 0..grid.height() {
        let broken: Vec<usize> = (0..grid.width(row))
            .filter(|column| grid.cell(row, *column).contains('\u{fffd}'))
            .collect();
        let Some(first) = broken.first() else { continue };
        let at = grid.offset(row, *first);
        let next = readings.partition_point(|reading| reading.to <= at);
        let Some(reading) = readings.get(next).filter(|reading| reading.from <= at) else {
            continue;
        };
        let Ok((line, _)) = delimited::parse(reading.text.clone(), 0, separator, limits) else {
            continue;
        };
        // A line that is one row in both readings has the same cells in both.
        if line.height() == 1 && line.width(0) == grid.width(row) {
            let read = |column: &usize| ((row as u32, *column as u32), line.cell(0, *column).to_owned());
            found.extend(broken.iter().map(read).filter(|(_, text)| {
                let proved = has_hanzi && text.chars().any(is_ideograph);
                proved || reading.encoding == UTF_8 || alphabets::is_alone(text, &reading.encoding.encode(text).0)
            }));
        }
    }
    found
}

/// Whether any part of a text gives reason to look at its cells one by one. Every file is asked, so ASCII, which is most of
/// it, is passed over by the word.
fn may_be_garbled(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_lost = |at: usize| {
        let beside = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at))
                .is_some_and(|byte| *byte == b'?' || *byte >= 0x80)
        };
        beside(Some(at + 1)) || beside(at.checked_sub(1))
    };
    if memchr::memchr_iter(b'?', bytes).any(is_lost) || escapes::any(text) {
        return true;
    }
    let mut at = 0;
    while let Some(from) = first_beyond_ascii(bytes, at) {
        let length = bytes[from..].iter().position(u8::is_ascii);
        at = length.map_or(bytes.len(), |length| from + length);
        if is_doubtful(&text[from..at]) {
            return true;
        }
    }
    false
}

/// The first byte at or after `at` that is not ASCII.
#[inline]
fn first_beyond_ascii(bytes: &[u8], mut at: usize) -> Option<usize> {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let high = u64::from_le_bytes(*word) & HIGH;
        if high != 0 {
            return Some(at + high.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let rest = bytes.get(at..)?.iter().position(|byte| !byte.is_ascii());
    rest.map(|behind| at + behind)
}

/// Whether characters beyond ASCII that stand together may be broken: several rare ideographs, letters of Europe side by side, or
/// what stands for characters that were lost.
fn is_doubtful(run: &str) -> bool {
    let mut rare = 0_u32;
    let mut chars = run.chars();
    while let Some(c) = chars.next() {
        match c {
            '锟' | '\u{fffd}' => return true,
            '\u{4000}'..='\u{9fff}' if is_common(c) && !matches!(c, '烫' | '屯') => rare = rare.saturating_sub(1),
            '\u{4000}'..='\u{9fff}' => {
                rare += 2;
                if rare >= 4 {
                    return true;
                }
            }
            '\u{80}'..='\u{ff}' | '\u{400}'..='\u{47f}' if !chars.as_str().is_empty() => return true,
            _ => {}
        }
    }
    false
}

/// What is wrong with a text; None: it is as someone may have typed it.
fn garbled(cell: &str) -> Option<Garbled> {
    let text = cell.trim();
    if LOST.iter().any(|lost| text.contains(lost)) || has_lost_hanzi(text) {
        return Some(Garbled {
            lossy: true,
            ..Garbled::default()
        });
    }
    if text.len() > MOST_BYTES {
        return None;
    }
    if let Some(likely) = escapes::read(text) {
        return Some(Garbled {
            likely: Some(likely),
            ..Garbled::default()
        });
    }
    if text.is_ascii() {
        return None;
    }
    let readings = twice_encoded(text).map_or_else(|| one_byte_as_latin(text), |likely| vec![likely]);
    (!readings.is_empty()).then(|| Garbled {
        unsure: readings.len() > 1,
        likely: Some(readings.join(" / ")),
        ..Garbled::default()
    })
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// Question marks in place of ideographs: several before one, one at the beginning, or one within a short name. Behind a question
/// they ask, and nothing but question marks is a symbol that the form may agree on.
fn has_lost_hanzi(text: &str) -> bool {
    const NAME: usize = 8;
    const ASKING: &[char] = &['吗', '呢', '么', '吧', '否', '何', '谁', '哪', '几', '啥'];
    let asks = text.contains(ASKING) || text.chars().count() > NAME;
    let mut rest = text;
    while let Some(at) = rest.find('?') {
        let before = rest[..at].chars().next_back();
        let behind = rest[at..].trim_start_matches('?');
        let lost = rest.len() - at - behind.len();
        let within = before.is_some_and(is_ideograph) && (lost >= 2 || !asks);
        let starts = before.is_none() && rest.len() == text.len();
        if (starts || within) && behind.chars().next().is_some_and(is_ideograph) {
            return true;
        }
        rest = behind;
    }
    false
}

/// The last character that a code page of Windows for an alphabet of Europe has.
const LAST_OF_WINDOWS: char = '\u{2122}';

/// Whether a text may have been read by a code page of one byte: ideographs, of which most cells consist, were not.
fn may_be_of_windows(text: &str) -> bool {
    text.chars().all(|c| c <= LAST_OF_WINDOWS)
}

/// The text whose UTF-8 was read by an encoding. What is no such text ends with its first characters, and encoding all takes long.
fn original(text: &str, encoding: &'static Encoding) -> Option<String> {
    const FIRST: usize = 2;
    let beyond = text.char_indices().filter(|(_, c)| !c.is_ascii());
    let end = beyond.map(|(at, c)| at + c.len_utf8()).nth(FIRST - 1);
    let (first, _, _) = encoding.encode(&text[..end.unwrap_or(text.len())]);
    if std::str::from_utf8(&first).is_err_and(|error| error.error_len().is_some()) {
        return None;
    }
    let (bytes, _, lost) = encoding.encode(text);
    let original = String::from_utf8(bytes.into_owned()).ok().filter(|_| !lost)?;
    (original.chars().count() < text.chars().count()).then_some(original)
}

/// UTF-8 that was read as another encoding and encoded once more.
fn twice_encoded(text: &str) -> Option<String> {
    let may_be_of_windows = may_be_of_windows(text);
    let breaks = |c: char| matches!(c, '\n' | '\r' | '\t');
    let latin = may_be_of_windows.then(|| latin_bytes(text)).flatten();
    let latin = latin.and_then(|bytes| String::from_utf8(bytes).ok());
    let latin = latin.filter(|original| {
        let shorter = !original.is_empty() && original.chars().count() < text.chars().count();
        shorter && !original.chars().any(|c| c.is_control() && !breaks(c))
    });
    let cyrillic = || {
        let original = may_be_of_windows.then(|| original(text, WINDOWS_1251)).flatten()?;
        original.chars().any(char::is_alphabetic).then_some(original)
    };
    // Two rare characters of a name may happen to be one common character's bytes; three never are so by chance.
    let chinese = || {
        let original = original(text, GB18030)?;
        let hanzi = original.chars().filter(|c| !c.is_ascii()).count();
        (hanzi >= 2 && share(&original, GB18030) > share(text, GB18030)).then_some(original)
    };
    latin.or_else(cyrillic).or_else(chinese)
}

/// The bytes that were read as these characters of Western Europe. Where Windows has no character, others have a control character.
fn latin_bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match u8::try_from(c) {
            Ok(byte) => bytes.push(byte),
            Err(_) => {
                let mut one = [0; 4];
                let (byte, _, lost) = WINDOWS_1252.encode(c.encode_utf8(&mut one));
                (!lost).then(|| bytes.extend_from_slice(&byte))?;
            }
        }
    }
    Some(bytes)
}

/// Every text that was plausibly read as Latin letters.
fn one_byte_as_latin(text: &str) -> Vec<String> {
    if !may_be_of_windows(text) {
        return Vec::new();
    }
    gbk_as_latin(text).into_iter().chain(alphabet_as_latin(text)).collect()
}

/// Words of another alphabet that were read as Latin letters (`Ãîðîä`): four letters beyond ASCII side by side, and none of ASCII.
fn alphabet_as_latin(text: &str) -> Vec<String> {
    const LETTERS: usize = 4;
    let is_latin = |c: char| matches!(c, '\u{c0}'..='\u{ff}');
    let longest = text.split(|c| !is_latin(c)).map(|word| word.chars().count()).max();
    if longest.is_none_or(|longest| longest < LETTERS) || text.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return Vec::new();
    }
    let (bytes, _, lost) = WINDOWS_1252.encode(text);
    if lost { Vec::new() } else { alphabets::readings(&bytes) }
}

/// GBK that was read as Latin letters (`ÖÐ¹ú`): pairs of them, no ASCII letter beside, and common ideographs behind all.
fn gbk_as_latin(text: &str) -> Option<String> {
    if text.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let (bytes, _, lost) = WINDOWS_1252.encode(text);
    let original = GB18030
        .decode_without_bom_handling_and_without_replacement(&bytes)
        .filter(|_| !lost)?;
    let hanzi = original.chars().filter(|c| !c.is_ascii()).count();
    let all_common = original.chars().all(|c| c.is_ascii() || is_common(c));
    (hanzi >= 2 && all_common).then(|| original.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_text_is_known() {
        for (text, likely) in [
            ("ä¸\u{ad}å›½", Some("中国")),
            ("DÃ¼ren", Some("Düren")),
            ("ä¸\u{9c}é£\u{8e}å\u{8e}¿", Some("东风县")),
            ("ä¸œé£\u{8e}å\u{8e}¿", Some("东风县")),
            ("DÃ¼ren\nKÃ¶ln", Some("Düren\nKöln")),
            ("ÖÐ¹ú", Some("中国")),
            ("РџСЂРёРІРµС‚", Some("Привет")),
            ("锟斤拷社区", None),
            ("烫烫烫", None),
            ("东\u{fffd}社区", None),
            ("??社区", None),
            ("?河村", None),
            ("和?社区", None),
            ("和平??社区居民委员会筹备组", None),
        ] {
            assert!(may_be_garbled(text), "{text}");
            let found = garbled(text);
            assert!(found.is_some(), "{text}");
            assert_eq!(found.and_then(|found| found.likely).as_deref(), likely, "{text}");
        }
        let (twice, ..) = GB18030.decode_without_bom_handling("北京市东城区".as_bytes());
        assert!(may_be_garbled(&twice));
        assert_eq!(garbled(&twice).unwrap().likely.as_deref(), Some("北京市东城区"));
    }

    #[test]
    fn a_code_page_of_europe_has_no_character_beyond_the_last() {
        for encoding in [WINDOWS_1251, WINDOWS_1252] {
            for c in (LAST_OF_WINDOWS..='\u{ffff}').skip(1) {
                assert!(encoding.encode(&c.to_string()).2, "{c:?}");
            }
        }
    }

    #[test]
    fn a_text_is_given_up_at_its_first_characters_only_where_all_of_it_would_be() {
        for original_text in ["北京市", "a东b", "1 和平社区居民委员会", "中", "𠀀社区"] {
            let (read, ..) = GB18030.decode_without_bom_handling(original_text.as_bytes());
            let (bytes, _, lost) = GB18030.encode(&read);
            let is_shorter = original_text.chars().count() < read.chars().count();
            let is_whole = !lost && bytes == original_text.as_bytes();
            let expected = (is_shorter && is_whole).then(|| original_text.to_owned());
            assert_eq!(original(&read, GB18030), expected, "{read}");
        }
    }

    #[test]
    fn a_text_with_several_readings_is_told_and_not_mended() {
        for (text, likely, unsure) in [
            ("Ãîðîä", "Город", false),
            ("Ãîðîä 12", "Город 12", false),
            ("ÁèÞíá", "Αθήνα", false),
            ("ÁÈÇÍÁ", "БИЗНБ / ахгма / ΑΘΗΝΑ", true),
            ("ÖÐ¹ú", "中国", false),
        ] {
            assert!(may_be_garbled(text), "{text}");
            let found = garbled(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (found.likely.as_deref(), found.unsure),
                (Some(likely), unsure),
                "{text}"
            );
            let mend = found.finding(text).mend;
            assert_eq!(mend.is_some(), !unsure, "{text}");
        }
    }

    #[test]
    fn honest_text_is_not() {
        for text in [
            "亳州市",
            "郓城县",
            "鄄城县",
            "儋州市",
            "邛崃市",
            "歙县",
            "黟县",
            "盱眙县",
            "㐀㙍村",
            "𠀀社区",
            "和平屯",
            "夔州",
            "Düren",
            "créée",
            "São João",
            "AÇÃO",
            "Łódź",
            "Çeşme",
            "Москва",
            "Українa",
            "서울",
            "名古屋",
            "ئۈرۈمچى",
            "བོད་ལྗོངས",
            "ᠮᠣᠩᠭᠣᠯ",
            "why?",
            "????",
            "是否合并?待查",
            "已于年底合并?见附注说明",
            "why??",
            "是否?",
            "待核实??",
            "?",
            "naïve",
            "甲骨文龘靐",
            "Ünïcödé",
            "À É",
            "ÅÄÖ",
            "Ææ Øø Åå",
            "ÀÉÎ 12",
        ] {
            assert_eq!(garbled(text), None, "{text}");
        }
        assert!(!may_be_garbled("130102001001,东风社区,820\n1,鄄城县,Łódź\n"));
    }
}
