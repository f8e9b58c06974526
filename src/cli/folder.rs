//! Writing results: all files of a folder, or none.
//!
//! Every file is first written under a name of its own that nobody looks at; once all are on the disk they
//! are renamed, which replaces what was there in one step each. So a reader never sees half a file, and a full
//! disk leaves the results of the run before.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::source::STDIN;

/// A file to be written.
pub(super) struct Product {
    /// Its name in the folder.
    pub(super) name: String,
    /// What it holds.
    pub(super) bytes: Vec<u8>,
}

impl Product {
    /// A file of text.
    pub(super) fn text(name: &str, text: String) -> Self {
        Self { name: name.to_owned(), bytes: text.into_bytes() }
    }
}

/// The folder for results of a plan, into which files can be written: the one asked for, or `output/` and the plan file's
/// name.
///
/// # Errors
/// [`Failure::Write`] when nothing can be written there.
pub(super) fn chosen(out: Option<&Path>, plan: &Path) -> Result<PathBuf, Failure> {
    let folder = out.map_or_else(|| default_folder(plan), Path::to_owned);
    check(&folder)?;
    Ok(folder)
}

fn default_folder(plan: &Path) -> PathBuf {
    let stem = if plan == Path::new(STDIN) { None } else { plan.file_stem() };
    Path::new("output").join(stem.unwrap_or("stdin".as_ref()))
}

/// Writes all `products` into `folder`, made if it is not there. Files of `outdated` names would belong to an
/// earlier run, and go.
///
/// # Errors
/// [`Failure::Write`] when one cannot be written; then nothing in the folder has changed.
pub(super) fn write(folder: &Path, products: &[Product], outdated: &[&str]) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| refused(folder, error))?;
    let mut drafts = Drafts(Vec::new());
    for product in products {
        let name = folder.join(&product.name);
        // A folder of that name would make the renaming fail half way.
        if name.is_dir() {
            return Err(refused(&name, io::ErrorKind::IsADirectory.into()));
        }
        drafts.0.push((draft_of(&name), name));
        let (draft, name) = drafts.0.last().expect("just pushed");
        draft_file(draft, &product.bytes).map_err(|error| refused(name, error))?;
    }
    while let Some((draft, name)) = drafts.0.first() {
        fs::rename(draft, name).map_err(|error| refused(name, error))?;
        drafts.0.remove(0);
    }
    for name in outdated {
        // What is not there need not go.
        let _ = fs::remove_file(folder.join(name));
    }
    Ok(())
}

fn refused(path: &Path, error: io::Error) -> Failure {
    Failure::write(path, error, "--out")
}

/// Writes one file, for which this option names the place: all of it, or nothing.
///
/// # Errors
/// [`Failure::Write`] when it cannot be written; then what was there has not changed.
pub(super) fn write_file(path: &Path, content: impl AsRef<[u8]>, option: &'static str) -> Result<(), Failure> {
    // A pipe or a device is written to and not replaced, and a link goes on leading to its file.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let is_other = fs::metadata(&target).is_ok_and(|about| !about.is_file());
    let written = if is_other { fs::write(&target, content) } else { replace(target, content.as_ref()) };
    written.map_err(|error| Failure::write(path, error, option))
}

fn replace(target: PathBuf, content: &[u8]) -> io::Result<()> {
    let mut drafts = Drafts(vec![(draft_of(&target), target)]);
    let (draft, target) = &drafts.0[0];
    draft_file(draft, content)?;
    fs::rename(draft, target)?;
    drafts.0.clear();
    Ok(())
}

/// Where a file is written first.
fn draft_of(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.{}.draft", std::process::id()))
}

/// Finds out whether files can be written into a folder that may have to be made, before work that takes long.
///
/// # Errors
/// [`Failure::Write`] when they cannot.
pub(super) fn check(folder: &Path) -> Result<(), Failure> {
    let there = folder.ancestors().find(|folder| folder.exists());
    try_draft(&there.unwrap_or(Path::new(".")).join("folder")).map_err(|error| refused(folder, error))
}

/// Finds out whether such a file can be written, before work that takes long.
///
/// # Errors
/// [`Failure::Write`] when its folder is not there or lets nobody write, or it is a folder itself.
pub(super) fn check_place(path: &Path, option: &'static str) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let place = fs::metadata(folder).and_then(|about| match fs::metadata(path) {
        _ if !about.is_dir() => Err(io::ErrorKind::NotADirectory.into()),
        Ok(about) if about.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        // A pipe or a device is written to as it is.
        Ok(about) if !about.is_file() => Ok(()),
        _ => try_draft(&fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())),
    });
    place.map_err(|error| Failure::write(path, error, option))
}

/// Makes the file that this one would first be written to, and takes it away again.
fn try_draft(target: &Path) -> io::Result<()> {
    let draft = draft_of(target);
    File::create(&draft)?;
    fs::remove_file(draft)
}

fn draft_file(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(content)
}

/// Files under their first names; removed if they never get their last.
struct Drafts(Vec<(PathBuf, PathBuf)>);

impl Drop for Drafts {
    fn drop(&mut self) {
        for (draft, _) in &self.0 {
            let _ = fs::remove_file(draft);
        }
    }
}

/// What was written, for the person at the terminal.
pub(super) fn written(folder: &Path, products: &[Product]) -> String {
    let names: Vec<&str> = products.iter().map(|product| product.name.as_str()).collect();
    format!("wrote {} to {}\n", names.join(", "), folder.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_looked_at_before_anything_is_written() {
        let root = std::env::temp_dir().join(format!("plancast-places-{}", std::process::id()));
        fs::create_dir(&root).expect("a folder");
        assert!(check(&root.join("new/results")).is_ok());
        assert!(check_place(&root.join("patch.yaml"), "--write").is_ok());
        assert!(fs::read_dir(&root).expect("the folder").next().is_none(), "something was left");
        fs::write(root.join("notes.txt"), "").expect("a file");
        assert!(check(&root.join("notes.txt/results")).is_err());
        assert!(check_place(&root.join("notes.txt/patch.yaml"), "--write").is_err());
        assert!(check_place(&root, "--write").is_err());
        fs::remove_dir_all(&root).expect("gone");
        if cfg!(target_os = "linux") {
            assert!(check(Path::new("/proc/results")).is_err());
            assert!(check_place(Path::new("/proc/patch.yaml"), "--write").is_err());
            assert!(check_place(Path::new("/dev/null"), "--write").is_ok());
        }
    }
}
