//! Policies: who does what in which order, searched on mean durations and by simulation.

mod bits;
mod bounds;
mod deterministic;
mod dice;
mod dispatched;
mod genetic;
mod objective;
mod parallel;
mod policy;
mod prices;
mod project;
mod race;
mod rules;
mod scheme;
mod sides;
mod starts;
mod timeline;
mod timing;
mod uncertain;
mod windows;

pub use deterministic::{Effort, Observer, Placed, Solution, deterministic, deterministic_from};
pub use objective::Objective;
pub use policy::{Doer, choices, opened};
pub use starts::latest_finish_order;
pub use uncertain::{Gain, Recommendation, Search, Watcher, alternatives, recommend};
