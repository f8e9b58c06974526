//! Policies: who does what in which order, searched on mean durations and by simulation.

mod bounds;
mod deterministic;
mod dice;
mod genetic;
mod objective;
mod policy;
mod project;
mod rules;
mod scheme;
mod uncertain;

pub use deterministic::{Effort, Observer, Placed, Solution, deterministic};
pub use objective::Objective;
pub use policy::{Policy, choices};
pub use uncertain::{Gain, Recommendation, Search, Watcher, alternatives, recommend};
