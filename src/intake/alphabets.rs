//! Words of other alphabets whose bytes, one for each letter, were read in an encoding of Latin letters: `Ãîðîä` for `Город`.

use encoding_rs::{
    Encoding, GB18030, IBM866, KOI8_R, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254,
    WINDOWS_1255, WINDOWS_1257,
};

use super::charset::{is_cased, is_common};

/// An alphabet and an encoding of its letters.
struct Alphabet {
    encoding: &'static Encoding,
    is_letter: fn(char) -> bool,
    /// In small letters; none: the alphabet has no case and writes few vowels.
    vowels: &'static str,
}

const ALPHABETS: [Alphabet; 5] = [
    Alphabet {
        encoding: WINDOWS_1251,
        is_letter: is_cyrillic,
        vowels: CYRILLIC_VOWELS,
    },
    Alphabet {
        encoding: KOI8_R,
        is_letter: is_cyrillic,
        vowels: CYRILLIC_VOWELS,
    },
    Alphabet {
        encoding: IBM866,
        is_letter: is_cyrillic,
        vowels: CYRILLIC_VOWELS,
    },
    Alphabet {
        encoding: WINDOWS_1253,
        is_letter: |c| matches!(c, '\u{386}' | '\u{388}'..='\u{3ce}'),
        vowels: "αεηιουωάέήίόύώϊϋΐΰ",
    },
    Alphabet {
        encoding: WINDOWS_1255,
        is_letter: |c| matches!(c, '\u{5d0}'..='\u{5ea}'),
        vowels: "",
    },
];

const CYRILLIC_VOWELS: &str = "аеёиоуыэюяіїєў";

/// Letters of a word that must have a vowel among them, and consonants that no word has side by side.
const SYLLABLE: usize = 3;
const CONSONANTS: usize = 6;

/// What bytes say in each alphabet in which they are words, without repetition.
pub(super) fn readings(bytes: &[u8]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for alphabet in &ALPHABETS {
        let text = alphabet
            .encoding
            .decode_without_bom_handling_and_without_replacement(bytes);
        if let Some(text) = text.filter(|text| alphabet.has_words(text))
            && !found.iter().any(|other| *other == text)
        {
            found.push(text.into_owned());
        }
    }
    found
}

/// Whether bytes that are `text` in one encoding have no equally plausible reading in another.
pub(super) fn is_alone(text: &str, bytes: &[u8]) -> bool {
    let latin = [WINDOWS_1252, WINDOWS_1250, WINDOWS_1254, WINDOWS_1257]
        .map(|encoding| (encoding, is_latin as fn(&str) -> bool));
    let of_other = latin.into_iter().chain([(GB18030, is_chinese as fn(&str) -> bool)]);
    let mut others = of_other.filter_map(|(encoding, is_plausible)| {
        let read = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
        is_plausible(&read).then(|| read.into_owned())
    });
    others.all(|other| other == text) && readings(bytes).iter().all(|other| other == text)
}

/// Words of Latin letters, most of which are those of ASCII.
fn is_latin(text: &str) -> bool {
    let beyond = text.chars().filter(|c| !c.is_ascii()).count();
    let are_letters = text.chars().all(|c| c.is_ascii() || c.is_alphabetic() && c < '\u{250}');
    are_letters && is_cased(text) && text.bytes().filter(u8::is_ascii_alphabetic).count() >= beyond
}

fn is_chinese(text: &str) -> bool {
    text.chars().filter(|c| !c.is_ascii()).count() >= 2 && text.chars().all(|c| c.is_ascii() || is_common(c))
}

impl Alphabet {
    fn has_words(&self, text: &str) -> bool {
        let are_letters = text.chars().filter(|c| !c.is_ascii()).all(self.is_letter);
        let has_case = !self.vowels.is_empty();
        let mut words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_ascii());
        // No word has letters of two alphabets.
        let is_whole = |word: &str| !word.bytes().any(|byte| byte.is_ascii_alphabetic());
        are_letters
            && (!has_case || is_cased(text))
            && words.all(|word| is_whole(word) && (!has_case || self.is_word(word)))
    }

    fn is_word(&self, word: &str) -> bool {
        let small = word.to_lowercase();
        let is_vowel = |c: char| self.vowels.contains(c);
        let count = small.chars().count();
        let mut between = small.split(is_vowel);
        let has_vowel = count < SYLLABLE || small.contains(is_vowel);
        has_vowel && between.all(|part| part.chars().count() < CONSONANTS) && keeps_order(&small)
    }
}

/// Letters that begin no word of their language, or end it alone.
fn keeps_order(small: &str) -> bool {
    let inner = small.strip_suffix('ς').unwrap_or(small);
    let accents = small.chars().filter(|c| "άέήίόύώ".contains(*c)).count();
    !small.starts_with(['ъ', 'ь', 'ы']) && !inner.contains('ς') && !small.ends_with('σ') && accents <= 1
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{401}'..='\u{45f}' | '\u{490}' | '\u{491}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_reading_alone_is_plausible_or_several_are() {
        for (encoding, text, alone) in [
            (GB18030, "东风社区", true),
            (WINDOWS_1252, "Düren", true),
            (WINDOWS_1251, "Город", true),
            (WINDOWS_1253, "Αθήνα", true),
            (WINDOWS_1251, "МОСКВА", false),
            (WINDOWS_1253, "ΑΘΗΝΑ", false),
            (WINDOWS_1250, "Gdańsk", false),
            (WINDOWS_1252, "São João", false),
        ] {
            assert_eq!(is_alone(text, &encoding.encode(text).0), alone, "{text}");
        }
        // What another reading proposes is not that one.
        assert!(!is_alone("Бийба", &WINDOWS_1253.encode("Αθήνα").0));
    }

    #[test]
    fn bytes_are_words_of_an_alphabet() {
        for (encoding, text, all) in [
            (WINDOWS_1251, "Город", &["Город"][..]),
            (WINDOWS_1251, "Київ", &["Київ"]),
            (WINDOWS_1253, "Αθήνα", &["Αθήνα"]),
            (WINDOWS_1253, "Θεσσαλονίκη", &["Θεσσαλονίκη"]),
            // Capitals of Greek are letters of Cyrillic in two encodings.
            (WINDOWS_1253, "ΑΘΗΝΑ", &["БИЗНБ", "ахгма", "ΑΘΗΝΑ"]),
        ] {
            let (bytes, _, lost) = encoding.encode(text);
            assert!(!lost, "{text}");
            assert_eq!(readings(&bytes), all, "{text}");
        }
        for bytes in [&b"\xd7\xd7\xd7\xd7"[..], b"\xff\xc0\xff\xc0"] {
            assert!(
                readings(bytes).iter().all(|text| text.chars().any(char::is_alphabetic)),
                "{bytes:?}"
            );
        }
    }
}
