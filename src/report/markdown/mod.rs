//! Markdown for pull requests and notes: tables as GitHub reads them.

mod explain;
mod report;

pub use explain::explain_markdown;
pub use report::report_markdown;

/// A table whose first column is text and whose others are numbers, ending with a line break.
fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(head.iter().map(|word| escaped(word)).collect());
    let rule = (0..head.len()).map(|column| if column == 0 { "---" } else { "---:" });
    text += &line(rule.map(str::to_owned).collect());
    for row in rows {
        text += &line(row.iter().map(|cell| escaped(cell)).collect());
    }
    text
}

/// The text with everything that Markdown, HTML or a forge would read as more than letters made harmless, in one line.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => safe.push(' '),
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            // At the beginning it makes a quotation.
            '>' if safe.trim_start().is_empty() => safe.push_str("&gt;"),
            // An empty comment keeps a name from being a mention of somebody.
            '@' => safe.push_str("@<!-- -->"),
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '#' | '~' | '!' => {
                safe.push('\\');
                safe.push(letter);
            }
            _ if letter.is_control() => safe.push('\u{fffd}'),
            _ => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_cell() {
        assert_eq!(escaped("a|b\n<img> [x](y) `z`"), "a\\|b &lt;img> \\[x\\](y) \\`z\\`");
        assert_eq!(escaped(">99 % @team"), "&gt;99 % @<!-- -->team");
        let text = table(&["", "n"], &[vec!["a|b".to_owned(), "1".to_owned()]]);
        assert_eq!(text, "|  | n |\n| --- | ---: |\n| a\\|b | 1 |\n");
    }
}
