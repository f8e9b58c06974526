//! One option of the plan: key numbers, charts, tables.

use super::super::chart::Chart;
use super::super::clock::Clock;
use super::super::number::{hours_text, money, percent};
use super::super::xml::escape;
use super::{View, options, prefix, tables};
use crate::dates::Style;

/// The section of the view at `place`. With others beside it (`is_alone` false) it has a heading of its own, and
/// those of its parts are of the next level.
pub(super) fn section(view: &View, place: usize, is_alone: bool) -> String {
    let prefix = prefix(place);
    let level = if is_alone { 2 } else { 3 };
    let name = escape(view.name);
    let title = if is_alone { String::new() } else { format!("<h2 id=\"{prefix}view\">{name}</h2>\n") };
    let label =
        if is_alone { "aria-label=\"Forecast\"".to_owned() } else { format!("aria-labelledby=\"{prefix}view\"") };
    let drawn = |chart: &Chart| part(&prefix, chart.name(), level, heading(chart), &figure(chart, &prefix));
    let figures: String = own(view).map(drawn).collect();
    let goals = tables::goals(&view.material, &prefix);
    let goals = goals
        .map_or(String::new(), |goals| part(&prefix, "goals-section", level, "Milestones and phases", &goals));
    let tasks = part(&prefix, "tasks-section", level, "Tasks", &tables::tasks(&view.material, &prefix));
    format!(
        "<section class=\"view\" {label}>\n{title}{cards}{change}\
         {contents}{figures}{goals}{tasks}</section>\n",
        cards = cards(view),
        change = view.change.map_or(String::new(), options::reasons),
        contents = contents(view, &prefix, is_alone),
    )
}

/// A part with its heading.
fn part(prefix: &str, id: &str, level: u8, heading: &str, content: &str) -> String {
    format!("<section id=\"{prefix}{id}\"><h{level}>{heading}</h{level}>\n{content}</section>\n")
}

/// Links to the parts.
fn contents(view: &View, prefix: &str, is_alone: bool) -> String {
    let mut links: Vec<(&str, &str)> = own(view).map(|chart| (chart.name(), heading(chart))).collect();
    let forecast = view.material.forecast;
    if !forecast.milestones.is_empty() || !forecast.phases.is_empty() {
        links.push(("goals-section", "Milestones and phases"));
    }
    links.push(("tasks-section", "Tasks"));
    let link = |(id, text): &(&str, &str)| format!("<li><a href=\"#{prefix}{id}\">{text}</a></li>");
    let links: String = links.iter().map(link).collect();
    let of = if is_alone { String::new() } else { format!(" of {}", escape(view.name)) };
    format!("<nav aria-label=\"Contents{of}\"><ul>{links}<li><a href=\"#about\">About</a></li></ul></nav>\n")
}

/// What a chart is about, in a word or two.
fn heading(chart: &Chart) -> &'static str {
    match chart.name() {
        "finish" => "Finish",
        "options" => "Options",
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

/// Name of the chart that compares options; it stands above all views.
pub(super) const COMPARISON: &str = "options";

/// The charts of one option.
fn own<'a>(view: &View<'a>) -> impl Iterator<Item = &'a Chart> {
    view.charts.iter().filter(|chart| chart.name() != COMPARISON)
}

/// A chart with what it shows in words.
pub(super) fn figure(chart: &Chart, prefix: &str) -> String {
    let svg = if prefix.is_empty() { chart.svg.clone() } else { renamed(&chart.svg, chart.name(), prefix) };
    format!("<figure tabindex=\"0\">\n{svg}<figcaption>{}</figcaption></figure>\n", escape(&chart.about))
}

/// The chart with its ids, which all begin with its name, made those of another view. What an author wrote is
/// not touched: a quotation mark is never a bare one there.
fn renamed(svg: &str, name: &str, prefix: &str) -> String {
    svg.replace(&format!("\"{name}-"), &format!("\"{prefix}{name}-"))
        .replace(&format!(" {name}-about\""), &format!(" {prefix}{name}-about\""))
        .replace(&format!("\"url(#{name}-"), &format!("\"url(#{prefix}{name}-"))
}

/// The numbers that everybody asks for.
fn cards(view: &View) -> String {
    let forecast = view.material.forecast;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_another_view_are_its_own() {
        let svg = "<svg aria-labelledby=\"load-title load-about\"><title id=\"load-title\">&quot;load-x load-about</title>\
                   <desc id=\"load-about\"/><rect fill=\"url(#load-dots)\"/></svg>";
        let other = "<svg aria-labelledby=\"v1-load-title v1-load-about\"><title id=\"v1-load-title\">&quot;load-x \
                     load-about</title><desc id=\"v1-load-about\"/><rect fill=\"url(#v1-load-dots)\"/></svg>";
        assert_eq!(renamed(svg, "load", "v1-"), other);
    }
}
