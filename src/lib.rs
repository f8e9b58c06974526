//! Forecasts and staffs plans of teams of agents: reads a plan file, assigns agents by skill, simulates
//! delays, blockers and escalations many times, and says when the work will finish and why.
//!
//! Data flows `plan -> model -> schedule / simulate -> analyse -> report -> cli`; imports point to
//! [`model`]. `docs/architecture.md` describes each layer.

pub mod analyse;
pub mod cli;
pub mod dates;
pub mod diagnostic;
pub mod model;
pub mod optimise;
pub mod plan;
pub mod report;
pub mod rng;
pub mod schedule;
pub mod simulate;
pub mod stats;
pub mod units;
pub mod verify;
