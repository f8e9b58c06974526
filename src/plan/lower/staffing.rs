//! Who may do a task: the slots of its job and the candidates for each.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::{Scope, Subject, TaskEntry};
use crate::diagnostic::{Code, nearest};
use crate::model::{Agent, AgentId, Candidate, SkillId, Slot};
use crate::plan::format::field::{Context, shortened};
use crate::plan::format::list::Name;
use crate::plan::format::work::{Status, Task};
use crate::plan::source::Span;

/// Looks up candidates; remembers what was asked before and what was reported.
pub(super) struct Staffing<'a> {
    agents: &'a [Agent],
    by_skills: BTreeMap<Vec<SkillId>, Vec<Candidate>>,
    lacking: BTreeSet<SkillId>,
    lacks_agents: bool,
}

impl<'a> Staffing<'a> {
    pub(super) fn new(agents: &'a [Agent]) -> Self {
        Self { agents, by_skills: BTreeMap::new(), lacking: BTreeSet::new(), lacks_agents: false }
    }

    /// Agents with all of these skills, in file order, with the pace of each.
    pub(super) fn candidates(&mut self, skills: &[SkillId]) -> &[Candidate] {
        let agents = self.agents;
        self.by_skills.entry(skills.to_vec()).or_insert_with(|| {
            let pace = |agent: &Agent| {
                let speeds = skills.iter().map(|&skill| agent.speed(skill));
                let speed = speeds.reduce(|a, b| Some(a?.min(b?))).unwrap_or(Some(1.0))?;
                Some(speed * (1.0 - agent.overhead))
            };
            let all = agents.iter().enumerate();
            all.filter_map(|(i, agent)| Some(Candidate { agent: AgentId::from(i), pace: pace(agent)? })).collect()
        })
    }

    /// The slots of a task with effort.
    pub(super) fn slots<'d>(
        &mut self,
        entry: TaskEntry<'d>,
        scope: &mut Scope<'d>,
        context: &mut Context<'_>,
    ) -> Vec<Slot> {
        let task = entry.task;
        let subject = Subject { kind: "task", id: &entry.name.value };
        refuse_doubles(task, subject, context);
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
        let done = task.status == Some(Status::Done);
        let mut slots = Vec::new();
        let mut skills_of_all = Vec::new();
        for names in places {
            let skills: Vec<SkillId> = names.iter().map(|name| scope.skill(name)).collect();
            skills_of_all.push(skills.clone());
            let able = self.candidates(&skills).to_vec();
            let candidates: Vec<Candidate> = match &allowed {
                None => able,
                Some(allowed) => able.into_iter().filter(|c| allowed.binary_search(&c.agent).is_ok()).collect(),
            };
            slots.push((Slot { skills, candidates }, names));
        }
        if done {
            return slots.into_iter().map(|(slot, _)| slot).filter(|slot| !slot.candidates.is_empty()).collect();
        }
        let mut sound = self.refuse_unable(named.as_deref(), &skills_of_all, subject, scope, context);
        for (slot, names) in &slots {
            if sound && slot.candidates.is_empty() {
                self.report_nobody(slot, names, entry.name.span, named.is_some(), subject, scope, context);
                sound = false;
            }
        }
        let slots: Vec<Slot> = slots.into_iter().map(|(slot, _)| slot).collect();
        if sound && !can_fill(&slots) {
            let span = task.crew.as_ref().map_or(entry.name.span, |crew| crew.span);
            let message = format!(
                "{subject} needs a crew of {} different agents, but there are fewer who could be in it",
                slots.len()
            );
            context.report(
                Code::E127,
                span,
                message,
                "give the skills to more agents, or raise a `count`".to_owned(),
            );
        }
        slots
    }

    /// Reports named agents who can fill no slot; false if there are any.
    fn refuse_unable(
        &mut self,
        named: Option<&[Name]>,
        slots: &[Vec<SkillId>],
        subject: Subject<'_>,
        scope: &Scope<'_>,
        context: &mut Context<'_>,
    ) -> bool {
        let mut sound = true;
        for name in named.unwrap_or_default() {
            let Some(copies) = scope.agents.get(&*name.value).cloned() else {
                sound = false;
                continue;
            };
            let Some(agent) = self.agents.get(copies.start).filter(|_| !copies.is_empty()) else {
                let message =
                    format!("agent `{}` can never do {subject}: its `count` is 0", shortened(&name.value));
                context.report(
                    Code::E122,
                    name.span,
                    message,
                    "raise its `count`, or name another agent".to_owned(),
                );
                sound = false;
                continue;
            };
            let lacks = |skills: &Vec<SkillId>| skills.iter().copied().find(|&skill| agent.speed(skill).is_none());
            let lacking: Vec<SkillId> = slots.iter().filter_map(lacks).collect();
            if lacking.len() == slots.len() && !lacking.is_empty() {
                let skill = scope.skills[lacking[0].index()];
                let message = format!(
                    "agent `{}` can never do {subject}: it lacks the skill `{skill}`",
                    shortened(&name.value)
                );
                let able = self.by_skills.get(&slots[0]).and_then(|able| able.first());
                let help = match able {
                    Some(able) => format!(
                        "`{}` has it; or give `{}` the skill",
                        self.agents[able.agent.index()].id,
                        name.value
                    ),
                    None => format!("give `{}` the skill", name.value),
                };
                context.report(Code::E122, name.span, message, help);
                sound = false;
            }
        }
        sound
    }

    #[allow(clippy::too_many_arguments, reason = "a report needs all that it tells")]
    fn report_nobody(
        &mut self,
        slot: &Slot,
        names: &[&Name],
        span: Span,
        restricted: bool,
        subject: Subject<'_>,
        scope: &Scope<'_>,
        context: &mut Context<'_>,
    ) {
        if self.agents.is_empty() {
            if !std::mem::replace(&mut self.lacks_agents, true) {
                let message = format!("{subject} needs an agent, but the plan has none");
                context.report(Code::E123, span, message, "add one under `agents`".to_owned());
            }
            return;
        }
        let missing = slot
            .skills
            .iter()
            .zip(names)
            .find(|(skill, _)| self.agents.iter().all(|a| a.speed(**skill).is_none()));
        if let Some((&skill, name)) = missing {
            self.report_skill(skill, name, subject, scope, context);
        } else {
            let what = if restricted {
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
        let help = match nearest(&name.value, owned) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "give it to an agent".to_owned(),
        };
        let message = format!("{subject} needs the skill `{}`, which nobody has", shortened(&name.value));
        context.report(Code::E121, name.span, message, help);
    }
}

/// Fields that say the same thing twice.
fn refuse_doubles(task: &Task, subject: Subject<'_>, context: &mut Context<'_>) {
    let skills = [
        ("skill", task.skill.as_ref().map(|s| s.span)),
        ("skills", task.skills.as_ref().map(|s| s.span)),
        ("crew", task.crew.as_ref().map(|s| s.span)),
    ];
    let agents =
        [("agent", task.agent.as_ref().map(|a| a.span)), ("agents", task.agents.as_ref().map(|a| a.span))];
    for group in [&skills[..], &agents[..]] {
        let mut given = group.iter().filter_map(|(key, span)| span.map(|span| (key, span)));
        if let (Some((first, _)), Some((second, span))) = (given.next(), given.next()) {
            let message = format!("{subject} has both `{first}` and `{second}`");
            context.report(Code::E109, span, message, "keep one of them".to_owned());
        }
    }
}

/// True if the slots can be filled with different agents (bipartite matching by augmenting paths).
fn can_fill(slots: &[Slot]) -> bool {
    let mut taken: BTreeMap<AgentId, usize> = BTreeMap::new();
    (0..slots.len()).all(|slot| assign(slot, slots, &mut taken, &mut BTreeSet::new()))
}

fn assign(
    slot: usize,
    slots: &[Slot],
    taken: &mut BTreeMap<AgentId, usize>,
    tried: &mut BTreeSet<AgentId>,
) -> bool {
    for candidate in &slots[slot].candidates {
        if !tried.insert(candidate.agent) {
            continue;
        }
        let holder = taken.get(&candidate.agent).copied();
        if holder.is_none_or(|holder| assign(holder, slots, taken, tried)) {
            taken.insert(candidate.agent, slot);
            return true;
        }
    }
    false
}
