//! Views of results: text for the terminal, JSON, CSV; computes nothing and touches no file.

mod about;
mod clock;
mod csv;
mod json;
mod names;
mod number;
mod text;

pub use about::About;
pub use clock::Clock;
pub use csv::{agents_csv, iterations_csv, milestones_csv, percentiles_csv, schedule_csv, tasks_csv};
pub use json::{SCHEMA_VERSION, schedule_json, summary_json, trace_json};
pub use text::{schedule_text, summary_text, trace_text};
