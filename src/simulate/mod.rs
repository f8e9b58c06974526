//! Simulated runs: what one iteration does, and many of them in parallel.

mod columns;
mod draws;
mod engine;
mod lanes;
mod lean;
mod lockstep;
mod open;
mod outcome;
mod program;
mod queue;
mod ready;
mod run;
mod sampler;
mod table;
mod tally;
mod team;
mod timeline;
mod times;
mod trials;
mod vector;
mod walk;

pub(crate) use columns::Rows;
pub(crate) use outcome::SetBy;
pub use outcome::{AgentOutcome, LevelOutcome, Outcomes, TaskOutcome};
pub use run::{causes, run, run_until, trace, traces, walks};
pub use sampler::Sampler;
pub use timeline::{Activity, ByCause, Cause, Segment, Timeline, Wait};
pub use times::Times;
pub(crate) use times::kept_time;
pub use trials::Trials;
pub use walk::{StartDriver, Walk};

pub use crate::rng::Sampling;

/// Greatest number of iterations: what a result needs fits the memory of a small machine.
pub const MOST_ITERATIONS: u32 = 10_000_000;

/// How to run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Number of iterations, at least 1.
    pub iterations: u32,
    /// Seed of all draws.
    pub seed: u64,
    /// How iterations share out the unit interval.
    pub sampling: Sampling,
    /// The tasks' starts and finishes are kept, and the waits at each level, for their percentiles, and what the
    /// makespans were made of, for iterations near one.
    pub samples: bool,
    /// It is told what each task, agent and level did and why the plan took as long as it did, besides when it
    /// finishes, what it costs, and when phases and milestones are reached.
    pub details: bool,
}

impl Settings {
    /// So many iterations of this seed, each of which draws for itself.
    #[must_use]
    pub const fn new(iterations: u32, seed: u64) -> Self {
        Self { iterations, seed, sampling: Sampling::Random, samples: true, details: true }
    }

    /// The same for callers that look at nothing smaller than phases: their runs have no samples.
    #[must_use]
    pub fn without_samples(self) -> Self {
        Self { samples: false, ..self }
    }

    /// The same for callers that compare many plans by finish, cost, phases and milestones only.
    #[must_use]
    pub fn for_scores(self) -> Self {
        Self { samples: false, details: false, ..self }
    }
}
