//! `summary.json`: the one versioned result, of which everything else is a view. `docs/outputs.md` describes
//! its fields.

mod assign;
mod check;
mod compare;
mod entities;
mod explain;
mod parts;
mod schedule;
mod staffing;
mod summary;
mod trace;

pub use assign::{assign_json, solution_json};
pub use check::check_json;
pub use compare::compare_json;
pub(super) use entities::source_word;
pub use explain::explain_json;
pub use parts::SUMMARY_PERCENTS;
pub use schedule::schedule_json;
pub use staffing::staffing_json;
pub use summary::{SCHEMA_VERSION, summary_json};
pub use trace::trace_json;

/// The view as text, ending with a line break: the same bytes for the same view.
pub(super) fn text(view: &impl serde::Serialize) -> String {
    // OK because every key is text and every number that is not finite became `None` on the way.
    serde_json::to_string_pretty(view).expect("plain data") + "\n"
}
