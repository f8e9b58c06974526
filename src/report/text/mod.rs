//! Text for people: fits 80 columns, reads well without colour.

mod layout;
mod schedule;
mod summary;
mod team;
mod trace;
mod words;

pub use schedule::schedule_text;
pub use summary::summary_text;
pub use trace::trace_text;
