//! Reading plan files: never more than the limit, and with a message for everything that is no plan file.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::failure::{Failure, reason};
use crate::plan::{Source, TEXT_LIMIT, too_large};

/// The file name that stands for standard input.
pub(super) const STDIN: &str = "-";

/// True once standard input was read: nothing is left of it for a second file of that name.
static STDIN_IS_READ: AtomicBool = AtomicBool::new(false);

/// The text of a plan file, or of standard input for `-`.
///
/// # Errors
/// [`Failure`] when there is no such file, it is a folder, too large, or not UTF-8, or standard input was read before.
pub(super) fn read(path: &Path) -> Result<Source, Failure> {
    read_as("plan", path)
}

/// The same of a file of this kind: a `plan` or a `patch`.
///
/// # Errors
/// As of [`read`].
pub(super) fn read_as(kind: &'static str, path: &Path) -> Result<Source, Failure> {
    let (name, bytes) = if path == Path::new(STDIN) {
        if STDIN_IS_READ.swap(true, Ordering::Relaxed) {
            return Err(Failure::usage(
                "standard input is named twice: `-` can stand for one file only",
                "save one of the two as a file, and name that",
            ));
        }
        ("<stdin>".to_owned(), limited(io::stdin().lock()).map_err(|error| unreadable(kind, path, &error))?)
    } else {
        let name = path.display().to_string();
        let about = fs::metadata(path).map_err(|error| unreadable(kind, path, &error))?;
        if about.is_dir() {
            return Err(folder(kind, path));
        }
        // Said before reading, so that a huge file costs nothing.
        if about.len() > TEXT_LIMIT as u64 {
            return Err(Failure::Plan(vec![*too_large(name)]));
        }
        // Devices and pipes have no length to look at before: reading stops at the limit.
        let bytes = File::open(path).and_then(limited).map_err(|error| unreadable(kind, path, &error))?;
        (name, bytes)
    };
    Source::from_bytes(name, bytes).map_err(|diagnostic| Failure::Plan(vec![*diagnostic]))
}

/// All bytes, or one more than the limit.
fn limited(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(TEXT_LIMIT as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(kind: &str, path: &Path, error: &io::Error) -> Failure {
    let help = if error.kind() == io::ErrorKind::NotFound {
        near_name(path).map_or_else(
            || format!("give the path of a {kind} file, or `-` for standard input"),
            |near| format!("did you mean `{}`?", near.display()),
        )
    } else {
        "check that it is a file that you may read".to_owned()
    };
    Failure::Unreadable { message: format!("cannot read {kind} `{}`: {}", path.display(), reason(error)), help }
}

fn folder(kind: &str, path: &Path) -> Failure {
    let plan = plans_in(path).into_iter().next();
    let help = plan.map_or_else(
        || format!("give the path of a {kind} file"),
        |plan| format!("name a {kind} file in it, such as `{}`", plan.display()),
    );
    Failure::Unreadable { message: format!("cannot read {kind} `{}`: it is a folder", path.display()), help }
}

/// The plan file in the same folder whose name is most like the one that is missing.
fn near_name(path: &Path) -> Option<PathBuf> {
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let wanted = path.file_name()?.to_str()?.to_owned();
    let plans = plans_in(parent);
    let names: Vec<&str> = plans.iter().filter_map(|plan| plan.file_name()?.to_str()).collect();
    let near = crate::diagnostic::nearest(&wanted, names.iter().copied())?.to_owned();
    Some(path.with_file_name(near))
}

/// Plan files in a folder, by name.
fn plans_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_plan = |path: &PathBuf| path.extension().is_some_and(|e| e == "yaml" || e == "yml" || e == "json");
    let mut plans: Vec<PathBuf> = entries.filter(is_plan).collect();
    plans.sort();
    plans
}
