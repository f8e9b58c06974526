//! Deterministic schedules on mean durations: critical path, and list scheduling with agents.

mod critical_path;
mod duration;

pub use critical_path::{CriticalPath, NodeTimes, critical_path};
