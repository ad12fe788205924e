use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::run::Progress;

/// A bar on a terminal; nothing when standard error is piped or `--quiet` is given.
pub struct Bars {
    bar: Mutex<ProgressBar>,
    hidden: bool,
}

impl Bars {
    /// Bars for one run.
    pub fn new(quiet: bool) -> Bars {
        Bars {
            bar: Mutex::new(ProgressBar::hidden()),
            hidden: quiet,
        }
    }

    /// Takes what the run reports.
    pub fn show(&self, progress: Progress) {
        let Ok(mut bar) = self.bar.lock() else { return };
        match progress {
            Progress::Stage { name, steps } => {
                bar.finish_and_clear();
                if self.hidden {
                    return;
                }
                let next = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::stderr());
                let style = ProgressStyle::with_template("{msg:>12} {bar:40} {pos}/{len} {eta}");
                next.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
                next.set_message(name);
                next.enable_steady_tick(Duration::from_millis(200));
                *bar = next;
            }
            Progress::Step => bar.inc(1),
            Progress::Done => bar.finish_and_clear(),
        }
    }
}
