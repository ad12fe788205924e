//! Whether a release is what the holder of a key has signed.

use serde::Serialize;

use super::grid::Page;
use super::look::{Look, on_one_line, say};
use super::number::count;
use super::verify::listed;
use crate::domain::Lang;

/// A release beside the key with which it should have been signed.
#[derive(Clone, Debug, Serialize)]
pub struct SignatureReport {
    /// Id of the release, as its manifest has it; None: the manifest cannot be understood.
    pub release: Option<String>,
    /// The public key, by its sha256.
    pub key: String,
    /// The signature.
    pub signature: SignatureState,
    /// The key that the manifest names.
    pub signed_by: Option<String>,
    /// Files that the manifest lists; 0 where nobody is known to have signed it, as below.
    pub files: usize,
    /// Files that are gone, or are not those that the manifest lists.
    pub damaged: Vec<String>,
    /// Files that the manifest does not list.
    pub unlisted: Vec<String>,
}

/// A signature, held against a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureState {
    /// The key's signature is that of the manifest.
    Valid,
    /// There is none.
    Missing,
    /// It does not have 64 bytes.
    Malformed,
    /// The manifest names another key.
    OtherKey,
    /// It is not that of the manifest.
    Invalid,
}

impl SignatureReport {
    /// Whether the manifest is signed, and the release has the files that it lists and no others.
    pub fn is_valid(&self) -> bool {
        self.signature == SignatureState::Valid && self.damaged.is_empty() && self.unlisted.is_empty()
    }

    fn told(&self, lang: Lang) -> String {
        let release = self.release.as_deref().map_or_else(String::new, on_one_line);
        let release = match (release.is_empty(), lang) {
            (true, Lang::Zh) => "该版本".to_owned(),
            (true, Lang::En) => "The release".to_owned(),
            (false, Lang::Zh) => format!("版本 {release}"),
            (false, Lang::En) => format!("Release {release}"),
        };
        let what = match self.signature {
            SignatureState::Valid => say(lang, "的签名有效。", " has a valid signature."),
            SignatureState::Missing => say(
                lang,
                "未签名：没有 manifest.json.sig。",
                " is not signed: there is no manifest.json.sig.",
            ),
            SignatureState::Malformed => say(
                lang,
                "的签名无效：manifest.json.sig 不是 64 字节的签名，已被改动或截断。",
                " has no valid signature: manifest.json.sig does not have the 64 bytes of one; it was changed or cut.",
            ),
            SignatureState::OtherKey => say(
                lang,
                "的签名无效：manifest.json 注明由另一把密钥签名。",
                " has no valid signature of this key: its manifest names another one.",
            ),
            SignatureState::Invalid => say(
                lang,
                "的签名无效：签名之后，manifest.json 或 manifest.json.sig 已被改动，或用了另一把密钥签名。",
                " has no valid signature: manifest.json or manifest.json.sig was changed since it was signed, or another key signed it.",
            ),
        };
        format!("{release}{what}")
    }
}

impl Look for SignatureReport {
    fn text(&self, page: Page) -> String {
        let lang = page.lang;
        let mut lines = vec![self.told(lang)];
        lines.push(format!("{} sha256:{}", say(lang, "公钥", "Public key"), self.key));
        if let Some(named) = self.signed_by.as_ref().filter(|named| **named != self.key) {
            let what = say(lang, "manifest.json 注明的公钥", "Public key that manifest.json names");
            lines.push(format!("{what} sha256:{}", on_one_line(named)));
        }
        if self.is_valid() {
            let files = count(self.files as i64);
            lines.push(match lang {
                Lang::Zh => format!("签名所涵盖的 {files} 个文件完好，没有多出的文件。"),
                Lang::En => format!("Files that are what was signed: {files}. There are no others."),
            });
        }
        for (zh, en, paths) in [
            ("已损坏（缺失或被改动）", "Damaged (gone or changed)", &self.damaged),
            ("未列入清单的文件", "Not in the manifest", &self.unlisted),
        ] {
            if !paths.is_empty() {
                let files = count(paths.len() as i64);
                lines.push(format!("{} ({files}): {}", say(lang, zh, en), listed(paths)));
            }
        }
        let wrapped: Vec<String> = lines.iter().map(|line| page.wrap(line)).collect();
        wrapped.join("\n") + "\n"
    }

    fn rows(&self, _: Lang) -> Vec<Vec<String>> {
        let mut rows = vec![["fault", "path"].map(str::to_owned).to_vec()];
        let fault = match self.signature {
            SignatureState::Valid => None,
            SignatureState::Missing => Some("missing"),
            SignatureState::Malformed => Some("malformed"),
            SignatureState::OtherKey => Some("other_key"),
            SignatureState::Invalid => Some("invalid"),
        };
        rows.extend(fault.map(|fault| vec![fault.to_owned(), "manifest.json.sig".to_owned()]));
        for (what, paths) in [("damaged", &self.damaged), ("unlisted", &self.unlisted)] {
            rows.extend(paths.iter().map(|path| vec![what.to_owned(), path.clone()]));
        }
        rows
    }
}
