//! What somebody needs who cannot see the page, or uses no mouse; and names that try to be more than text.

use serde_json::json;

use crate::chromium::Browser;
use crate::common::{Folder, scenario};
use crate::{DESK, PHONE, assert_in_place, picture, report};

/// Things that a screen reader or a keyboard would miss; empty if there are none.
const MISSED: &str = r"(() => {
    const wrong = [];
    const all = selector => Array.from(document.querySelectorAll(selector));
    const text = part => part.textContent.trim();
    const brief = part => part.outerHTML.slice(0, 90);
    if (all('h1').length !== 1) wrong.push('not one h1');
    let level = 0;
    for (const heading of all('h1, h2, h3, h4')) {
        const next = Number(heading.tagName[1]);
        if (next > level + 1) wrong.push('a level is skipped before ' + brief(heading));
        if (!text(heading)) wrong.push('an empty heading');
        level = next;
    }
    for (const landmark of ['header', 'main', 'footer', 'nav']) {
        if (!document.querySelector(landmark)) wrong.push('no ' + landmark);
    }
    const names = all('nav').map(nav => nav.getAttribute('aria-label'));
    if (names.some(name => !name) || new Set(names).size !== names.length) wrong.push('navs without names of their own');
    if (!document.documentElement.lang || !document.title) wrong.push('no language or title');
    const ids = all('[id]').map(part => part.id);
    for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) wrong.push('id twice: ' + id);
    for (const name of ['for', 'aria-labelledby', 'aria-describedby']) {
        for (const part of all('[' + name + ']')) {
            for (const id of part.getAttribute(name).split(/\s+/)) if (!document.getElementById(id)) wrong.push(name + ' leads nowhere: ' + id);
        }
    }
    for (const part of all('[fill^=url], [stroke^=url]')) {
        for (const name of ['fill', 'stroke']) {
            const id = /url\(#(.*)\)/.exec(part.getAttribute(name) || '');
            if (id && !document.getElementById(id[1])) wrong.push('no pattern ' + id[1]);
        }
    }
    for (const link of all('a[href^=\'#\']')) if (!document.getElementById(link.getAttribute('href').slice(1))) wrong.push('a dead link ' + brief(link));
    for (const svg of all('figure > svg')) {
        if (svg.getAttribute('role') !== 'img' || !(svg.getAttribute('aria-label') || '').trim()) wrong.push('a chart without a name ' + brief(svg));
    }
    for (const figure of all('figure')) if (!figure.querySelector('figcaption') || !text(figure.querySelector('figcaption'))) wrong.push('a figure without words');
    for (const input of all('input')) if (!input.labels.length || !text(input.labels[0])) wrong.push('an input without a label ' + brief(input));
    for (const button of all('button')) if (!text(button)) wrong.push('a button without a name ' + brief(button));
    for (const group of all('fieldset')) if (!group.querySelector('legend')) wrong.push('a group without a legend');
    for (const table of all('table')) {
        if (!table.caption || !text(table.caption)) wrong.push('a table without a caption');
        for (const cell of table.querySelectorAll('th')) if (!cell.scope) wrong.push('a head without a scope ' + brief(cell));
        for (const row of table.tBodies[0].rows) if (!row.querySelector('th')) wrong.push('a row without a head');
    }
    for (const part of all('.scroll, figure')) if (part.tabIndex !== 0) wrong.push('out of reach of the keyboard: ' + brief(part));
    return wrong;
})()";

/// Texts whose contrast with what is behind them is less than the guidelines ask (WCAG 2.1, 1.4.3).
const FAINT: &str = r"(() => {
    const rgb = colour => (colour.match(/[\d.]+/g) || []).map(Number);
    const luminance = colour => {
        const [r, g, b] = colour.map(c => { c /= 255; return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4); });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = part => {
        for (let at = part; at; at = at.parentElement) {
            const colour = rgb(getComputedStyle(at).backgroundColor);
            if (colour.length === 3 || colour[3] === 1) return colour.slice(0, 3);
        }
        return [255, 255, 255];
    };
    const wrong = new Set();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const part = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim() || part.closest('svg, script, [hidden]')) continue;
        const style = getComputedStyle(part);
        const [a, b] = [luminance(rgb(style.color).slice(0, 3)), luminance(behind(part))];
        const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (contrast < 4.5) wrong.add(part.tagName + '.' + part.className + ': ' + contrast.toFixed(2));
    }
    return Array.from(wrong);
})()";

#[test]
fn the_page_can_be_heard_and_read() {
    let Some(mut browser) = Browser::start() else { return };
    for (plan, options) in [("quickstart", ["clear-brief"].as_slice()), ("week-one-demo", &[])] {
        let folder = Folder::new();
        let page = report(&folder, &scenario(plan), options);
        for colours in ["light", "dark"] {
            browser.prefer(colours, "screen");
            browser.open(&page, DESK);
            assert_eq!(browser.value(MISSED), json!([]), "{plan}");
            assert_eq!(browser.value(FAINT), json!([]), "{plan} {colours}");
        }
        let focus =
            "document.activeElement.className || document.activeElement.id || document.activeElement.tagName";
        browser.press("Tab");
        assert_eq!(browser.text(focus), "skip", "the first stop leads past everything");
        browser.press("Tab");
        assert_eq!(browser.text(focus), "theme");
    }
}

/// Names that try to be markup and scripts, or to turn the direction of what follows; and one of 200 letters.
const NAMES: [&str; 6] = [
    "<script>document.title = 'broken'</script>",
    "]]></svg></style></title><img src=x onerror=\"document.title = 'broken'\">",
    "\"quoted\" 'quoted' &amp; &#65; --> {{x}} ${x} \\u003c",
    "\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{1f680} \u{202e}turned",
    "javascript:document.title='broken'",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW\
     WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
];

#[test]
fn names_stay_text_wherever_they_stand() {
    let Some(mut browser) = Browser::start() else { return };
    let quoted = NAMES.map(|name| json!(name).to_string());
    let list = |make: &dyn Fn(usize, &String) -> String| -> String {
        quoted.iter().enumerate().map(|(i, name)| make(i, name)).collect()
    };
    let plan = format!(
        "plan: {}\nstart: 2025-01-06T09:00:00Z\nagents:\n{}phases:\n{}milestones:\n{}options:\n{}",
        quoted[1],
        list(&|i, name| format!("  a{i}: {{ name: {name}, skills: [s{i}] }}\n")),
        list(&|i, name| format!(
            "  p{i}:\n    name: {name}\n    tasks: {{ t{i}: {{ name: {name}, skill: s{i}, effort: 1-2h }} }}\n"
        )),
        list(&|i, name| format!("  m{i}: {{ name: {name}, after: [t{i}], due: 40h }}\n")),
        list(&|i, name| format!("  o{i}: {{ name: {name}, patch: {{ agents: {{ a0: {{ capacity: 2 }} }} }} }}\n")),
    );
    let folder = Folder::new();
    let plan = folder.file("plan.yaml", plan);
    let page = report(&folder, &plan, &["o0", "o1", "o2", "o3", "o4", "o5"]);
    for size in [DESK, PHONE] {
        browser.open(&page, size);
        assert_eq!(browser.complaints(), [""; 0]);
        assert_in_place(&mut browser, "hostile names");
    }
    picture(&mut browser, "hostile");
    assert_eq!(browser.text("document.title"), format!("{}: forecast", NAMES[1]));
    // The data and the page's own; no element that a name made.
    assert_eq!(browser.value("document.querySelectorAll('script').length"), json!(2));
    assert_eq!(
        browser.value("document.querySelectorAll('img, svg script, svg style, iframe, [onerror]').length"),
        json!(0)
    );
    for (i, name) in NAMES.iter().enumerate() {
        let shown =
            browser.text(&format!("document.querySelector('#tasks').tBodies[0].rows[{i}].cells[1].textContent"));
        assert_eq!(shown, name.replace('\u{202e}', "\u{fffd}"));
        let choice =
            browser.text(&format!("document.querySelectorAll('#choice label')[{}].textContent.trim()", i + 1));
        assert_eq!(choice, name.replace('\u{202e}', "\u{fffd}"));
    }
}
