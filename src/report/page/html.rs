//! The page as a whole.

use super::super::chart::dark_rules;
use super::super::clock::Clock;
use super::super::number::thousands;
use super::super::xml::escape;
use super::{View, data, digest, options, prefix, view};
use crate::dates::Style;

const SCRIPT: &str = include_str!("page.js");
const STYLE: &str = include_str!("page.css");
/// Colours of the dark page.
const DARK: &str = "--paper:#16191d;--ink:#e8eaed;--faint:#a5adba;--rule:#3a414b;--band:#1f242b;--link:#8ccff5;\
                    color-scheme:dark";

/// The page, with an option of the plan in each view and the first of them in front. The same bytes for the same
/// results; nothing without a view.
#[must_use]
pub fn report_html(views: &[View]) -> String {
    let Some(first) = views.first() else { return String::new() };
    let style = style();
    let policy = format!(
        "default-src 'none'; base-uri 'none'; form-action 'none'; style-src '{}'; script-src '{}'",
        digest::policy_source(&style),
        digest::policy_source(SCRIPT)
    );
    let title = escape(&first.material.forecast.plan);
    let is_alone = views.len() == 1;
    let sections: String = views.iter().enumerate().map(|(place, v)| view::section(v, place, is_alone)).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}: forecast</title>\n\
         <style>{style}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the forecast</a>\n\
         <header><h1>{title}</h1>\n<button type=\"button\" id=\"theme\" hidden>Dark</button></header>\n\
         <main id=\"main\">\n{options}{controls}{sections}</main>\n\
         <footer id=\"about\"><h2>About</h2>\n{about}</footer>\n<div id=\"tip\" role=\"status\" hidden></div>\n\
         <script type=\"application/json\" id=\"data\">{data}</script>\n<script>{SCRIPT}</script>\n</body>\n</html>\n",
        options = if is_alone { String::new() } else { comparison(views) },
        controls = controls(views),
        about = about(views),
        data = data::data(views),
    )
}

/// Light colours, dark ones where the reader or the system asks for them; paper is always light.
fn style() -> String {
    let chosen = ":root[data-theme=dark]";
    let asked = ":root:not([data-theme=light])";
    let dark = |root: &str| format!("{root}{{{DARK}}}\n{}", dark_rules(&format!("{root} figure")));
    format!(
        "{STYLE}@media screen{{\n{}}}\n@media screen and (prefers-color-scheme:dark){{\n{}}}\n",
        dark(chosen),
        dark(asked)
    )
}

/// The options side by side.
fn comparison(views: &[View]) -> String {
    let link = |(place, view): (usize, &View)| {
        format!("<li><a href=\"#{}view\">{}</a></li>", prefix(place), escape(view.name))
    };
    let links: String = views.iter().enumerate().map(link).collect();
    let chart = views[0].charts.iter().find(|chart| chart.name() == view::COMPARISON);
    let chart = chart.map_or(String::new(), |chart| view::figure(chart, ""));
    format!(
        "<section id=\"options-section\"><h2>Options</h2>\n{}{chart}<nav aria-label=\"Options\" id=\"option-links\"><ul>{links}</ul></nav>\n\
         </section>\n",
        options::table(views)
    )
}

/// What the reader moves: option, confidence level, filter. Without the script, the line that it would show at
/// 80 %.
fn controls(views: &[View]) -> String {
    let material = &views[0].material;
    let clock = Clock::new(material.forecast.origin.as_ref());
    let p80 = clock.text(material.forecast.finish.spread.percentile(80).value, Style::Full);
    let choice = |(place, view): (usize, &View)| {
        let checked = if place == 0 { " checked" } else { "" };
        format!(
            "<label><input type=\"radio\" name=\"view\" value=\"{place}\"{checked}> {}</label> ",
            escape(view.name)
        )
    };
    let choices: String = views.iter().enumerate().map(choice).collect();
    let choices = if views.len() == 1 {
        String::new()
    } else {
        format!("<fieldset id=\"choice\" hidden><legend>Show</legend>{choices}</fieldset>\n")
    };
    format!(
        "<section class=\"controls\" aria-label=\"Controls\">\n{choices}<p class=\"level\"><label for=\"level\">How \
         sure do you want to be? <input type=\"range\" id=\"level\" min=\"1\" max=\"99\" value=\"80\" hidden>\
         </label> <output id=\"level-text\" for=\"level\">80 % sure by {}</output></p></section>\n",
        escape(&p80)
    )
}

/// Where the numbers come from.
fn about(views: &[View]) -> String {
    let first = &views[0];
    let forecast = first.material.forecast;
    let mut lines = vec![
        format!(
            "{} iterations{}, seed {}, plancast {}",
            thousands(f64::from(forecast.iterations)),
            if views.len() > 1 { " of each option, with the same luck" } else { "" },
            forecast.seed,
            first.about.version,
        ),
        "Times are on the clock, in hours from the start of the plan or as dates in its zone. P80 is the date that \
         80 % of the iterations meet."
            .to_owned(),
    ];
    for view in views {
        let name = if views.len() > 1 { format!("{}: ", view.name) } else { String::new() };
        let about = view.about;
        lines.push(format!("{name}plan {}", about.hash));
        lines.extend(about.option.iter().map(|option| format!("{name}option applied: {option}")));
    }
    lines.extend(first.about.changes.iter().map(|change| format!("Changed: {change}")));
    lines.extend(first.about.notes.iter().cloned());
    if !first.about.without_estimate.is_empty() {
        let tasks = first.about.without_estimate.join(", ");
        lines.push(format!("Tasks without an estimate of their own: {tasks}"));
    }
    let item = |line: &String| format!("<li>{}</li>\n", escape(line));
    let items: String = lines.iter().map(item).collect();
    format!("<ul>\n{items}</ul>\n")
}
