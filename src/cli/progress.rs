//! A progress bar for people who would otherwise wait in the dark: on a terminal, after a second.

use std::io::IsTerminal as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Time in which nobody gets impatient.
const PATIENCE: Duration = Duration::from_secs(1);

/// Shows how many iterations are done.
pub(super) struct Progress {
    begun: Instant,
    iterations: u64,
    done: AtomicU64,
    wanted: bool,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    /// Shows nothing yet.
    #[expect(clippy::disallowed_methods, reason = "the clock decides about the bar only, never about a result")]
    pub(super) fn new(iterations: u64) -> Self {
        let wanted = std::io::stderr().is_terminal();
        Self { begun: Instant::now(), iterations, done: AtomicU64::new(0), wanted, bar: OnceLock::new() }
    }

    /// So many more iterations are done. Called from any thread.
    pub(super) fn more(&self, count: u32) {
        // The order in which threads count does not matter, only the sum does.
        let done = self.done.fetch_add(u64::from(count), Ordering::Relaxed) + u64::from(count);
        if self.wanted && self.begun.elapsed() > PATIENCE {
            self.bar.get_or_init(|| bar(self.iterations)).set_position(done);
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

fn bar(iterations: u64) -> ProgressBar {
    // OK because the template is constant.
    let style = ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} iterations, {eta} left")
        .expect("a valid template");
    ProgressBar::with_draw_target(Some(iterations), ProgressDrawTarget::stderr()).with_style(style)
}
