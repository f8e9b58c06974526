//! What differs in resources, risks, blockers and levels.

use std::collections::BTreeSet;

use super::super::moved::Moved;
use super::{Difference, Entity, Found};
use crate::model::{Blocker, Instance, Level, Risk, Target};

impl Found {
    /// Most fields are shown only as different.
    pub(super) fn trouble(&mut self, before: &Instance, after: &Instance) {
        // Areas come and go with the tasks that touch them.
        let resources = |i: &Instance| -> Vec<(String, u32)> {
            i.resources.iter().filter(|r| !r.area).map(|r| (r.id.clone(), r.capacity)).collect()
        };
        let [old, new] = [before, after].map(resources);
        let ids = |rows: &[(String, u32)]| rows.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
        self.members(Entity::Resource, &ids(&old), &ids(&new));
        for (id, is) in &new {
            if let Some((_, was)) = old.iter().find(|(other, was)| other == id && was != is) {
                let difference = Difference::Number("capacity", f64::from(*was), f64::from(*is));
                self.push(Entity::Resource, id, difference);
            }
        }
        let both = Both::of(before, after);
        let tables = [
            (Entity::Risk, risks(before, &both), risks(after, &both)),
            (Entity::Blocker, blockers(before, &both), blockers(after, &both)),
            (Entity::Level, levels(before, self.moved, true), levels(after, self.moved, false)),
        ];
        for (entity, old, new) in tables {
            let ids = |rows: &[Row]| rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>();
            self.members(entity, &ids(&old), &ids(&new));
            for row in &new {
                let Some(was) = old.iter().find(|was| was.id == row.id) else { continue };
                for ((field, is), (_, was)) in row.fields.iter().zip(&was.fields) {
                    self.field(entity, &row.id, field, is != was);
                }
            }
        }
    }
}

/// An entity with the names of its fields and what they hold, in words.
struct Row {
    id: String,
    fields: Vec<(&'static str, String)>,
}

/// Ids of tasks and of agents that both versions have: who affects the others is no news.
struct Both<'a> {
    tasks: BTreeSet<&'a str>,
    agents: BTreeSet<&'a str>,
}

impl<'a> Both<'a> {
    fn of(before: &'a Instance, after: &'a Instance) -> Self {
        let tasks = |i: &'a Instance| i.tasks.iter().map(|task| task.id.as_str()).collect::<BTreeSet<_>>();
        let agents = |i: &'a Instance| i.agents.iter().map(|agent| agent.id.as_str()).collect::<BTreeSet<_>>();
        Self { tasks: &tasks(before) & &tasks(after), agents: &agents(before) & &agents(after) }
    }

    /// Names of what a selector picks of them.
    fn picked(&self, instance: &Instance, target: &Target) -> String {
        let tasks = target.tasks.iter().map(|task| instance.tasks[task.index()].id.as_str());
        let tasks: BTreeSet<&str> = tasks.filter(|id| self.tasks.contains(id)).collect();
        let agents = target.agents.as_ref().map(|agents| {
            let ids = agents.iter().map(|agent| instance.agents[agent.index()].id.as_str());
            ids.filter(|id| self.agents.contains(id)).collect::<BTreeSet<_>>()
        });
        format!("{tasks:?} {agents:?}")
    }
}

fn risks(instance: &Instance, both: &Both) -> Vec<Row> {
    let row = |risk: &Risk| Row {
        id: risk.id.clone(),
        fields: vec![
            ("probability", format!("{:?}", risk.probability)),
            ("factor", format!("{:?}", risk.factor)),
            ("delay", format!("{:?}", risk.delay)),
            ("affects", both.picked(instance, &risk.target)),
        ],
    };
    instance.risks.iter().map(row).collect()
}

fn blockers(instance: &Instance, both: &Both) -> Vec<Row> {
    let row = |blocker: &Blocker| {
        let escalate = blocker.escalate.as_ref().map(|e| (e.after_hours, &instance.levels[e.to.index()].id));
        Row {
            id: blocker.id.clone(),
            fields: vec![
                ("rate", format!("{:?}", blocker.rate)),
                ("resolve", format!("{:?}", blocker.resolve)),
                ("escalate", format!("{escalate:?}")),
                ("agent", format!("{:?}", blocker.hold)),
                ("affects", both.picked(instance, &blocker.target)),
            ],
        }
    };
    instance.blockers.iter().map(row).collect()
}

fn levels(instance: &Instance, moved: Moved, is_old: bool) -> Vec<Row> {
    let row = |level: &Level| Row {
        id: level.id.clone(),
        fields: vec![
            ("response", format!("{:?}", level.response)),
            ("handling", format!("{:?}", level.handling)),
            ("capacity", level.capacity.to_string()),
            ("calendar", format!("{:?}", moved.hours(instance, level.calendar, is_old))),
            ("timeout", format!("{:?}", level.timeout)),
            ("next", format!("{:?}", level.next.map(|next| &instance.levels[next.index()].id))),
        ],
    };
    instance.levels.iter().map(row).collect()
}
