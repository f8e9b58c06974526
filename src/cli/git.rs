//! A plan as it was at a git revision.

use std::path::Path;
use std::process::{Command, Output};

use super::failure::{Failure, reason};
use crate::plan::Source;

/// The text of the plan file at a revision; absent if there was no such file.
///
/// # Errors
/// [`Failure::Usage`] when git cannot be run, this is no repository, or there is no such revision.
pub(super) fn show(plan: &Path, revision: &str) -> Result<Option<Source>, Failure> {
    let no_revision = |why: String| Failure::Usage {
        message: format!("`{revision}` is neither a plan file nor a git revision{why}"),
        help: "name a commit, branch or tag that was fetched, such as `origin/main`".to_owned(),
    };
    // What begins with a dash would be an option of git.
    if revision.is_empty() || revision.starts_with('-') || revision.contains(':') {
        return Err(no_revision(String::new()));
    }
    let found = git(plan, &["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])?;
    if !found.status.success() {
        let told = String::from_utf8_lossy(&found.stderr);
        let line = told.lines().next().map(|line| format!(": git says: {}", line.trim_start_matches("fatal: ")));
        return Err(no_revision(line.unwrap_or_default()));
    }
    let name = plan.file_name().unwrap_or_default().to_string_lossy();
    let object = format!("{revision}:./{name}");
    if !git(plan, &["cat-file", "-e", &object])?.status.success() {
        return Ok(None);
    }
    let shown = git(plan, &["show", &object])?;
    if !shown.status.success() {
        return Ok(None);
    }
    let source = Source::from_bytes(format!("{revision}:{}", plan.display()), shown.stdout);
    source.map(Some).map_err(|diagnostic| Failure::Plan(vec![*diagnostic]))
}

/// Runs git in the folder of the plan.
fn git(plan: &Path, arguments: &[&str]) -> Result<Output, Failure> {
    let folder = plan.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output();
    output.map_err(|error| Failure::Usage {
        message: format!("cannot run `git`: {}", reason(&error)),
        help: "install git, or give a plan file or a summary.json as the baseline".to_owned(),
    })
}
