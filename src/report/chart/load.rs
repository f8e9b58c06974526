//! What agents do: shares of the time in their calendars until the finish, and how long the plan waits for
//! each.

use super::svg::{Anchor, Area, Font, Paint, Pattern, SMALL, Svg, TEXT};
use super::theme::Role;
use super::{Chart, Look, Material, heading, measure};
use crate::analyse::{AgentForecast, AgentShares};
use crate::report::number::{hours_text, percent};

/// Most agents shown; with more, those that are idle most are left out.
const MOST: usize = 40;
/// Least and greatest height of a row, and that of all rows where there are few [pixels].
const ROW: (f64, f64) = (30.0, 54.0);
const ROWS: f64 = 320.0;
/// Least and greatest width of the column of names.
const NAMES: (f64, f64) = (90.0, 220.0);
/// Width of the two columns of numbers.
const NUMBERS: f64 = 230.0;

/// In place of a bar.
const AWAY: &str = "not there before the finish";

/// What a part of a bar is called, and how it looks.
const PARTS: [(&str, Role, Option<Pattern>); 4] = [
    ("working", Role::Blue, None),
    ("reviewing", Role::Purple, Some(Pattern::Upright)),
    ("blocked: held by a ticket or a repair", Role::Vermilion, Some(Pattern::Rising)),
    ("idle", Role::Grid, None),
];

/// The chart; absent for a plan without agents, and where no iteration finishes.
pub(super) fn chart(material: &Material, look: Look) -> Option<Chart> {
    let all = &material.forecast.agents;
    let there = all.iter().filter_map(|agent| Some((agent, agent.shares?)));
    let (busiest, shares) = there.max_by(|a, b| (1.0 - a.1.idle).total_cmp(&(1.0 - b.1.idle)))?;
    let mut svg = look.page("agents");
    let waited = all.iter().max_by(|a, b| a.waited_for.total_cmp(&b.waited_for))?;
    let waits = if waited.waited_for >= 0.05 {
        format!("; the plan waits longest for {} ({})", waited.name, hours_text(waited.waited_for))
    } else {
        "; the plan waits for nobody".to_owned()
    };
    let title = format!("{} is busiest, idle {} of the time{waits}", busiest.name, percent(shares.idle));
    let agents = shown(all);
    let top = heading(&mut svg, &title, &material.source());
    legend(&mut svg, top);
    let name = |agent: &AgentForecast| {
        if agent.count > 1 { format!("{} x{}", agent.name, agent.count) } else { agent.name.clone() }
    };
    let widest = agents.iter().map(|agent| measure::width(&name(agent), TEXT)).fold(0.0, f64::max);
    let names = (widest + 14.0).clamp(NAMES.0, NAMES.1);
    let pitch = (ROWS / agents.len().max(1) as f64).clamp(ROW.0, ROW.1);
    let area = Area {
        x: 16.0 + names,
        y: top + 40.0,
        width: svg.width - names - NUMBERS - 32.0,
        height: pitch * agents.len() as f64,
    };
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let x = area.x + share * area.width;
        svg.line((x, area.y - 2.0), (x, area.bottom()), Paint::stroke(Role::Grid, 1.0));
        svg.text((x, area.bottom() + 15.0), &format!("{:.0} %", share * 100.0), Font::NOTE, Anchor::Middle);
    }
    let columns = [svg.width - 126.0, svg.width - 16.0];
    svg.text((columns[0], area.y - 8.0), "hours worked", Font::NOTE, Anchor::End);
    svg.text((columns[1], area.y - 8.0), "waited for", Font::NOTE, Anchor::End);
    for (place, agent) in agents.iter().enumerate() {
        let y = area.y + pitch * place as f64;
        let base = y + pitch / 2.0 + 4.5;
        svg.group("row", &format!("{}: {}", agent.name, told(agent)));
        svg.text_within((16.0, base), &name(agent), Font::PLAIN, Anchor::Start, names - 12.0);
        bar(&mut svg, agent, Area { y: y + 5.0, height: pitch - 10.0, ..area });
        svg.text((columns[0], base), &hours_text(agent.hours), Font::PLAIN, Anchor::End);
        svg.text((columns[1], base), &hours_text(agent.waited_for), Font::PLAIN, Anchor::End);
        svg.end();
    }
    let caption =
        format!("share of the time in the agent's calendar until the finish, mean over {}", over(material));
    let left_out = match all.len() - agents.len() {
        0 => String::new(),
        hidden => format!("; {hidden} more agents that are idle more often are not shown"),
    };
    svg.text((area.x, area.bottom() + 33.0), &format!("{caption}{left_out}"), Font::NOTE, Anchor::Start);
    let about = format!("One bar for each of {} agents: {caption}{left_out}.", agents.len());
    Some(Chart { file: "agents.svg", svg: svg.finish(area.bottom() + 44.0, &title, &about), title, about })
}

/// Agents in file order; of too many those that are idle least, in that order.
fn shown(all: &[AgentForecast]) -> Vec<&AgentForecast> {
    let mut agents: Vec<&AgentForecast> = all.iter().collect();
    if agents.len() > MOST {
        agents.sort_by(|a, b| a.idle().total_cmp(&b.idle()));
        agents.truncate(MOST);
    }
    agents
}

/// Shares of an agent's time, in the order of [`PARTS`].
fn parts(shares: AgentShares) -> [f64; 4] {
    [shares.busy, shares.reviewing, shares.blocked, shares.idle]
}

/// The shares in words.
fn told(agent: &AgentForecast) -> String {
    let Some(shares) = agent.shares else { return AWAY.to_owned() };
    let words = parts(shares).into_iter().zip(["working", "reviewing", "blocked", "idle"]);
    let words: Vec<String> = words.map(|(share, word)| format!("{word} {}", percent(share))).collect();
    words.join(", ")
}

/// The shares of an agent as a bar over the whole area.
fn bar(svg: &mut Svg, agent: &AgentForecast, area: Area) {
    let Some(shares) = agent.shares else {
        svg.text((area.x + 6.0, area.y + area.height / 2.0 + 4.5), AWAY, Font::NOTE, Anchor::Start);
        return;
    };
    let mut x = area.x;
    for (share, (_, role, pattern)) in parts(shares).into_iter().zip(PARTS) {
        let part = Area { x, width: share * area.width, ..area };
        svg.rect(part, 0.0, Paint::fill(role).pattern(pattern));
        x += part.width;
    }
}

/// Which iterations have a finish.
fn over(material: &Material) -> String {
    match material.forecast.finish.spread.unfinished {
        share if share > 0.0 => format!("the {} of the iterations that finish", percent(1.0 - share)),
        _ => "all iterations".to_owned(),
    }
}

fn legend(svg: &mut Svg, y: f64) {
    let mut x = 16.0;
    for (text, role, pattern) in PARTS {
        let key = Area { x, y, width: 22.0, height: 13.0 };
        svg.rect(key, 2.0, Paint::fill(role).outline(Role::Rule, 0.8).pattern(pattern));
        svg.text((x + 28.0, y + 10.5), text, Font::NOTE, Anchor::Start);
        x += 28.0 + measure::width(text, SMALL) + 18.0;
    }
}
