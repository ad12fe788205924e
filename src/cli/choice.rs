//! Arguments that take one of a few words.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::domain::Lang;

/// Words of an argument: what is written, what `--help` says of it, what it means.
pub type Choices<T> = [(&'static str, &'static str, T)];

/// `--lang`.
pub const LANGS: &Choices<Lang> = &[("zh", "Chinese", Lang::Zh), ("en", "English", Lang::En)];

/// Takes the words of `choices` and no other; names them in help and errors.
pub fn choice<T: Copy + Send + Sync + 'static>(choices: &'static Choices<T>) -> impl TypedValueParser<Value = T> {
    let words = choices
        .iter()
        .map(|(word, help, _)| PossibleValue::new(*word).help(*help));
    PossibleValuesParser::new(words).map(|given| {
        let meant = choices.iter().find(|(word, ..)| *word == given);
        meant.expect("clap lets only these words through").2
    })
}
