//! Errors of the operating system in Chinese: the system tells them in English.

use std::borrow::Cow;
use std::io::{Error, ErrorKind};

/// What stands before the number of an error of the system, in the text of such an error.
const NUMBERED: &str = " (os error ";

/// An error of the system in Chinese: the common kinds in words, any other as the system tells it, in quotes. None: it is none of
/// the system's.
pub fn system_error_in_chinese(error: &Error) -> Option<Cow<'static, str>> {
    let words = match Error::from_raw_os_error(error.raw_os_error()?).kind() {
        ErrorKind::AlreadyExists => "已存在",
        ErrorKind::NotFound => "文件或文件夹不存在",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::StorageFull => "磁盘空间已满",
        ErrorKind::QuotaExceeded => "超出磁盘配额",
        ErrorKind::NotADirectory => "路径中有一段不是文件夹",
        ErrorKind::IsADirectory => "是文件夹，不是文件",
        ErrorKind::ReadOnlyFilesystem => "文件系统只读",
        _ => return Some(Cow::Owned(format!("“{error}”"))),
    };
    Some(Cow::Borrowed(words))
}

/// A text with the error of the system that ends it in Chinese: `无法读取 a.csv：没有权限`.
pub fn ending_in_chinese(text: &str) -> Cow<'_, str> {
    let error = || {
        let (_, number) = text.rsplit_once(NUMBERED)?;
        let error = Error::from_raw_os_error(number.strip_suffix(')')?.parse().ok()?);
        let before = text.strip_suffix(&error.to_string())?;
        Some(format!("{before}{}", system_error_in_chinese(&error)?))
    };
    error().map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_system_are_told_in_chinese() {
        for (number, zh) in [
            (17, "已存在"),
            (2, "文件或文件夹不存在"),
            (13, "没有权限"),
            (28, "磁盘空间已满"),
            (21, "是文件夹，不是文件"),
            (30, "文件系统只读"),
        ] {
            let error = Error::from_raw_os_error(number);
            assert_eq!(system_error_in_chinese(&error).unwrap(), zh, "{error}");
            let text = format!("无法写入 a.xlsx：{error}");
            assert_eq!(ending_in_chinese(&text), format!("无法写入 a.xlsx：{zh}"));
        }
        // Of any other kind the system's own words, which can be looked up.
        let rare = Error::from_raw_os_error(5);
        assert_eq!(system_error_in_chinese(&rare).unwrap(), format!("“{rare}”"));
        // What the program says itself stays as it is.
        assert_eq!(
            system_error_in_chinese(&Error::new(ErrorKind::NotFound, "no such part")),
            None
        );
        for text in ["a (os error x)", "b (os error 2)", "c"] {
            assert_eq!(ending_in_chinese(text), text);
        }
    }
}
