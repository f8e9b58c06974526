//! Files of other tools as trees of a plan: benchmark instances, told by the ending of their names.

mod lines;
mod multi_skill;
mod psplib;

use super::source::Problem;
use super::tree::Node;

/// Reads the text of a file.
type Reader = fn(&str, u32, &mut Vec<Problem>) -> Option<Node>;

/// Who reads files with the ending of this name; absent for plans of our own.
pub(crate) fn reader(file_name: &str) -> Option<Reader> {
    let (_, ending) = file_name.rsplit_once('.')?;
    match ending.to_ascii_lowercase().as_str() {
        "sm" => Some(psplib::read),
        "def" => Some(multi_skill::read),
        _ => None,
    }
}
