//! Names of a plan and what they stand for.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::diagnostic::{Code, nearest};
use crate::model::{AgentId, CalendarId, LevelId, MilestoneId, PhaseId, ResourceId, SkillId, TaskId};
use crate::plan::format::document::Document;
use crate::plan::format::field::{Context, shortened, some_listed};
use crate::plan::format::list::Name;
use crate::plan::format::work::{Link, Milestone, Phase, Task};

/// What `after` and `limits` may name.
pub(super) const REFERENCE: &str = "task, phase or milestone";

/// What an id that `after` may name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Task(TaskId),
    Phase(PhaseId),
    Milestone(MilestoneId),
}

impl Named {
    fn kind(self) -> &'static str {
        match self {
            Self::Task(_) => "task",
            Self::Phase(_) => "phase",
            Self::Milestone(_) => "milestone",
        }
    }
}

/// A task of the file.
#[derive(Clone, Copy)]
pub(super) struct TaskEntry<'d> {
    pub(super) name: &'d Name,
    pub(super) phase: Option<PhaseId>,
    pub(super) task: &'d Task,
}

/// The entity that a problem is about.
#[derive(Clone, Copy)]
pub(super) struct Subject<'d> {
    pub(super) kind: &'static str,
    pub(super) id: &'d str,
}

impl std::fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} `{}`", self.kind, shortened(self.id))
    }
}

/// Entities of the file by place and by id.
pub(super) struct Scope<'d> {
    pub(super) document: &'d Document,
    pub(super) phases: Vec<(&'d Name, &'d Phase)>,
    /// Those of the phases, phase by phase, then those outside.
    pub(super) tasks: Vec<TaskEntry<'d>>,
    pub(super) milestones: Vec<(&'d Name, &'d Milestone)>,
    /// Tasks, phases and milestones.
    pub(super) names: BTreeMap<&'d str, Named>,
    /// Agents with their copies.
    pub(super) agents: BTreeMap<&'d str, Range<usize>>,
    /// Skills that agents have, then those that only tasks and reviews name.
    pub(super) skills: Vec<&'d str>,
    skill_ids: BTreeMap<&'d str, SkillId>,
    pub(super) calendars: BTreeMap<&'d str, CalendarId>,
    pub(super) levels: BTreeMap<&'d str, LevelId>,
    pub(super) resources: BTreeMap<&'d str, ResourceId>,
    pub(super) tags: BTreeMap<&'d str, Vec<TaskId>>,
}

impl<'d> Scope<'d> {
    /// Collects the names and reports those that stand for two things.
    pub(super) fn new(document: &'d Document, context: &mut Context<'_>) -> Self {
        let phases: Vec<_> = document.phases.iter().flat_map(|m| &m.entries).map(|(n, p)| (n, p)).collect();
        let inside = phases.iter().enumerate().flat_map(|(i, (_, phase))| {
            let tasks = phase.tasks.iter().flat_map(|m| &m.entries);
            tasks.map(move |(name, task)| TaskEntry { name, phase: Some(PhaseId::from(i)), task })
        });
        let outside = document.tasks.iter().flat_map(|m| &m.entries);
        let tasks: Vec<_> =
            inside.chain(outside.map(|(name, task)| TaskEntry { name, phase: None, task })).collect();
        let milestones: Vec<_> =
            document.milestones.iter().flat_map(|m| &m.entries).map(|(n, m)| (n, m)).collect();
        let mut scope = Self {
            document,
            phases,
            tasks,
            milestones,
            names: BTreeMap::new(),
            agents: agents(document),
            skills: Vec::new(),
            skill_ids: BTreeMap::new(),
            calendars: places(document.calendars.as_ref().map(|m| &m.entries)),
            levels: places(document.escalation.as_ref().map(|m| &m.entries)),
            resources: places(document.resources.as_ref().map(|m| &m.entries)),
            tags: BTreeMap::new(),
        };
        context.unsure = unsure(document);
        scope.collect_names(context);
        scope.collect_skills();
        for (i, entry) in scope.tasks.iter().enumerate() {
            for tag in entry.task.tags.iter().flat_map(|tags| &tags.items) {
                let tagged = scope.tags.entry(&tag.value).or_default();
                if tagged.last() != Some(&TaskId::from(i)) {
                    tagged.push(TaskId::from(i));
                }
            }
        }
        scope
    }

    fn collect_names(&mut self, context: &mut Context<'_>) {
        let phases = self.phases.iter().enumerate().map(|(i, (name, _))| (*name, Named::Phase(PhaseId::from(i))));
        let tasks = self.tasks.iter().enumerate().map(|(i, entry)| (entry.name, Named::Task(TaskId::from(i))));
        let milestones = self
            .milestones
            .iter()
            .enumerate()
            .map(|(i, (name, _))| (*name, Named::Milestone(MilestoneId::from(i))));
        for (name, named) in phases.chain(tasks).chain(milestones) {
            if matches!(name.value.as_str(), "finish" | "cost") {
                let message = format!("the id `{}` is reserved: `limits` uses it for the whole plan", name.value);
                context.report(Code::E133, name.span, message, "choose another id".to_owned());
            }
            if let Some(other) = self.names.get(&*name.value) {
                let message = format!("`{}` is a {} already", shortened(&name.value), other.kind());
                let help = "tasks, phases and milestones share their ids: choose another one".to_owned();
                context.report(Code::E106, name.span, message, help);
            } else {
                self.names.insert(&name.value, named);
            }
        }
    }

    fn collect_skills(&mut self) {
        let document = self.document;
        let agents = document.agents.iter().flat_map(|m| &m.entries);
        let of_agents = agents.flat_map(|(_, agent)| agent.skills.iter().flat_map(|s| &s.0)).map(|(name, _)| name);
        let of_tasks = self.tasks.iter().flat_map(|entry| {
            let task = entry.task;
            let lists = task.skills.iter().chain(&task.crew).flat_map(|list| &list.items);
            task.skill.iter().chain(lists)
        });
        for name in of_agents.chain(of_tasks) {
            let skills = &mut self.skills;
            self.skill_ids.entry(&name.value).or_insert_with(|| {
                skills.push(&name.value);
                SkillId::from(skills.len() - 1)
            });
        }
    }

    /// The skill of this name; new ones come last.
    pub(super) fn skill(&mut self, name: &'d Name) -> SkillId {
        let skills = &mut self.skills;
        *self.skill_ids.entry(&name.value).or_insert_with(|| {
            skills.push(&name.value);
            SkillId::from(skills.len() - 1)
        })
    }

    /// The skill of this name if anything has it so far.
    pub(super) fn known_skill(&self, name: &str) -> Option<SkillId> {
        self.skill_ids.get(name).copied()
    }

    /// The copies of an agent, as a range of places; reported if there is no such agent.
    pub(super) fn copies(
        &self,
        name: &Name,
        subject: Subject<'_>,
        context: &mut Context<'_>,
    ) -> Option<Range<usize>> {
        let range = self.agents.get(&*name.value).cloned();
        if range.is_none() {
            unknown(name, "agent", self.agents.keys().copied(), subject, context);
        }
        range
    }

    /// The agents named, each copy once, in file order.
    pub(super) fn agents(&self, names: &[Name], subject: Subject<'_>, context: &mut Context<'_>) -> Vec<AgentId> {
        let mut ids: Vec<AgentId> = names
            .iter()
            .filter_map(|name| self.copies(name, subject, context))
            .flat_map(|range| range.map(AgentId::from))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// The value of a name; reported if there is none.
pub(super) fn find<T: Copy>(
    map: &BTreeMap<&str, T>,
    name: &Name,
    what: &str,
    subject: Subject<'_>,
    context: &mut Context<'_>,
) -> Option<T> {
    let found = map.get(&*name.value).copied();
    if found.is_none() {
        unknown(name, what, map.keys().copied(), subject, context);
    }
    found
}

/// What a link waits for; reported if there is no such thing, or the key names a thing of another kind.
pub(super) fn predecessor(
    link: &Link,
    scope: &Scope<'_>,
    subject: Subject<'_>,
    context: &mut Context<'_>,
) -> Option<Named> {
    let found = find(&scope.names, &link.on, REFERENCE, subject, context)?;
    let Some(said) = link.kind.filter(|said| *said != found.kind()) else { return Some(found) };
    let (id, kind) = (shortened(&link.on.value), found.kind());
    let message = format!("{subject} waits for `{id}` as a {said}, but it is a {kind}");
    context.report(Code::E104, link.on.span, message, format!("write `{kind}: {id}`"));
    None
}

/// Reports a name that stands for nothing.
pub(super) fn unknown<'n>(
    name: &Name,
    what: &str,
    known: impl Iterator<Item = &'n str> + Clone,
    subject: Subject<'_>,
    context: &mut Context<'_>,
) {
    if context.unsure.contains(&what) {
        return;
    }
    let message = format!("{subject} names unknown {what} `{}`", shortened(&name.value));
    let help = if !context.has_patience() {
        None
    } else if let Some(near) = nearest(&name.value, known.clone()) {
        Some(format!("did you mean `{near}`?"))
    } else {
        let all: Vec<&str> = known.collect();
        Some(if all.is_empty() {
            "the plan has none yet: add it".to_owned()
        } else {
            format!("known are {}", some_listed(&all))
        })
    };
    context.report(Code::E104, name.span, message, help);
}

/// Kinds of entities of which some could not be read.
fn unsure(document: &Document) -> Vec<&'static str> {
    let lost = |key: &str, holes: bool| holes || document.flawed.contains(&key);
    let phases = document.phases.iter().flat_map(|m| &m.entries);
    let tasks = document.tasks.as_ref().is_some_and(|m| m.holes)
        || phases.clone().any(|(_, p)| p.flawed.contains(&"tasks") || p.tasks.as_ref().is_some_and(|m| m.holes));
    let tasks = lost("tasks", tasks) || lost("phases", document.phases.as_ref().is_some_and(|m| m.holes));
    let team = document.agents.iter().flat_map(|m| &m.entries);
    let unskilled =
        team.clone().any(|(_, agent)| agent.flawed.contains(&"skills") || agent.flawed.contains(&"count"));
    let agents = lost("agents", document.agents.as_ref().is_some_and(|m| m.holes));
    let tags = document.tasks.iter().flat_map(|m| &m.entries);
    let tags = tags.chain(phases.flat_map(|(_, p)| p.tasks.iter().flat_map(|m| &m.entries)));
    let untagged = tags.clone().any(|(_, task)| task.flawed.contains(&"tags"));
    let kinds = [
        ("agent", agents),
        ("skill", agents || unskilled),
        ("task", tasks),
        ("phase", tasks),
        ("tag", tasks || untagged),
        (REFERENCE, tasks || lost("milestones", document.milestones.as_ref().is_some_and(|m| m.holes))),
        ("escalation level", lost("escalation", document.escalation.as_ref().is_some_and(|m| m.holes))),
        ("calendar", lost("calendars", document.calendars.as_ref().is_some_and(|m| m.holes))),
        ("resource", lost("resources", document.resources.as_ref().is_some_and(|m| m.holes))),
    ];
    kinds.into_iter().filter(|(_, unsure)| *unsure).map(|(kind, _)| kind).collect()
}

/// Places by id.
fn places<I: From<usize>, T>(entries: Option<&Vec<(Name, T)>>) -> BTreeMap<&str, I> {
    entries.into_iter().flatten().enumerate().map(|(i, (name, _))| (name.value.as_str(), I::from(i))).collect()
}

/// Agents by id, with the places of their copies.
fn agents(document: &Document) -> BTreeMap<&str, Range<usize>> {
    let mut next = 0;
    let mut agents = BTreeMap::new();
    for (name, agent) in document.agents.iter().flat_map(|m| &m.entries) {
        let count = agent.count.as_ref().map_or(1, |count| count.value.0 as usize);
        agents.insert(name.value.as_str(), next..next + count);
        next += count;
    }
    agents
}
