//! Words of a command line that a person may copy.

/// A word as a POSIX shell takes it literally: in single quotes where it holds anything that a shell reads as more than text.
pub fn shell_word(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-./:=@%+,".contains(c);
    // Where it could be taken for an option it is a path all the same.
    let word = if word.starts_with('-') {
        format!("./{word}")
    } else {
        word.to_owned()
    };
    if !word.is_empty() && word.chars().all(is_plain) {
        return word;
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_shell_would_read_otherwise_is_quoted() {
        for (word, quoted) in [
            ("pipelines/community-services", "pipelines/community-services"),
            ("../年报/2020", "../年报/2020"),
            ("my pipeline", "'my pipeline'"),
            ("it's", r"'it'\''s'"),
            ("$HOME/a;b", "'$HOME/a;b'"),
            ("~/p", "'~/p'"),
            ("-p", "./-p"),
            ("", "''"),
        ] {
            assert_eq!(shell_word(word), quoted, "{word}");
        }
    }
}
