//! Messages about a plan: each with a code, a place, what was given, what is allowed, and the next step.

mod code;
mod message;
mod printable;
mod suggest;

pub use code::{Code, Severity};
pub use message::{Diagnostic, render};
pub use printable::printable;
pub use suggest::{distance, nearest};
