use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// The same whether it comes whole or byte by byte.
fn judge(name: &str, text: &str) -> Result<(), Fault> {
    let limits = Limits {
        sheets: 2,
        cell_bytes: 10,
        cells: 1000,
        unpacked_bytes: 4000,
        ..Limits::default()
    };
    let whole = Part::new(name, &limits).take(text.as_bytes());
    let mut part = Part::new(name, &limits);
    let pieces = text.as_bytes().chunks(1).try_for_each(|piece| part.take(piece));
    assert_eq!(whole.is_ok(), pieces.is_ok(), "{text}");
    whole
}

#[test]
fn plain_parts_pass() {
    for text in [
        "<worksheet><sheetData><row r=\"1\"><c t=\"s\"><v>0</v></c></row></sheetData></worksheet>",
        "<workbook><sheets><sheet name=\"a\"/><sheet name=\"b\"/></sheets></workbook>",
        "<a><!-- DOCTYPE --><![CDATA[ENTITY]]></a>",
        "<row r=\"1048576\" ht=\"15\"><c r=\"XFD1048576\" s=\"9\"/></row>",
        "<c dr=\"123456789\"/><x r=\"123456789\"/><v>r=9999</v>",
    ] {
        assert_eq!(judge("xl/x.xml", text), Ok(()), "{text}");
    }
    assert_eq!(judge("xl/sharedstrings.xml", "<sst uniqueCount=\"999\"/>"), Ok(()));
}

#[test]
fn what_would_grow_is_refused() {
    for (name, text) in [
        ("x.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>".to_owned()),
        ("x.xml", "<?xml version=\"1.0\"?> <!doctype a><a/>".to_owned()),
        ("x.xml", format!("<a>{}</a>", "b".repeat(81))),
        ("x.xml", format!("<a b=\"{}\"/>", "b".repeat(81))),
        ("xl/workbook.xml", "<sheet/><x:sheet/><sheet a=\"1\"/>".to_owned()),
        ("xl/styles.xml", "<xf/>".repeat(200_001)),
        (
            "xl/sharedstrings.xml",
            "<sst count=\"1\" uniqueCount = '1000000000000000'/>".to_owned(),
        ),
        ("xl/sharedstrings.xml", "<si/>".repeat(201)),
        ("x.xml", "<row r=\"4294967298\"/>".to_owned()),
        ("x.xml", "<x:c s=\"1\" r = 'A42949672'><v>1</v></x:c>".to_owned()),
        ("x.xml", "<c\tt=\"s\"\n r=\"ABCD1\"/>".to_owned()),
    ] {
        assert!(judge(name, &text).is_err(), "{}", &text[..text.len().min(60)]);
    }
}

#[test]
fn what_hides_is_noticed_and_what_looks_like_it_is_not() {
    let limits = Limits::default();
    for (text, noticed) in [
        ("<row r=\"1\" ht=\"0\"/>", true),
        ("<row r='1'\nht='0'/>", true),
        ("<c/><row ht=\"0\" r=\"1\"/>", true),
        ("<x:row\tht='0'/>", true),
        ("<col min=\"1\" max=\"2\" width=\"0\"/>", true),
        ("<sheetFormatPr defaultRowHeight=\"0\"/>", true),
        ("<sheetView showZeros=\"0\"/>", true),
        ("<sheetView showZeros='false'/>", true),
        ("<row hidden=\"1\"/>", true),
        ("<pageMargins left=\"0.7\" right=\"0.7\" header=\"0.3\"/>", false),
        ("<a:gs pos=\"0\"><a:gs pos='0'>", false),
        ("<row r=\"1\" ht=\"15\"/><col width=\"9.5\"/>", false),
        ("<c><v>1</v></c><x:row hidden=\"1\"/>", true),
        ("<t/><aNameThatIsFarTooLong:row hidden=\"1\"/>", true),
        ("<row spans=\"a>b\" hidden=\"1\"/>", true),
        ("<row spans=\"<t>\" hidden=\"1\"/>", true),
        ("<c x=\"hidden\"><v>hidden</v></c><si><t>showZeros=\"0</t></si>", false),
    ] {
        let mut part = Part::new("xl/worksheets/sheet1.xml", &limits);
        part.take(text.as_bytes()).unwrap();
        assert_eq!(part.marked(), noticed, "{text}");
    }
}

#[test]
fn formulas_without_a_value_are_noticed() {
    let limits = Limits::default();
    for (text, noticed) in [
        ("<c><f>A1</f><v>1</v></c>", false),
        ("<c><f>A1</f></c>", true),
        ("<c><f>A1</f><v></v></c>", true),
        ("<c r=\"A1\"><f>A1</f><v /></c><c><v>1</v></c>", true),
        ("<x:c><x:f t=\"shared\"/></x:c>", true),
        ("<c/><c><v>1</v></c><c></c>", false),
    ] {
        let mut part = Part::new("xl/worksheets/sheet1.xml", &limits);
        part.take(text.as_bytes()).unwrap();
        assert_eq!(part.uncomputed(), noticed, "{text}");
    }
}

#[test]
fn blanks_around_values_are_noticed() {
    let limits = Limits::default();
    for (text, noticed) in [
        ("<c><v>1</v></c> <c><v>2</v> </c>", false),
        ("<c t=\"str\"><v>a b</v></c><v ></v>", false),
        ("<c><v> 1</v></c>", true),
        ("<x:c><x:v>1\n</x:v></x:c>", true),
    ] {
        let mut part = Part::new("xl/worksheets/sheet1.xml", &limits);
        part.take(text.as_bytes()).unwrap();
        assert_eq!(part.padded(), noticed, "{text}");
    }
}

#[test]
fn pictures_are_no_xml() {
    let limits = Limits {
        cell_bytes: 1,
        ..Limits::default()
    };
    for (name, first) in [("xl/media/a.png", &b"\x89PNG"[..]), ("xl/media/b.emf", b"\x01\0\0\0")] {
        let mut part = Part::new(name, &limits);
        part.take(first).unwrap();
        part.take(&[0; 1000]).unwrap();
    }
    assert!(
        Part::new("xl/worksheets/sheet1.xml", &limits)
            .take(&[b'a'; 1000])
            .is_err()
    );
}

proptest! {
    #[test]
    fn a_part_is_judged_alike_in_any_pieces(
        fragments in prop::collection::vec(
            select(vec![
                "<c r=\"A1\" s=\"1\">", "<c r=\"AB12\"", "<c", " r=\"ABCD1\"", " xr='A1'", " r=\"A12345678\"", "<x:c s=\"2\" r=\"B7\">", "<v>", "</v></c>",
                "</v>", "</c>", "<v> ", " ", "12", "<f>A1</f>", "<f/>", "<is>", "<row r=\"1\" ht=\"0\">", "<row", " hidden=\"1\"", ">", "/>", "<", "\"", "<t>", "</t>",
                "showZeros=\"0\"", "<aNameThatIsFarTooLong", "hid", "den", "uniqueCount=\"9", "999999999\"", "<strike", "<!-- ", "v>", "/v></c>", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            ]),
            0..24,
        ),
        pieces in 1_usize..9,
        is_strings: bool,
    ) {
        let text = fragments.concat();
        let limits = Limits { cell_bytes: 8, ..Limits::default() };
        let name = if is_strings { "xl/sharedstrings.xml" } else { "xl/worksheets/sheet1.xml" };
        let judge = |length: usize| {
            let mut part = Part::new(name, &limits);
            let mut pieces = text.as_bytes().chunks(length);
            let judged = pieces.try_for_each(|piece| part.take(piece));
            // Which of two limits is told of that one piece exceeds does not matter.
            let judged = judged.map_err(|_| "refused");
            judged.map(|()| (part.uncomputed(), part.marked(), part.padded()))
        };
        prop_assert_eq!(judge(text.len().max(1)), judge(pieces), "{}", text);
    }
}
