//! Plan files: text -> tree -> patches -> document -> instance, with every problem reported at its place.

mod advice;
mod estimate;
mod format;
mod import;
mod lower;
mod patch;
mod read;
mod source;
mod spread;
mod tree;

pub(crate) use format::field::some_listed;
pub use format::schema::{fields, schema};
pub use lower::Entity;
pub(crate) use patch::quoted;
pub use read::{Overrides, Plan, PlanOption, read, read_with_options};
pub use source::{Place, Source, TEXT_LIMIT, too_large};
pub use spread::Spread;
