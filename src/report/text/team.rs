//! Agents and escalation levels in the summary.

use super::super::number::{hours_text, percent, plain};
use super::layout::{Page, left, right};
use crate::analyse::{AgentForecast, AgentShares, Forecast};

/// Columns of a load bar.
const BAR: usize = 20;
/// Agents shown; the least busy ones of a larger team are left out.
const MOST_AGENTS: usize = 12;

/// Load of the agents, as bars; nothing if no iteration finishes.
pub(super) fn agents(page: &mut Page, forecast: &Forecast) {
    if forecast.agents.iter().all(|agent| agent.shares.is_none()) {
        return;
    }
    page.heading("Agents");
    let mut shown: Vec<&AgentForecast> = forecast.agents.iter().collect();
    if shown.len() > MOST_AGENTS {
        shown.sort_by(|a, b| a.idle().total_cmp(&b.idle()));
        shown.truncate(MOST_AGENTS);
    }
    let head = ["", "# busy  r reviewing", "busy", "reviewing", "blocked", "idle"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(shown.iter().map(|agent| {
        let name = if agent.count > 1 { format!("{} x{}", agent.name, agent.count) } else { agent.name.clone() };
        let Some(shares) = agent.shares else { return vec![name, "never there".to_owned()] };
        let cells = [shares.busy, shares.reviewing, shares.blocked, shares.idle].map(percent);
        [vec![name, bar(shares)], cells.to_vec()].concat()
    }));
    page.table(&[left(22), left(BAR), right(5), right(9), right(7), right(5)], true, &rows);
    let left_out = forecast.agents.len() - shown.len();
    if left_out > 0 {
        page.paragraph(&format!("and {left_out} more that are idle more often"));
    }
    page.paragraph(&review_waits(forecast));
}

/// How long reviews wait for a free reviewer, where they wait for long enough to be worth a line.
fn review_waits(forecast: &Forecast) -> String {
    let agents = forecast.agents.iter().filter_map(|agent| Some((agent, agent.review_wait?)));
    let waits: Vec<(&AgentForecast, f64)> = agents.collect();
    let reviews: f64 = waits.iter().map(|(agent, _)| agent.reviews).sum();
    let mean = waits.iter().map(|(agent, wait)| agent.reviews * wait).sum::<f64>() / reviews;
    // Not a number without reviews.
    if mean.is_nan() || mean < 0.05 {
        return String::new();
    }
    let longest = waits.iter().max_by(|a, b| a.1.total_cmp(&b.1)).filter(|_| waits.len() > 1);
    let longest =
        longest.map(|(agent, wait)| format!(", those that {} takes up {}", agent.name, hours_text(*wait)));
    format!(
        "{} reviews on average; each waits {} for a free reviewer{}.",
        plain(reviews),
        hours_text(mean),
        longest.unwrap_or_default()
    )
}

/// Shares of an agent's time: `#` busy, `r` reviewing, `x` blocked, `.` idle.
fn bar(shares: AgentShares) -> String {
    let ends = [shares.busy, shares.busy + shares.reviewing, shares.busy + shares.reviewing + shares.blocked];
    let ends = ends.map(|end| (end * BAR as f64).round() as usize);
    let letter = |i: usize| match i {
        i if i < ends[0] => '#',
        i if i < ends[1] => 'r',
        i if i < ends[2] => 'x',
        _ => '.',
    };
    (0..BAR).map(letter).collect()
}

/// Tickets and waits of the escalation levels.
pub(super) fn levels(page: &mut Page, forecast: &Forecast) {
    if forecast.levels.is_empty() {
        return;
    }
    page.heading("Escalation");
    let head = ["", "tickets", "wait P50", "P90", "timed out", "in use", "held"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(forecast.levels.iter().map(|level| {
        let wait = |hours: Option<f64>| hours.map(hours_text).unwrap_or_default();
        vec![
            level.name.clone(),
            plain(level.tickets),
            wait(level.wait_p50),
            wait(level.wait_p90),
            level.timed_out.map(percent).unwrap_or_default(),
            percent(level.utilisation),
            hours_text(level.held),
        ]
    }));
    page.table(&[left(20), right(7), right(8), right(7), right(9), right(6), right(8)], true, &rows);
}

/// For whom and for what the plan waits longest.
pub(super) fn longest_waits(forecast: &Forecast) -> String {
    let agents = forecast.agents.iter().map(|agent| (agent.name.clone(), agent.waited_for));
    let resources = forecast.resources.iter().map(|resource| (resource.id.clone(), resource.waited_for));
    let mut waits: Vec<(String, f64)> = agents.chain(resources).filter(|(_, hours)| *hours >= 0.05).collect();
    waits.sort_by(|a, b| b.1.total_cmp(&a.1));
    if waits.is_empty() {
        return String::new();
    }
    let waits: Vec<String> =
        waits.iter().take(3).map(|(name, hours)| format!("{name} {}", hours_text(*hours))).collect();
    format!("Waits, on average: for {}.", waits.join(", for "))
}
