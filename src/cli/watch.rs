//! A search under a clock: it ends after its time or at Ctrl-C, with the best so far, and shows how far it is.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What tells a search to end.
pub(super) struct Watch {
    begun: Instant,
    limit: Option<Duration>,
    interrupted: Arc<AtomicBool>,
    bar: Option<ProgressBar>,
}

impl Watch {
    /// Of a search that ends after this time, or by itself after so many schedules, whichever is given.
    #[expect(clippy::disallowed_methods, reason = "a search that is given a time ends after it")]
    pub(super) fn new(limit: Option<Duration>, schedules: Option<u64>) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| bar(limit, schedules)).flatten();
        Self { begun: Instant::now(), limit, interrupted: on_interrupt(), bar }
    }

    /// How many schedules one thread generates in the time that is left, if so many have taken all that has passed; absent
    /// if none is left. A search that knows how much is to come uses it better.
    pub(super) fn fitting(&self, generated: u64) -> Option<u64> {
        let seconds = self.begun.elapsed().as_secs_f64().max(1e-6);
        let limit = self.limit.map_or(0.0, |limit| limit.as_secs_f64());
        (seconds < limit && !self.is_interrupted())
            .then_some((generated as f64 * (limit - seconds) / seconds) as u64)
    }

    /// True if the search is to end; shows how far it is.
    pub(super) fn is_over(&mut self, note: &str, spent: u64) -> bool {
        if let Some(bar) = &self.bar {
            let done = if self.limit.is_some() { self.begun.elapsed().as_millis() as u64 } else { spent };
            bar.set_position(done);
            bar.set_message(format!("{note}, {spent} schedules"));
        }
        let is_late = self.limit.is_some_and(|limit| self.begun.elapsed() >= limit);
        is_late || self.is_interrupted()
    }

    /// True once Ctrl-C was pressed.
    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(limit: Option<Duration>, schedules: Option<u64>) -> Option<ProgressBar> {
    let length = limit.map(|limit| limit.as_millis() as u64).or(schedules)?;
    let style = ProgressStyle::with_template("{bar:30} {msg}").ok()?;
    Some(ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr()).with_style(style))
}

/// A flag that the first Ctrl-C raises; the second one ends the program at once, as it usually does.
fn on_interrupt() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let signal = signal_hook::consts::SIGINT;
    // Where the system refuses, Ctrl-C does what it always did.
    let _ = signal_hook::flag::register_conditional_default(signal, Arc::clone(&flag));
    let _ = signal_hook::flag::register(signal, Arc::clone(&flag));
    flag
}
