//! Cells and whole tables.

use super::super::number::rounded;

/// A number to the precision of files; empty if there is none.
pub(super) fn number(value: Option<f64>) -> String {
    value.map(|v| rounded(v).to_string()).unwrap_or_default()
}

/// Text of a plan's author. Spreadsheets run what begins with `=`, `+`, `-`, `@`, a tab or a line break: an
/// apostrophe in front makes it text (OWASP, "CSV Injection").
pub(super) fn text(value: &str) -> String {
    let runs = value.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if runs { format!("'{value}") } else { value.to_owned() }
}

/// The whole file.
pub(super) fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // OK because writing to memory cannot fail, and every row is as long as the head.
    writer.write_record(head).expect("memory");
    for row in rows {
        writer.write_record(&row).expect("rows are as long as the head");
    }
    String::from_utf8(writer.into_inner().expect("memory")).expect("made of text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_becomes_text() {
        for hostile in ["=cmd()", "+1", "-1", "@x", "\t=1", " =1"] {
            assert_eq!(text(hostile), format!("'{hostile}"));
        }
        assert_eq!(text("1A - plan"), "1A - plan");
    }

    #[test]
    fn quotes_and_commas_survive() {
        let table = table(&["id", "name"], [vec!["a".to_owned(), "say \"x\", then y".to_owned()]]);
        assert_eq!(table, "id,name\na,\"say \"\"x\"\", then y\"\n");
    }
}
