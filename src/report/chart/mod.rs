//! Charts as SVG: each a pure function from results to a file, the same bytes for the same results.
//!
//! Titles say what was found. Colours are told apart by the colour-blind, and whatever matters also by shape,
//! pattern or words; text is measured before it is drawn, so that labels neither overlap nor leave the page.

mod axis;
mod causes;
mod curves;
mod finish;
mod floor;
mod frame;
mod graph;
mod heat;
mod layers;
mod load;
mod measure;
mod milestones;
mod network;
mod options;
mod phases;
mod plot;
mod png;
mod route;
mod rows;
mod search;
mod staffing;
mod svg;
#[cfg(test)]
mod tests;
mod theme;
mod timeline;
mod tornado;

mod trace;
mod tracks;

pub use options::{OptionFinish, PLAN_AS_IT_IS, options_chart};
pub use png::{Painter, PngError, letter_without_shape};
pub use staffing::staffing_chart;
pub use theme::Theme;
pub use tornado::levers;
pub use trace::trace_chart;

pub(super) use rows::agents;
pub(super) use theme::dark_rules;

use super::clock::Clock;
use super::number::hours_text;
use crate::analyse::{Forecast, Loads, Paths};
use crate::dates::Style;
use crate::model::Instance;
use crate::schedule::Schedule;
use crate::simulate::Timeline;
use svg::{Anchor, Font, Svg};

/// How charts look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// The page they stand on.
    pub theme: Theme,
    /// Width [pixels]; the height follows from what is shown.
    pub width: f64,
}

impl Default for Look {
    fn default() -> Self {
        Self { theme: Theme::Light, width: 1200.0 }
    }
}

impl Look {
    /// Widths from 1000 to 4000 pixels are drawn as asked; others as the nearest of these.
    fn page(self, name: &'static str) -> Svg {
        Svg::new(name, self.theme, self.width.clamp(1000.0, 4000.0))
    }
}

/// What charts show.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// The plan.
    pub instance: &'a Instance,
    /// What the run says about it.
    pub forecast: &'a Forecast,
    /// The plan's own schedule.
    pub schedule: &'a Schedule,
    /// Finish of the plan per iteration [hours], of those that finished.
    pub finishes: &'a [f64],
    /// One iteration to show, such as the one nearest to the P80.
    pub timeline: Option<&'a Timeline>,
    /// Critical paths of single iterations.
    pub paths: &'a Paths,
    /// Who is busy when; absent if nobody asked.
    pub loads: Option<&'a Loads>,
    /// When the plan finishes with each option that is shown beside it, itself first; empty if there is none.
    pub options: &'a [OptionFinish],
    /// What moves the P80; empty if nobody asked.
    pub levers: &'a [Lever],
}

/// By how much the P80 becomes earlier when one thing in the plan is changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Lever {
    /// What is changed.
    pub name: String,
    /// Hours earlier; negative if later.
    pub gain: f64,
    /// Lower end of its 95 % interval [hours].
    pub low: f64,
    /// Upper end of its 95 % interval [hours].
    pub high: f64,
    /// True for closed hours, which cost much and can hardly be changed.
    pub is_calendar: bool,
}

/// A finished chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// Name of its file.
    pub file: &'static str,
    /// What it found.
    pub title: String,
    /// What it shows, for those who cannot see it.
    pub about: String,
    /// The file.
    pub svg: String,
}

/// Names of all files of charts that a report may have, without their endings.
pub const CHART_NAMES: [&str; 10] =
    ["finish", "options", "timeline", "network", "causes", "tornado", "milestones", "agents", "load", "trace"];

impl Chart {
    /// Name of its file without the ending.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.file.trim_end_matches(".svg")
    }
}

/// All charts that these results allow, in the order of a report.
#[must_use]
pub fn charts(material: &Material, look: Look) -> Vec<Chart> {
    let run = (material.forecast.iterations, material.forecast.seed);
    let mut all = vec![finish::chart(material, look)];
    all.extend(options_chart(material.instance, material.options, run, look));
    all.push(timeline::chart(material, look));
    all.push(network::chart(material, look));
    all.extend(causes::chart(material, look));
    all.extend(tornado::chart(material, look));
    all.extend(milestones::chart(material, look));
    all.extend(load::chart(material, look));
    all.extend(heat::chart(material, look));
    all.extend(trace::chart(material, look));
    all
}

impl Material<'_> {
    fn clock(&self) -> Clock {
        Clock::new(self.forecast.origin.as_ref())
    }

    /// `P80` as a date, or in hours.
    fn date(&self, hours: Option<f64>) -> String {
        self.clock().text(hours, Style::Minute)
    }

    /// Name, and how much was simulated.
    fn source(&self) -> String {
        let forecast = self.forecast;
        let iterations = super::number::thousands(f64::from(forecast.iterations));
        format!("{}; {iterations} iterations, seed {}", forecast.plan, forecast.seed)
    }

    /// The same, and what a chart leaves out.
    fn source_and(&self, note: &str) -> String {
        if note.is_empty() { self.source() } else { format!("{}; {note}", self.source()) }
    }

    /// The date that one can be 80 % sure of.
    fn promise_in_short(&self) -> String {
        match self.forecast.finish.spread.percentile(80).value {
            None => "80 % sure by no date".to_owned(),
            p80 => format!("80 % sure by {}", self.date(p80)),
        }
    }

    /// The date that one can be 80 % sure of, beside the plan's own.
    fn promise(&self) -> String {
        let p80 = self.forecast.finish.spread.percentile(80).value;
        let later = match self.forecast.later_than_plan(80) {
            None => String::new(),
            Some(hours) if hours.abs() < 0.05 => ", as the plan says".to_owned(),
            Some(hours) if hours < 0.0 => format!(", {} earlier than the plan says", hours_text(-hours)),
            Some(hours) => format!(", {} later than the plan says", hours_text(hours)),
        };
        match p80 {
            None => "80 % sure by no date: too many iterations never finish".to_owned(),
            Some(_) => format!("{}{later}", self.promise_in_short()),
        }
    }
}

/// Sizes of titles, the first that fits.
const TITLE_SIZES: [f64; 4] = [19.0, 17.5, 16.0, 14.5];

/// Writes title and subtitle; the result is where the rest may begin.
fn heading(svg: &mut Svg, title: &str, subtitle: &str) -> f64 {
    let most = svg.width - 32.0;
    let fits = |font: &Font| measure::width(title, font.plain_size()) <= most;
    let fonts = TITLE_SIZES.map(|size| Font { size, ..Font::TITLE });
    let font = fonts.into_iter().find(fits).unwrap_or(fonts[TITLE_SIZES.len() - 1]);
    svg.text_within((16.0, 30.0), title, font, Anchor::Start, most);
    svg.text_within((16.0, 50.0), subtitle, Font::NOTE, Anchor::Start, most);
    66.0
}
