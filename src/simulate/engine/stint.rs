//! Rules 4 to 7, work: a job is a few parts of agent time in a row; a stint is agent time until the job ends
//! or something interrupts it.

use super::Engine;
use super::life::Doing;
use crate::model::AgentId;
use crate::simulate::Activity;
use crate::simulate::program::{JobKind, Strike, holds};
use crate::simulate::queue::EventKind;
use crate::units::Ticks;

/// Parts of a job, in the order in which they are done.
pub(crate) const HANDOFF: usize = 0;
pub(crate) const REDO: usize = 1;
pub(crate) const MAIN: usize = 2;
pub(crate) const RISK: usize = 3;

impl Engine<'_> {
    /// Agents and resources of the task's job are there: it begins, or goes on, now.
    pub(super) fn begin_job(&mut self, task: usize, pace: f64) {
        let job = &mut self.state.tasks[task].job;
        if job.resumed {
            job.resumed = false;
            self.go_on(task);
            return;
        }
        (job.left, job.done, job.restarts) = ([Ticks::ZERO; 4], Ticks::ZERO, 0);
        match job.kind {
            JobKind::Review => self.begin_review(task, pace),
            JobKind::Rework => self.begin_rework(task),
            _ => self.begin_attempt(task, pace),
        }
        let can_fail = self.can_fail(task);
        self.state.tasks[task].job.clock = Ticks::NEVER;
        if can_fail {
            self.draw_failure_clocks(task);
        }
        let never_fails = self.state.tasks[task].job.clock.is_never();
        self.state.tasks[task].job.smooth = never_fails && self.is_left_alone(task);
        self.go_on(task);
    }

    /// True if one of those who may have the task's job can fail.
    fn can_fail(&self, task: usize) -> bool {
        let this = &self.program.tasks[task];
        match self.state.tasks[task].job.kind {
            JobKind::Review => this.review.as_ref().is_some_and(|review| review.can_fail),
            _ => this.can_fail,
        }
    }

    /// True if no blocker strikes the task's job and its progress sets off no link.
    fn is_left_alone(&self, task: usize) -> bool {
        self.state.tasks[task].job.kind == JobKind::Review
            || (!self.program.tasks[task].has_triggers
                && self.state.strikes[self.program.strikes.range(task)].iter().all(|strike| strike.is_never()))
    }

    fn begin_attempt(&mut self, task: usize, pace: f64) {
        let program = self.program;
        let this = &program.tasks[task];
        let attempt = self.state.tasks[task].attempt;
        if attempt == 0 {
            let node = program.task_nodes[task] as usize;
            self.state.nodes[node].start = self.state.now;
            self.set_off(node, true);
        }
        let hours = self.draws.effort(task, attempt);
        let base = Ticks::from_hours(hours / pace);
        let factor = self.factor(task);
        let work = if factor == 1.0 { base } else { Ticks::from_hours(hours * factor / pace) };
        let mut left = [Ticks::ZERO; 4];
        left[MAIN] = work;
        if attempt == 0 {
            // What a risk adds comes last; a factor below 1 leaves less work and adds nothing.
            left[MAIN] = work.min(base);
            left[RISK] = (work - left[MAIN]).plus(self.delay(task));
            if let Some(handoff) = &this.handoff
                && self.takes_over(task, self.crew(task))
            {
                left[HANDOFF] = handoff.ticks(self.draws.iteration());
            }
            self.state.tasks[task].first_work = left[MAIN].plus(left[RISK]);
            if this.has_blockers {
                self.draw_strikes(task);
            }
        }
        self.state.tasks[task].last_work = work;
        self.state.tasks[task].job.left = left;
    }

    fn begin_rework(&mut self, task: usize) {
        let share = self.program.instance.tasks[task].review.as_ref().map_or(0.0, |r| r.rework);
        let state = &mut self.state.tasks[task];
        state.job.left[MAIN] = Ticks::from_hours(state.last_work.hours() * share);
    }

    /// Product of the factors of the risks that happen and select this task and one of its agents.
    fn factor(&self, task: usize) -> f64 {
        let mut factor = 1.0;
        for &risk in &self.program.tasks[task].factors {
            if self.state.risk_happens[risk as usize]
                && self.selects(task, self.program.risks[risk as usize].agents.as_deref())
            {
                factor *= self.state.risk_factor[risk as usize];
            }
        }
        factor
    }

    /// Delays of the risks that happen and select this task first.
    fn delay(&mut self, task: usize) -> Ticks {
        let program = self.program;
        let mut total = Ticks::ZERO;
        for &risk in &program.tasks[task].delays {
            let at = risk as usize;
            let hits = self.state.risk_happens[at] && !self.state.delay_used[at];
            if hits && self.selects(task, program.risks[at].agents.as_deref()) {
                self.state.delay_used[at] = true;
                if let Some(delay) = &program.risks[at].delay {
                    total = total.plus(delay.ticks(self.draws.iteration()));
                }
            }
        }
        total
    }

    /// True if the mask is absent or holds one of the agents of the task's job.
    pub(super) fn selects(&self, task: usize, mask: Option<&[u64]>) -> bool {
        mask.is_none_or(|mask| self.crew(task).iter().any(|&agent| holds(mask, AgentId(agent))))
    }

    /// True if the blocker may strike the work of the job's agents.
    #[inline]
    pub(super) fn may_strike(&self, task: usize, strike: &Strike) -> bool {
        let agents = || self.program.blockers[strike.blocker as usize].agents.as_deref();
        !strike.is_particular || self.selects(task, agents())
    }

    /// Goes on with the parts of the job until it ends or something interrupts it.
    pub(super) fn go_on(&mut self, task: usize) {
        let is_smooth = self.state.tasks[task].job.smooth;
        if self.program.tasks[task].has_triggers {
            self.fire_triggers(task, false);
        }
        let mut amount = self.amount_left(task);
        if !is_smooth {
            amount = amount.min(self.until_interruption(task));
        }
        self.start_stint(task, amount, Doing::Parts);
    }

    /// Agent time left of the task's job.
    #[inline]
    pub(super) fn amount_left(&self, task: usize) -> Ticks {
        self.state.tasks[task].job.left.iter().copied().fold(Ticks::ZERO, Ticks::plus)
    }

    pub(super) fn start_stint(&mut self, task: usize, amount: Ticks, doing: Doing) {
        let now = self.state.now;
        let job = &mut self.state.tasks[task].job;
        (job.amount, job.stint_start, job.doing) = (amount, now, doing);
        let end = self.advance(task, now, amount);
        self.state.queue.push(end, EventKind::StintEnd, task);
    }

    /// Agent time until a blocker strikes, an agent fails or progress sets off a link.
    fn until_interruption(&self, task: usize) -> Ticks {
        let program = self.program;
        let state = &self.state.tasks[task];
        let job = &state.job;
        let mut least = job.clock;
        let this = &program.tasks[task];
        if job.kind == JobKind::Review || (!this.has_blockers && !this.has_triggers) {
            return least;
        }
        let before_work = job.left[HANDOFF].plus(job.left[REDO]);
        let is_first = job.kind == JobKind::New && state.attempt == 0;
        for (strike, &at) in program.strikes.of(task).iter().zip(&self.state.strikes[program.strikes.range(task)])
        {
            if at.is_never() || !self.may_strike(task, strike) {
                continue;
            }
            if strike.is_timed {
                least = least.min(job.left[HANDOFF].plus(at));
            } else if is_first {
                least = least.min(before_work.plus(at) - job.done);
            }
        }
        if this.has_triggers
            && let (true, Some(at)) = (is_first, self.next_trigger(task))
        {
            least = least.min(before_work.plus(at) - job.done);
        }
        least
    }

    /// Work of the first attempt at which the next progress trigger is due.
    fn next_trigger(&self, task: usize) -> Option<Ticks> {
        let state = &self.state.tasks[task];
        let trigger = self.program.triggers.of(task).get(state.trigger as usize)?;
        let left = self.program.tasks[task].left;
        let share = ((trigger.share - (1.0 - left)) / left).clamp(0.0, 1.0);
        Some(Ticks::from_hours(state.first_work.hours() * share))
    }

    /// Sets off the links whose share of the first attempt's work is done; all of them once it has `ended`,
    /// which tells the end of work without length from its start.
    fn fire_triggers(&mut self, task: usize, ended: bool) {
        let state = &self.state.tasks[task];
        if state.job.kind != JobKind::New || state.attempt > 0 {
            return;
        }
        let program = self.program;
        let progress = 1.0 - program.tasks[task].left;
        while let Some(at) = self.next_trigger(task) {
            let state = &mut self.state.tasks[task];
            let trigger = program.triggers.of(task)[state.trigger as usize];
            let is_reached = at <= state.job.done && state.job.done > Ticks::ZERO;
            if !(ended || is_reached || trigger.share <= progress) {
                return;
            }
            state.trigger += 1;
            self.follow(trigger.out);
        }
    }

    /// The agent time that was planned has passed.
    pub(super) fn end_stint(&mut self, task: usize) {
        let doing = self.state.tasks[task].job.doing;
        if doing == Doing::Parts {
            self.do_parts(task);
            if self.state.tasks[task].job.smooth {
                self.end_job(task);
            } else {
                self.after_stint(task);
            }
            return;
        }
        let (start, amount) = (self.state.tasks[task].job.stint_start, self.state.tasks[task].job.amount);
        self.log(task, Activity::Resolve, start, self.state.now, amount);
        match doing {
            Doing::Try(place) => self.escalate(task, place as usize),
            _ => self.go_on(task),
        }
    }

    /// Takes the stint's agent time off the parts of the job and logs it.
    fn do_parts(&mut self, task: usize) {
        let job = &mut self.state.tasks[task].job;
        let (before, amount, is_smooth) = (job.left, job.amount, job.smooth);
        let no_time = Ticks::ZERO;
        // Most jobs are all work, done in one go.
        if amount > no_time && before == [no_time, no_time, amount, no_time] {
            job.left[MAIN] = no_time;
            job.done += amount;
            if self.program.details {
                let start = job.stint_start;
                self.log(task, self.main_activity(task), start, self.state.now, amount);
            } else {
                self.count_busy(task, amount);
            }
            if !is_smooth {
                self.run_clocks(task, amount, amount);
            }
            return;
        }
        let mut rest = amount;
        for left in &mut job.left {
            let taken = (*left).min(rest);
            *left -= taken;
            rest -= taken;
        }
        let taken = |part: usize| before[part] - job.left[part];
        let (handoff, done) = (taken(HANDOFF), taken(MAIN) + taken(RISK));
        if self.program.details {
            self.log_parts(task, before);
        } else {
            self.count_busy(task, amount);
        }
        if !is_smooth {
            self.run_clocks(task, amount, amount - handoff);
        }
        self.state.tasks[task].job.done += done;
    }

    /// What the main part of the task's job counts as.
    #[inline]
    fn main_activity(&self, task: usize) -> Activity {
        let state = &self.state.tasks[task];
        match (state.job.kind, state.attempt) {
            (JobKind::Review, _) => Activity::Review,
            (JobKind::Rework, _) => Activity::Rework,
            (_, 0) => Activity::Work,
            _ => Activity::Retry,
        }
    }

    /// Logs what the stint has taken off the parts of the job.
    fn log_parts(&mut self, task: usize, before: [Ticks; 4]) {
        let main = self.main_activity(task);
        let job = &self.state.tasks[task].job;
        let activities = [Activity::Handoff, Activity::Redo, main, Activity::Risk];
        let (mut rest, mut start, left) = (job.amount, job.stint_start, job.left);
        // A job without any work leaves a trace too, to say when it was and what it waited for.
        let is_trace = job.fresh && rest == Ticks::ZERO;
        for part in 0..left.len() {
            let taken = before[part] - left[part];
            let only = part == MAIN && is_trace;
            if taken == Ticks::ZERO && !only {
                continue;
            }
            rest -= taken;
            let finish = if rest == Ticks::ZERO { self.state.now } else { self.advance(task, start, taken) };
            self.log(task, activities[part], start, finish, taken);
            start = finish;
        }
    }

    /// Takes busy time off the failure clocks and worked time off the blockers' clocks.
    fn run_clocks(&mut self, task: usize, busy: Ticks, worked: Ticks) {
        let program = self.program;
        let job = &mut self.state.tasks[task].job;
        if !job.clock.is_never() {
            job.clock -= busy;
            let clocks = self.state.failure_clocks[job.crew.places()].iter_mut();
            clocks.filter(|clock| !clock.is_never()).for_each(|clock| *clock -= busy);
        }
        if job.kind == JobKind::Review {
            return;
        }
        for (at, strike) in program.strikes.range(task).zip(program.strikes.of(task)) {
            if strike.is_timed && self.may_strike(task, strike) {
                self.state.strikes[at] -= worked;
            }
        }
    }

    /// What comes after a stint: a failure, a blocker, a link that progress sets off, the end, or more work.
    fn after_stint(&mut self, task: usize) {
        let has_blockers = self.program.tasks[task].has_blockers;
        if self.state.tasks[task].job.clock <= Ticks::ZERO {
            let failed = self.places(task).find(|&place| self.state.failure_clocks[place] <= Ticks::ZERO);
            // OK because the clock of the job is the least of these.
            self.fail(task, failed.expect("an agent fails"));
            return;
        }
        if has_blockers && let Some(place) = self.striking(task) {
            self.strike(task, place);
            return;
        }
        if self.state.tasks[task].job.left.iter().all(|&l| l == Ticks::ZERO) {
            if self.program.tasks[task].has_triggers {
                self.fire_triggers(task, true);
            }
            self.end_job(task);
        } else {
            self.go_on(task);
        }
    }

    /// The moment at which `amount` of the time of the job's agents has passed since `from`.
    pub(super) fn advance(&mut self, task: usize, from: Ticks, amount: Ticks) -> Ticks {
        if self.program.always_open {
            return from.plus(amount);
        }
        if let &[agent] = self.crew(task) {
            return self.advance_in(self.program.instance.agents[agent as usize].calendar, from, amount);
        }
        self.with_calendar(task, |calendar| calendar.advance(from, amount))
    }
}
