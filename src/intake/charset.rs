//! Which of the older encodings a text without UTF-8 is in. Headers of the form and names of the registry decide; what only looks
//! like text of an encoding is refused under its name, because another could read the same bytes as other characters.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, IBM866, ISO_8859_2, ISO_8859_5, ISO_8859_7, KOI8_R, KOI8_U,
    MACINTOSH, SHIFT_JIS, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254,
    WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
};

use super::dos;

/// What the pipeline knows of the words in a file.
pub(super) struct Words<'a> {
    /// Whether a cell is a header of a form that claims the file, or the name of an area.
    pub(super) known: &'a dyn Fn(&str) -> bool,
}

/// What the bytes of a file are taken for.
#[derive(Debug, PartialEq)]
pub(super) enum Choice {
    Read(&'static Encoding, &'static str),
    /// Text of DOS programs, as which a word is known.
    Dos,
    /// The likeliest of several encodings that know the same words and give other characters elsewhere.
    Assume(&'static Encoding, &'static str, OtherReading),
    /// Text of this encoding in all likelihood, and nothing proves it.
    Refuse(&'static str),
    /// Nothing is likely enough; cells that cannot be read may be shown in this one.
    Unknown(&'static Encoding),
}

/// Where encodings with one byte for each character begin among them.
const SINGLE_BYTE: usize = 5;

/// Another encoding that a text may be in, shown by a word that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OtherReading {
    /// A word of the text as it is read, with the name of the encoding.
    pub(super) read: String,
    /// The same bytes in the other encoding.
    pub(super) other: String,
}

impl OtherReading {
    /// Shows the first word that two encodings, each with its name and reading, do not have in common.
    fn new((name, text): (&str, &str), (other_name, other_text): (&str, &str)) -> OtherReading {
        let mut words = text.split(BETWEEN).zip(other_text.split(BETWEEN));
        let (read, other) = words.find(|(read, other)| read != other).unwrap_or_default();
        let shown = |name: &str, word: &str| {
            let word: String = word.trim().chars().take(SHOWN).collect();
            format!("{name} “{word}”")
        };
        OtherReading {
            read: shown(name, read),
            other: shown(other_name, other),
        }
    }
}

/// Encodings that are tried, the usual ones first, with their names in the table `submissions`.
const TRIED: [(&Encoding, &str); 22] = [
    (GB18030, "gb18030"),
    (BIG5, "big5"),
    (SHIFT_JIS, "shift_jis"),
    (EUC_JP, "euc-jp"),
    (EUC_KR, "euc-kr"),
    (WINDOWS_1252, "windows-1252"),
    (WINDOWS_1250, "windows-1250"),
    (WINDOWS_1251, "windows-1251"),
    (WINDOWS_1253, "windows-1253"),
    (WINDOWS_1254, "windows-1254"),
    (WINDOWS_1255, "windows-1255"),
    (WINDOWS_1256, "windows-1256"),
    (WINDOWS_1257, "windows-1257"),
    (WINDOWS_1258, "windows-1258"),
    (WINDOWS_874, "windows-874"),
    (ISO_8859_2, "iso-8859-2"),
    (ISO_8859_5, "iso-8859-5"),
    (ISO_8859_7, "iso-8859-7"),
    (KOI8_R, "koi8-r"),
    (KOI8_U, "koi8-u"),
    (IBM866, "ibm866"),
    (MACINTOSH, "macintosh"),
];

/// Bytes in which headers and names are looked for.
const SAMPLE: usize = 64 << 10;
/// Bytes that show the header of most files.
const HEAD: usize = 4 << 10;
/// Bytes shown to the detector, from the first one beyond ASCII on.
const GUESSED: usize = 16 << 10;
/// Characters between which a header or name stands, in rows of any separator and in JSON.
const BETWEEN: [char; 13] = [',', ';', '\t', '|', '\n', '\r', '"', ':', '{', '}', '[', ']', '/'];
/// Share of common characters in text that is likely to be read rightly, and in text that may be.
const LIKELY: f64 = 0.9;
const POSSIBLE: f64 = 0.6;
/// Characters of a word that are shown.
const SHOWN: usize = 40;
/// Known words that leave no doubt.
const PROOF: usize = 2;

pub(super) fn choose(bytes: &[u8], words: &Words) -> Choice {
    let head = whole_lines(bytes, HEAD);
    if read(head, GB18030).is_some_and(|text| evidence(&text, words) >= PROOF && share(&text, GB18030) >= LIKELY) {
        return Choice::Read(GB18030, "gb18030");
    }
    let sample = whole_lines(bytes, SAMPLE);
    let guess = guessed(bytes, None);
    let read_as: Vec<(usize, usize, String)> = (0..TRIED.len())
        .filter_map(|at| {
            let text = read(sample, TRIED[at].0)?;
            Some((evidence(&text, words), at, text))
        })
        .collect();
    let most = read_as.iter().map(|(known, ..)| *known).max().unwrap_or(0);
    if most > 0 {
        let best: Vec<_> = read_as.iter().filter(|(known, ..)| *known == most).collect();
        return among(&best, guess);
    }
    if evidence(&dos::text(sample), words) > 0 {
        return Choice::Dos;
    }
    without_words(bytes, sample, guess)
}

/// The encoding among those that know equally many words. Where they do not read the same, the detector chooses, and the other
/// reading is reported.
fn among(best: &[&(usize, usize, String)], guess: &'static Encoding) -> Choice {
    let (_, first, text) = best[0];
    let (encoding, name) = TRIED[*first];
    if best.iter().all(|(.., other)| other == text) {
        return Choice::Read(encoding, name);
    }
    let Some((_, chosen, text)) = best.iter().find(|(_, at, _)| TRIED[*at].0 == guess) else {
        return Choice::Refuse(name);
    };
    let (encoding, name) = TRIED[*chosen];
    match best.iter().find(|(.., other)| other != text) {
        Some((_, at, other)) => Choice::Assume(encoding, name, OtherReading::new((name, text), (TRIED[*at].1, other))),
        None => Choice::Read(encoding, name),
    }
}

/// Whether a text reads as words of an alphabet with capitals: nothing beyond ASCII but letters, which are capitals at the
/// beginning of a word or throughout. Bytes of ideographs hardly ever look like that.
pub(super) fn is_cased(text: &str) -> bool {
    let beyond = |c: char| !c.is_ascii();
    let is_word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().is_some_and(char::is_uppercase);
        let rest = letters.as_str();
        rest.chars().all(char::is_lowercase) || (first && rest.chars().all(char::is_uppercase))
    };
    let has_case = |c: char| c.is_uppercase() || c.is_lowercase();
    text.chars().filter(|c| beyond(*c)).all(has_case)
        && text
            .split(|c: char| !c.is_alphabetic())
            .filter(|word| !word.is_empty())
            .all(is_word)
}

/// Whether what bytes say in an encoding may be proposed, although no word proves it: they read as words of an alphabet, and not so
/// in the encoding of old Macintosh computers, whose letters are other ones elsewhere. Ideographs are judged by what is common.
pub(super) fn may_propose(bytes: &[u8], encoding: &'static Encoding) -> bool {
    if TRIED[..SINGLE_BYTE].iter().any(|(wide, _)| *wide == encoding) || encoding == GBK {
        return true;
    }
    // Below its letters, this one has signs that are letters of other encodings.
    let is_letter = |c: char| c.is_ascii() || ('\u{c0}'..='\u{ff}').contains(&c);
    let is_words = |text: &String| is_cased(text) && (encoding != WINDOWS_1252 || text.chars().all(is_letter));
    let Some(text) = read(bytes, encoding).filter(is_words) else {
        return false;
    };
    read(bytes, MACINTOSH).is_none_or(|other| other == text || !is_cased(&other))
}

/// The name of an encoding in the table `submissions`, if it has one byte for each character.
pub(super) fn name_of_single_byte(encoding: &'static Encoding) -> Option<&'static str> {
    let mut tried = TRIED[SINGLE_BYTE..].iter();
    tried.find(|(own, _)| *own == encoding).map(|(_, name)| *name)
}

fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}')
}

/// No header and no name is known: GBK where its common characters fill the text. What else the text may be is reported.
fn without_words(bytes: &[u8], sample: &[u8], guess: &'static Encoding) -> Choice {
    let likely = |at: &usize| read(sample, TRIED[*at].0).map_or(0.0, |text| share(&text, TRIED[*at].0)) >= LIKELY;
    let wide: Vec<usize> = (1..5).filter(likely).collect();
    let chinese = GB18030.decode_without_bom_handling(sample).0;
    let is_gbk = share(&chinese, GB18030) >= POSSIBLE && guessed(bytes, Some(b"cn")) == GBK;
    match wide
        .iter()
        .find(|at| TRIED[**at].0 == guess)
        .or(wide.first().filter(|_| !is_gbk))
    {
        Some(at) => Choice::Refuse(TRIED[*at].1),
        None if is_gbk => {
            // Short texts of level-1 ideographs are so in several encodings: only what Chinese does not have speaks for another.
            let of_gbk = share(&chinese, GB18030);
            let is_rival = |at: &usize| {
                let (encoding, _) = TRIED[*at];
                read(sample, encoding).is_some_and(|text| match *at < SINGLE_BYTE {
                    true => share(&text, encoding) > of_gbk || text.chars().any(is_kana),
                    false => is_cased(&text),
                })
            };
            match wide.into_iter().chain(SINGLE_BYTE..TRIED.len()).find(is_rival) {
                Some(at) => {
                    let other = read(sample, TRIED[at].0).unwrap_or_default();
                    Choice::Assume(
                        GB18030,
                        "gb18030",
                        OtherReading::new(("gb18030", &chinese), (TRIED[at].1, &other)),
                    )
                }
                None => Choice::Read(GB18030, "gb18030"),
            }
        }
        None => name_of_whole(bytes, sample, guess).map_or(Choice::Unknown(guess), Choice::Refuse),
    }
}

/// The name of another alphabet's encoding in which a whole file is: several lines, and none of UTF-8 among them, hold hardly anything
/// beyond ASCII but its letters. Letters of Western Europe are not judged: a few of them may be damage.
fn name_of_whole(bytes: &[u8], sample: &[u8], guess: &'static Encoding) -> Option<&'static str> {
    /// Lines that are no accident.
    const SEVERAL: usize = 3;
    if guess == WINDOWS_1252 {
        return None;
    }
    let name = name_of_single_byte(guess)?;
    let (mut broken, mut whole) = (0, 0);
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_ascii()) {
        match std::str::from_utf8(line) {
            Ok(_) => whole += 1,
            Err(_) => broken += 1,
        }
    }
    let text = read(sample, guess)?;
    let beyond = text.chars().filter(|c| !c.is_ascii()).count();
    // Signs over and under letters of some alphabets are characters of their own.
    let is_letter = |c: char| {
        c.is_alphabetic() || matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{65f}' | '\u{e31}'..='\u{e4e}')
    };
    let letters = text.chars().filter(|c| !c.is_ascii() && is_letter(*c)).count();
    let is_of_letters = letters as f64 >= LIKELY * beyond as f64;
    (broken >= SEVERAL && whole == 0 && is_of_letters).then_some(name)
}

/// The text in an encoding, where every byte of it can be read and none becomes a control character.
pub(super) fn read(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    let control = |c: char| matches!(c, '\u{80}'..='\u{9f}');
    (!text.contains(control)).then(|| text.into_owned())
}

/// Different words beyond ASCII that are known.
pub(super) fn evidence(text: &str, words: &Words) -> usize {
    let cells: BTreeSet<&str> = text
        .split(BETWEEN)
        .map(str::trim)
        .filter(|cell| !cell.is_ascii())
        .collect();
    cells.into_iter().filter(|cell| (words.known)(cell)).count()
}

/// What the detector of browsers takes the bytes for.
pub(super) fn guessed(bytes: &[u8], tld: Option<&[u8]>) -> &'static Encoding {
    let start = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[start..bytes.len().min(start + GUESSED)], true);
    detector.guess(tld, Utf8Detection::Deny)
}

/// The beginning of a file up to the last line end within so many bytes.
fn whole_lines(bytes: &[u8], most: usize) -> &[u8] {
    if bytes.len() <= most {
        return bytes;
    }
    let sample = &bytes[..most];
    // Signs below `0` are part of no longer character in any encoding.
    let last = |wanted: fn(&u8) -> bool| sample.iter().rposition(wanted);
    let end = last(|byte| *byte == b'\n').or_else(|| last(|byte| *byte < b'0'));
    &sample[..end.map_or(most, |at| at + 1)]
}

/// Share of a text's characters beyond ASCII that are common in an encoding, signs and full-width letters left out; 1 where
/// there are none.
pub(super) fn share(text: &str, encoding: &'static Encoding) -> f64 {
    let sets = &*COMMON;
    let common = match encoding {
        e if e == BIG5 => &sets.big5,
        e if e == SHIFT_JIS || e == EUC_JP => &sets.japanese,
        e if e == EUC_KR => &sets.hangul,
        _ => &sets.simplified,
    };
    let (mut all, mut found) = (0_u32, 0_u32);
    for c in text.chars() {
        if c.is_ascii()
            || matches!(c, '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}' | '\u{30fc}' | '\u{ff01}'..='\u{ff60}')
        {
            continue;
        }
        all += 1;
        found += u32::from(common.holds(c));
    }
    if all == 0 {
        1.0
    } else {
        f64::from(found) / f64::from(all)
    }
}

/// Whether a character is one of the 3,755 commonest of GB 2312.
pub(super) fn is_common(c: char) -> bool {
    COMMON.simplified.holds(c)
}

/// Characters of the basic plane.
struct Set(Vec<u64>);

impl Set {
    /// What the pairs of bytes in these ranges are, in an encoding.
    fn of(encoding: &'static Encoding, ranges: &[(u8, u8)], second: u8) -> Set {
        let mut bits = vec![0_u64; 1024];
        for first in ranges.iter().flat_map(|(from, to)| *from..=*to) {
            for second in second..=0xFE {
                let pair = [first, second];
                let text = encoding.decode_without_bom_handling_and_without_replacement(&pair);
                if let Some(c) = text.and_then(|text| text.chars().next()) {
                    let code = c as usize;
                    if !c.is_ascii() && code < 0x1_0000 {
                        bits[code / 64] |= 1 << (code % 64);
                    }
                }
            }
        }
        Set(bits)
    }

    fn holds(&self, c: char) -> bool {
        let code = c as usize;
        self.0.get(code / 64).is_some_and(|bits| bits >> (code % 64) & 1 == 1)
    }
}

struct Common {
    simplified: Set,
    big5: Set,
    hangul: Set,
    japanese: Set,
}

/// The levels of the standards hold the common characters first.
static COMMON: LazyLock<Common> = LazyLock::new(|| Common {
    simplified: Set::of(GB18030, &[(0xB0, 0xD7)], 0xA1),
    big5: Set::of(BIG5, &[(0xA4, 0xC6)], 0x40),
    hangul: Set::of(EUC_KR, &[(0xB0, 0xC8)], 0xA1),
    japanese: Set::of(EUC_JP, &[(0xA4, 0xA5), (0xB0, 0xCF)], 0xA1),
});

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(text: &str, encoding: &'static Encoding, known: &[&str]) -> Choice {
        let (bytes, _, lost) = encoding.encode(text);
        assert!(!lost, "{text}");
        choose(
            &bytes,
            &Words {
                known: &|cell| known.contains(&cell),
            },
        )
    }

    #[test]
    fn known_words_tell_the_encoding() {
        for (text, encoding, known, name) in [
            ("代码,名称\n1,和平\n", GB18030, &["代码", "名称"][..], "gb18030"),
            ("代碼,名稱\n1,和平\n", BIG5, &["代碼", "名稱"], "big5"),
            ("コード,名称\n1,港区\n", SHIFT_JIS, &["コード", "名称"], "shift_jis"),
            ("コード,名称\n1,港区\n", EUC_JP, &["コード", "名称"], "euc-jp"),
            ("코드,이름\n1,가평군\n", EUC_KR, &["코드", "이름"], "euc-kr"),
            ("Code,Année\n1,Besançon\n", WINDOWS_1252, &["Année"], "windows-1252"),
            (
                "Код,Название\n1,Омск\n",
                WINDOWS_1251,
                &["Код", "Название"],
                "windows-1251",
            ),
            ("Код,Название\n1,Омск\n", KOI8_R, &["Код", "Название"], "koi8-r"),
            (
                "Κωδικός,Όνομα\n1,Πάτρα\n",
                WINDOWS_1253,
                &["Κωδικός", "Όνομα"],
                "windows-1253",
            ),
            (
                "Kod,Województwo\n1,Łódź śląskie\n",
                WINDOWS_1250,
                &["Łódź śląskie"],
                "windows-1250",
            ),
        ] {
            let read = match chosen(text, encoding, known) {
                Choice::Read(encoding, name) | Choice::Assume(encoding, name, _) => Some((encoding, name)),
                _ => None,
            };
            assert_eq!(read, Some((encoding, name)), "{text}");
        }
    }

    #[test]
    fn what_nothing_proves_is_named() {
        let big5 = chosen("code,name\n1,臺北市\n2,新竹縣\n3,高雄市\n4,花蓮縣\n", BIG5, &[]);
        assert_eq!(big5, Choice::Refuse("big5"));
        let korean = "code,name\n1,가평군\n2,서울특별시\n3,부산광역시\n4,강원도\n";
        assert_eq!(chosen(korean, EUC_KR, &[]), Choice::Refuse("euc-kr"));
        let chinese = "code,name\n1,东风社区\n2,和平社区\n3,红星社区\n";
        assert_eq!(chosen(chinese, GB18030, &[]), Choice::Read(GB18030, "gb18030"));
        let latin = chosen("code,name\n1,Côte d'Ivoire\n", WINDOWS_1252, &[]);
        assert!(matches!(latin, Choice::Unknown(_)), "{latin:?}");
    }

    #[test]
    fn common_characters_are_told_from_rare_ones() {
        assert!("社区村县的人".chars().all(is_common));
        assert!("亳郓鄄儋邛崃歙黟㐀é".chars().all(|c| !is_common(c)));
    }
}
