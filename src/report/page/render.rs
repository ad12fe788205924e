//! From the context to the page. What others wrote reaches it through the escaper only.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, ValueKind};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context, escape_formatter};
use sha2::{Digest, Sha256};

use super::context::Context;
use super::draw::{STRIP, tenth};
use super::packed::{apart, packed};
use crate::domain::Lang;

/// Templates, by the names under which they include each other.
const TEMPLATES: &[(&str, &str)] = &[
    ("page.html", include_str!("templates/page.html")),
    ("edition.html", include_str!("templates/edition.html")),
    ("drawings.html", include_str!("templates/drawings.html")),
    ("macros.html", include_str!("templates/macros.html")),
    ("goals.html", include_str!("templates/goals.html")),
    ("indicator.html", include_str!("templates/indicator.html")),
    ("gap.html", include_str!("templates/gap.html")),
    ("crosses.html", include_str!("templates/crosses.html")),
    ("change.html", include_str!("templates/change.html")),
    ("compared.html", include_str!("templates/compared.html")),
    ("data.html", include_str!("templates/data.html")),
    ("methods.html", include_str!("templates/methods.html")),
];
const STYLE: &str = include_str!("templates/page.css");
const SCRIPT: &str = include_str!("templates/page.js");

const SOUND: &str = "the templates fit the context, as the tests show";

/// The page with both editions.
pub fn page(context: &Context) -> String {
    let all = Value::from(Serde(context));
    let edition = |lang| {
        let (html, digits) = apart(&rendered(lang, "edition.html", context! { page => all.clone() }));
        let tag = match lang {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        };
        let context = context! { tag => lang.tag(), lang => tag, html => Value::from_safe_string(html) };
        (context, digits)
    };
    let ((zh, _), (en, digits)) = rayon::join(|| edition(Lang::Zh), || edition(Lang::En));
    let lead = if context.lead == Lang::Zh.tag() {
        Lang::Zh
    } else {
        Lang::En
    };
    let parts = context! {
        page => all,
        style => Value::from_safe_string(STYLE.to_owned()),
        script => Value::from_safe_string(SCRIPT.to_owned()),
        // No other script runs, whatever may stand in the page.
        script_hash => format!("sha256-{}", STANDARD.encode(Sha256::digest(SCRIPT))),
        most_panels => [
            context.indicators.len(),
            context.gaps.len(),
            context.crosses.len(),
            context.changes.len(),
        ]
        .into_iter()
        .max(),
        places => Value::from(Serde(&places(context))),
        editions => vec![zh, en],
        // Base64 needs no escape, and an escaped slash takes six characters.
        digits => Value::from_safe_string(packed(&digits)),
    };
    rendered(lead, "page.html", parts)
}

/// Places on a map, each once: every indicator has the same areas.
fn places(context: &Context) -> BTreeSet<(u32, u32)> {
    let maps = context.indicators.iter().filter_map(|view| view.tiles.as_ref());
    maps.flat_map(|tiles| &tiles.map)
        .map(|placed| (placed.row, placed.column))
        .collect()
}

fn rendered(lang: Lang, name: &str, context: Value) -> String {
    let environment = environment(lang);
    let template = environment.get_template(name).expect(SOUND);
    template.render(context).expect(SOUND)
}

/// Templates of a language: `say(zh, en)` gives its words, and `| t` what a text says in it.
fn environment(lang: Lang) -> Environment<'static> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect(SOUND));
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    // Numbers with a part after the point are places in drawings: `232`, not `232.0`.
    environment.set_formatter(|out, state, value| match f64::try_from(value.clone()) {
        Ok(place) if value.kind() == ValueKind::Number && !value.is_integer() => {
            let text = tenth(place).to_string();
            escape_formatter(out, state, &Value::from_safe_string(text))
        }
        _ => escape_formatter(out, state, value),
    });
    environment.add_global("lang", lang.tag());
    environment.add_global("strip", STRIP);
    environment.add_function("say", move |zh: Value, en: Value| match lang {
        Lang::Zh => zh,
        Lang::En => en,
    });
    environment.add_filter("t", move |text: Value| in_language(&text, lang));
    for (name, source) in TEMPLATES {
        environment.add_template(name, source).expect(SOUND);
    }
    environment
}

/// As [`crate::domain::Text::get`]: in the language, else in English, else in whatever language it has.
fn in_language(text: &Value, lang: Lang) -> Value {
    let own = |tag: &str| {
        let own = text.get_attr(tag).ok();
        own.filter(|own| own.kind() == ValueKind::String)
    };
    let any = || own(text.try_iter().ok()?.next()?.as_str()?);
    let found = own(lang.tag()).or_else(|| own("en")).or_else(any);
    found.unwrap_or_else(|| Value::from(""))
}
