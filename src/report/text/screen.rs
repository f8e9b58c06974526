//! What text is shown on: how wide it is, and which letters it has.

/// Where text for people goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Columns.
    pub columns: usize,
    /// True if it shows letters beyond ASCII.
    pub unicode: bool,
}

impl Default for Screen {
    fn default() -> Self {
        Self { columns: 80, unicode: true }
    }
}

impl Screen {
    /// On less, no table can be read.
    const LEAST: usize = 60;
    /// On more, lines are too long for the eye.
    const MOST: usize = 120;

    /// The same, as wide as text may be.
    #[must_use]
    pub(super) fn within_reason(self) -> Self {
        Self { columns: self.columns.clamp(Self::LEAST, Self::MOST), ..self }
    }
}

/// Eighths of a column, from one to a whole.
const EIGHTHS: [char; 8] =
    ['\u{258f}', '\u{258e}', '\u{258d}', '\u{258c}', '\u{258b}', '\u{258a}', '\u{2589}', '\u{2588}'];

impl Screen {
    /// A bar of `columns` columns, or parts of one; what is not nothing is never shown as such.
    pub(super) fn bar(self, columns: f64) -> String {
        if !(columns > 0.0 && columns.is_finite()) {
            return String::new();
        }
        if !self.unicode {
            return "#".repeat((columns.round() as usize).max(1));
        }
        let eighths = ((columns * 8.0).round() as usize).max(1);
        let mut bar = EIGHTHS[7].to_string().repeat(eighths / 8);
        if !eighths.is_multiple_of(8) {
            bar.push(EIGHTHS[eighths % 8 - 1]);
        }
        bar
    }

    /// The letter for `unicode`, or one of ASCII that stands for it.
    pub(super) fn letter(self, unicode: char, ascii: char) -> char {
        if self.unicode { unicode } else { ascii }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_have_eighths_of_a_column_where_there_are_letters_for_them() {
        let fine = Screen::default();
        let bars = [0.0, 0.01, 0.5, 1.0, 2.25].map(|columns| fine.bar(columns));
        assert_eq!(bars, ["", "\u{258f}", "\u{258c}", "\u{2588}", "\u{2588}\u{2588}\u{258e}"]);
        let plain = Screen { unicode: false, ..fine };
        assert_eq!([0.0, 0.01, 1.4, 2.5].map(|columns| plain.bar(columns)), ["", "#", "#", "###"]);
        assert_eq!(plain.bar(f64::INFINITY) + &plain.bar(f64::NAN), "");
    }
}
