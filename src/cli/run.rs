//! Running a simulation on the threads that were asked for.

use super::arguments::{Draws, RunArguments, Simulate};
use super::failure::Failure;
use super::progress::Progress;
use crate::analyse::{self, Explanation};
use crate::model::Instance;
use crate::simulate::{self, Outcomes, Sampling, Settings};
use crate::units::Ticks;

/// Iterations unless the arguments say how many.
const ITERATIONS: u32 = 10_000;

/// The most iterations of a run that stops when it knows enough, unless the arguments say how many.
const MOST_UNTIL: u32 = 1_000_000;

/// Iterations and seed of the arguments.
pub(super) fn settings(arguments: &RunArguments) -> Settings {
    Settings::new(arguments.iterations.unwrap_or(ITERATIONS), arguments.seed)
}

/// How a forecast is simulated.
pub(super) fn forecast_settings(arguments: &Simulate) -> Settings {
    let sampling = match arguments.sampling {
        Draws::Random => Sampling::Random,
        Draws::Lhs => Sampling::Lhs,
    };
    let most = if arguments.until.is_some() { MOST_UNTIL } else { ITERATIONS };
    Settings { sampling, ..Settings::new(arguments.run.iterations.unwrap_or(most), arguments.run.seed) }
}

/// Iterations until the P80 is known to a share of itself, with a progress bar towards the most there may be.
pub(super) fn outcomes_until(instance: &Instance, settings: &Settings, share: f64) -> Outcomes {
    let enough = |makespans: &[Ticks]| analyse::precision(makespans).is_some_and(|found| found < share);
    with_progress(settings.iterations, |progress| simulate::run_until(instance, settings, &enough, progress))
}

/// Does `work` with that many threads at its disposal.
///
/// # Errors
/// [`Failure::Usage`] when the system does not give so many.
pub(super) fn with_threads<T: Send>(
    arguments: &RunArguments,
    work: impl FnOnce() -> T + Send,
) -> Result<T, Failure> {
    on_threads(arguments.threads, work)
}

/// The same for commands that simulate now and then.
///
/// # Errors
/// [`Failure::Usage`] when the system does not give so many.
pub(super) fn on_threads<T: Send>(threads: Option<u16>, work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    let threads = usize::from(threads.unwrap_or(0));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Failure::Usage {
        message: format!("cannot start the threads: {error}"),
        help: "ask for fewer with --threads".to_owned(),
    })?;
    Ok(pool.install(work))
}

/// All iterations, with a progress bar for those who wait.
pub(super) fn outcomes(instance: &Instance, settings: &Settings) -> Outcomes {
    with_progress(settings.iterations, |progress| simulate::run(instance, settings, progress))
}

/// Explains a plan on as many threads as were asked for.
///
/// # Errors
/// [`Failure::Usage`] when the system does not give so many.
pub(super) fn explanation(arguments: &RunArguments, instance: &Instance) -> Result<Explanation, Failure> {
    let settings = settings(arguments);
    let iterations = u64::from(settings.iterations) * u64::from(analyse::explain_runs(instance));
    with_threads(arguments, || {
        with_progress(iterations, |progress| analyse::explain(instance, &settings, progress))
    })
}

/// Does `work` that takes so many iterations, with a progress bar for those who wait.
pub(super) fn with_progress<T>(iterations: impl Into<u64>, work: impl FnOnce(&(dyn Fn(u32) + Sync)) -> T) -> T {
    let progress = Progress::new(iterations.into());
    let result = work(&|count| progress.more(count));
    progress.finish();
    result
}
