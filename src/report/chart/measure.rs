//! How wide text is, without a font at hand: advance widths of Helvetica, which Arial and Liberation Sans
//! share, with a margin for the wider fonts that a viewer may put in their place.

use unicode_width::UnicodeWidthChar as _;

/// Fonts that charts ask for, all of about the same width.
pub(super) const FONTS: &str = "Helvetica, Arial, Liberation Sans, Nimbus Sans, sans-serif";

/// By how much a font in place of Helvetica may be wider (DejaVu Sans and Verdana are).
const MARGIN: f64 = 1.12;

/// By how much bold text is wider (that of DejaVu Sans is).
pub(super) const BOLD: f64 = 1.15;

/// Thousandths of the font size for the letters from the blank to the tilde (Adobe's metrics of Helvetica).
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, // blank to /
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, // 0 to ?
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, // @ to O
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, // P to _
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, // ` to o
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584, // p to ~
];

/// Width of plain text at this font size [pixels], on the safe side.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let thousandths: u32 = text.chars().map(advance).sum();
    f64::from(thousandths) / 1000.0 * size * MARGIN
}

fn advance(letter: char) -> u32 {
    let ascii = (letter as usize).checked_sub(32).and_then(|place| WIDTHS.get(place));
    match (ascii, letter.width()) {
        (Some(&width), _) => u32::from(width),
        (None, Some(2)) => 1000,
        (None, Some(0)) => 0,
        (None, _) if letter == '\u{2026}' => 1000,
        (None, _) => 667,
    }
}

/// The text if it fits, else its beginning and an ellipsis; nothing where not even that fits.
pub(super) fn fit(text: &str, size: f64, most: f64) -> String {
    if width(text, size) <= most {
        return text.to_owned();
    }
    let mut short = text.to_owned();
    while short.pop().is_some() {
        let candidate = format!("{}\u{2026}", short.trim_end());
        if !short.is_empty() && width(&candidate, size) <= most {
            return candidate;
        }
    }
    String::new()
}

/// The text in at most two lines, broken at a blank where that helps; the second may be too long.
pub(super) fn lines(text: &str, size: f64, most: f64) -> Vec<String> {
    if width(text, size) <= most {
        return if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    }
    let mut breaks = text.match_indices(' ').map(|(place, _)| place);
    match breaks.rfind(|place| width(&text[..*place], size) <= most) {
        Some(place) => vec![text[..place].to_owned(), text[place + 1..].to_owned()],
        None => vec![text.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_follow_the_letters() {
        assert!(width("iiii", 10.0) < width("MMMM", 10.0));
        assert_eq!(width("\u{8a2d}\u{8a08}", 10.0), 20.0 * MARGIN);
        assert_eq!(width("e\u{301}", 10.0), width("e", 10.0), "a combining mark takes no room");
    }

    #[test]
    fn long_names_take_two_lines() {
        assert_eq!(lines("short", 10.0, 100.0), ["short"]);
        assert_eq!(lines("two whole words", 10.0, 60.0), ["two whole", "words"]);
        assert_eq!(lines("unbreakable", 10.0, 20.0), ["unbreakable"]);
        assert!(lines("", 10.0, 20.0).is_empty());
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        assert_eq!(fit("short", 10.0, 100.0), "short");
        let cut = fit("a rather long name of a task", 10.0, 60.0);
        assert!(cut.ends_with('\u{2026}') && width(&cut, 10.0) <= 60.0, "{cut}");
        assert_eq!(fit("anything", 10.0, 3.0), "");
    }
}
