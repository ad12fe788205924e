//! Addresses in object stores, told from paths.

/// Schemes of addresses in object stores, as object_store knows them.
pub const STORES: [&str; 8] = ["s3", "s3a", "gs", "az", "adl", "azure", "abfs", "abfss"];

/// Whether a text begins with a scheme, as `s3://bucket/folder` does.
pub fn is_address(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        let is_of_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_of_scheme)
    })
}

/// The address that is meant by one with too few slashes, such as `s3:/bucket/folder`: as a path it would be a folder `s3:`.
pub fn meant_address(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once(':')?;
    let is_meant = STORES.contains(&scheme) && !rest.starts_with("//");
    let rest = rest.trim_start_matches('/');
    is_meant.then(|| format!("{scheme}://{}", if rest.is_empty() { "bucket/folder" } else { rest }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_with_too_few_slashes_is_told_from_a_path() {
        for (text, meant) in [
            ("s3:/bucket/x", Some("s3://bucket/x")),
            ("gs:bucket", Some("gs://bucket")),
            ("az:/", Some("az://bucket/folder")),
            ("s3:", Some("s3://bucket/folder")),
            ("s3://bucket/x", None),
            ("s3/x", None),
            ("C:/data", None),
            ("a b:/c", None),
        ] {
            assert_eq!(meant_address(text).as_deref(), meant, "{text}");
        }
    }
}
