//! The lines of a form's definition that would map unknown headers.

use super::text::{LISTED, more};
use super::{Mapping, NewColumn};
use crate::domain::Lang;
use crate::report::look::say;
use crate::report::quoted::quoted;

impl Mapping {
    pub(super) fn toml(&self, lang: Lang) -> String {
        let mut text = String::new();
        for (column, headers) in &self.headers {
            let headers: Vec<String> = headers.iter().map(|header| quoted(header)).collect();
            text += &format!(
                "\n# [[column]] id = {}\nheaders = [{}]",
                quoted(column),
                headers.join(", ")
            );
        }
        for column in self.columns.iter().take(LISTED) {
            text += &column.toml(lang);
        }
        if self.columns.len() > LISTED {
            text += &format!("\n\n# {}", more(self.columns.len() - LISTED, lang));
        }
        text
    }
}

impl NewColumn {
    fn toml(&self, lang: Lang) -> String {
        let (kind, scale) = match self.looks_like.as_deref().and_then(|like| like.split_once(' ')) {
            Some((kind, scale)) => (kind, format!("\nscale = {scale}")),
            None => (self.looks_like.as_deref().unwrap_or("text"), String::new()),
        };
        let numeric = matches!(kind, "integer" | "decimal");
        let unit = self
            .unit
            .as_ref()
            .filter(|_| numeric)
            .map_or(String::new(), |unit| format!("\nunit = {}", quoted(unit)));
        let note = say(
            lang,
            "没有相近的列：请另取 id 与 title；类型由内容推测",
            "no similar column: choose an id and a title; the type is a guess from its cells",
        );
        format!(
            "\n\n# {note}\n[[column]]\nid = {}\ntype = {}{scale}{unit}\nheaders = [{}]",
            quoted(&self.id),
            quoted(kind),
            quoted(&self.header)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_column_is_a_definition() {
        let column = |looks_like: Option<&str>, unit: Option<&str>| {
            let column = NewColumn {
                id: "column_h".into(),
                looks_like: looks_like.map(str::to_owned),
                unit: unit.map(str::to_owned),
                header: "活动\n场次".into(),
            };
            toml::from_str::<toml::Table>(&column.toml(Lang::En)).unwrap()["column"][0].clone()
        };
        assert_eq!(column(Some("decimal 2"), Some("m2"))["scale"].as_integer(), Some(2));
        assert_eq!(column(Some("decimal 2"), Some("m2"))["unit"].as_str(), Some("m2"));
        assert_eq!(column(Some("date"), Some("m2")).get("unit"), None);
        assert_eq!(column(None, None)["type"].as_str(), Some("text"));
        assert_eq!(column(None, None)["headers"][0].as_str(), Some("活动\n场次"));
    }
}
