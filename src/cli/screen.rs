//! What standard output is shown on.

use std::env;
use std::ffi::OsString;

use crate::report::Screen;

/// As wide as `COLUMNS` says, else as the terminal, else 80 columns; with letters beyond ASCII where the locale's
/// encoding has them (`LC_ALL`, else `LC_CTYPE`, else `LANG` names UTF-8).
pub(super) fn screen() -> Screen {
    let named = ["LC_ALL", "LC_CTYPE", "LANG"].map(env::var_os);
    let terminal = terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0));
    let columns = env::var("COLUMNS").ok().and_then(|text| text.trim().parse().ok());
    Screen {
        columns: columns.or(terminal).filter(|columns| *columns > 0).unwrap_or(Screen::default().columns),
        unicode: cfg!(windows) || speaks_unicode(&named),
    }
}

/// Whether the first of these that is set names UTF-8. The standard's locale, without any, is ASCII.
fn speaks_unicode(named: &[Option<OsString>]) -> bool {
    let first = named.iter().flatten().find(|locale| !locale.is_empty());
    let locale = first.map(|locale| locale.to_string_lossy().to_lowercase()).unwrap_or_default();
    locale.contains("utf-8") || locale.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_is_set_decides() {
        let speaks = |named: [&str; 3]| speaks_unicode(&named.map(|text| Some(OsString::from(text))));
        assert!(speaks(["", "", "en_GB.UTF-8"]) && speaks(["C.utf8", "", "C"]));
        assert!(!speaks(["C", "en_GB.UTF-8", ""]) && !speaks(["", "", "de_DE.ISO-8859-1"]));
        assert!(!speaks_unicode(&[None, None, None]));
    }
}
