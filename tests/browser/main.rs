//! The page of a report in a real browser, used as a person would: Chromium, where the machine has one.
//!
//! With `PLANCAST_SCREENSHOTS` set to a folder, pictures of the pages are left there to be looked at.

#[path = "../common/mod.rs"]
mod common;

mod chromium;
mod reading;

use std::fs;

use chromium::Browser;
use common::{Folder, SCENARIOS, plancast, scenario};
use serde_json::json;

const DESK: (u32, u32) = (1280, 900);
const PHONE: (u32, u32) = (390, 844);

/// Writes the report of a scenario, with all its options, and gives the path of the page.
#[track_caller]
fn report(folder: &Folder, plan: &str, options: &[&str]) -> String {
    let out = folder.path("out");
    let mut arguments = vec!["report", plan, "--iterations", "300", "--out", &out];
    arguments.extend(options.iter().flat_map(|option| ["--option", option]));
    let ran = plancast(&arguments);
    assert_eq!(ran.code, 0, "{}", ran.err);
    format!("{out}/report.html")
}

/// Leaves a picture behind, if somebody wants to look.
fn picture(browser: &mut Browser, name: &str) {
    let whole = browser.screenshot(true);
    assert!(whole.starts_with(b"\x89PNG"), "{name}");
    if let Some(folder) = std::env::var_os("PLANCAST_SCREENSHOTS") {
        let folder = std::path::Path::new(&folder);
        fs::create_dir_all(folder).expect("a folder");
        fs::write(folder.join(format!("{name}.png")), whole).expect("written");
    }
}

/// Text of a column of a table in the view that is shown, from the rows that are shown.
fn column(browser: &mut Browser, table: &str, place: usize) -> Vec<String> {
    let rows = browser.value(&format!(
        "Array.from(document.querySelectorAll('.view:not([hidden]) table.{table} tbody tr')) \
         .filter(row => !row.hidden).map(row => row.cells[{place}].textContent)"
    ));
    let rows = rows.as_array().expect("rows").clone();
    rows.iter().map(|cell| cell.as_str().expect("text").to_owned()).collect()
}

/// What is wider than the screen, or lies over something else that holds text; empty if nothing does.
const MISPLACED: &str = r"(() => {
    const wrong = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) wrong.push('the page is ' + root.scrollWidth + ' wide');
    window.scrollTo(0, 0);
    const parts = Array.from(document.querySelectorAll('h1, h2, h3, .cards div, .controls, figure, .scroll, nav, .tools, .change, footer ul, #theme'))
        .filter(part => part.offsetParent !== null);
    const boxes = parts.map(part => part.getBoundingClientRect());
    for (let i = 0; i < parts.length; i++) {
        if (boxes[i].left < -1 || boxes[i].right > root.clientWidth + 1) wrong.push('beyond the edge: ' + parts[i].outerHTML.slice(0, 80));
        for (let j = i + 1; j < parts.length; j++) {
            if (parts[i].contains(parts[j]) || parts[j].contains(parts[i])) continue;
            const across = Math.min(boxes[i].right, boxes[j].right) - Math.max(boxes[i].left, boxes[j].left);
            const down = Math.min(boxes[i].bottom, boxes[j].bottom) - Math.max(boxes[i].top, boxes[j].top);
            if (across > 1 && down > 1) wrong.push(parts[i].outerHTML.slice(0, 60) + ' over ' + parts[j].outerHTML.slice(0, 60));
        }
    }
    for (const card of document.querySelectorAll('.view:not([hidden]) .cards dd, .view:not([hidden]) .cards dt')) {
        if (card.scrollWidth > card.clientWidth + 1) wrong.push('cut: ' + card.textContent);
    }
    return wrong;
})()";

#[track_caller]
fn assert_in_place(browser: &mut Browser, what: &str) {
    let wrong = browser.value(MISPLACED);
    assert_eq!(wrong, json!([]), "{what}");
}

#[test]
fn a_reader_sorts_filters_and_moves_the_slider() {
    let Some(mut browser) = Browser::start() else { return };
    let folder = Folder::new();
    let page = report(&folder, &scenario("quickstart"), &[]);
    browser.open(&page, DESK);
    assert_eq!(column(&mut browser, "tasks", 0), ["api", "page", "tests", "launch"]);
    browser.click("#tasks thead th:nth-child(1) button");
    assert_eq!(column(&mut browser, "tasks", 0), ["api", "launch", "page", "tests"]);
    browser.click("#tasks thead th:nth-child(1) button");
    assert_eq!(column(&mut browser, "tasks", 0), ["tests", "page", "launch", "api"]);
    assert_eq!(browser.text("document.querySelector('#tasks th').getAttribute('aria-sort')"), "descending");
    // A column of dates is sorted by time, not by its letters.
    browser.click("#tasks thead th:nth-child(6) button");
    assert_eq!(column(&mut browser, "tasks", 0)[3], "launch");
    browser.click("#filter");
    browser.type_text("TEST");
    assert_eq!(column(&mut browser, "tasks", 0), ["tests"]);
    assert_eq!(browser.text("document.querySelector('.shown').textContent"), "1 of 4 tasks");
    browser.text("(document.getElementById('filter').value = '', document.getElementById('filter').dispatchEvent(new Event('input', { bubbles: true })))");
    assert_eq!(column(&mut browser, "tasks", 0).len(), 4);
    browser.click("#critical");
    assert!(column(&mut browser, "tasks", 0).contains(&"launch".to_owned()));
    let before = column(&mut browser, "tasks", 7);
    browser.click("#level");
    browser.press("End");
    assert!(browser.text("document.getElementById('level-text').textContent").starts_with("99 % sure by "));
    let after = column(&mut browser, "tasks", 7);
    assert!(before.iter().zip(&after).all(|(before, after)| before != after), "{before:?} {after:?}");
    assert!(column(&mut browser, "goals", 4)[0].ends_with("(late)"));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_reader_changes_between_options() {
    let Some(mut browser) = Browser::start() else { return };
    let folder = Folder::new();
    let page = report(&folder, &scenario("quickstart"), &["clear-brief"]);
    browser.open(&page, DESK);
    let shown = "document.querySelector('.view:not([hidden]) h2').textContent";
    let visible = "document.querySelectorAll('.view:not([hidden])').length";
    assert_eq!((browser.text(shown), browser.text(visible)), ("The plan as it is".to_owned(), "1".to_owned()));
    let text = "document.getElementById('level-text').textContent";
    let before = (browser.text(text), column(&mut browser, "tasks", 7), column(&mut browser, "tasks", 5));
    browser.click("input[name=view][value='1']");
    assert_eq!(browser.text(shown), "Settle the brief first");
    let after = (browser.text(text), column(&mut browser, "tasks", 7), column(&mut browser, "tasks", 5));
    assert!(before.0 != after.0 && before.1 != after.1 && before.2 != after.2, "{before:?} {after:?}");
    // The filter and the order stay with the reader.
    browser.click("#v1-filter");
    browser.type_text("page");
    browser.click("#v1-tasks thead th:nth-child(1) button");
    browser.click("input[name=view][value='0']");
    assert_eq!(column(&mut browser, "tasks", 0), ["page"]);
    assert_eq!(browser.text("document.querySelector('#tasks th').getAttribute('aria-sort')"), "ascending");
    // A link into an option that is hidden shows it.
    browser.text("location.hash = '#v1-finish'");
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(browser.text(shown), "Settle the brief first");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn charts_tell_their_numbers_to_mouse_and_keyboard() {
    let Some(mut browser) = Browser::start() else { return };
    let folder = Folder::new();
    let page = report(&folder, &scenario("quickstart"), &[]);
    browser.open(&page, DESK);
    let tip = "document.getElementById('tip').hidden ? '' : document.getElementById('tip').textContent";
    assert_eq!(browser.text(tip), "");
    browser.hover("#timeline [data-tip] rect");
    let told = browser.text(tip);
    assert!(told.contains("P50") || told.contains("P10"), "{told}");
    browser.hover("#finish .bar:nth-of-type(9) rect");
    let told = browser.text(tip);
    assert!(told.contains(" finish; ") && told.ends_with("by then"), "{told}");
    assert_eq!(
        browser.value("document.querySelectorAll('figure svg title').length"),
        json!(0),
        "one tooltip, not two"
    );
    browser.text("document.querySelector('#timeline figure').focus()");
    browser.press("ArrowRight");
    let first = browser.text(tip);
    browser.press("ArrowRight");
    let second = browser.text(tip);
    assert!(!first.is_empty() && !second.is_empty() && first != second, "{first} {second}");
    browser.press("Escape");
    assert_eq!(browser.text(tip), "");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn every_scenario_fits_desk_and_phone_in_light_and_dark() {
    let Some(mut browser) = Browser::start() else { return };
    for name in SCENARIOS {
        let folder = Folder::new();
        let options: &[&str] = match name {
            "quickstart" => &["clear-brief"],
            "backend-hardening" => &["wait", "docs-now"],
            "proto-refactor" => &["fifth-agent", "prompt-reviews"],
            _ => &[],
        };
        let page = report(&folder, &scenario(name), options);
        for (colours, screen, size) in [("light", "desk", DESK), ("dark", "desk", DESK), ("light", "phone", PHONE)]
        {
            browser.prefer(colours, "screen");
            browser.open(&page, size);
            let what = format!("{name}-{screen}-{colours}");
            assert_eq!(browser.text("document.documentElement.dataset.theme"), colours);
            let paper = browser.text("getComputedStyle(document.body).backgroundColor");
            assert_eq!(paper == "rgb(255, 255, 255)", colours == "light", "{what}: {paper}");
            assert_in_place(&mut browser, &what);
            assert_eq!(browser.complaints(), [""; 0], "{what}");
            picture(&mut browser, &what);
        }
        browser.click("#theme");
        assert_eq!(browser.text("document.documentElement.dataset.theme"), "dark");
        // Paper is white whatever the screen was, and holds no controls.
        browser.prefer("dark", "print");
        browser.open(&page, (1000, 1400));
        assert_eq!(browser.text("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)");
        assert_eq!(browser.text("getComputedStyle(document.querySelector('.controls')).display"), "none");
        let ink = browser.text("getComputedStyle(document.querySelector('#finish svg text')).fill");
        assert_eq!(ink, "rgb(31, 36, 48)", "{name}");
        picture(&mut browser, &format!("{name}-print"));
    }
}

#[test]
fn a_page_without_its_script_has_all_that_matters() {
    let Some(mut browser) = Browser::start() else { return };
    let folder = Folder::new();
    let page = report(&folder, &scenario("quickstart"), &["clear-brief"]);
    browser.call("Emulation.setScriptExecutionDisabled", &json!({ "value": true }));
    browser.prefer("dark", "screen");
    browser.open(&page, PHONE);
    assert_in_place(&mut browser, "without a script");
    let hidden =
        "Array.from(document.querySelectorAll('.view')).filter(view => view.offsetParent === null).length";
    assert_eq!(browser.value(hidden), json!(0), "all options are shown");
    let dead =
        "Array.from(document.querySelectorAll('input, button')).filter(part => part.offsetParent !== null).length";
    assert_eq!(browser.value(dead), json!(0), "no control that does nothing");
    assert_eq!(
        browser.text("getComputedStyle(document.body).backgroundColor"),
        "rgb(22, 25, 29)",
        "dark all the same"
    );
    picture(&mut browser, "without-script");
}
