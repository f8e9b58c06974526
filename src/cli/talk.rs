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

/// Says something to the person at the terminal. Whoever closed standard error does not want to hear it.
pub(super) fn say(text: &str) {
    let mut out = anstream::AutoStream::auto(std::io::stderr().lock());
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
