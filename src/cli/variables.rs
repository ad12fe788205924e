//! Variables of the environment that are numbers: one that cannot be read is refused, and not passed over.

use std::ops::RangeInclusive;

use super::Exit;
use super::exit::{told, usage};

/// Each with the seconds that it may say.
const SECONDS: [(&str, RangeInclusive<u64>); 3] = [
    ("HUIZONG_LOCK_SECONDS", 1..=3600),
    ("HUIZONG_STORE_RETRY_SECONDS", 0..=86_400),
    ("HUIZONG_ENGINE_CONNECT_SECONDS", 1..=86_400),
];

/// Refuses a variable whose value is not a number of seconds within its range. What fails has been told.
///
/// # Errors
/// The exit code.
pub(super) fn checked() -> Result<(), Exit> {
    for (name, range) in &SECONDS {
        let value = std::env::var_os(name).unwrap_or_default();
        let value = value.to_string_lossy();
        // An empty one is as none.
        if !value.is_empty() && !value.parse().is_ok_and(|seconds| range.contains(&seconds)) {
            let (from, to) = (range.start(), range.end());
            let (zh, en) = (
                format!("环境变量 {name} 应为 {from} 到 {to} 的整数（秒），却是“{value}”"),
                format!("{name} must be a whole number of seconds from {from} to {to}, and is `{value}`"),
            );
            let hint = told("请改正或取消该变量", "set it to such a number, or unset it");
            return Err(usage(told(&zh, &en), Some(hint)));
        }
    }
    Ok(())
}
