//! Plan files: text -> tree -> patches -> document -> instance, with every problem reported at its place.

mod source;
mod tree;

pub use source::{Place, Source, TEXT_LIMIT, too_large};
