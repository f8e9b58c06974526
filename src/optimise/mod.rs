//! Policies: who does what in which order, searched on mean durations.

mod bounds;
mod deterministic;
mod dice;
mod genetic;
mod policy;
mod project;
mod rules;
mod scheme;

pub use deterministic::{Effort, Observer, Placed, Solution, deterministic};
pub use policy::{Policy, choices};
