//! What differs between two versions of a plan, entity by entity; entities are the same if their ids are.

mod trouble;

use std::collections::{BTreeMap, BTreeSet};

use super::moved::Moved;
use crate::model::{Agent, Distribution, Instance, LinkKind, Node, NodeId, Phase, Status, Task};

/// What kind of entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Entity {
    Task,
    Phase,
    Milestone,
    Agent,
    Resource,
    Risk,
    Blocker,
    Level,
    Plan,
}

impl Entity {
    /// In a word, as plan files and reports name it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Phase => "phase",
            Self::Milestone => "milestone",
            Self::Agent => "agent",
            Self::Resource => "resource",
            Self::Risk => "risk",
            Self::Blocker => "blocker",
            Self::Level => "escalation level",
            Self::Plan => "plan",
        }
    }
}

/// How an entity differs.
#[derive(Clone, Debug, PartialEq)]
pub enum Difference {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Its estimate: mean hours before and after.
    Estimate(f64, f64),
    /// Who may do it: ids of agents before and after.
    Assignment(Vec<String>, Vec<String>),
    /// What it waits for: what was added, what was taken away.
    Dependencies(Vec<String>, Vec<String>),
    /// How far a task has come.
    Status(Status, Status),
    /// A number, with its field's name.
    Number(&'static str, f64, f64),
    /// Something else, by the field's name.
    Field(&'static str),
}

/// A difference between two versions of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanChange {
    /// What kind of entity.
    pub entity: Entity,
    /// Its id; the plan's name for the plan.
    pub id: String,
    /// How it differs.
    pub difference: Difference,
}

/// All differences, tasks first.
#[must_use]
pub fn changes(before: &Instance, after: &Instance) -> Vec<PlanChange> {
    let mut found = Found { all: Vec::new(), moved: Moved::between(before, after) };
    let waits = [waits(before), waits(after)];
    let tasks = |i: &Instance| i.tasks.iter().map(|t| t.id.clone()).collect::<Vec<_>>();
    found.members(Entity::Task, &tasks(before), &tasks(after));
    let known: BTreeMap<&str, &Task> = before.tasks.iter().map(|task| (task.id.as_str(), task)).collect();
    for task in &after.tasks {
        let Some(old) = known.get(task.id.as_str()) else { continue };
        found.task((before, old), (after, task));
        found.dependencies(Entity::Task, &task.id, &waits);
    }
    let phases = |i: &Instance| i.phases.iter().map(|p| p.id.clone()).collect::<Vec<_>>();
    found.members(Entity::Phase, &phases(before), &phases(after));
    for phase in &after.phases {
        let Some(old) = before.phases.iter().find(|old| old.id == phase.id) else { continue };
        found.field(Entity::Phase, &phase.id, "gate", old.gate != phase.gate);
        found.field(Entity::Phase, &phase.id, "due", found.moved.is_other_due(old.due, phase.due));
        // What is done waits for nothing.
        let is_done = |plan: &Instance, phase: &Phase| {
            phase.tasks.iter().all(|task| plan.tasks[task.index()].status == Status::Done)
        };
        if !is_done(before, old) && !is_done(after, phase) {
            found.dependencies(Entity::Phase, &phase.id, &waits);
        }
    }
    let milestones = |i: &Instance| i.milestones.iter().map(|m| m.id.clone()).collect::<Vec<_>>();
    found.members(Entity::Milestone, &milestones(before), &milestones(after));
    for milestone in &after.milestones {
        let Some(old) = before.milestones.iter().find(|old| old.id == milestone.id) else { continue };
        found.field(Entity::Milestone, &milestone.id, "due", found.moved.is_other_due(old.due, milestone.due));
        found.dependencies(Entity::Milestone, &milestone.id, &waits);
    }
    found.agents(before, after);
    found.trouble(before, after);
    found.field(Entity::Plan, &after.name, "start", start(before) != start(after));
    found.field(Entity::Plan, &after.name, "budget", before.budget != after.budget);
    found.field(Entity::Plan, &after.name, "order", order(before) != order(after));
    found.field(Entity::Plan, &after.name, "limits", found.moved.are_other_limits(before, after));
    found.field(Entity::Plan, &after.name, "handoff", before.handoff != after.handoff);
    found.all
}

struct Found {
    all: Vec<PlanChange>,
    moved: Moved,
}

impl Found {
    fn push(&mut self, entity: Entity, id: &str, difference: Difference) {
        self.all.push(PlanChange { entity, id: id.to_owned(), difference });
    }

    fn field(&mut self, entity: Entity, id: &str, field: &'static str, differs: bool) {
        if differs {
            self.push(entity, id, Difference::Field(field));
        }
    }

    /// What is new and what is gone.
    fn members(&mut self, entity: Entity, before: &[String], after: &[String]) {
        let [old, new] = [before, after].map(|ids| ids.iter().collect::<BTreeSet<_>>());
        for id in after.iter().filter(|id| !old.contains(id)) {
            self.push(entity, id, Difference::Added);
        }
        for id in before.iter().filter(|id| !new.contains(id)) {
            self.push(entity, id, Difference::Removed);
        }
    }

    fn task(&mut self, (before, old): (&Instance, &Task), (after, new): (&Instance, &Task)) {
        let (entity, id) = (Entity::Task, new.id.as_str());
        if old.estimate != new.estimate || old.work != new.work {
            self.push(entity, id, Difference::Estimate(old.estimate.mean(), new.estimate.mean()));
        }
        let (was, is) = (who(before, old), who(after, new));
        if was != is {
            self.push(entity, id, Difference::Assignment(was, is));
        }
        let phase = |i: &Instance, task: &Task| task.phase.map(|phase| i.phases[phase.index()].id.clone());
        self.field(entity, id, "phase", phase(before, old) != phase(after, new));
        if old.status != new.status {
            self.push(entity, id, Difference::Status(old.status, new.status));
        }
        if old.progress != new.progress && new.status != Status::Done {
            self.push(entity, id, Difference::Number("progress", old.progress, new.progress));
        }
        if old.spent != new.spent {
            self.push(entity, id, Difference::Number("spent", old.spent, new.spent));
        }
        self.field(entity, id, "priority", old.priority != new.priority);
        self.field(entity, id, "due", self.moved.is_other_due(old.due, new.due));
        self.field(entity, id, "skills", skills(before, old) != skills(after, new));
        self.field(entity, id, "uses", uses(before, old) != uses(after, new));
        // What is done is tried and reviewed no more.
        let goes_on = old.status != Status::Done && new.status != Status::Done;
        self.field(entity, id, "review", goes_on && review(before, old) != review(after, new));
        self.field(entity, id, "attempts", goes_on && attempts(before, old) != attempts(after, new));
    }

    fn dependencies(&mut self, entity: Entity, id: &str, waits: &[BTreeMap<String, Vec<String>>; 2]) {
        let key = format!("{} {id}", entity.word());
        let none = Vec::new();
        let [before, after] = [0, 1].map(|i| waits[i].get(&key).unwrap_or(&none));
        let only = |these: &[String], those: &[String]| -> Vec<String> {
            these.iter().filter(|link| !those.contains(link)).cloned().collect()
        };
        let (added, removed) = (only(after, before), only(before, after));
        if !added.is_empty() || !removed.is_empty() {
            self.push(entity, id, Difference::Dependencies(added, removed));
        }
    }

    fn agents(&mut self, before: &Instance, after: &Instance) {
        let entity = Entity::Agent;
        let ids = |i: &Instance| {
            let mut ids: Vec<String> = i.agents.iter().map(|agent| agent.id.clone()).collect();
            ids.dedup();
            ids
        };
        self.members(entity, &ids(before), &ids(after));
        let count = |i: &Instance, id: &str| i.agents.iter().filter(|agent| agent.id == id).count() as f64;
        for new in after.agents.iter().filter(|agent| agent.copy == 0) {
            let id = new.id.as_str();
            let Some(old) = before.agents.iter().find(|old| old.id == id) else { continue };
            let numbers = [
                ("count", count(before, id), count(after, id)),
                ("capacity", f64::from(old.capacity), f64::from(new.capacity)),
                ("cost", old.cost, new.cost),
                ("overhead", old.overhead, new.overhead),
            ];
            for (field, was, is) in numbers.into_iter().filter(|(_, was, is)| was != is) {
                self.push(entity, id, Difference::Number(field, was, is));
            }
            self.field(entity, id, "skills", abilities(before, old) != abilities(after, new));
            let hours = |plan, agent: &Agent, is_old| self.moved.hours(plan, agent.calendar, is_old);
            self.field(entity, id, "calendar", hours(before, old, true) != hours(after, new, false));
            let is_elsewhen =
                self.moved.is_other_start(old.from, new.from) || self.moved.is_other(old.until, new.until);
            self.field(entity, id, "availability", is_elsewhen);
            self.field(entity, id, "failures", failures(before, old) != failures(after, new));
        }
    }
}

/// Agents who may work on a task, by id.
fn who(instance: &Instance, task: &Task) -> Vec<String> {
    let mut ids: Vec<String> = task
        .slots
        .iter()
        .flat_map(|slot| &slot.candidates)
        .map(|candidate| instance.agents[candidate.agent.index()].id.clone())
        .collect();
    ids.dedup();
    ids
}

fn skills<'a>(instance: &'a Instance, task: &Task) -> Vec<Vec<&'a str>> {
    let slots = task.slots.iter();
    slots.map(|slot| slot.skills.iter().map(|skill| instance.skills[skill.index()].as_str()).collect()).collect()
}

fn uses<'a>(instance: &'a Instance, task: &Task) -> Vec<(&'a str, u32)> {
    task.uses.iter().map(|(resource, units)| (instance.resources[resource.index()].id.as_str(), *units)).collect()
}

fn review(instance: &Instance, task: &Task) -> Option<String> {
    task.review.as_ref().map(|r| {
        let skill = &instance.skills[r.skill.index()];
        format!("{skill} {:?} {:?} {:?} {} {}", r.effort, r.response, r.reject, r.rework, r.rounds)
    })
}

fn attempts(instance: &Instance, task: &Task) -> Option<String> {
    task.attempts.as_ref().map(|a| {
        let then = a.then.map(|level| instance.levels[level.index()].id.as_str());
        format!("{:?} {} {:?} {then:?}", a.success, a.max, a.backoff)
    })
}

fn failures(instance: &Instance, agent: &Agent) -> Option<String> {
    agent.failures.as_ref().map(|f| {
        let then = f.then.map(|level| instance.levels[level.index()].id.as_str());
        format!("{} {:?} {} {:?} {then:?}", f.every_hours, f.repair, f.lost, f.restarts)
    })
}

fn start(instance: &Instance) -> Option<i64> {
    instance.origin.as_ref().map(|origin| origin.unix_micros)
}

/// Tasks in the order in which the plan has them dispatched.
fn order(instance: &Instance) -> Vec<&str> {
    instance.order.iter().map(|task| instance.tasks[task.index()].id.as_str()).collect()
}

/// Skills of an agent with speeds, in order of name.
fn abilities<'a>(instance: &'a Instance, agent: &Agent) -> BTreeMap<&'a str, String> {
    let skills = agent.skills.iter();
    skills.map(|(skill, speed)| (instance.skills[skill.index()].as_str(), speed.to_string())).collect()
}

/// What each entity waits for, in words; the links between a phase and its own tasks are left out.
fn waits(instance: &Instance) -> BTreeMap<String, Vec<String>> {
    let mut waits: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let name = |id: NodeId| match instance.network.node(id) {
        Node::Task(task) => (Entity::Task, instance.tasks[task.index()].id.as_str()),
        Node::PhaseStart(phase) | Node::PhaseFinish(phase) => {
            (Entity::Phase, instance.phases[phase.index()].id.as_str())
        }
        Node::Milestone(milestone) => (Entity::Milestone, instance.milestones[milestone.index()].id.as_str()),
    };
    for link in instance.network.links() {
        if instance.is_membership(link) {
            continue;
        }
        let (from, (entity, to)) = (name(link.from).1, name(link.to));
        let kind = match instance.network.written_kind(link) {
            LinkKind::FinishStart => String::new(),
            LinkKind::StartStart => " SS".to_owned(),
            LinkKind::FinishFinish => " FF".to_owned(),
            LinkKind::StartFinish => " SF".to_owned(),
            LinkKind::Progress(share) => format!(" at {:.0} %", share * 100.0),
        };
        let mean = link.lag.mean();
        let lag = match &link.lag {
            _ if mean == 0.0 || link.gate => String::new(),
            Distribution::Fixed(_) => format!(" + {mean:.2} h"),
            spread => format!(" + {mean:.2} h (P80 {:.2} h)", spread.quantile(0.8)),
        };
        waits.entry(format!("{} {to}", entity.word())).or_default().push(format!("{from}{kind}{lag}"));
    }
    waits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Overrides, Source, read};

    const PLAN: &str = "agents: { ada: { skills: [x] }, ben: { skills: [x], count: 2 } }
phases: { first: { tasks: { a: { skill: x, effort: 2h }, b: { skill: x, effort: 3h, after: [a] } } } }
tasks: { c: { skill: x, agent: ada, effort: { fixed: 1h }, after: [first] } }
risks: { rain: { probability: 10%, affects: { skills: [x] }, delay: 1h } }
resources: { lab: 1 }";

    #[track_caller]
    fn case(sets: &[&str], expected: &[(Entity, &str, Difference)]) {
        let instance = |sets: &[&str]| {
            let sets = sets.iter().map(|&set| set.to_owned()).collect();
            let overrides = Overrides { sets, ..Overrides::default() };
            read(Source::new("plan.yaml", PLAN), &overrides).expect("sound").instance
        };
        let found = changes(&instance(&[]), &instance(sets));
        let found: Vec<_> = found.iter().map(|c| (c.entity, c.id.as_str(), c.difference.clone())).collect();
        assert_eq!(found, expected, "{sets:?}");
    }

    #[test]
    fn only_what_differs_is_named() {
        let list = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect::<Vec<_>>();
        case(&[], &[]);
        case(
            &["tasks.c.agent=ben"],
            &[(Entity::Task, "c", Difference::Assignment(list(&["ada"]), list(&["ben"])))],
        );
        case(
            &["tasks.c.after=[b]"],
            &[(Entity::Task, "c", Difference::Dependencies(list(&["b"]), list(&["first"])))],
        );
        // A phase has two ends, of which a task outside waits for either.
        case(
            &["tasks.c.after=[{phase: first, type: SS}]"],
            &[(Entity::Task, "c", Difference::Dependencies(list(&["first SS"]), list(&["first"])))],
        );
        case(
            &["phases.first.tasks.b.after=[a, {phase: first, type: SS, lag: {fixed: 1h}}]"],
            &[(Entity::Task, "b", Difference::Dependencies(list(&["first SS + 1.00 h"]), list(&[])))],
        );
        case(&["agents.ben.count=3"], &[(Entity::Agent, "ben", Difference::Number("count", 2.0, 3.0))]);
        case(&["risks.rain.probability=20%"], &[(Entity::Risk, "rain", Difference::Field("probability"))]);
        // Whom it still affects is no news.
        case(&["tasks.c=null"], &[(Entity::Task, "c", Difference::Removed)]);
        case(&["resources.lab=2"], &[(Entity::Resource, "lab", Difference::Number("capacity", 1.0, 2.0))]);
        case(&["resources={gpu: 2}"], &[(Entity::Resource, "gpu", Difference::Added)]);
        case(&["order=[c]"], &[(Entity::Plan, "plan", Difference::Field("order"))]);
        case(&["limits={finish: {p80: 9h}}"], &[(Entity::Plan, "plan", Difference::Field("limits"))]);
        let lag = |text: &str| Difference::Dependencies(list(&[text]), list(&["first"]));
        case(&["tasks.c.after=[{task: first, lag: {fixed: 2h}}]"], &[(Entity::Task, "c", lag("first + 2.00 h"))]);
        case(
            &["tasks.c.after=[{task: first, lag: {uniform: [1h, 3h]}}]"],
            &[(Entity::Task, "c", lag("first + 2.00 h (P80 2.60 h)"))],
        );
        case(
            &["tasks.c.effort.fixed=4h", "tasks.c.priority=high"],
            &[
                (Entity::Task, "c", Difference::Estimate(1.0, 4.0)),
                (Entity::Task, "c", Difference::Field("priority")),
            ],
        );
    }

    #[test]
    fn another_agent_in_front_changes_nothing_else() {
        case(&["agents={zoe: {skills: [y]}}"], &[(Entity::Agent, "zoe", Difference::Added)]);
    }

    #[test]
    fn another_level_in_front_changes_nothing_else() {
        let read = |levels: &str| {
            let text = format!(
                "agents: {{ a: {{ failures: {{ every: 9h, repair: 1h, restarts: 1, then: lead }} }} }}\ntasks: {{ t: {{ effort: 2h }} \
                 }}\nescalation: {{ {levels}lead: {{ handling: 1h }} }}"
            );
            read(Source::new("plan.yaml", text), &Overrides::default()).expect("sound").instance
        };
        let found = changes(&read(""), &read("first: { handling: 1h }, "));
        let found: Vec<_> = found.iter().map(|c| (c.entity, c.id.as_str())).collect();
        assert_eq!(found, [(Entity::Level, "first")]);
    }
}
