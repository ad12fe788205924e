//! Keys of signatures: where they are given, and how one is told that cannot be used.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Exit;
use super::default_lang;
use super::exit::{complain_of, told};
use crate::domain::Lang;
use crate::release::{KeyError, KeyFault, SigningKey};

/// Names the file of the key that signs, where no argument does.
const VARIABLE: &str = "HUIZONG_SIGN_KEY";

/// The key that signs: of the file that is given, else of the one that the environment names. None: releases are not signed.
pub(super) fn signing(given: Option<&Path>) -> Result<Option<Arc<SigningKey>>, KeyError> {
    let named = || std::env::var_os(VARIABLE).filter(|path| !path.is_empty());
    let path = given.map(Path::to_owned).or_else(|| named().map(PathBuf::from));
    let key = path.map(|path| SigningKey::read(&path)).transpose()?;
    Ok(key.map(Arc::new))
}

pub(super) fn exit_after(error: &KeyError) -> Exit {
    use std::io::ErrorKind::{IsADirectory, NotFound};
    match &error.fault {
        KeyFault::Unreadable(cause) if !matches!(cause.kind(), NotFound | IsADirectory) => Exit::Machine,
        _ => Exit::Usage,
    }
}

/// What to do, in Chinese and English.
pub(super) fn hint(error: &KeyError) -> Option<(&'static str, &'static str)> {
    Some(match &error.fault {
        KeyFault::Unreadable(cause) if cause.kind() == std::io::ErrorKind::NotFound => (
            "请检查 --sign、HUIZONG_SIGN_KEY 或 --signature 给出的路径；生成私钥：openssl genpkey -algorithm ed25519 -out 私钥；由它得到公钥：openssl pkey -in 私钥 -pubout -out 公钥",
            "check the path that --sign, HUIZONG_SIGN_KEY or --signature gives; a private key is made by openssl genpkey -algorithm ed25519 -out PRIVATE, the public one of it by openssl pkey -in PRIVATE -pubout -out PUBLIC",
        ),
        KeyFault::Unreadable(_) => return None,
        KeyFault::Private => (
            "由私钥得到公钥：openssl pkey -in 私钥 -pubout -out 公钥",
            "make the public key of it: openssl pkey -in PRIVATE -pubout -out PUBLIC",
        ),
        KeyFault::Encrypted => (
            "运行时无人输入口令：openssl pkey -in 加密的私钥 -out 私钥 可去除口令，再以文件权限保护私钥",
            "nobody can enter a passphrase during a run: openssl pkey -in ENCRYPTED -out PRIVATE removes it; let the permissions of the file protect the key",
        ),
        KeyFault::NoPem | KeyFault::OpenSsh | KeyFault::Public | KeyFault::Algorithm(_) | KeyFault::Damaged => (
            "生成私钥：openssl genpkey -algorithm ed25519 -out 私钥；由它得到公钥：openssl pkey -in 私钥 -pubout -out 公钥",
            "a private key is made by openssl genpkey -algorithm ed25519 -out PRIVATE, the public one of it by openssl pkey -in PRIVATE -pubout -out PUBLIC",
        ),
    })
}

/// Tells what is wrong with a key.
pub(super) fn print(error: &KeyError) {
    let hint = hint(error).map(|(zh, en)| told(zh, en));
    let KeyError { path, fault } = error;
    let path = path.display();
    let cause: Option<&(dyn std::error::Error + 'static)> = match fault {
        KeyFault::Unreadable(cause) => Some(cause),
        _ => None,
    };
    let message = match (default_lang(), cause) {
        (Lang::En, Some(_)) => format!("cannot read the key {path}"),
        (Lang::En, None) => error.to_string(),
        (Lang::Zh, Some(_)) => format!("无法读取密钥 {path}"),
        (Lang::Zh, None) => format!("{path} 不能用作密钥：{}", chinese(fault)),
    };
    complain_of(&message, cause, hint);
}

fn chinese(fault: &KeyFault) -> String {
    match fault {
        KeyFault::Unreadable(_) | KeyFault::NoPem => "其中没有 PEM 格式的密钥".to_owned(),
        KeyFault::Encrypted => "密钥已加密".to_owned(),
        KeyFault::OpenSsh => "密钥为 OpenSSH 格式".to_owned(),
        KeyFault::Private => "这是私钥，此处需要公钥".to_owned(),
        KeyFault::Public => "这是公钥，此处需要私钥".to_owned(),
        KeyFault::Algorithm(name) => format!("密钥算法为 {name}，而不是 Ed25519"),
        KeyFault::Damaged => "密钥已损坏".to_owned(),
    }
}
