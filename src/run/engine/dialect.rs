//! One query in the dialects of the engines.

use std::path::Path;

use crate::pipeline::ExternalEngine;
use crate::pipeline::sql::duckdb_files;

/// How an engine writes names, texts and files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Names in double quotes, as in the standard.
    DuckDb,
    /// Names in backticks; a backslash escapes in texts.
    Spark,
}

impl Dialect {
    pub(super) fn of(engine: &ExternalEngine) -> Dialect {
        match engine {
            ExternalEngine::DuckDb => Dialect::DuckDb,
            ExternalEngine::SparkConnect(_) | ExternalEngine::FlightSql(_) => Dialect::Spark,
        }
    }

    /// All Parquet files of a folder, as they stand behind `FROM`.
    pub(super) fn files(self, folder: &Path) -> String {
        match self {
            Dialect::DuckDb => duckdb_files(folder, "*.parquet"),
            Dialect::Spark => format!("parquet.`file://{}`", folder.display().to_string().replace('`', "``")),
        }
    }

    /// Whether a folder can be written so that no other is meant. Spark has an escape for patterns, and Sail has another.
    pub(super) fn can_name(self, folder: &Path) -> bool {
        let path = folder.to_string_lossy();
        self == Dialect::DuckDb || !path.contains(['[', ']', '{', '}', '*', '?', '%', '\\'])
    }

    /// A query that is written in double quotes, with decimals that are doubles.
    pub(super) fn adapted(self, sql: &str) -> String {
        let mut adapted = String::with_capacity(sql.len() + sql.len() / 8);
        let mut rest = sql;
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '\'' | '"' | '`' => quoted_length(rest, first),
                _ if first.is_ascii_digit() => rest
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '.')
                    .unwrap_or(rest.len()),
                _ if first.is_alphabetic() || first == '_' => rest
                    .find(|c: char| !c.is_alphanumeric() && c != '_')
                    .unwrap_or(rest.len()),
                _ => first.len_utf8(),
            };
            let (token, after) = rest.split_at(length);
            self.add(token, first, &mut adapted);
            rest = after;
        }
        adapted
    }

    fn add(self, token: &str, first: char, to: &mut String) {
        let inner = |quote: &str| token[1..token.len() - 1].replace(&quote.repeat(2), quote);
        match (self, first) {
            (Dialect::Spark, '"') => to.push_str(&format!("`{}`", inner("\"").replace('`', "``"))),
            (Dialect::Spark, '\'') => {
                let text = inner("'").replace('\\', "\\\\").replace('\'', "\\'");
                to.push_str(&format!("'{text}'"));
            }
            // A decimal alone is no double in Spark and DuckDB, but a number of so many digits.
            (_, '0'..='9') if token.contains('.') && !token.contains(['e', 'E']) => to.push_str(&format!("{token}E0")),
            _ => to.push_str(token),
        }
    }
}

/// Bytes up to the quote that ends a text or a name; a doubled one stands for itself.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut at = 1;
    while let Some(found) = text[at..].find(quote) {
        at += found + 1;
        if !text[at..].starts_with(quote) {
            return at;
        }
        at += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_texts_and_decimals_are_written_as_each_engine_reads_them() {
        for (sql, spark, duckdb) in [
            ("\"a \"\"b\"\" `\"", "`a \"b\" ```", "\"a \"\"b\"\" `\""),
            (
                "'it''s a\\b \"c\" 0.5'",
                "'it\\'s a\\\\b \"c\" 0.5'",
                "'it''s a\\b \"c\" 0.5'",
            ),
            ("x * 0.5 + 1e16 + 12", "x * 0.5E0 + 1e16 + 12", "x * 0.5E0 + 1e16 + 12"),
            ("DECIMAL(38, 0) a1", "DECIMAL(38, 0) a1", "DECIMAL(38, 0) a1"),
            (
                "FROM parquet.`file:///a 0.5` AS \"\u{4e2d}\"",
                "FROM parquet.`file:///a 0.5` AS `\u{4e2d}`",
                "FROM parquet.`file:///a 0.5` AS \"\u{4e2d}\"",
            ),
            ("'", "'", "'"),
        ] {
            if sql != "'" {
                assert_eq!(Dialect::Spark.adapted(sql), spark, "{sql}");
            }
            assert_eq!(Dialect::DuckDb.adapted(sql), duckdb, "{sql}");
        }
    }

    #[test]
    fn the_files_of_a_folder_are_those_of_no_other() {
        let folder = Path::new("/a'b/[x]*");
        assert_eq!(
            Dialect::DuckDb.files(folder),
            "read_parquet('/a''b/[[]x[]][*]/*.parquet', hive_partitioning = false)"
        );
        assert!(Dialect::DuckDb.can_name(folder) && !Dialect::Spark.can_name(folder));
        let folder = Path::new("/a'b/x `y");
        assert!(Dialect::Spark.can_name(folder));
        assert_eq!(Dialect::Spark.files(folder), "parquet.`file:///a'b/x ``y`");
    }
}
