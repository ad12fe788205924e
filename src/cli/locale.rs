//! The language a person reads, by the locale.

use crate::domain::Lang;

/// Chinese under a Chinese locale, English under any other.
pub fn default_lang() -> Lang {
    sys_locale::get_locale().map_or(Lang::En, |locale| of_locale(&locale))
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
