//! Jobs: who gets them, what they take, and what their stints leave in the log.

use super::super::Activity;
use super::super::engine::{HANDOFF, MAIN, RISK};
use super::super::program::{JobKind, LONG, holds};
use super::super::queue::EventKind;
use super::columns::End;
use super::engine::OpenEngine;
use super::state::Stretch;
use super::trouble::NEW_ROUGH;
use super::{NOBODY, NOTHING};
use crate::model::AgentId;
use crate::units::{Pace, Ticks};

impl OpenEngine<'_> {
    /// The place of the idle agent of this class who would finish the task's job first on expectation; nobody if
    /// the only ones are its authors, and it is a review.
    #[inline]
    pub(super) fn choose(&self, task: usize, class: usize) -> Option<usize> {
        let team = &self.open.team;
        let state = &self.tasks[task];
        let is_review = state.kind == JobKind::Review;
        let excluded = u64::from(is_review).checked_shl(self.authors[task].into()).unwrap_or(0);
        let idle = self.idle & team.masks[class] & !excluded;
        if idle == 0 {
            return None;
        }
        let fastest = team.fastest(class, idle);
        if self.open.tasks[task].asks_familiar && !is_review && state.attempt == 0 {
            return Some(self.choose_familiar(task, class, fastest));
        }
        Some(fastest)
    }

    /// The same where whoever has not worked on all predecessors needs time to take over.
    fn choose_familiar(&self, task: usize, class: usize, fastest: usize) -> usize {
        let program = self.open.program;
        let familiar = self.familiar(task);
        if familiar == Some(fastest) || program.mean_handoff == Ticks::ZERO {
            return fastest;
        }
        let agents = &self.open.team.classes[class];
        let hours = program.tasks[task].mean_hours;
        let agent = |place: usize| self.open.team.agents[place];
        let work = |place: usize| agents.paces[place].ticks(hours);
        let later = work(fastest).plus(program.mean_handoff);
        if agents.distinct && work(fastest) > LONG && !self.now.plus(later).is_never() {
            // Of those who need to take over, nobody else finishes as soon.
            let idle = self.idle & self.open.team.masks[class];
            let is_idle = |&place: &usize| idle.checked_shr(place as u32).unwrap_or(0) & 1 == 1;
            let is_sooner = |&place: &usize| (work(place), agent(place)) < (later, agent(fastest));
            return familiar.filter(is_idle).filter(is_sooner).unwrap_or(fastest);
        }
        let idle = agents.order.iter().map(|&p| usize::from(p)).filter(|&place| self.idle >> place & 1 == 1);
        let takes = |place: usize| {
            if familiar == Some(place) { work(place) } else { work(place) + program.mean_handoff }
        };
        let first = idle.clone().map(|place| (takes(place), agent(place), place)).min();
        match first {
            Some((least, _, place)) if !self.now.plus(least).is_never() => place,
            // Nobody ever finishes it, however fast.
            _ => idle.min_by_key(|&place| agent(place)).unwrap_or(fastest),
        }
    }

    /// The place of the agent who worked on all predecessors that agents worked on.
    fn familiar(&self, task: usize) -> Option<usize> {
        let mut authors = self.open.program.tasks[task].handoff_from.iter().map(|&t| self.authors[t as usize]);
        let first = authors.next()?;
        authors.all(|author| author == first).then_some(usize::from(first))
    }

    /// The agent of the task's job is there: it begins, or goes on, now.
    pub(super) fn begin_job(&mut self, task: usize, pace: Pace) {
        let state = &mut self.tasks[task];
        if state.resumed {
            state.resumed = false;
            self.go_on(task);
            return;
        }
        state.left = [Ticks::ZERO; 4];
        let this = &self.open.tasks[task];
        let (may_fail, strikes) = match state.kind {
            JobKind::Review => {
                self.begin_review(task, pace);
                (this.can_reviewer_fail, false)
            }
            JobKind::Rework => {
                self.begin_rework(task);
                (this.can_fail, this.has_timed_blockers)
            }
            _ => {
                self.authors[task] = state.place;
                self.begin_attempt(task, pace);
                let is_first = self.tasks[task].attempt == 0;
                let struck = is_first && self.draws.is_struck(task);
                (this.can_fail, this.has_timed_blockers || struck)
            }
        };
        let is_rough = (may_fail || strikes) && self.expects_trouble(task, strikes);
        self.tasks[task].smooth = !is_rough;
        if is_rough {
            self.go_on(task);
            return;
        }
        let amount = self.amount_left(task);
        if self.knows_end(task, self.now.plus(amount)) {
            let state = &mut self.tasks[task];
            (state.amount, state.stint_start) = (amount, self.now);
            self.log_stint(task);
            self.tell_end(task, self.now.plus(amount));
        } else {
            self.start_stint(task, self.now, amount);
        }
    }

    fn begin_attempt(&mut self, task: usize, pace: Pace) {
        let program = self.open.program;
        let this = &program.tasks[task];
        let attempt = self.tasks[task].attempt;
        if attempt == 0 {
            self.note_start(task);
        }
        let hours = self.draws.effort(task, attempt);
        let factor = if self.open.tasks[task].is_particular { self.factor(task) } else { self.factors[task] };
        let base = pace.ticks(hours);
        let work = if factor == 1.0 { base } else { pace.ticks(hours * factor) };
        let mut left = [Ticks::ZERO; 4];
        left[MAIN] = work;
        if attempt == 0 {
            // What a risk adds comes last; a factor below 1 leaves less work and adds nothing.
            left[MAIN] = work.min(base);
            left[RISK] = work - left[MAIN];
            if self.delays & self.open.tasks[task].delays != 0 {
                left[RISK] = left[RISK].plus(self.delay(task));
            }
            if let Some(handoff) = &this.handoff
                && self.familiar(task) != Some(usize::from(self.tasks[task].place))
            {
                left[HANDOFF] = handoff.ticks(self.draws.iteration());
            }
        }
        let state = &mut self.tasks[task];
        (state.left, state.last_work) = (left, work);
    }

    /// Product of the factors of the risks that happen and select this task and its agent.
    #[cold]
    fn factor(&self, task: usize) -> f64 {
        let program = self.open.program;
        let applies = |&&risk: &&u32| {
            self.risks >> risk & 1 == 1 && self.selects(task, program.risks[risk as usize].agents.as_deref())
        };
        let risks = program.tasks[task].factors.iter().filter(applies);
        risks.fold(1.0, |factor, &risk| factor * self.risk_factors[risk as usize])
    }

    /// Delays of the risks that happen and select this task first.
    #[cold]
    fn delay(&mut self, task: usize) -> Ticks {
        let mut total = Ticks::ZERO;
        let mut risks = self.delays & self.open.tasks[task].delays;
        while risks != 0 {
            let risk = &self.open.program.risks[risks.trailing_zeros() as usize];
            if self.selects(task, risk.agents.as_deref()) {
                self.delays &= !(risks & risks.wrapping_neg());
                total = total
                    .plus(risk.delay.as_ref().map_or(Ticks::ZERO, |delay| delay.ticks(self.draws.iteration())));
            }
            risks &= risks - 1;
        }
        total
    }

    /// True if the mask is absent or holds the agent of the task's job.
    #[inline]
    pub(super) fn selects(&self, task: usize, mask: Option<&[u64]>) -> bool {
        let agent = || self.open.team.agents.get(usize::from(self.tasks[task].place));
        mask.is_none_or(|mask| agent().is_some_and(|&agent| holds(mask, AgentId(agent))))
    }

    fn begin_rework(&mut self, task: usize) {
        self.tasks[task].left[MAIN] = self.rework(task);
    }

    /// Agent time left of the task's job.
    #[inline]
    pub(super) fn amount_left(&self, task: usize) -> Ticks {
        self.tasks[task].left.iter().copied().fold(Ticks::ZERO, Ticks::plus)
    }

    /// A stint of so much agent time starts at `start`, now or later.
    #[inline]
    pub(super) fn start_stint(&mut self, task: usize, start: Ticks, amount: Ticks) {
        let state = &mut self.tasks[task];
        (state.amount, state.stint_start) = (amount, start);
        let finish = start.plus(amount);
        match self.small {
            Some(small) if state.place != NOBODY => self.end_at(small, task, finish, End::stint),
            _ => self.queue.push(finish, EventKind::StintEnd, task),
        }
    }

    /// The agent time that was planned has passed.
    pub(super) fn end_stint(&mut self, task: usize) {
        let state = &self.tasks[task];
        if state.is_told {
            self.end_told(task);
            return;
        }
        if !state.smooth {
            self.end_rough_stint(task);
            return;
        }
        self.log_stint(task);
        self.end_job(task);
    }

    /// Logs the stint of a job that nothing interrupts.
    fn log_stint(&mut self, task: usize) {
        let state = &self.tasks[task];
        let (left, start, amount) = (state.left, state.stint_start, state.amount);
        if !self.open.program.details {
            self.count_busy(task, amount);
        } else if left[MAIN] == amount && amount > Ticks::ZERO {
            // Most jobs are all work.
            self.log_work(task, self.main_activity(task), start, start + amount);
        } else {
            self.log_parts(task, left);
        }
    }

    /// A job ends whose stints have been logged, except for one that began in a step.
    fn end_told(&mut self, task: usize) {
        let state = &mut self.tasks[task];
        let worked = self.now - self.since[usize::from(state.place)];
        state.fresh = false;
        if state.kind == JobKind::Review && self.open.program.details {
            self.agent_tally[usize::from(state.place)].reviewing += worked;
        } else {
            self.count_busy(task, worked);
        }
        let state = &self.tasks[task];
        if state.kind == JobKind::New && state.attempt == 0 && !self.open.tasks[task].can_fail {
            // It may have begun in a step, which leaves this as it was.
            self.rough[task] = NEW_ROUGH;
        }
        self.end_job(task);
    }

    /// What the main part of the task's job counts as.
    #[inline]
    fn main_activity(&self, task: usize) -> Activity {
        let state = &self.tasks[task];
        match (state.kind, state.attempt) {
            (JobKind::Review, _) => Activity::Review,
            (JobKind::Rework, _) => Activity::Rework,
            (_, 0) => Activity::Work,
            _ => Activity::Retry,
        }
    }

    /// Logs what the stint has taken off the parts of the job.
    pub(super) fn log_parts(&mut self, task: usize, taken: [Ticks; 4]) {
        let main = self.main_activity(task);
        let state = &self.tasks[task];
        let mut start = state.stint_start;
        // A job without any work leaves a trace too, to say when it was and what it waited for.
        let is_trace = state.fresh && state.amount == Ticks::ZERO;
        for (part, activity) in [Activity::Handoff, Activity::Redo, main, Activity::Risk].into_iter().enumerate() {
            if taken[part] > Ticks::ZERO || (part == MAIN && is_trace) {
                let finish = start + taken[part];
                self.log_work(task, activity, start, finish);
                start = finish;
            }
        }
    }

    /// Logs agent time of the task's job.
    #[inline]
    pub(super) fn log_work(&mut self, task: usize, activity: Activity, start: Ticks, finish: Ticks) {
        self.log(task, activity, start, finish);
        if let Some(tally) = self.agent_tally.get_mut(usize::from(self.tasks[task].place)) {
            if activity == Activity::Review {
                tally.reviewing += finish - start;
            } else {
                tally.busy += finish - start;
            }
        }
    }

    /// Counts time of the job's agent that costs something, where nothing is logged.
    #[inline]
    pub(super) fn count_busy(&mut self, task: usize, worked: Ticks) {
        if let Some(tally) = self.agent_tally.get_mut(usize::from(self.tasks[task].place)) {
            tally.busy += worked;
        }
    }

    /// Logs a stretch in which the job's agent is held without working.
    pub(super) fn log_held(&mut self, task: usize, activity: Activity, start: Ticks, finish: Ticks) {
        if !self.open.program.details {
            return;
        }
        self.log(task, activity, start, finish);
        if let Some(tally) = self.agent_tally.get_mut(usize::from(self.tasks[task].place)) {
            tally.blocked += finish - start;
        }
    }

    /// Adds to the log, where there is one.
    #[inline]
    pub(super) fn log(&mut self, task: usize, activity: Activity, start: Ticks, finish: Ticks) {
        if !self.open.program.details {
            return;
        }
        let state = &mut self.tasks[task];
        let is_first = std::mem::take(&mut state.fresh);
        let (ready, holder) = if is_first { (state.ready, state.holder) } else { (start, NOTHING) };
        let before = std::mem::replace(&mut self.last[task], self.log.len() as u32);
        let place = if is_first { state.place } else { NOBODY };
        self.log.push(Stretch {
            ready,
            start,
            finish,
            task: task as u32,
            before,
            holder,
            activity,
            place,
            walked: false,
        });
    }
}
