//! The language a person reads, by the locale, and the room there is for it.

use crate::domain::Lang;
use crate::report::Page;

/// Chinese under a Chinese locale, English under any other.
pub fn default_lang() -> Lang {
    sys_locale::get_locale().map_or(Lang::En, |locale| of_locale(&locale))
}

/// As wide as `COLUMNS` says, where it says something: a shell that exports it means it.
pub fn page(lang: Lang) -> Page {
    let columns = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.trim().parse().ok());
    columns.map_or(Page::new(lang), |columns| Page::within(lang, columns))
}

fn of_locale(locale: &str) -> Lang {
    let language = locale.split(['-', '_', '.', '@']).next().unwrap_or_default();
    if language.eq_ignore_ascii_case("zh") {
        Lang::Zh
    } else {
        Lang::En
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_locales_of_any_spelling_are_chinese() {
        for (locale, lang) in [
            ("zh-CN", Lang::Zh),
            ("zh_CN.UTF-8", Lang::Zh),
            ("ZH", Lang::Zh),
            ("zh-Hant-HK", Lang::Zh),
            ("en-GB", Lang::En),
            ("C", Lang::En),
            ("zha-CN", Lang::En),
            ("", Lang::En),
        ] {
            assert_eq!(of_locale(locale), lang, "{locale}");
        }
    }
}
