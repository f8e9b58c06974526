//! Text for people: fits 80 columns, reads well without colour.

mod assign;
mod check;
mod compare;
mod explain;
mod layout;
mod schedule;
mod staffing;
mod summary;
mod team;
mod trace;

pub use assign::{alternatives_text, assign_text, solution_text};
pub use check::check_text;
pub use compare::compare_text;
pub use explain::explain_text;
pub use schedule::schedule_text;
pub use staffing::staffing_text;
pub use summary::summary_text;
pub use trace::trace_text;
