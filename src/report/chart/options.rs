//! Options side by side: when the plan finishes with each of them, on the same luck.

use super::curves::{Curve, Curves, MOST};
use super::{Chart, Look, heading};
use crate::analyse::{Alternative, Outlook};
use crate::model::Instance;
use crate::report::clock::Clock;
use crate::report::number::{hours_text, percent, thousands};

/// When an option of the plan finishes.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionFinish {
    /// What it is called.
    pub name: String,
    /// Finish of the last task [hours from the start of the first].
    pub finish: Outlook,
    /// Finish of the option's own schedule [hours from the start of the first].
    pub planned: Option<f64>,
    /// Its P80 is seen to be earlier than that of the first, beyond noise.
    pub is_earlier: bool,
}

impl OptionFinish {
    /// When an option finishes that changes this against the first; the first itself changes nothing. `finish`, `planned`:
    /// counted from the option's own start.
    #[must_use]
    pub fn new(name: &str, finish: Outlook, planned: Option<f64>, change: Option<&Alternative>) -> Self {
        let later = change.map_or(0.0, |change| change.starts_later);
        Self {
            name: name.to_owned(),
            finish: finish.later(later),
            planned: planned.map(|hours| hours + later),
            is_earlier: change.is_some_and(|change| change.finish().has_less_p80()),
        }
    }
}

/// Curves of the options, the first being what the others are compared with; absent for less than two. Of more
/// than seven, the first and those that finish earliest are shown.
#[must_use]
pub fn options_chart(instance: &Instance, options: &[OptionFinish], run: (u32, u64), look: Look) -> Option<Chart> {
    if options.len() < 2 {
        return None;
    }
    let shown = chosen(options);
    let curve = |place: &usize| {
        let option = &options[*place];
        Curve { name: &option.name, outlook: &option.finish, planned: option.planned }
    };
    let curves = Curves { instance, all: shown.iter().map(curve).collect(), head: "option" };
    let clock = Clock::new(instance.origin.as_ref());
    let title = finding(options, &clock);
    let mut svg = look.page("options");
    let left_out = options.len() - shown.len();
    let note = if left_out == 0 { String::new() } else { format!("; {left_out} that finish later are not shown") };
    let source =
        format!("{}; {} iterations, seed {}, same luck{note}", instance.name, thousands(f64::from(run.0)), run.1);
    let top = heading(&mut svg, &title, &source);
    let key =
        "Curve: share of iterations finished by then. Dashed: due. Dotted, small letter: the plan's own schedule.";
    let bottom = curves.draw(&mut svg, top, key);
    let spoken = options.iter().map(|option| {
        let p80 = clock.text(p80(option), crate::dates::Style::Minute);
        let chance =
            option.finish.probability.map_or_else(String::new, |share| format!(", {} in time", percent(share)));
        format!("{}: P80 {p80}{chance}", option.name)
    });
    let about = format!("{key} {}.", spoken.collect::<Vec<String>>().join("; "));
    Some(Chart { file: "options.svg", svg: svg.finish(bottom, &title, &about), title, about })
}

fn p80(option: &OptionFinish) -> Option<f64> {
    option.finish.spread.percentile(80).value
}

/// The first, and of the others those with the least P80; in the order given.
fn chosen(options: &[OptionFinish]) -> Vec<usize> {
    let mut places: Vec<usize> = (1..options.len()).collect();
    let key = |place: usize| p80(&options[place]).unwrap_or(f64::INFINITY);
    places.sort_by(|&a, &b| key(a).total_cmp(&key(b)));
    places.truncate(MOST - 1);
    places.sort_unstable();
    [vec![0], places].concat()
}

/// What a page calls the plan without any of its options.
pub const PLAN_AS_IT_IS: &str = "The plan as it is";

/// The best option beside the first, of those that are seen to be earlier.
fn finding(options: &[OptionFinish], clock: &Clock) -> String {
    let key = |option: &OptionFinish| p80(option).unwrap_or(f64::INFINITY);
    let base = &options[0];
    let earlier = options[1..].iter().filter(|option| option.is_earlier);
    let best = earlier.reduce(|best, option| if key(option) < key(best) { option } else { best });
    // Names stand as their author wrote them; this one is ours, and stands within a sentence.
    let first = if base.name == PLAN_AS_IT_IS { "the plan as it is" } else { &base.name };
    let date = |option: &OptionFinish| clock.text(p80(option), crate::dates::Style::Minute);
    let Some((best, after)) = best.and_then(|best| Some((best, p80(best)?))) else {
        return format!("No option is seen to be earlier than {first}: 80 % sure by {}", date(base));
    };
    let (name, by) = (&best.name, date(best));
    match p80(base) {
        Some(before) => format!("{name}: 80 % sure by {by}, {} earlier than {first}", hours_text(before - after)),
        None => format!("{name}: 80 % sure by {by}, {first} by no date"),
    }
}
