//! Standard output carries data, standard error carries talk; styles only reach terminals (`NO_COLOR` is
//! respected).

use std::io::Write as _;

use super::failure::Failure;

/// Prints data.
///
/// # Errors
/// [`Failure::Print`] when it cannot be written, also when the reader has gone.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = anstream::AutoStream::auto(std::io::stdout().lock());
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Failure::Print)
}

/// A command line as a shell reads it.
pub(super) fn command(words: &[impl AsRef<str>]) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=:@+,%".contains(c);
    let quoted = |word: &str| {
        let is_safe = !word.is_empty() && word.chars().all(is_plain);
        if is_safe { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
    };
    words.iter().map(|word| quoted(word.as_ref())).collect::<Vec<_>>().join(" ")
}

/// Says something to the person at the terminal. Whoever closed standard error does not want to hear it.
pub(super) fn say(text: &str) {
    let mut out = anstream::AutoStream::auto(std::io::stderr().lock());
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
