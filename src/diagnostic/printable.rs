//! Text that others wrote, made harmless for the terminal on which it is shown.

/// What a terminal must not be told by a plan's author (escape sequences, line breaks, marks that turn the direction
/// of text) is shown as a replacement character, and a tab as a blank.
#[must_use]
pub fn printable(text: &str) -> String {
    let harmless = |c: char| {
        !c.is_control()
            && !matches!(c, '\u{061c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let shown = |c: char| match c {
        '\t' => ' ',
        c if harmless(c) => c,
        _ => '\u{fffd}',
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_never_reaches_it() {
        assert_eq!(
            printable("\u{1b}[31mred\nnext\u{202e}\tb\u{9b}"),
            "\u{fffd}[31mred\u{fffd}next\u{fffd} b\u{fffd}"
        );
        assert_eq!(printable("na\u{ef}ve \u{4e2d}"), "na\u{ef}ve \u{4e2d}");
    }
}
