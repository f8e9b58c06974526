//! The command line: the only layer that touches files, arguments, clocks, output and exit codes.

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the program with these arguments, the program's name first.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let command = clap::Command::new("plancast").version(env!("CARGO_PKG_VERSION"));
    let _ = command.get_matches_from(args);
    ExitCode::SUCCESS
}
