//! Deterministic schedules on mean durations: critical path, and list scheduling with agents.

mod critical_path;
mod duration;
mod list;
mod moments;

pub use critical_path::{CriticalPath, NodeTimes, critical_path};
pub use list::{Schedule, ScheduledTask, Waited, list_schedule};
