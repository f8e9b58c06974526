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

/// The folder for results of a plan, unless another is asked for: `output/` and the plan file's name.
pub(super) fn default_folder(plan: &Path) -> PathBuf {
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
        let draft = folder.join(draft_name(&product.name));
        drafts.0.push((draft, name));
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
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let draft = target.with_file_name(draft_name(&name));
    let mut drafts = Drafts(vec![(draft, target)]);
    let (draft, target) = &drafts.0[0];
    draft_file(draft, content)?;
    fs::rename(draft, target)?;
    drafts.0.clear();
    Ok(())
}

/// The name under which a file is written first.
fn draft_name(name: &str) -> String {
    format!(".{name}.{}.draft", std::process::id())
}

/// Finds out whether there is a place for such a file, before work that takes long.
///
/// # Errors
/// [`Failure::Write`] when its folder is not there, or it is a folder itself.
pub(super) fn check_place(path: &Path, option: &'static str) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let place = fs::metadata(folder).and_then(|about| match about.is_dir() {
        true if path.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        true => Ok(()),
        false => Err(io::ErrorKind::NotADirectory.into()),
    });
    place.map_err(|error| Failure::write(path, error, option))
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
