//! Text for people: fits 80 columns, reads well without colour.

mod explain;
mod layout;
mod schedule;
mod summary;
mod team;
mod trace;

pub use explain::explain_text;
pub use schedule::schedule_text;
pub use summary::summary_text;
pub use trace::trace_text;
