//! The path template of a file, from its name.

use super::names::slug;
use super::trial::Frame;
use crate::domain::{Period, Text};
use crate::registry::Areas;

/// Digits from which a number in a name is the code of an area rather than a number of its own.
const CODE: usize = 6;

/// What the path of a file says.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// The template.
    pub(super) template: String,
    /// The period it names.
    pub(super) period: Option<Period>,
    /// The area it names, by code.
    pub(super) sender: Option<String>,
    /// Words that are neither: the name of the form.
    pub(super) words: String,
    /// What is doubtful.
    pub(super) notes: Vec<Text>,
}

impl Place {
    /// Reads a path below the input folder; `areas` are those of the pipeline it is for, if any.
    pub(super) fn of(path: &str, frame: &Frame, areas: Option<&Areas>) -> Place {
        let mut place = Place::default();
        let (stem, ending) = match path.rsplit_once('.') {
            Some((stem, ending)) if !ending.contains('/') => (stem, Some(ending)),
            _ => (path, None),
        };
        let mut rest = stem;
        let mut words = Vec::new();
        while !rest.is_empty() {
            let length = place.period(rest, frame).or_else(|| place.area(rest, frame, areas));
            let length = length.unwrap_or_else(|| {
                let length = word(rest);
                let text = &rest[..length];
                words.push(text);
                // These would be placeholders.
                place.template.push_str(&text.replace(['{', '}', '#', '*'], "*"));
                length
            });
            rest = &rest[length..];
            let between = rest.find(char::is_alphanumeric).unwrap_or(rest.len());
            place
                .template
                .push_str(&rest[..between].replace(['{', '}', '#', '*'], "*"));
            rest = &rest[between..];
        }
        if let Some(ending) = ending {
            place.template.push('.');
            place.template.push_str(ending);
        }
        let name: Vec<&str> = words
            .into_iter()
            .filter(|word| !word.contains(|c: char| c.is_ascii_digit()))
            .collect();
        place.words = slug(&name.join(" "));
        place
    }

    /// Takes a period at the beginning of a text; the bytes it has.
    fn period(&mut self, rest: &str, frame: &Frame) -> Option<usize> {
        const LENGTHS: [usize; 3] = [7, 6, 4];
        let found = LENGTHS.iter().find_map(|&length| {
            let text = rest.get(..length)?;
            let is_whole = !rest[length..].starts_with(|c: char| c.is_ascii_alphanumeric());
            let period = Period::parse_any(text).filter(|_| is_whole)?;
            let is_likely = (1900..2100).contains(&period.year());
            let is_own = frame.periods.as_ref().is_none_or(|own| own.contains(&period));
            (is_likely && is_own).then_some((period, length))
        });
        let (period, length) = found?;
        match self.period {
            None => self.template.push_str("{period}"),
            Some(own) if own == period => self.template.push_str("{period}"),
            Some(_) => {
                self.template.push('*');
                self.notes.push(Text::new(
                    format!("存疑：文件名中另有时期 {period}，以 * 代替"),
                    format!("Doubtful: the name has a second period, {period}, which * stands for"),
                ));
                return Some(length);
            }
        }
        self.period = Some(period);
        Some(length)
    }

    /// Takes the code of an area at the beginning of a text; the bytes it has.
    fn area(&mut self, rest: &str, frame: &Frame, areas: Option<&Areas>) -> Option<usize> {
        let length = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let text = &rest[..length];
        if let Some(areas) = areas {
            let area = areas.get(text).filter(|area| area.level > 0)?;
            let placeholder = format!("{{{}}}", frame.levels.get(area.level)?);
            self.template.push_str(match self.template.contains(&placeholder) {
                true => "*",
                false => &placeholder,
            });
            self.sender = Some(text.to_owned());
            return Some(length);
        }
        let is_code = length >= CODE && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_code {
            return None;
        }
        self.template.push('*');
        self.notes.push(Text::new(
            format!(
                "存疑：{text} 可能是报送单位的代码。若是，请把 * 换成该级的占位符，如 {{county}}（[registry] levels 中的一级）；现在各行都归入根地区。"
            ),
            format!(
                "Doubtful: {text} may be the code of the area that sends the file. If so, replace * by the placeholder of its level, such as {{county}} (one of levels in [registry]); as it stands, the sender is the root."
            ),
        ));
        Some(length)
    }
}

/// Bytes of the word at the beginning of a text: letters, or digits, or one other character.
fn word(rest: &str) -> usize {
    let Some(first) = rest.chars().next() else { return 0 };
    let is_same = |c: char| match first.is_ascii_digit() {
        true => c.is_ascii_digit(),
        false => c.is_alphanumeric() && !c.is_ascii_digit(),
    };
    let length = rest.find(|c: char| !is_same(c)).unwrap_or(rest.len());
    length.max(first.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_periods_and_codes() {
        for (path, template, period, words) in [
            ("libraries_2021.csv", "libraries_{period}.csv", "2021", "libraries"),
            (
                "130102_communities_2020.csv",
                "*_communities_{period}.csv",
                "2020",
                "communities",
            ),
            (
                "2024-01/N_services.csv",
                "{period}/N_services.csv",
                "2024-01",
                "n_services",
            ),
            ("beds 2020Q3 v2.xlsx", "beds {period} v2.xlsx", "2020Q3", "beds_v"),
            ("社区2020年报表.xls", "社区{period}年报表.xls", "2020", ""),
            ("2019_2020.csv", "{period}_*.csv", "2019", ""),
            ("a#b{c}*.csv", "a*b*c**.csv", "", ""),
            ("20201231.csv", "*.csv", "", ""),
            ("report", "report", "", "report"),
        ] {
            let place = Place::of(path, &Frame::default(), None);
            let said = place.period.map_or(String::new(), |period| period.to_string());
            assert_eq!(
                (place.template.as_str(), said.as_str(), place.words.as_str()),
                (template, period, words),
                "{path}"
            );
        }
    }
}
