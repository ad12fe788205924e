//! Faults in the shape of a file: unknown keys, wrong types, missing keys, unknown words. serde stops at the first;
//! here the parsed document is walked along the JSON Schema of the same types, so all are found, what is sound stays, and
//! what remains deserializes.

use serde_json::Value as Json;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::faults::{Faults, Source, choices};
use crate::domain::{agreeing, nearest};

/// A file's document without its unsound parts; `None` when a required part is unsound.
pub(super) fn sound_part<'i>(
    document: Spanned<DeTable<'i>>,
    schema: &Json,
    source: &Source,
    faults: &mut Faults,
) -> Option<Spanned<DeTable<'i>>> {
    let span = document.span();
    let root = Spanned::new(0..0, DeValue::Table(document.into_inner()));
    let mut walk = Walk { schema, source, faults };
    match walk.value(root, schema, "the file")?.into_inner() {
        DeValue::Table(table) => Some(Spanned::new(span, table)),
        _ => None,
    }
}

struct Walk<'a> {
    schema: &'a Json,
    source: &'a Source,
    faults: &'a mut Faults,
}

impl<'a> Walk<'a> {
    fn value<'i>(&mut self, value: Spanned<DeValue<'i>>, schema: &'a Json, name: &str) -> Option<Spanned<DeValue<'i>>> {
        let whole = schema;
        let schema = self.alternative(whole, value.get_ref());
        if let Some(words) = words(schema) {
            return self.word(value, &words, name);
        }
        let span = value.span();
        let fits = types(schema).any(|ty| has_type(value.get_ref(), ty));
        if !fits {
            let message = format!(
                "{name} is {}, where {} is needed",
                type_words(value.get_ref()),
                self.needed(whole).join(" or ")
            );
            let number = || {
                let is_special = value.get_ref().as_float().is_some_and(is_special);
                is_special.then(|| "write a number such as 100: nan and inf are none".to_owned())
            };
            let text = as_text(value.get_ref(), schema).map(|text| format!("write {text}"));
            let hint = text.or_else(number);
            self.faults.add(self.source, "wrong-type", span, message, hint);
            return None;
        }
        match value.into_inner() {
            DeValue::Table(table) => self.table(table, span.clone(), schema, name).map(DeValue::Table),
            DeValue::Array(array) => self.array(array, span.clone(), schema, name).map(DeValue::Array),
            DeValue::Integer(n) if !self.in_bounds(&n, schema) => {
                let message = format!("{name} is {n}, which is out of bounds");
                self.faults.add(
                    self.source,
                    "wrong-value",
                    span.clone(),
                    message,
                    "a whole number from 0".to_owned(),
                );
                None
            }
            other => Some(other),
        }
        .map(|value| Spanned::new(span, value))
    }

    /// Follows references, and takes the alternative of the value's own type where there are several.
    fn alternative(&self, schema: &'a Json, value: &DeValue<'_>) -> &'a Json {
        let schema = self.resolved(schema);
        let Some(all) = schema.get("anyOf").and_then(Json::as_array) else {
            return schema;
        };
        let mut real = all.iter().map(|s| self.resolved(s)).filter(|s| s["type"] != "null");
        let first = real.clone().next().unwrap_or(schema);
        let found = real.find(|s| s.get("anyOf").is_some() || types(s).any(|ty| has_type(value, ty)));
        match found {
            // What may be left out, and may be one of several.
            Some(nested) if nested.get("anyOf").is_some() => self.alternative(nested, value),
            found => found.unwrap_or(first),
        }
    }

    /// What may stand here, in words: of all alternatives.
    fn needed(&self, schema: &'a Json) -> Vec<&'static str> {
        let schema = self.resolved(schema);
        let all = schema.get("anyOf").and_then(Json::as_array);
        let found = match all {
            Some(all) => all.iter().flat_map(|one| self.needed(one)).collect(),
            None => types(schema).filter_map(needed_words).collect::<Vec<_>>(),
        };
        let mut words = Vec::new();
        for word in found {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words
    }

    fn resolved(&self, schema: &'a Json) -> &'a Json {
        if let Some([only]) = schema.get("allOf").and_then(Json::as_array).map(Vec::as_slice) {
            return self.resolved(only);
        }
        let reference = schema.get("$ref").and_then(Json::as_str);
        let target = reference.and_then(|r| self.schema.pointer(r.trim_start_matches('#')));
        target.map_or(schema, |s| self.resolved(s))
    }

    fn word<'i>(&mut self, value: Spanned<DeValue<'i>>, words: &[&str], name: &str) -> Option<Spanned<DeValue<'i>>> {
        let span = value.span();
        match value.get_ref().as_str() {
            Some(text) if words.contains(&text) => return Some(value),
            Some(text) => {
                let message = format!("{name} is `{text}`, which is none of its choices");
                let hint = choices(text, words.iter().copied());
                self.faults.add(self.source, "wrong-value", span, message, hint);
            }
            None => {
                let message = format!(
                    "{name} is {}, where one of its choices is needed",
                    type_words(value.get_ref())
                );
                let hint = choices("", words.iter().copied());
                self.faults.add(self.source, "wrong-type", span, message, hint);
            }
        }
        None
    }

    fn table<'i>(
        &mut self,
        table: DeTable<'i>,
        span: std::ops::Range<usize>,
        schema: &'a Json,
        name: &str,
    ) -> Option<DeTable<'i>> {
        let properties = schema.get("properties").and_then(Json::as_object);
        let others = schema.get("additionalProperties").filter(|s| s.is_object());
        let id = table.get("id").and_then(|v| v.get_ref().as_str()).map(str::to_owned);
        let (mut sound, mut unsound, mut meant) = (DeTable::new(), Vec::new(), Vec::new());
        for (key, value) in table {
            let known = properties.and_then(|p| p.get(key.get_ref().as_ref())).or(others);
            let Some(schema) = known else {
                let known = properties.into_iter().flatten().map(|(k, _)| k.as_str());
                let near = nearest(key.get_ref(), known.clone());
                near.iter().for_each(|near| self.faults.mark_faulty_key(near));
                meant.extend(near);
                let hint = choices(key.get_ref(), known);
                self.faults.add(
                    self.source,
                    "unknown-key",
                    key.span(),
                    format!("unknown key `{}`", key.get_ref()),
                    hint,
                );
                continue;
            };
            let name = format!("`{}`", key.get_ref());
            match self.value(value, schema, &name) {
                Some(value) => {
                    sound.insert(key, value);
                }
                None => {
                    self.faults.mark_faulty_key(key.get_ref());
                    unsound.push(key.into_inner().into_owned());
                }
            }
        }
        let required = schema
            .get("required")
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
            .filter_map(Json::as_str);
        let mut whole = true;
        for key in required.filter(|k| !sound.contains_key(*k)) {
            whole = false;
            if !unsound.iter().any(|u| u == key) && !meant.contains(&key) {
                let message = format!("{name} lacks the key `{key}`");
                self.faults.add(
                    self.source,
                    "missing-key",
                    first_line(&self.source.text, span.clone()),
                    message,
                    None,
                );
            }
        }
        if let (true, Some(id)) = (!whole || !unsound.is_empty(), &id) {
            self.faults.mark_broken(self.source, id);
        }
        whole.then_some(sound)
    }

    fn array<'i>(
        &mut self,
        array: DeArray<'i>,
        span: std::ops::Range<usize>,
        schema: &'a Json,
        name: &str,
    ) -> Option<DeArray<'i>> {
        let bound = |key: &str| schema.get(key).and_then(Json::as_u64);
        let length = array.len() as u64;
        if bound("minItems").is_some_and(|n| length < n) || bound("maxItems").is_some_and(|n| length > n) {
            let wanted = bound("minItems").or(bound("maxItems")).unwrap_or_default();
            let (noun, verb) = (agreeing(length, "entry", "entries"), agreeing(wanted, "is", "are"));
            let message = format!("{name} has {length} {noun}, where {wanted} {verb} needed");
            let is_of_texts = schema.get("items").is_some_and(|items| types(items).eq(["string"]));
            let hint = is_of_texts.then(|| format!("write {}", list_of(Vec::new(), wanted)));
            self.faults.add(self.source, "wrong-value", span, message, hint);
            return None;
        }
        let Some(items) = schema.get("items") else {
            return Some(array);
        };
        let name = if is_table_array(&array) {
            format!("[[{}]]", name.trim_matches('`'))
        } else {
            format!("an entry of {name}")
        };
        let quoted = self.unquoted(&array, items, &name);
        let sound: DeArray<'i> = array
            .into_iter()
            .filter(|item| !quoted.contains(&item.span().start))
            .filter_map(|item| self.value(item, items, &name))
            .collect();
        (bound("minItems").is_none_or(|n| sound.len() as u64 >= n)).then_some(sound)
    }

    /// Several entries that lack their quotes are one slip, so one fault. Returns where they begin.
    fn unquoted(&mut self, array: &DeArray<'_>, items: &'a Json, name: &str) -> Vec<usize> {
        let text = |item: &Spanned<DeValue<'_>>| {
            item.get_ref().as_integer()?;
            let schema = self.alternative(items, item.get_ref());
            Some((item.span(), as_text(item.get_ref(), schema)?))
        };
        let found: Vec<_> = array.iter().filter_map(text).collect();
        let [(first, _), .., (last, _)] = found.as_slice() else {
            return Vec::new();
        };
        let message = format!("{name} is a whole number ({} are), where a text is needed", found.len());
        let texts: Vec<_> = found.iter().take(4).map(|(_, text)| text.as_str()).collect();
        let more = if found.len() > texts.len() { ", …" } else { "" };
        let hint = format!("write {}{more}", texts.join(", "));
        self.faults
            .add(self.source, "wrong-type", first.start..last.end, message, hint);
        found.iter().map(|(span, _)| span.start).collect()
    }

    fn in_bounds(&self, n: &toml::de::DeInteger<'_>, schema: &Json) -> bool {
        let Ok(value) = i64::from_str_radix(n.as_str(), n.radix()) else {
            return false;
        };
        let low = schema
            .get("minimum")
            .and_then(Json::as_f64)
            .is_none_or(|low| value as f64 >= low);
        let small = schema.get("format").and_then(Json::as_str) != Some("uint32") || u32::try_from(value).is_ok();
        low && small
    }
}

/// A whole number or a date where only a text is needed, in the quotes it lacks.
fn as_text(value: &DeValue<'_>, schema: &Json) -> Option<String> {
    // A key that may be left out has the type "null" as well.
    let is_text = types(schema).filter(|ty| *ty != "null").eq(["string"]);
    let items = schema.get("items");
    let is_list_of_texts = items.is_some_and(|items| types(items).eq(["string"]));
    match value {
        DeValue::String(text) if is_list_of_texts => {
            let wanted = schema.get("minItems").and_then(Json::as_u64).unwrap_or(1);
            Some(list_of(vec![toml::Value::String(text.to_string()).to_string()], wanted))
        }
        DeValue::Integer(n) if is_text => Some(format!("\"{n}\"")),
        DeValue::Datetime(day) if is_text => Some(format!("\"{day}\"")),
        _ => None,
    }
}

/// A list of the entries that are known, and of a blank for each further one that is wanted.
fn list_of(mut entries: Vec<String>, wanted: u64) -> String {
    while (entries.len() as u64) < wanted {
        entries.push("\"…\"".to_owned());
    }
    format!("[{}]", entries.join(", "))
}

fn is_table_array(array: &DeArray<'_>) -> bool {
    array.iter().next().is_some_and(|item| item.get_ref().is_table())
}

/// The words of an enumeration.
fn words(schema: &Json) -> Option<Vec<&str>> {
    if let Some(all) = schema.get("enum").and_then(Json::as_array) {
        return Some(all.iter().filter_map(Json::as_str).collect());
    }
    let all = schema.get("oneOf").and_then(Json::as_array)?;
    let mut words = Vec::new();
    for one in all {
        match (
            one.get("const").and_then(Json::as_str),
            one.get("enum").and_then(Json::as_array),
        ) {
            (Some(word), _) => words.push(word),
            (None, Some(several)) => words.extend(several.iter().filter_map(Json::as_str)),
            (None, None) => return None,
        }
    }
    Some(words)
}

fn types(schema: &Json) -> impl Iterator<Item = &str> {
    let (one, many) = match schema.get("type") {
        Some(Json::String(one)) => (Some(one.as_str()), None),
        Some(Json::Array(many)) => (None, Some(many)),
        _ => (None, None),
    };
    one.into_iter()
        .chain(many.into_iter().flatten().filter_map(Json::as_str))
}

fn has_type(value: &DeValue<'_>, ty: &str) -> bool {
    match ty {
        "string" => value.is_str(),
        "integer" => value.is_integer(),
        "number" => value.is_float() && !value.as_float().is_some_and(is_special) || value.is_integer(),
        "boolean" => value.is_bool(),
        "array" => value.is_array(),
        "object" => value.is_table(),
        _ => false,
    }
}

/// `inf` and `nan` are TOML numbers, but no figures.
fn is_special(n: &toml::de::DeFloat<'_>) -> bool {
    n.as_str().parse::<f64>().is_ok_and(|n| !n.is_finite())
}

fn needed_words(ty: &str) -> Option<&'static str> {
    Some(match ty {
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a table",
        _ => return None,
    })
}

fn type_words(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(n) if is_special(n) => "no finite number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A table spans many lines: its first is enough to find it.
pub(super) fn first_line(text: &str, span: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let Some(part) = text.get(span.clone()) else {
        return span;
    };
    let line = part.lines().next().map_or(0, |l| l.trim_end().len());
    span.start..span.start + line
}
