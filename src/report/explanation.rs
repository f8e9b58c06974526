//! The tables of an explanation, the same for the terminal and for Markdown.

use super::number::{column_hours, hours_text, money, shows, signed_hours};
use super::words;
use crate::analyse::{Change, Effect, Explanation, MitigationEffect, SwitchKind};
use crate::simulate::{ByCause, Cause};
use crate::stats::Estimate;

/// Effects shown in the table; the rest is in the file.
const EFFECTS_SHOWN: usize = 15;

/// Rows under a head; the first column is text, the others are numbers.
pub(super) struct Table {
    pub(super) title: &'static str,
    pub(super) head: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
    /// What else there is to say.
    pub(super) notes: Vec<String>,
}

/// All tables that have rows or notes, in the order of a report.
pub(super) fn tables(explanation: &Explanation) -> Vec<Table> {
    let tables = [effects(explanation), mitigations(explanation), difference(explanation)];
    tables.into_iter().filter(|table| !table.rows.is_empty() || !table.notes.is_empty()).collect()
}

fn effects(explanation: &Explanation) -> Table {
    let all = &explanation.effects;
    let most = all.iter().map(|effect| most_hours(&effect.change)).fold(0.0, f64::max);
    let is_worth = |gain: Option<Estimate>| gain.is_some_and(|g| is_known(&g) && shows(g.value, most));
    let (told, rest): (Vec<&Effect>, Vec<&Effect>) =
        all.iter().partition(|effect| is_worth(effect.change.gain) || is_worth(effect.change.mean_gain));
    let rows = told.iter().take(EFFECTS_SHOWN).map(|effect| {
        let mean = effect.change.mean_gain.map(|gain| signed_hours(gain.value, most)).unwrap_or_default();
        [vec![what(effect)], gain(&effect.change, most).to_vec(), vec![mean]].concat()
    });
    let mut notes = Vec::new();
    if let Some(others) = told.get(EFFECTS_SHOWN..).filter(|others| !others.is_empty()) {
        let gain = |effect: &Effect| effect.change.gain.map(|gain| format!(" {}", signed_hours(gain.value, most)));
        let named = others.iter().take(EFFECTS_SHOWN);
        let named: Vec<String> = named.map(|effect| what(effect) + &gain(effect).unwrap_or_default()).collect();
        let rest = if others.len() > EFFECTS_SHOWN { "; and so on" } else { "" };
        notes.push(format!("And {} more that gain less: {}{rest}.", others.len(), named.join("; ")));
    }
    let names = |of: &dyn Fn(&Change) -> bool| -> String {
        let named: Vec<String> = rest.iter().filter(|effect| of(&effect.change)).map(|e| what(e)).collect();
        named.join("; ")
    };
    let sentences = [
        ("Not known, for want of iterations or of an end", names(&|change| change.gain.is_none())),
        ("Within noise, or next to nothing", names(&|change| change.gain.is_some() && change.changed > 0.0)),
        ("No effect on the finish", names(&|change| change.gain.is_some() && change.changed == 0.0)),
    ];
    notes.extend(sentences.iter().filter(|(_, of)| !of.is_empty()).map(|(say, of)| format!("{say}: {of}.")));
    notes.push("Each change is made alone, under the same draws; gains do not add up.".to_owned());
    if told.iter().take(EFFECTS_SHOWN).any(|effect| effect.change.is_noise()) {
        notes.push("~ lies within noise: so many iterations cannot tell it from nothing.".to_owned());
    }
    Table {
        title: "What would make the finish earlier, and by how much",
        head: vec!["", "P80", "95 % interval", "mean"],
        rows: rows.collect(),
        notes,
    }
}

/// True if the interval is on one side of nothing.
fn is_known(gain: &Estimate) -> bool {
    gain.low > 0.0 || gain.high < 0.0
}

fn mitigations(explanation: &Explanation) -> Table {
    let all = &explanation.mitigations;
    let most = all.iter().map(|effect| most_hours(&effect.change)).fold(0.0, f64::max);
    let row = |effect: &MitigationEffect| {
        let per_hundred = effect.gain_per_cost().filter(|_| !effect.change.is_noise());
        let per_hundred = per_hundred.map(|gain| hours_text(gain * 100.0)).unwrap_or_default();
        [vec![effect.name.clone()], gain(&effect.change, most).to_vec(), vec![money(effect.cost), per_hundred]]
            .concat()
    };
    Table {
        title: "Mitigations: what they gain and cost",
        head: vec!["", "P80", "95 % interval", "cost", "for 100"],
        rows: all.iter().map(row).collect(),
        notes: Vec::new(),
    }
}

fn difference(explanation: &Explanation) -> Table {
    let spent = &explanation.spent;
    Table {
        title: "Why the P80 is later than the plan",
        head: vec!["", "plan", "near P80", "P80 - plan"],
        // Of what never comes there is nothing to tell.
        rows: spent.plan.zip(spent.near_p80).map_or_else(Vec::new, |(plan, near)| by_cause(&plan, &near)),
        notes: Vec::new(),
    }
}

/// A row for each cause, the one that makes most of the difference first, and their sums.
fn by_cause(plan: &ByCause<f64>, near: &ByCause<f64>) -> Vec<Vec<String>> {
    let sum = |hours: &ByCause<f64>| hours.iter().sum::<f64>();
    let most = sum(plan).max(sum(near));
    let row = |name: &str, plan: f64, near: f64| {
        vec![name.to_owned(), column_hours(plan, most), column_hours(near, most), signed_hours(near - plan, most)]
    };
    let mut seen: Vec<(Cause, f64, f64)> =
        Cause::ALL.into_iter().zip(*plan).zip(*near).map(|((cause, plan), near)| (cause, plan, near)).collect();
    seen.retain(|&(_, plan, near)| shows(plan.max(near), most));
    // Stable, so that ties stay in the order of causes.
    seen.sort_by(|a, b| (b.2 - b.1).total_cmp(&(a.2 - a.1)));
    let mut rows: Vec<Vec<String>> =
        seen.into_iter().map(|(cause, plan, near)| row(words::cause(cause), plan, near)).collect();
    if !rows.is_empty() {
        rows.push(row("in all", sum(plan), sum(near)));
    }
    rows
}

fn most_hours(change: &Change) -> f64 {
    change.gain.map_or(0.0, |gain| gain.low.abs().max(gain.high.abs()))
}

/// The gain, marked where it is within noise, and its interval.
fn gain(change: &Change, most: f64) -> [String; 2] {
    let Some(gain) = change.gain else { return ["unknown".to_owned(), String::new()] };
    let mark = if change.is_noise() { "~ " } else { "" };
    let [value, low, high] = [gain.value, gain.low, gain.high].map(|hours| signed_hours(hours, most));
    [format!("{mark}{value}"), format!("{} to {high}", low.trim_end_matches(" h"))]
}

/// What was changed, in words.
pub(super) fn what(effect: &Effect) -> String {
    let name = &effect.name;
    match effect.kind {
        SwitchKind::Risk => format!("no risk: {name}"),
        SwitchKind::Blocker => format!("no blocker: {name}"),
        SwitchKind::Level => format!("no wait: {name}"),
        SwitchKind::Reviews => "no reviews".to_owned(),
        SwitchKind::Failures => "no failures of agents".to_owned(),
        SwitchKind::Attempts => "no failed attempts".to_owned(),
        SwitchKind::Handoffs => "no handoffs".to_owned(),
        SwitchKind::Calendars => "no off hours".to_owned(),
        SwitchKind::Spread => "no spread of estimates".to_owned(),
        SwitchKind::Gates => "no gates of phases".to_owned(),
        SwitchKind::Lags => "no lags".to_owned(),
        SwitchKind::Agent | SwitchKind::Resource => format!("one more: {name}"),
    }
}
