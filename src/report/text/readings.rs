//! How the numbers of a plan were read, after texts that do not know.

use super::super::about::About;
use super::layout::Page;

/// A paragraph after an empty line; nothing if there is nothing to say.
#[must_use]
pub fn readings_text(about: &About) -> String {
    let mut page = Page::default();
    page.paragraph(&about.readings_line());
    let text = page.finish();
    if text.trim().is_empty() { String::new() } else { format!("\n{text}") }
}
