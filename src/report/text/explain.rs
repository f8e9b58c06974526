//! What `explain` prints.

use super::super::about::About;
use super::super::clock::Clock;
use super::super::explanation::tables;
use super::super::number::{hours_text, thousands};
use super::layout::{Page, left, right};
use crate::analyse::Explanation;
use crate::dates::Style;

/// Widest text of a column of numbers.
const NUMBERS: usize = 18;

/// The explanation as text of at most 80 columns, with ANSI styles that a caller may strip.
#[must_use]
pub fn explain_text(explanation: &Explanation, about: &About) -> String {
    let clock = Clock::new(explanation.origin.as_ref());
    let mut page = Page::default();
    page.heading(&explanation.plan);
    page.paragraph(&about.run_line(&thousands(f64::from(explanation.iterations)), explanation.seed));
    page.paragraph(&match explanation.p80 {
        None => "The P80 of the finish is infinite: too many iterations never finish.".to_owned(),
        Some(hours) => match clock.date(hours, Style::Full) {
            Some(date) => format!("The P80 of the finish is {date} ({}).", hours_text(hours)),
            None => format!("The P80 of the finish is {}.", hours_text(hours)),
        },
    });
    page.paragraph(&about.readings_line());
    for table in tables(explanation) {
        page.heading(table.title);
        let mut columns = vec![left(34)];
        columns.extend(table.head.iter().skip(1).map(|_| right(NUMBERS)));
        let head = table.head.iter().map(|&word| word.to_owned()).collect();
        if !table.rows.is_empty() {
            page.table(&columns, true, &[vec![head], table.rows].concat());
        }
        for note in &table.notes {
            page.paragraph(note);
        }
    }
    page.finish()
}
