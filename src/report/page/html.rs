//! The page as a whole.

use super::super::about::About;
use super::super::chart::{Chart, Material, dark_rules, escape};
use super::super::clock::Clock;
use super::super::number::{hours_text, money, percent, thousands};
use super::{data, digest, tables};
use crate::dates::Style;

const SCRIPT: &str = include_str!("page.js");
const STYLE: &str = include_str!("page.css");

/// The page, with these charts in light colours. The same bytes for the same results.
#[must_use]
pub fn report_html(material: &Material, charts: &[Chart], about: &About) -> String {
    let forecast = material.forecast;
    let dark = dark_rules(":root[data-theme=dark] figure");
    let style = format!("{STYLE}@media screen{{\n{dark}}}\n");
    let policy = format!(
        "default-src 'none'; base-uri 'none'; form-action 'none'; style-src '{}'; script-src '{}'",
        digest::policy_source(&style),
        digest::policy_source(SCRIPT)
    );
    let title = escape(&forecast.plan);
    let promise = charts.first().map_or(String::new(), |chart| escape(&chart.title));
    let figures: String = charts.iter().map(figure).collect();
    let link = |chart: &Chart| format!("<li><a href=\"#{}\">{}</a></li>", name(chart), heading(chart));
    let links: String = charts.iter().map(link).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}: forecast</title>\n\
         <style>{style}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the forecast</a>\n\
         <header><h1>{title}</h1>\n<p class=\"promise\">{promise}</p>\n{cards}</header>\n\
         <nav aria-label=\"Contents\"><ul>{links}<li><a href=\"#goals-section\">Milestones and phases</a></li>\
         <li><a href=\"#tasks-section\">Tasks</a></li><li><a href=\"#about\">About</a></li></ul></nav>\n\
         <main id=\"main\">\n{level}{figures}\
         <section id=\"goals-section\"><h2>Milestones and phases</h2>\n{goals}</section>\n\
         <section id=\"tasks-section\"><h2>Tasks</h2>\n{tools}{tasks}</section>\n</main>\n\
         <footer id=\"about\"><h2>About</h2>\n{about}</footer>\n\
         <script type=\"application/json\" id=\"data\">{data}</script>\n<script>{SCRIPT}</script>\n</body>\n</html>\n",
        cards = cards(material),
        level = level(material),
        goals = tables::goals(material),
        tools = TOOLS,
        tasks = tables::tasks(material),
        about = origin(material, about),
        data = data::data(forecast),
    )
}

/// Controls of the task table; shown by the script, without which they would do nothing.
const TOOLS: &str = "<p class=\"tools\" hidden><label>Filter <input type=\"search\" id=\"filter\" \
                     placeholder=\"id, name, phase or agent\"></label> <label><input type=\"checkbox\" \
                     id=\"critical\"> critical in most iterations</label> <span id=\"shown\" role=\"status\">\
                     </span></p>\n";

fn name(chart: &Chart) -> &str {
    chart.file.trim_end_matches(".svg")
}

/// What a chart is about, in a word or two.
fn heading(chart: &Chart) -> &'static str {
    match name(chart) {
        "finish" => "Finish",
        "timeline" => "Timeline",
        "network" => "Critical paths",
        "causes" => "Where the time goes",
        "tornado" => "What drives the date",
        "milestones" => "Milestones",
        "agents" => "Agents",
        "load" => "Load over time",
        _ => "One iteration",
    }
}

fn figure(chart: &Chart) -> String {
    let (id, heading) = (name(chart), heading(chart));
    format!(
        "<section id=\"{id}\"><h2>{heading}</h2>\n<figure tabindex=\"0\">\n{}<figcaption>{}</figcaption>\
         </figure></section>\n",
        chart.svg,
        escape(&chart.about)
    )
}

/// The numbers that everybody asks for.
fn cards(material: &Material) -> String {
    let forecast = material.forecast;
    let clock = Clock::new(forecast.origin.as_ref());
    let mut cards: Vec<(String, String, String)> = [50, 80, 95]
        .into_iter()
        .map(|percent| {
            let hours = forecast.finish.spread.percentile(percent).value;
            // Without a start the value itself is in hours.
            let note = hours.filter(|_| clock.has_dates()).map(hours_text);
            (format!("P{percent}"), clock.text(hours, Style::Minute), note.unwrap_or_default())
        })
        .collect();
    let plan = forecast.deterministic.schedule;
    let chance = forecast.deterministic.probability.map(|p| format!("{} likely", percent(p)));
    cards.push(("The plan says".to_owned(), clock.text(plan, Style::Minute), chance.unwrap_or_default()));
    if let (Some(due), Some(share)) = (forecast.finish.due, forecast.finish.probability) {
        cards.push(("In time".to_owned(), percent(share), format!("due {}", clock.due_text(due, Style::Minute))));
    }
    if let Some(cost) = forecast.cost.spread.percentile(80).value.filter(|cost| *cost > 0.0) {
        let within = forecast.cost.probability.map(|p| format!("within budget {}", percent(p)));
        cards.push(("Cost P80".to_owned(), money(cost), within.unwrap_or_default()));
    }
    let card = |(name, value, note): &(String, String, String)| {
        format!("<div><dt>{name}</dt><dd>{value}<small>{note}</small></dd></div>\n")
    };
    format!("<dl class=\"cards\">\n{}</dl>\n", cards.iter().map(card).collect::<String>())
}

/// The slider; without the script, the line that it would show at 80 %.
fn level(material: &Material) -> String {
    let clock = Clock::new(material.forecast.origin.as_ref());
    let p80 = clock.text(material.forecast.finish.spread.percentile(80).value, Style::Full);
    format!(
        "<section id=\"level-section\" aria-label=\"Confidence level\"><p class=\"level\"><label for=\"level\">How \
         sure do you want to be? <input type=\"range\" id=\"level\" min=\"1\" max=\"99\" value=\"80\" hidden>\
         </label> <output id=\"level-text\" for=\"level\">80 % sure by {}</output> \
         <button type=\"button\" id=\"theme\" hidden>Dark</button></p></section>\n",
        escape(&p80)
    )
}

/// Where the numbers come from.
fn origin(material: &Material, about: &About) -> String {
    let forecast = material.forecast;
    let mut lines = vec![
        format!(
            "{} iterations, seed {}, plancast {}, plan {}",
            thousands(f64::from(forecast.iterations)),
            forecast.seed,
            about.version,
            about.hash
        ),
        "Times are on the clock, in hours from the start of the plan or as dates in its zone. P80 is the date that \
         80 % of the iterations meet."
            .to_owned(),
    ];
    lines.extend(about.option.iter().map(|option| format!("Option applied: {option}")));
    lines.extend(about.changes.iter().map(|change| format!("Changed: {change}")));
    lines.extend(about.notes.iter().cloned());
    if !about.without_estimate.is_empty() {
        lines.push(format!("Tasks without an estimate of their own: {}", about.without_estimate.join(", ")));
    }
    let item = |line: &String| format!("<li>{}</li>\n", escape(line));
    let items: String = lines.iter().map(item).collect();
    format!("<ul>\n{items}</ul>\n")
}
