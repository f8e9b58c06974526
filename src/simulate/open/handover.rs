//! Lanes that are handed over to the rules of the larger plans, one instant or one start at a time.
//!
//! Where nothing can come between, those tell what happens up to a job's end, or up to its ticket, as soon as it is
//! known, and steps see to that end.

use super::columns::{End, LATE, jobs, set_jobs};
use super::steps::Steps;
use crate::units::Ticks;

impl<const REVIEWS: bool> Steps<'_, '_, REVIEWS> {
    /// Starts the next job of a lane by the rules of the larger plans: this one, if there is one, or work that goes on
    /// before it.
    #[cold]
    pub(super) fn start_hindered(&mut self, lane: usize, job: Option<usize>) {
        self.hand_over(lane);
        self.engines[lane].start_hindered(self.small, job);
        self.take_over(lane);
    }

    /// Follows the links that the end of a task sets off besides those of the steps.
    #[cold]
    pub(super) fn follow_rest(&mut self, lane: usize, task: usize) {
        self.hand_over(lane);
        self.engines[lane].follow_rest(self.small, task);
        self.take_over(lane);
    }

    /// Deals with all that happens next in a lane; nothing does if its iteration is over.
    #[cold]
    pub(super) fn next_events(&mut self, lane: usize) {
        let engine = &mut self.engines[lane];
        let end = End(self.columns.ends.next()[lane]);
        let ends = if end == End::NONE { Ticks::NEVER } else { end.time() };
        let next = ends.min(engine.queue.next_time().unwrap_or(Ticks::NEVER));
        if next >= LATE || engine.steps.events > engine.open.program.most_events || engine.steps.must_redo {
            engine.steps.must_redo |= !next.is_never() && next >= LATE;
            self.live &= !(1 << lane);
        } else {
            self.events(lane, next, None);
        }
    }

    /// Deals with all that happens in a lane at this time by the rules of the larger plans, the end of this job too.
    #[cold]
    pub(super) fn events(&mut self, lane: usize, now: Ticks, end: Option<End>) {
        self.hand_over(lane);
        self.columns.ends.settle(lane);
        let engine = &mut self.engines[lane];
        engine.now = now;
        engine.steps.ends.extend(end);
        while End(self.columns.ends.next()[lane]).time() == now {
            engine.steps.ends.push(End(self.columns.ends.take(lane)));
        }
        engine.run_events(self.small);
        self.take_over(lane);
    }

    /// From now on the engine knows of a lane what the columns did.
    fn hand_over(&mut self, lane: usize) {
        let (columns, engine) = (&self.columns, &mut self.engines[lane]);
        engine.idle = columns.idle[lane] as u64;
        engine.steps.attempts = jobs(&columns.attempts, lane);
        engine.steps.reviews = jobs(&columns.reviews, lane);
        (engine.steps.held, engine.steps.done) = (jobs(&columns.held, lane), jobs(&columns.done, lane));
    }

    /// The other way round.
    pub(super) fn take_over(&mut self, lane: usize) {
        let (columns, engine) = (&mut self.columns, &mut self.engines[lane]);
        (columns.idle[lane], columns.again[lane]) = (engine.idle as i64, engine.again_places as i64);
        set_jobs(&mut columns.attempts, lane, engine.steps.attempts);
        set_jobs(&mut columns.reviews, lane, engine.steps.reviews);
        set_jobs(&mut columns.held, lane, engine.steps.held);
        set_jobs(&mut columns.done, lane, engine.steps.done);
        columns.now[lane] = engine.now.0;
        columns.set_later(lane, engine.queue.next_time().unwrap_or(Ticks::NEVER));
        if engine.steps.is_wide {
            self.tell_marks(lane);
        }
        self.take_ends(lane);
    }

    /// Ends that have been told join the others.
    pub(super) fn take_ends(&mut self, lane: usize) {
        for end in self.engines[lane].steps.ends.drain(..) {
            self.columns.tell(lane, end);
            self.telling |= 1 << lane;
        }
    }
}
