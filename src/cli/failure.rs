//! Why a command stopped, its message, and the exit code that goes with it.

use std::io;
use std::path::{Path, PathBuf};

use super::exit::Exit;
use crate::diagnostic::{self, Diagnostic, printable};

/// Why a command stopped.
#[derive(Debug)]
pub(super) enum Failure {
    /// The command line makes no sense in a way that only its execution finds out.
    Usage {
        /// What is wrong.
        message: String,
        /// The next step.
        help: String,
    },
    /// The plan lacks what was asked of it.
    Lacking {
        /// What.
        message: String,
        /// The next step.
        help: String,
    },
    /// A plan file cannot be read.
    Unreadable {
        /// What is wrong.
        message: String,
        /// The next step.
        help: String,
    },
    /// A plan has errors.
    Plan(Vec<Diagnostic>),
    /// Errors were reported already.
    Reported(Exit),
    /// A file or a folder cannot be written.
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
        /// The option that says where it is.
        option: &'static str,
    },
    /// Standard output cannot be written.
    Print(io::Error),
}

impl Failure {
    /// A command line that makes no sense, and the next step.
    pub(super) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: help.into() }
    }

    /// A plan that lacks what was asked of it, and the next step.
    pub(super) fn lacking(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Lacking { message: message.into(), help: help.into() }
    }

    /// A file or a folder that cannot be written, in the place that this option says.
    pub(super) fn write(path: &Path, error: io::Error, option: &'static str) -> Self {
        Self::Write { path: path.to_owned(), error, option }
    }

    /// How the program ends. A reader that has seen enough closes the pipe, and nothing is wrong.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Usage { .. } => Exit::Usage,
            Self::Lacking { .. } | Self::Unreadable { .. } | Self::Plan(_) => Exit::InvalidPlan,
            Self::Reported(exit) => *exit,
            Self::Print(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Success,
            Self::Write { .. } | Self::Print(_) => Exit::Output,
        }
    }

    /// The message for people, ending in a line break; empty if there is nothing to say.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Usage { message, help }
            | Self::Lacking { message, help }
            | Self::Unreadable { message, help } => {
                // Both name what a plan holds.
                format!("error: {}\n help: {}\n", printable(message), printable(help))
            }
            Self::Plan(diagnostics) => diagnostic::render(diagnostics),
            Self::Reported(_) => String::new(),
            Self::Write { path, error, option } => format!(
                "error: cannot write `{}`: {}\n help: choose another place with {option}\n",
                path.display(),
                reason(error)
            ),
            Self::Print(error) if error.kind() == io::ErrorKind::BrokenPipe => String::new(),
            Self::Print(error) => {
                format!(
                    "error: cannot write to standard output: {}\n help: look at where it goes\n",
                    reason(error)
                )
            }
        }
    }
}

/// Why the system refused, in our words where they are clearer, without its error number.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::StorageFull => "no space is left".to_owned(),
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => "a file is in the way".to_owned(),
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or(&text);
            text.to_lowercase()
        }
    }
}
