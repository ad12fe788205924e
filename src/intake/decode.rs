//! Bytes → text, by content: UTF-8 (nothing copied), UTF-16 with or without a mark, or an older encoding that a header or name
//! proves.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use super::charset::{self, Choice, OtherReading, Words};
use super::dos;
use super::fault::Fault;
use super::lines::{self, Lines, Reading};

/// Characters of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub(super) text: String,
    /// Where they begin: behind a byte-order mark.
    pub(super) start: usize,
    /// `utf-8`, `utf-8-bom`, `utf-16le`, `utf-16be`, or an older one by its name.
    pub(super) encoding: &'static str,
    /// Characters that could not be read and became U+FFFD.
    pub(super) damaged: u64,
    /// Lines that could not be read, and what they may say.
    pub(super) readings: Vec<Reading>,
    /// Lines read in another encoding than the rest, from 1, and its name.
    pub(super) joined: Vec<u32>,
    pub(super) joined_as: &'static str,
    /// Another encoding that is nearly as likely.
    pub(super) rival: Option<OtherReading>,
}

/// Bytes from which an encoding is detected.
const SAMPLE: usize = 64 << 10;
const MARK: &str = "\u{feff}";

pub(super) fn decode(bytes: Vec<u8>, words: &Words) -> Result<Decoded, Fault> {
    if is_utf32(&bytes) {
        return Err(Fault::Foreign("UTF-32".to_owned()));
    }
    if bytes.starts_with(b"\xFF\xFE") {
        return Ok(convert(&bytes[2..], UTF_16LE, "utf-16le"));
    }
    if bytes.starts_with(b"\xFE\xFF") {
        return Ok(convert(&bytes[2..], UTF_16BE, "utf-16be"));
    }
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    if let Some((encoding, name)) = wide(sample) {
        return Ok(convert(&bytes, encoding, name));
    }
    if binary(sample) {
        return Err(Fault::Foreign("binary".to_owned()));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(utf8(text, 0)),
        Err(failed) => not_utf8(failed.as_bytes(), words),
    }
}

/// Four bytes a character, with a mark. No spreadsheet program writes it, and as UTF-16 every second character would be none.
fn is_utf32(bytes: &[u8]) -> bool {
    let units = || bytes.chunks_exact(4).take(SAMPLE / 4);
    let little = bytes.starts_with(b"\xFF\xFE\0\0") && units().all(|unit| unit[3] == 0 && unit[2] <= 0x10);
    let big = bytes.starts_with(b"\0\0\xFE\xFF") && units().all(|unit| unit[0] == 0 && unit[1] <= 0x10);
    bytes.len().is_multiple_of(4) && (little || big)
}

fn utf8(text: String, damaged: u64) -> Decoded {
    let marked = text.starts_with(MARK);
    let (start, encoding) = if marked {
        (MARK.len(), "utf-8-bom")
    } else {
        (0, "utf-8")
    };
    Decoded {
        text,
        start,
        encoding,
        damaged,
        readings: Vec::new(),
        joined: Vec::new(),
        joined_as: "",
        rival: None,
    }
}

fn convert(bytes: &[u8], encoding: &'static Encoding, name: &'static str) -> Decoded {
    let (text, failed) = encoding.decode_without_bom_handling(bytes);
    let damaged = if failed { replaced(&text) } else { 0 };
    let start = if text.starts_with(MARK) { MARK.len() } else { 0 };
    Decoded {
        text: text.into_owned(),
        start,
        encoding: name,
        damaged,
        readings: Vec::new(),
        joined: Vec::new(),
        joined_as: "",
        rival: None,
    }
}

fn replaced(text: &str) -> u64 {
    text.matches('\u{fffd}').count() as u64
}

/// UTF-16 without a mark: line ends, digits and separators have their zero byte always on the same side. A stray zero in
/// another text is no such thing: of what can be read as UTF-8, a good part must be zeros.
fn wide(sample: &[u8]) -> Option<(&'static Encoding, &'static str)> {
    if !sample.contains(&0) {
        return None;
    }
    let zeros = |side: usize| sample.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    let (high_first, low_first) = (zeros(0), zeros(1));
    let units = sample.len() / 2;
    let needed = if is_utf8(sample) { units / 4 } else { units / 64 };
    if low_first > needed && low_first > 8 * high_first {
        Some((UTF_16LE, "utf-16le"))
    } else if high_first > needed && high_first > 8 * low_first {
        Some((UTF_16BE, "utf-16be"))
    } else {
        None
    }
}

/// Whether a sample is UTF-8 but for a character that its end may cut off.
fn is_utf8(sample: &[u8]) -> bool {
    std::str::from_utf8(sample).map_or_else(|failed| failed.error_len().is_none(), |_| true)
}

/// Text holds hardly any control characters.
fn binary(sample: &[u8]) -> bool {
    let controls = |sample: &[u8]| {
        sample
            .iter()
            .filter(|byte| **byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1A))
            .count()
    };
    let head = &sample[..sample.len().min(1024)];
    controls(head) * 20 > head.len() || controls(sample) * 20 > sample.len()
}

/// UTF-8 that was damaged or mixed, or an older encoding. What is none of them is read as UTF-8 with its losses shown: a wrong
/// guess would give other characters in silence.
fn not_utf8(bytes: &[u8], words: &Words) -> Result<Decoded, Fault> {
    let marked = bytes.starts_with(MARK.as_bytes());
    if marked || may_be_mixed(bytes) {
        if let Some(lines) = lines::read(bytes, marked, words) {
            return Ok(by_line(lines));
        }
        if let Some(lines) = lines::beside(bytes, words) {
            return Ok(by_line(lines));
        }
    }
    if mostly_utf8(bytes) {
        return Ok(by_line(lines::lossy(bytes, None)));
    }
    match charset::choose(bytes, words) {
        Choice::Read(encoding, name) => Ok(convert(bytes, encoding, name)),
        Choice::Dos => Ok(Decoded {
            encoding: dos::NAME,
            ..utf8(dos::text(bytes), 0)
        }),
        Choice::Assume(encoding, name, rival) => Ok(Decoded {
            rival: Some(rival),
            ..convert(bytes, encoding, name)
        }),
        Choice::Refuse(name) => Err(Fault::Encoding(name)),
        Choice::Unknown(guess) => Ok(by_line(lines::lossy(bytes, Some(guess)))),
    }
}

/// Whether a line beyond ASCII is UTF-8. Without one, reading line by line would find no mixture, at several times the cost of
/// reading the file.
fn may_be_mixed(bytes: &[u8]) -> bool {
    let is_utf8 = |line: &[u8]| !line.is_ascii() && std::str::from_utf8(line).is_ok();
    bytes.split(|byte| *byte == b'\n').any(is_utf8)
}

fn by_line(lines: Lines) -> Decoded {
    let decoded = utf8(lines.text, lines.damaged);
    let (own, other) = match (lines.is_utf8, lines.older) {
        (true, older) => (decoded.encoding, older.unwrap_or("gb18030")),
        (false, older) => (older.unwrap_or("gb18030"), "UTF-8"),
    };
    Decoded {
        encoding: own,
        readings: lines.readings,
        joined: lines.joined,
        joined_as: other,
        rival: lines.rival,
        ..decoded
    }
}

/// Ten whole characters of several bytes for each broken one: UTF-8 with a scratch.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut whole, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    whole >= 10 * broken
}

#[cfg(test)]
mod tests {
    use encoding_rs::{
        BIG5, EUC_KR, GB18030, GBK, IBM866, ISO_8859_2, ISO_8859_5, ISO_8859_7, KOI8_R, MACINTOSH, SHIFT_JIS,
        WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256,
        WINDOWS_1257, WINDOWS_1258,
    };
    use proptest::prelude::*;

    use super::super::{delimited, garbled};
    use super::*;
    use crate::pipeline::Limits;

    /// What a reader makes of the bytes that knows no word.
    fn decode(bytes: Vec<u8>) -> Result<Decoded, Fault> {
        super::decode(bytes, &Words { known: &|_| false })
    }

    const TABLE: &str = "社区代码,社区名称,常住户数\n130102001001,和平社区,820\n";

    fn wide_bytes(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn one_table_in_every_encoding() {
        let gbk = GBK.encode(TABLE).0.into_owned();
        let marked = format!("{MARK}{TABLE}");
        for (bytes, encoding) in [
            (TABLE.as_bytes().to_vec(), "utf-8"),
            (marked.as_bytes().to_vec(), "utf-8-bom"),
            (gbk, "gb18030"),
            (wide_bytes(TABLE, u16::to_le_bytes), "utf-16le"),
            (wide_bytes(TABLE, u16::to_be_bytes), "utf-16be"),
            (wide_bytes(&marked, u16::to_le_bytes), "utf-16le"),
            (wide_bytes(&marked, u16::to_be_bytes), "utf-16be"),
        ] {
            let decoded = decode(bytes).unwrap();
            assert_eq!(&decoded.text[decoded.start..], TABLE, "{encoding}");
            assert_eq!((decoded.encoding, decoded.damaged), (encoding, 0));
        }
    }

    #[test]
    fn very_little_gbk_is_enough() {
        for text in [
            "代码,名称\n1,甲\n",
            "社区\n",
            "国家,人口\n中国,14\n",
            "村（居）委会代码\n1\n",
            "一、基本情况\n",
        ] {
            let decoded = decode(GBK.encode(text).0.into_owned()).unwrap();
            assert_eq!((decoded.text.as_str(), decoded.encoding), (text, "gb18030"));
        }
    }

    #[test]
    fn rare_characters_need_four_bytes() {
        let text = "名称\n㐀㙍村,𠀀社区\n和平社区，民主村\n";
        let decoded = decode(GB18030.encode(text).0.into_owned()).unwrap();
        assert_eq!((decoded.text.as_str(), decoded.encoding), (text, "gb18030"));
    }

    #[test]
    fn damage_is_counted() {
        let mut gbk = GBK.encode(TABLE).0.into_owned();
        gbk.truncate(gbk.len() - 8);
        let cut = decode(gbk).unwrap();
        assert_eq!((cut.encoding, cut.damaged), ("gb18030", 1));

        let long = TABLE.repeat(3);
        let mut utf8 = long.clone().into_bytes();
        utf8[4] = b'?';
        let scratched = decode(utf8).unwrap();
        assert_eq!(scratched.encoding, "utf-8");
        assert!(scratched.damaged > 0);
        assert!(scratched.text.contains("和平社区"));
    }

    #[test]
    fn other_encodings_never_become_other_characters() {
        let latin = b"state,value\nC\xF4te d'Ivoire,1\nCura\xE7ao,2\n".to_vec();
        let decoded = decode(latin).unwrap();
        assert_eq!(decoded.damaged, 2);
        assert!(decoded.text.contains("C\u{fffd}te d'Ivoire"));
    }

    #[test]
    fn text_of_dos_programs_is_read_where_a_name_proves_it() {
        let bytes = b"code,name\n1,M\xa0laga\n2,Z\x81rich\n".to_vec();
        let read = super::decode(
            bytes,
            &Words {
                known: &|cell| cell == "Málaga",
            },
        )
        .unwrap();
        assert_eq!((read.encoding, read.damaged), ("ibm850", 0));
        assert!(read.text.ends_with("Málaga\n2,Zürich\n"), "{}", read.text);
    }

    #[test]
    fn only_what_reads_as_words_is_proposed() {
        let proposed = |bytes: &[u8]| {
            let read = decode(bytes.to_vec()).unwrap();
            assert!(read.damaged > 0);
            read.readings
                .into_iter()
                .map(|reading| reading.text)
                .collect::<Vec<_>>()
        };
        let none: [&str; 0] = [];
        assert_eq!(proposed(b"code,name\n1,M\xe1laga \xe9\n"), ["1,Málaga é\n"]);
        assert_eq!(
            proposed(b"code,name\n1,Besan\xe7on\n2,N\xeemes\n"),
            ["1,Besançon\n", "2,Nîmes\n"]
        );
        // code page 850 and Mac Roman
        assert_eq!(proposed(b"code,name\n1,M\xa0laga \x82\n"), none);
        assert_eq!(proposed(b"code,name\n1,Z\x81rich \x9abersee\n2,M\xa0laga\n"), none);
        assert_eq!(proposed(b"code,name\n1,M\x87laga \x8e\n"), none);
        assert_eq!(proposed(b"code,name\n1,K\x9aln\n2,D\x9fren\n"), none);
        assert_eq!(proposed(b"code,name\n1,K\x9aln\n"), none);
    }

    #[test]
    fn a_stray_zero_makes_no_other_encoding() {
        for at in [0, 1, 20, 21, TABLE.len() - 1] {
            let mut text = TABLE.repeat(2).into_bytes();
            text.insert(at, 0);
            assert_eq!(decode(text).map(|read| read.encoding), Ok("utf-8"), "{at}");
            let mut gbk = GBK.encode(&TABLE.repeat(9)).0.into_owned();
            gbk.insert(at, 0);
            assert_ne!(decode(gbk).map(|read| read.encoding), Ok("utf-16le"), "{at}");
            let mut ascii = b"code,name,n\n1,x,2\n".repeat(3);
            ascii.insert(at.min(30), 0);
            assert_eq!(decode(ascii).map(|read| read.encoding), Ok("utf-8"), "{at}");
        }
        let words = wide_bytes("code,name\n1,x\n", u16::to_le_bytes);
        assert_eq!(decode(words).map(|read| read.encoding), Ok("utf-16le"));
    }

    #[test]
    fn binary_is_no_text() {
        assert_eq!(
            decode(vec![0, 1, 0, 0, 7, 0, 0, 9]),
            Err(Fault::Foreign("binary".into()))
        );
        assert_eq!(decode((1..20).collect()), Err(Fault::Foreign("binary".into())));
    }

    /// Headers and names as offices of several countries write them, with the encodings of their systems. Japanese in EUC-JP is
    /// left out: without kana, its bytes cannot be distinguished from GBK.
    const LANGUAGES: [(&[&Encoding], &[&str]); 13] = [
        (
            &[GBK, GB18030],
            &["代码", "社区名称", "常住户数", "东风社区", "和平村", "亳州市谯城区"],
        ),
        (
            &[BIG5],
            &["代碼", "鄉鎮名稱", "戶數", "臺北市", "新竹縣", "花蓮縣壽豐鄉"],
        ),
        (
            &[SHIFT_JIS],
            &["コード", "名称", "世帯数", "港区", "つくば市", "阿賀野市"],
        ),
        (&[EUC_KR], &["코드", "이름", "가구수", "서울특별시", "가평군", "청송읍"]),
        (
            &[WINDOWS_1252, MACINTOSH],
            &["Année", "Région", "Besançon", "Côte-d'Or", "Nîmes", "Hérault"],
        ),
        (
            &[WINDOWS_1252, MACINTOSH],
            &["Straße", "Düren", "Köln", "Größe", "Fläche", "Übersee"],
        ),
        (
            &[WINDOWS_1250, ISO_8859_2],
            &["Województwo", "Łódź", "Kraków", "Świętokrzyskie", "Gdańsk", "Żary"],
        ),
        (
            &[WINDOWS_1250, ISO_8859_2],
            &["Město", "Plzeň", "České Budějovice", "Ústí", "Třebíč", "Žďár"],
        ),
        (
            &[WINDOWS_1251, KOI8_R, IBM866, ISO_8859_5],
            &["Код", "Название", "Омск", "Тверь", "Ярославль", "Число домов"],
        ),
        (
            &[WINDOWS_1253, ISO_8859_7],
            &["Κωδικός", "Όνομα", "Πάτρα", "Αθήνα", "Ηράκλειο", "Ρόδος"],
        ),
        (
            &[WINDOWS_1254],
            &["İlçe", "Nüfus", "Şişli", "Beşiktaş", "Muğla", "Ağrı"],
        ),
        (
            &[WINDOWS_1257],
            &[
                "Vārds",
                "Rīga",
                "Liepāja",
                "Daugavpils pilsēta",
                "Šiauliai",
                "Kėdainiai",
            ],
        ),
        (
            &[WINDOWS_1255, WINDOWS_1256, WINDOWS_874, WINDOWS_1258],
            &["שם", "القاهرة", "กรุงเทพ", "Đà Nẵng", "חיפה", "ชื่อ"],
        ),
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        /// Whatever a file is written in, and whichever of its words are known: its text is read as it was written, or reported as
        /// doubtful.
        #[test]
        fn no_encoding_gives_other_characters_in_silence(
            language in 0..LANGUAGES.len(),
            encoding in any::<prop::sample::Index>(),
            rows in prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 2), 1..12),
            known in 0_u8..64,
        ) {
            let (encodings, words) = LANGUAGES[language];
            let encoding = encodings[encoding.index(encodings.len())];
            let mut text = String::new();
            for row in &rows {
                let cells: Vec<&str> = row.iter().map(|word| words[word.index(words.len())]).collect();
                text += &format!("1,{},20\n", cells.join(","));
            }
            let (bytes, _, lost) = encoding.encode(&text);
            if lost {
                return Ok(());
            }
            let is_known = |cell: &str| words.iter().position(|word| *word == cell).is_some_and(|at| known >> at & 1 == 1);
            let of_words = Words { known: &is_known };
            if std::str::from_utf8(&bytes).is_err() && !may_be_mixed(&bytes) {
                prop_assert!(lines::read(&bytes, false, &of_words).is_none());
                prop_assert!(lines::beside(&bytes, &of_words).is_none());
            }
            let Ok(read) = super::decode(bytes.into_owned(), &of_words) else {
                return Ok(());
            };
            let is_reported = read.damaged > 0 || !read.joined.is_empty() || read.rival.is_some();
            let (mut grid, _) = delimited::parse(read.text.clone(), read.start, b',', &Limits::default()).unwrap();
            garbled::mark(&mut grid, None, Default::default());
            prop_assert!(is_reported || grid.markings().is_some() || read.text == text, "{}: {} became {}", encoding.name(), text, read.text);
        }

        /// One line of another encoding never turns the others, and is never read as other characters in silence.
        #[test]
        fn a_foreign_line_turns_no_other(
            language in 0..LANGUAGES.len(),
            encoding in any::<prop::sample::Index>(),
            rows in prop::collection::vec(any::<prop::sample::Index>(), 3..30),
            foreign in any::<prop::sample::Index>(),
            known in 0_u8..64,
        ) {
            let (encodings, words) = LANGUAGES[language];
            let encoding = encodings[encoding.index(encodings.len())];
            let lines: Vec<String> = rows.iter().map(|word| format!("1,{},20\n", words[word.index(words.len())])).collect();
            let at = foreign.index(lines.len());
            let (strange, _, lost) = encoding.encode(&lines[at]);
            if lost || strange.as_ref() == lines[at].as_bytes() || lines.iter().filter(|line| !line.is_ascii()).count() < 3 {
                return Ok(());
            }
            let bytes: Vec<u8> = (lines.iter().enumerate())
                .flat_map(|(row, line)| if row == at { strange.to_vec() } else { line.clone().into_bytes() })
                .collect();
            let is_known = |cell: &str| words.iter().position(|word| *word == cell).is_some_and(|at| known >> at & 1 == 1);
            let Ok(read) = super::decode(bytes, &Words { known: &is_known }) else {
                return Ok(());
            };
            for (row, (line, found)) in lines.iter().zip(read.text.lines()).enumerate() {
                let is_reported = row == at && (read.damaged > 0 || !read.joined.is_empty());
                prop_assert!(is_reported || line.trim_end() == found, "{}: {line} became {found}", encoding.name());
            }
        }
    }
}
