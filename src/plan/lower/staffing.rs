//! Who may do a task: the slots of its job and the candidates for each.

use std::collections::{BTreeMap, BTreeSet};

use super::crew::{Presence, left_open, order_that_fills};
use super::scope::{Scope, Subject, TaskEntry};
use crate::diagnostic::{Code, nearest};
use crate::model::{Agent, AgentId, Calendar, Candidate, SkillId, Slot, can_fill};
use crate::plan::format::field::{Context, listed, shortened};
use crate::plan::format::list::Name;
use crate::plan::format::team;
use crate::plan::format::work::{Status, Task};
use crate::plan::source::Span;

/// A task that asks for agents.
#[derive(Clone, Copy)]
struct Asked<'a> {
    subject: Subject<'a>,
    span: Span,
    /// Agents that it names.
    named: Option<&'a [Name]>,
}

/// Looks up candidates; remembers what was asked before and what was reported.
pub(super) struct Staffing<'a> {
    agents: &'a [Agent],
    by_skills: BTreeMap<Vec<SkillId>, Vec<Candidate>>,
    lacking: BTreeSet<SkillId>,
    lacks_agents: bool,
    presence: Presence<'a>,
    /// Those who are never there, as far as reported.
    absent: BTreeSet<AgentId>,
    /// Candidates of all tasks so far.
    total: usize,
}

/// Most candidates of all tasks together: beyond it a plan takes too much memory.
const CANDIDATE_LIMIT: usize = 10_000_000;

impl<'a> Staffing<'a> {
    pub(super) fn new(agents: &'a [Agent], calendars: &'a [(String, Calendar)]) -> Self {
        Self {
            agents,
            by_skills: BTreeMap::new(),
            lacking: BTreeSet::new(),
            lacks_agents: false,
            presence: Presence::new(agents, calendars),
            absent: BTreeSet::new(),
            total: 0,
        }
    }

    /// Agents with all of these skills, in file order, with the pace of each.
    pub(super) fn candidates(&mut self, skills: &[SkillId]) -> &[Candidate] {
        let agents = self.agents;
        self.by_skills.entry(skills.to_vec()).or_insert_with(|| {
            let all = agents.iter().enumerate();
            let candidate = |(i, agent): (usize, &Agent)| {
                Some(Candidate { agent: AgentId::from(i), pace: agent.pace(skills)? })
            };
            all.filter_map(candidate).collect()
        })
    }

    /// Agents who may review a task; absent if there are too many of all tasks to go on.
    pub(super) fn reviewers(
        &mut self,
        skill: SkillId,
        task: Span,
        context: &mut Context<'_>,
    ) -> Option<Vec<Candidate>> {
        let able = self.candidates(&[skill]).to_vec();
        self.add_up(able.len(), task, context);
        (self.total <= CANDIDATE_LIMIT).then_some(able)
    }

    /// Adds candidates of a task to those of all, and reports when they become too many.
    fn add_up(&mut self, count: usize, task: Span, context: &mut Context<'_>) {
        let was_too_much = self.total > CANDIDATE_LIMIT;
        self.total += count;
        if self.total > CANDIDATE_LIMIT && !was_too_much {
            let message =
                format!("the tasks have more than {CANDIDATE_LIMIT} agents to choose from, all together");
            let help = "lower the `count` of agents, or name `agents` for the tasks".to_owned();
            context.report(Code::E102, task, message, help);
        }
    }

    /// The slots of a task with effort.
    pub(super) fn slots<'d>(
        &mut self,
        entry: TaskEntry<'d>,
        scope: &mut Scope<'d>,
        context: &mut Context<'_>,
    ) -> Vec<Slot> {
        if self.total > CANDIDATE_LIMIT {
            return Vec::new();
        }
        let task = entry.task;
        let subject = Subject { kind: "task", id: &entry.name.value };
        let single = !refuse_doubles(task, subject, context) && !context.unsure.contains(&"skill");
        let places: Vec<Vec<&Name>> = match (&task.crew, &task.skills) {
            (Some(crew), _) => crew.items.iter().map(|name| vec![name]).collect(),
            (None, Some(skills)) => vec![task.skill.iter().chain(&skills.items).collect()],
            (None, None) => vec![task.skill.iter().collect()],
        };
        let named: Option<Vec<Name>> = match (&task.agent, &task.agents) {
            (Some(agent), _) => Some(vec![agent.clone()]),
            (None, Some(agents)) => Some(agents.items.clone()),
            (None, None) => None,
        };
        let allowed = named.as_ref().map(|names| scope.agents(names, subject, context));
        let mut slots = Vec::new();
        for names in places {
            let skills: Vec<SkillId> = names.iter().map(|name| scope.skill(name)).collect();
            let able = self.candidates(&skills).to_vec();
            let candidates: Vec<Candidate> = match &allowed {
                None => able,
                Some(allowed) => able.into_iter().filter(|c| allowed.binary_search(&c.agent).is_ok()).collect(),
            };
            slots.push((Slot { skills, candidates }, names));
        }
        let count = slots.iter().map(|(slot, _)| slot.candidates.len()).sum();
        self.add_up(count, entry.name.span, context);
        if task.status == Some(Status::Done) {
            return slots.into_iter().map(|(slot, _)| slot).filter(|slot| !slot.candidates.is_empty()).collect();
        }
        let asked = Asked { subject, span: entry.name.span, named: named.as_deref() };
        // What nobody could read, or says two things, has no one meaning to judge.
        if single
            && !task.flawed.iter().any(|key| matches!(*key, "skill" | "skills" | "crew" | "agent" | "agents"))
        {
            self.judge(&slots, asked, scope, context);
        }
        slots.into_iter().map(|(slot, _)| slot).collect()
    }

    /// Reports what keeps a task from ever being done, the first reason only.
    fn judge(
        &mut self,
        slots: &[(Slot, Vec<&Name>)],
        asked: Asked<'_>,
        scope: &Scope<'_>,
        context: &mut Context<'_>,
    ) {
        if !self.refuse_unable(slots, asked, scope, context) {
            return;
        }
        if let Some((slot, names)) = slots.iter().find(|(slot, _)| slot.candidates.is_empty()) {
            self.report_nobody(slot, names, asked, scope, context);
        } else if let Some((slot, _)) = slots.iter().find(|(slot, _)| !self.is_one_there(&slot.candidates)) {
            self.report_absent(&slot.candidates, asked.subject, asked.span, context);
        } else if slots.len() > 1 {
            self.judge_crew(slots, asked, context);
        }
    }

    /// True if one of these is there at some time.
    pub(super) fn is_one_there(&self, candidates: &[Candidate]) -> bool {
        candidates.iter().any(|candidate| self.presence.is_ever_there(candidate.agent))
    }

    /// Reports those who could do it but may never start, once.
    pub(super) fn report_absent(
        &mut self,
        candidates: &[Candidate],
        subject: Subject<'_>,
        span: Span,
        context: &mut Context<'_>,
    ) {
        let Some(first) = candidates.first().filter(|first| self.absent.insert(first.agent)) else { return };
        let who = shortened(&self.agents[first.agent.index()].id);
        let message = format!("{subject}: nobody who could do it ever starts a job");
        let help = format!("give `{who}` hours in its `calendar` between its `from` and its `until`");
        context.report(Code::E122, span, message, help);
    }

    /// Reports what keeps a crew from ever being filled, where somebody is there for each of its slots.
    fn judge_crew(&mut self, slots: &[(Slot, Vec<&Name>)], asked: Asked<'_>, context: &mut Context<'_>) {
        let there = |candidate: &&Candidate| self.presence.is_ever_there(candidate.agent);
        let possible: Vec<Vec<Candidate>> =
            slots.iter().map(|(slot, _)| slot.candidates.iter().filter(there).copied().collect()).collect();
        let subject = asked.subject;
        let skill = |slot: usize| slots[slot].1.first().map_or("", |name| name.value.as_str());
        let span = |slot: usize| slots[slot].1.first().map_or(asked.span, |name| name.span);
        let as_written: Vec<usize> = (0..slots.len()).collect();
        let all: Vec<&[Candidate]> = possible.iter().map(Vec::as_slice).collect();
        if !can_fill(&all, 0.0) {
            let many = slots.len();
            let message = format!(
                "{subject} needs a crew of {many} different agents, but there are fewer who could be in it"
            );
            let help = "give the skills to more agents, or raise a `count`".to_owned();
            context.report(Code::E127, span(0), message, help);
        } else if let Some(open) = left_open(&possible, &as_written) {
            let message = format!(
                "{subject}: nobody is ever left for `{}`, because the crew is filled in order, each slot with the \
                 fastest who is free",
                shortened(skill(open))
            );
            let help = order_that_fills(&possible).map_or_else(
                || "put the skills that few have first, or give them to more agents".to_owned(),
                |order| {
                    let skills: Vec<&str> = order.into_iter().map(skill).collect();
                    format!("write the crew in this order: `[{}]`", skills.join(", "))
                },
            );
            context.report(Code::E122, span(open), message, help);
        } else if possible.iter().all(|slot| slot.len() == 1) {
            let mut crew: Vec<AgentId> = possible.iter().flatten().map(|only| only.agent).collect();
            crew.sort_unstable();
            let names: Vec<&str> = crew.iter().map(|agent| self.agents[agent.index()].id.as_str()).collect();
            let names = listed(&names);
            if !self.presence.ever_meet(crew) {
                let message = format!("{subject} needs {names} together, who are never there at the same time");
                let help =
                    "check their `calendar`, `from` and `until`, or give the skills to more agents".to_owned();
                context.report(Code::E122, span(0), message, help);
            }
        }
    }

    /// Reports named agents who can fill no slot; false if there are any.
    fn refuse_unable(
        &mut self,
        slots: &[(Slot, Vec<&Name>)],
        asked: Asked<'_>,
        scope: &Scope<'_>,
        context: &mut Context<'_>,
    ) -> bool {
        let subject = asked.subject;
        let before = context.problems.len();
        let mut sound = true;
        for name in asked.named.unwrap_or_default() {
            let copies = scope.agents.get(&*name.value).cloned().unwrap_or_default();
            let known = scope.agents.contains_key(&*name.value);
            let agent = self.agents.get(copies.start).filter(|_| !copies.is_empty());
            let lacking: Vec<SkillId> = slots.iter().filter_map(|(slot, _)| lacks(agent?, slot)).collect();
            let (why, help) = match lacking.first() {
                _ if !known => {
                    sound = false;
                    continue;
                }
                _ if agent.is_none() => {
                    ("its `count` is 0".to_owned(), "raise its `count`, or name another agent".to_owned())
                }
                Some(&skill) if lacking.len() == slots.len() => {
                    let able = self.candidates(&slots[0].0.skills).first().map(|able| able.agent);
                    let help = match able {
                        Some(able) => format!(
                            "`{}` has it; or give `{}` the skill",
                            self.agents[able.index()].id,
                            name.value
                        ),
                        None => format!("give `{}` the skill", name.value),
                    };
                    (format!("it lacks the skill `{}`", scope.skills[skill.index()]), help)
                }
                _ => continue,
            };
            let message = format!("agent `{}` can never do {subject}: {why}", shortened(&name.value));
            context.report(Code::E122, name.span, message, help);
        }
        sound && context.problems.len() == before
    }

    fn report_nobody(
        &mut self,
        slot: &Slot,
        names: &[&Name],
        asked: Asked<'_>,
        scope: &Scope<'_>,
        context: &mut Context<'_>,
    ) {
        let Asked { subject, span, named } = asked;
        if self.agents.is_empty() {
            if !std::mem::replace(&mut self.lacks_agents, true) {
                let message = format!("{subject} needs an agent, but the plan has none");
                let is_listed = scope.document.agents.iter().any(|agents| !agents.entries.is_empty());
                let help = if is_listed { "raise a `count` that is 0" } else { "add one under `agents`" };
                context.report(Code::E123, span, message, help.to_owned());
            }
            return;
        }
        let nobody = |skill: SkillId| self.agents.iter().all(|agent| agent.speed(skill).is_none());
        let missing = slot.skills.iter().zip(names).find(|(skill, _)| nobody(**skill));
        if let Some((&skill, name)) = missing {
            self.report_skill(skill, name, subject, scope, context);
            return;
        }
        let what = if named.is_some() {
            "none of the agents it names can do it"
        } else {
            "no agent has all of its skills"
        };
        let help = "give the skills to one agent, or use `crew` for several agents".to_owned();
        context.report(
            Code::E122,
            names.first().map_or(span, |name| name.span),
            format!("{subject}: {what}"),
            help,
        );
    }

    /// Reports a skill that nobody has, once.
    pub(super) fn report_skill(
        &mut self,
        skill: SkillId,
        name: &Name,
        subject: Subject<'_>,
        scope: &Scope<'_>,
        context: &mut Context<'_>,
    ) {
        if !self.lacking.insert(skill) {
            return;
        }
        let owned =
            self.agents.iter().flat_map(|agent| &agent.skills).map(|(skill, _)| scope.skills[skill.index()]);
        // Of an agent of whom there is nobody.
        let listed = scope.document.agents.iter().flat_map(|agents| &agents.entries);
        let has = |agent: &team::Agent| {
            agent.skills.iter().flat_map(|skills| &skills.0).any(|(skill, _)| skill.value == name.value)
        };
        let absent = listed.filter(|(_, agent)| has(agent)).map(|(id, _)| shortened(&id.value)).next();
        let (who, help) = match (absent, nearest(&name.value, owned)) {
            (Some(agent), _) => (
                format!("which only agents with `count: 0` have, such as `{agent}`"),
                "raise the `count`, or give the skill to somebody else".to_owned(),
            ),
            (None, Some(near)) => ("which nobody has".to_owned(), format!("did you mean `{near}`?")),
            (None, None) => ("which nobody has".to_owned(), "give it to an agent".to_owned()),
        };
        let message = format!("{subject} needs the skill `{}`, {who}", shortened(&name.value));
        context.report(Code::E121, name.span, message, help);
    }
}

/// A skill of the slot that the agent does not have.
fn lacks(agent: &Agent, slot: &Slot) -> Option<SkillId> {
    slot.skills.iter().copied().find(|&skill| agent.speed(skill).is_none())
}

/// Reports fields that say the same thing twice; true if there are any.
fn refuse_doubles(task: &Task, subject: Subject<'_>, context: &mut Context<'_>) -> bool {
    let skills = [
        ("skill", task.skill.as_ref().map(|s| s.span)),
        ("skills", task.skills.as_ref().map(|s| s.span)),
        ("crew", task.crew.as_ref().map(|s| s.span)),
    ];
    let agents =
        [("agent", task.agent.as_ref().map(|a| a.span)), ("agents", task.agents.as_ref().map(|a| a.span))];
    let mut doubled = false;
    for group in [&skills[..], &agents[..]] {
        let mut given = group.iter().filter_map(|(key, span)| span.map(|span| (key, span)));
        if let (Some((first, _)), Some((second, span))) = (given.next(), given.next()) {
            let message = format!("{subject} has both `{first}` and `{second}`");
            context.report(Code::E109, span, message, "keep one of them".to_owned());
            doubled = true;
        }
    }
    doubled
}
