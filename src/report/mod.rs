//! Views of results: text for the terminal, JSON, CSV; computes nothing and touches no file.

mod about;
mod clock;
mod csv;
mod explanation;
mod json;
mod markdown;
mod names;
mod number;
mod text;
mod words;

pub use about::About;
pub use clock::Clock;
pub use csv::{agents_csv, iterations_csv, milestones_csv, percentiles_csv, schedule_csv, tasks_csv};
pub use json::{SCHEMA_VERSION, explain_json, schedule_json, summary_json, trace_json};
pub use markdown::explain_markdown;
pub use text::{explain_text, schedule_text, summary_text, trace_text};
