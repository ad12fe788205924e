//! SIGINT and SIGTERM end a command within two seconds: nothing half done stays, and `current` is as it was.

use std::io::IsTerminal;
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::exit;

use super::exit::{note, told};
use crate::lake::stop;
use crate::remote;

/// How long a command may take that has its result and only has to end.
const TO_END: Duration = Duration::from_millis(1500);
/// How long everything may take.
const AT_MOST: Duration = Duration::from_millis(1900);

/// A signal that has come.
#[derive(Clone, Copy, Debug)]
pub struct Stopped {
    /// `SIGINT` or `SIGTERM`.
    pub signal: &'static str,
    /// The exit code: 128 and the number of the signal.
    pub exit: u8,
}

/// Waits for a signal beside the command. At the first one the command stops, unless its result is being put in its place;
/// `tell` says so. At the second one it ends at once, and the next run clears up.
pub fn watch(tell: impl FnOnce(Stopped) + Send + 'static) {
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else {
        return;
    };
    let mut tell = Some(tell);
    thread::spawn(move || {
        for number in signals.forever() {
            let stopped = Stopped::by(number);
            let Some(tell) = tell.take() else {
                exit(stopped.exit.into());
            };
            thread::spawn(move || end(stopped, tell));
            thread::spawn(move || {
                thread::sleep(AT_MOST);
                exit(stopped.exit.into());
            });
        }
    });
}

fn end(stopped: Stopped, tell: impl FnOnce(Stopped)) {
    if stop::stop() {
        tell(stopped);
        remote::give_back();
    } else {
        thread::sleep(TO_END);
        remote::give_back();
        stop::clear();
    }
    exit(stopped.exit.into());
}

impl Stopped {
    fn by(number: i32) -> Stopped {
        let signal = if number == SIGINT { "SIGINT" } else { "SIGTERM" };
        let exit = u8::try_from(128 + number).unwrap_or(u8::MAX);
        Stopped { signal, exit }
    }

    /// Prints what it means, in Chinese or English, in the place of a progress bar.
    pub fn print(self, zh: &str, en: &str) {
        let clear = if std::io::stderr().is_terminal() {
            "\r\u{1b}[2K"
        } else {
            ""
        };
        let signal = self.signal;
        let (zh, en) = (
            format!("被 {signal} 中断：{zh}"),
            format!("interrupted by {signal}: {en}"),
        );
        note(&format!("{clear}{}\n", told(&zh, &en)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_is_that_of_a_shell() {
        for (number, signal, exit) in [(2, "SIGINT", 130), (15, "SIGTERM", 143)] {
            let stopped = Stopped::by(number);
            assert_eq!((stopped.signal, stopped.exit), (signal, exit));
        }
    }
}
