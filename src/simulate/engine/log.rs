//! The log of what each task's life was made of, and whose time passed. Where nobody asks for details there is no
//! log, and of whose time passed only what costs something is kept.

use super::Engine;
use super::state::{NO_AGENT, NO_STRETCH, Stretch, WaitKind};
use crate::model::Calendar;
use crate::simulate::Activity;
use crate::units::Ticks;

impl Engine<'_> {
    /// Calls `use_it` with the common calendar of the job's agents.
    pub(super) fn with_calendar<T>(&mut self, task: usize, use_it: impl FnOnce(&Calendar) -> T) -> T {
        let instance = self.program.instance;
        let calendar_of = |agent: u32| instance.agents[agent as usize].calendar;
        match self.crew(task) {
            [] => use_it(&Calendar::Always),
            [agent] => use_it(instance.calendar(calendar_of(*agent))),
            _ => {
                let mut ids = std::mem::take(&mut self.state.crew_key);
                ids.clear();
                ids.extend(self.crew(task).iter().filter_map(|&agent| calendar_of(agent)).map(|id| id.0));
                ids.sort_unstable();
                ids.dedup();
                let calendars = &mut self.state.crew_calendars;
                if !calendars.contains_key(ids.as_slice()) {
                    let all: Vec<&Calendar> = ids.iter().map(|&id| &instance.calendars[id as usize].1).collect();
                    calendars.insert(ids.clone(), Calendar::intersect(&all));
                }
                // OK because it has just been put in where it was not there.
                let used = use_it(&calendars[ids.as_slice()]);
                self.state.crew_key = ids;
                used
            }
        }
    }

    /// Logs a stretch of agent time of the task's job, with a companion for each further crew member.
    pub(super) fn log(&mut self, task: usize, activity: Activity, start: Ticks, finish: Ticks, worked: Ticks) {
        self.push_stretch(task, activity, (start, finish, worked), true);
        for place in self.places(task) {
            let tally = &mut self.state.agent_tally[self.state.crews[place] as usize];
            if activity == Activity::Review {
                tally.reviewing += worked;
            } else {
                tally.busy += worked;
            }
        }
    }

    /// Counts time of the job's agents that costs something, where nothing is logged.
    pub(super) fn count_busy(&mut self, task: usize, worked: Ticks) {
        for place in self.places(task) {
            self.state.agent_tally[self.state.crews[place] as usize].busy += worked;
        }
    }

    /// Logs a stretch in which the job's agents are held without working.
    pub(super) fn log_held(&mut self, task: usize, activity: Activity, start: Ticks, finish: Ticks) {
        if !self.program.details {
            return;
        }
        self.push_stretch(task, activity, (start, finish, finish - start), true);
        let instance = self.program.instance;
        for place in self.places(task) {
            let agent = self.state.crews[place] as usize;
            let calendar = instance.calendar(instance.agents[agent].calendar);
            self.state.agent_tally[agent].blocked += calendar.worked(start, finish);
        }
    }

    /// Adds to the log. `times` = start, finish and what of it passed.
    pub(super) fn push_stretch(
        &mut self,
        task: usize,
        activity: Activity,
        times: (Ticks, Ticks, Ticks),
        held: bool,
    ) {
        if !self.program.details {
            return;
        }
        let crew = if held { self.places(task) } else { 0..0 };
        let agent = if crew.is_empty() { NO_AGENT } else { self.state.crews[crew.start] };
        let (start, finish, worked) = times;
        let before = self.state.last[task];
        let ticket_level = self.state.tasks[task].ticket.level;
        let job = &mut self.state.tasks[task].job;
        let is_first = std::mem::take(&mut job.fresh);
        let (ready, wait, holder, ties, held_until) = if is_first {
            (job.ready, job.wait, job.holder, job.ties, job.held_until)
        } else {
            (start, WaitKind::Nothing, NO_STRETCH, (0, 0), start)
        };
        let place = self.state.log.len();
        self.state.last[task] = place as u32;
        if before == NO_STRETCH {
            self.state.first[task] = place as u32;
        }
        self.state.log.push(Stretch {
            task: task as u32,
            activity,
            agent,
            level: ticket_level,
            ready,
            start,
            finish,
            worked,
            wait,
            holder,
            ties,
            held_until,
            before,
            companion: false,
        });
        for other in crew.skip(1) {
            let agent = self.state.crews[other];
            let companion = Stretch { agent, companion: true, ..self.state.log[place] };
            self.state.log.push(companion);
        }
    }
}
