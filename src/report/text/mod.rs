//! Text for people: fits its screen, 80 columns where nothing is known of it, and reads well without colour.

mod assign;
mod check;
mod compare;
mod explain;
mod histogram;
mod layout;
mod readings;
mod schedule;
mod screen;
mod staffing;
mod steps;
mod summary;
mod team;
mod timeline;
mod trace;

pub use assign::{alternatives_text, assign_text, solution_text};
pub use check::check_text;
pub use compare::compare_text;
pub use explain::explain_text;
pub use readings::readings_text;
pub use schedule::schedule_text;
pub use screen::Screen;
pub use staffing::staffing_text;
pub use summary::summary_text;
pub use trace::trace_text;
