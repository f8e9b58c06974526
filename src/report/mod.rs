//! Views of results: text for the terminal, JSON, CSV; computes nothing and touches no file.

mod about;
mod changes;
mod ci;
mod clock;
mod csv;
mod explanation;
mod findings;
mod json;
mod markdown;
mod names;
mod number;
mod text;
mod words;

pub use about::About;
pub use ci::{COMMENT_MARKER, annotations, check_annotations, check_bench, check_junit, check_markdown, sarif};
pub use clock::Clock;
pub use csv::{
    agents_csv, compare_csv, iterations_csv, milestones_csv, percentiles_csv, schedule_csv, staffing_csv,
    tasks_csv,
};
pub use findings::{CheckReport, Line, Places};
pub use json::{
    SCHEMA_VERSION, check_json, compare_json, explain_json, schedule_json, staffing_json, summary_json, trace_json,
};
pub use markdown::explain_markdown;
pub use text::{check_text, compare_text, explain_text, schedule_text, staffing_text, summary_text, trace_text};
