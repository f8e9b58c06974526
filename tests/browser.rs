//! The page of a report in a real browser: Chromium, where the machine has one (`chromium` on the path).

mod common;

use std::fs;
use std::process::Command;

use common::{Folder, plancast, scenario};

/// What a person would do: sort, filter, move the slider, turn the page dark. Tells what it sees.
const HARNESS: &str = r"
<script>
window.onerror = function (message) { document.title = 'error: ' + message; };
function column(table, place) {
  var rows = Array.prototype.filter.call(document.querySelectorAll('#' + table + ' tbody tr'), function (row) { return !row.hidden; });
  return rows.map(function (row) { return row.cells[place].textContent; }).join(',');
}
var seen = [];
var heads = document.querySelectorAll('#tasks thead button');
heads[0].click(); seen.push(column('tasks', 0));
heads[0].click(); seen.push(column('tasks', 0), heads[0].parentNode.getAttribute('aria-sort'));
var filter = document.getElementById('filter');
filter.value = 'TEST'; filter.dispatchEvent(new Event('input')); seen.push(column('tasks', 0));
filter.value = ''; filter.dispatchEvent(new Event('input'));
var level = document.getElementById('level');
level.value = 95; level.dispatchEvent(new Event('input')); seen.push(document.getElementById('level-text').textContent.split(',')[0]);
var before = document.documentElement.dataset.theme;
document.getElementById('theme').click(); seen.push(before + ' to ' + document.documentElement.dataset.theme);
seen.push(document.documentElement.scrollWidth <= window.innerWidth ? 'fits' : 'too wide');
document.body.textContent = 'SEEN ' + seen.join(' / ') + ' ' + document.title;
</script></body>";

/// The page as the browser leaves it, and what it logged; absent without a browser.
fn browse(page: &str) -> Option<(String, String)> {
    let profile = Folder::new();
    let output = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--window-size=500,900",
            "--virtual-time-budget=2000",
        ])
        .args(["--enable-logging=stderr", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path("profile")))
        .arg(format!("file://{page}"))
        .output()
        .ok()?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Some((text(output.stdout), text(output.stderr)))
}

#[test]
fn the_page_works_in_a_browser() {
    let folder = Folder::new();
    let out = folder.path("out");
    let ran = plancast(&["report", &scenario("quickstart"), "--iterations", "300", "--out", &out]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let page = format!("{out}/report.html");
    let Some((shown, log)) = browse(&page) else { return };
    // With its policy in force, its own script and style run, and nothing else is refused or fails.
    assert!(shown.contains("data-theme=\"light\"") && shown.contains("aria-valuetext"), "{shown}");
    let complaints: Vec<&str> = log.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert!(complaints.is_empty(), "{complaints:?}");
    // The harness would be refused as well, so that its copy of the page has no policy.
    let text = fs::read_to_string(&page).expect("a page").replace("http-equiv=\"Content-Security-Policy\"", "");
    let copy = folder.file("copy.html", text.replace("</body>", HARNESS));
    let (shown, _) = browse(&copy).expect("it was there before");
    let seen = shown.split("SEEN ").nth(1).unwrap_or_else(|| panic!("{shown}"));
    let seen: Vec<&str> = seen.split(" / ").collect();
    assert_eq!(seen.len(), 7, "{seen:?}");
    let mut rising: Vec<&str> = seen[0].split(',').collect();
    assert!(rising.is_sorted(), "{rising:?}");
    rising.reverse();
    assert_eq!((seen[1], seen[2]), (rising.join(",").as_str(), "descending"));
    assert_eq!(seen[3], "tests");
    assert!(seen[4].starts_with("95 % sure by "), "{}", seen[4]);
    assert_eq!(seen[5], "light to dark");
    assert!(seen[6].starts_with("fits") && !seen[6].contains("error"), "{}", seen[6]);
}
