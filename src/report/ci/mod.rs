//! What services for continuous integration read: a comment, annotations, test results, series of numbers.

mod bench;
mod github;
mod junit;
mod markdown;
mod sarif;

pub use bench::check_bench;
pub use github::{annotations, check_annotations};
pub use junit::{check_junit, problems_junit};
pub use markdown::{check_markdown, comment_marker, problems_markdown};
pub use sarif::sarif;
