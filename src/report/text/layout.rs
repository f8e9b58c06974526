//! Lines and tables that fit a screen: widths are counted in its columns, so that wide letters (Chinese,
//! Japanese, Korean) and combining marks keep tables straight.

use std::fmt::Write as _;

use anstyle::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::screen::Screen;
use crate::diagnostic::printable;

const HEADING: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// Where a column's text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Where its text stands.
    pub(super) align: Align,
    /// Longest text shown whole [columns of the screen].
    pub(super) most: usize,
}

/// A column whose text stands at its left, at most this wide.
pub(super) const fn left(most: usize) -> Column {
    Column { align: Align::Left, most }
}

/// A column whose text stands at its right, at most this wide.
pub(super) const fn right(most: usize) -> Column {
    Column { align: Align::Right, most }
}

/// The text if it fits `most` columns, else its beginning and an ellipsis.
pub(super) fn shorten(text: &str, most: usize) -> String {
    if text.width() <= most {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut width = 0;
    for letter in text.chars() {
        let wide = letter.width().unwrap_or(0);
        if width + wide + 1 > most {
            break;
        }
        width += wide;
        short.push(letter);
    }
    short + "\u{2026}"
}

/// The text filled up with blanks to `width` columns.
pub(super) fn pad(text: &str, width: usize, align: Align) -> String {
    let blanks = " ".repeat(width.saturating_sub(text.width()));
    match align {
        Align::Left => format!("{text}{blanks}"),
        Align::Right => format!("{blanks}{text}"),
    }
}

/// Columns of a table that is too wide for its screen shrink to this at least; those of numbers, which read as others
/// when they are cut, only when those of words have shrunk to that.
const NARROWEST: usize = 4;
const WORDS: usize = 12;

/// A report under construction.
#[derive(Debug, Default)]
pub(super) struct Page {
    screen: Screen,
    /// True if tables shrink to the screen: a table that is wider is better than one cut for a screen that is
    /// only assumed.
    is_known: bool,
    text: String,
}

impl Page {
    /// An empty report for this screen.
    pub(super) fn on(screen: Screen) -> Self {
        Self { screen: screen.within_reason(), is_known: true, text: String::new() }
    }

    /// What it is shown on.
    pub(super) fn screen(&self) -> Screen {
        self.screen
    }

    /// A heading, after an empty line unless it is the first.
    pub(super) fn heading(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{HEADING}{}{HEADING:#}", shorten(&printable(text), self.screen.columns));
    }

    /// A line as it is.
    pub(super) fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    /// A paragraph, indented and broken between words; nothing for no text.
    pub(super) fn paragraph(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        for line in wrap(&printable(text), self.screen.columns - 2) {
            self.line(&format!("  {line}"));
        }
    }

    /// A table, indented by two. The first row is its head if `head` is true.
    pub(super) fn table(&mut self, columns: &[Column], head: bool, rows: &[Vec<String>]) {
        self.titled_table(columns, head, rows, &[]);
    }

    /// A table with titles between its rows: each with the number of the row that it stands before, rising.
    pub(super) fn titled_table(
        &mut self,
        columns: &[Column],
        head: bool,
        rows: &[Vec<String>],
        titles: &[(usize, String)],
    ) {
        let cells: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| printable(cell)).collect()).collect();
        let widths = self.widths(columns, &cells);
        let fit = |row: &Vec<String>| row.iter().zip(&widths).map(|(cell, most)| shorten(cell, *most)).collect();
        let cells: Vec<Vec<String>> = cells.iter().map(fit).collect();
        let mut titles = titles.iter().peekable();
        for (index, row) in cells.iter().enumerate() {
            while let Some((_, title)) = titles.next_if(|(before, _)| *before <= index) {
                let title = shorten(&printable(title), self.screen.columns - 2);
                let _ = writeln!(self.text, "  {FAINT}{title}{FAINT:#}");
            }
            let padded = row.iter().zip(columns).zip(&widths);
            let line: Vec<String> =
                padded.map(|((cell, column), width)| pad(cell, *width, column.align)).collect();
            let line = format!("  {}", line.join("  "));
            if head && index == 0 {
                let _ = writeln!(self.text, "{FAINT}{}{FAINT:#}", line.trim_end());
            } else {
                self.line(&line);
            }
        }
    }

    /// Widths of the columns of a table: what they hold, at most what each may, and less where all together
    /// would not fit the screen.
    fn widths(&self, columns: &[Column], cells: &[Vec<String>]) -> Vec<usize> {
        let widest = |i: usize| cells.iter().filter_map(|row| row.get(i)).map(|cell| cell.width()).max();
        let width = |(i, column): (usize, &Column)| widest(i).unwrap_or(0).min(column.most);
        let mut widths: Vec<usize> = columns.iter().enumerate().map(width).collect();
        let fits = |widths: &[usize]| {
            !self.is_known || widths.iter().map(|width| width + 2).sum::<usize>() <= self.screen.columns
        };
        while !fits(&widths) {
            // The last of equals: names stand first.
            let widest = |least: usize, is_meant: &dyn Fn(Align) -> bool| {
                let meant = (0..widths.len()).filter(|&i| is_meant(columns[i].align) && widths[i] > least);
                meant.max_by_key(|&i| widths[i])
            };
            let words = widest(WORDS, &|align| align == Align::Left);
            let Some(column) = words.or_else(|| widest(NARROWEST, &|_| true)) else { break };
            widths[column] -= 1;
        }
        widths
    }

    /// The whole text.
    pub(super) fn finish(self) -> String {
        if self.screen.unicode { self.text } else { self.text.replace('\u{2026}', "~") }
    }
}

/// Lines of at most `width` columns, broken at blanks; a word that is longer stands alone.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("starts with one line");
        if last.is_empty() {
            last.push_str(word);
        } else if last.width() + 1 + word.width() <= width {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_letters_keep_tables_straight() {
        let mut page = Page::default();
        let rows = [["設計", "1.0 h"], ["cafe\u{301}", "12.0 h"], ["build", "3.0 h"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        page.table(&[left(10), right(10)], false, &rows);
        let text = page.finish();
        let widths: Vec<usize> = text.lines().map(UnicodeWidthStr::width).collect();
        assert_eq!(widths, [15, 15, 15], "{text}");
    }

    #[test]
    fn a_table_shrinks_to_its_screen() {
        let mut page = Page::on(Screen { columns: 60, unicode: false });
        let row = ["x".repeat(50), "12.0 h".to_owned(), "y".repeat(30)].to_vec();
        page.table(&[left(50), right(10), left(30)], false, &[row]);
        let text = page.finish();
        assert_eq!(text, format!("  {}~  12.0 h  {}~\n", "x".repeat(23), "y".repeat(23)));
    }

    #[test]
    fn long_text_is_cut_at_the_column_it_may_fill() {
        assert_eq!(shorten("abcdef", 4), "abc\u{2026}");
        assert_eq!(shorten("設計書類", 5), "設計\u{2026}");
        assert_eq!(shorten("abcd", 4), "abcd");
    }

    #[test]
    fn paragraphs_break_between_words() {
        assert_eq!(wrap("one two three four", 9), ["one two", "three", "four"]);
        assert_eq!(wrap("extraordinary", 5), ["extraordinary"]);
    }
}
