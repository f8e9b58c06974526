//! Runs the program as a person would, in a folder of its own.

#![allow(dead_code, reason = "each test file uses a part")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// All plans that must always run.
pub(crate) const SCENARIOS: [&str; 5] =
    ["quickstart", "proto-refactor", "backend-hardening", "minimal-backend", "week-one-demo"];

/// What the program left behind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    /// Exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Path of a scenario, relative to the root.
pub(crate) fn scenario(name: &str) -> String {
    format!("scenarios/{name}.yaml")
}

/// Runs the program in the root with these arguments.
#[track_caller]
pub(crate) fn plancast<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Ran {
    with_input(arguments, "")
}

/// Runs the program in the root with these arguments and this standard input.
#[track_caller]
pub(crate) fn with_input<S: AsRef<std::ffi::OsStr>>(arguments: &[S], input: &str) -> Ran {
    on_screen(arguments, input, ("", "C.UTF-8"))
}

/// The same on a screen of so many columns (as many as the program likes for an empty text), with the letters of a
/// locale.
#[track_caller]
pub(crate) fn on_screen<S: AsRef<std::ffi::OsStr>>(
    arguments: &[S],
    input: &str,
    (columns, locale): (&str, &str),
) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_plancast"))
        .args(arguments)
        .current_dir(root())
        .env("COLUMNS", columns)
        .env("LC_ALL", locale)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that does not read its input may be gone by now.
    let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("the program ends");
    Ran {
        code: output.status.code().expect("the program ends by itself"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// A folder that goes when it is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("plancast-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        // A process that was killed may have left one of the same number.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a temporary folder");
        Self(path)
    }

    /// Path of something in it.
    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    /// Writes a file into it and gives its path.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        fs::write(self.0.join(name), bytes).expect("written");
        self.path(name)
    }

    /// What a file in it holds.
    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).expect("a file that was written")
    }

    /// Names of all that is in a folder in it, sorted.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let entries = fs::read_dir(self.0.join(name)).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("readable").file_name().into_string().expect("text")).collect();
        names.sort();
        names
    }

    /// The text with this folder's path replaced.
    pub(crate) fn hide(&self, text: &str) -> String {
        text.replace(&self.0.display().to_string(), "[folder]")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs git in a folder, as somebody whom it does not know yet.
#[track_caller]
pub(crate) fn git(folder: &str, arguments: &[&str]) {
    let identity = ["-c", "user.name=tester", "-c", "user.email=tester@example.org"];
    let line = [&["-C", folder], &identity[..], arguments].concat();
    let output = Command::new("git").args(&line).output().expect("git");
    assert!(output.status.success(), "{line:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The text with what differs between versions replaced.
pub(crate) fn stable(text: &str) -> String {
    text.replace(env!("CARGO_PKG_VERSION"), "[version]")
}
