//! Steps of plans of which nobody asks more than scores: what most lanes do in a step, all of them do at once.
//!
//! Jobs that nothing goes wrong with end and start side by side, in a few instructions for all lanes: what they need to
//! know is looked up in tables that all iterations share, and what they change stands in the columns. What else happens
//! does so lane by lane, as in all steps.

use super::super::lockstep::{LANES, Lane, NO_END, lanes};
use super::super::program::Program;
use super::super::team::{MOST, Team};
use super::super::vector::{Words, has_wide_words};
use super::columns::{End, LATE, PLACE, TIME, TOLD, UNCERTAIN};
use super::next::NEXT;
use super::small::{MOST_AGENTS, MOST_JOBS, SmallJob};
use super::steps::{Startable, Steps};
use crate::units::{Pace, Ticks, WHOLE};

/// Bits of what is known of the end of an attempt: those of the attempt of a next link, and whether there are others.
const NEXT_BITS: u32 = 8;
const HAS_REST: u32 = 8 * NEXT as u32;

/// Bits of what is known of the start of an attempt before its task and before its class.
const TASK: u32 = MOST_AGENTS as u32;
const CLASS: u32 = TASK + 8;

/// Where the hours of each lane begin.
const HOURS: Lane = {
    let mut first = [0; LANES];
    let mut lane = 1;
    while lane < LANES {
        first[lane] = first[lane - 1] + MOST_JOBS as i64;
        lane += 1;
    }
    first
};

/// Tables of what is asked of attempts.
#[derive(Debug)]
pub(super) struct WideProgram {
    /// By attempt, who may take it up, its task, and its class.
    starts: [i64; MOST_JOBS],
    /// By attempt, those that its next links lead to, and whether its end follows others.
    ends: [i64; MOST_JOBS],
    /// Nodes that links other than next ones lead to, or that have no attempt.
    pub(super) nodes: Vec<u8>,
    /// Next links that an attempt has at most.
    next: usize,
    /// Ticks that an hour at pace 1 takes, as bits, shape [class][place].
    ticks_per_hour: [i64; MOST * MOST_AGENTS],
}

impl WideProgram {
    /// True if nobody asks for more of a plan than these steps tell, no rule asks who worked on a task, and the processor
    /// can do much at once.
    pub(super) fn fits(program: &Program) -> bool {
        let asks_little = !program.details && program.leading == 0;
        asks_little && program.tasks.iter().all(|task| task.handoff.is_none()) && has_wide_words()
    }

    /// What steps know of these attempts, and of nodes whose state changes.
    pub(super) fn new(attempts: &[SmallJob], nodes: Vec<u8>, team: &Team) -> Self {
        let (mut starts, mut ends) = ([0; MOST_JOBS], [0; MOST_JOBS]);
        for (job, (start, end)) in attempts.iter().zip(starts.iter_mut().zip(&mut ends)) {
            *start = i64::from(job.able) | i64::from(job.task) << TASK | i64::from(job.class) << CLASS;
            let bytes = job.next.iter().rev();
            *end = bytes.fold(i64::from(job.has_rest), |bits, next| bits << NEXT_BITS | i64::from(next.attempt));
        }
        let mut ticks_per_hour = [0; MOST * MOST_AGENTS];
        for (class, row) in team.classes.iter().zip(ticks_per_hour.as_chunks_mut::<MOST_AGENTS>().0) {
            for (ticks, pace) in row.iter_mut().zip(&class.paces) {
                *ticks = pace.ticks_per_hour.to_bits() as i64;
            }
        }
        let next = attempts.iter().map(SmallJob::next_count).max().unwrap_or(0);
        Self { starts, ends, nodes, next, ticks_per_hour }
    }
}

impl<const REVIEWS: bool> Steps<'_, '_, REVIEWS> {
    /// Runs the iterations to their ends.
    #[inline(always)]
    pub(super) fn run_wide<W: Words>(&mut self, wide: &WideProgram) {
        while self.live != 0 {
            self.step_wide::<W>(wide);
        }
        for (lane, engine) in self.engines.iter_mut().enumerate() {
            engine.unfinished -= self.columns.ended[lane] as u32;
            engine.last_done = engine.last_done.max(Ticks(self.columns.last_done[lane]));
        }
    }

    /// In each iteration one job ends, unless another can start before, and one starts.
    #[inline(always)]
    fn step_wide<W: Words>(&mut self, wide: &WideProgram) {
        let columns = &mut *self.columns;
        let sets = columns.attempts_of::<W>(&self.small.attempts);
        let ending = self.live & !(any_of(sets) | columns.again::<W>());
        let alone = ending & columns.alone::<W>();
        let next = *columns.ends.next();
        columns.ends.pop_later(alone);
        let uncertain = alone & W::load(&next).meets(W::all(1 << UNCERTAIN));
        self.end_side_by_side(wide, alone & !uncertain, W::load(&next));
        for lane in lanes(uncertain) {
            self.end(lane, End(next[lane]));
        }
        for lane in lanes(ending & !alone) {
            self.next_events(lane);
        }
        let sets = self.columns.attempts_of::<W>(&self.small.attempts);
        let again = self.columns.again::<W>();
        let starting = (any_of(sets) | again) & self.live & !self.telling;
        let (told, started) = self.start_side_by_side(wide, starting & !again, sets);
        if starting != started {
            let mut startable = Startable { attempts: [[0; LANES]; 2], reviews: [[0; LANES]; 2], lanes: 0 };
            startable.lanes = Self::store(sets, &mut startable.attempts);
            for lane in lanes(starting & !started) {
                self.start(lane, &mut startable);
            }
        }
        self.columns.ends.pop_and_take_in(told);
        self.telling = 0;
    }

    /// Attempts end in these lanes, and their tasks with them.
    #[inline(always)]
    fn end_side_by_side<W: Words>(&mut self, wide: &WideProgram, lanes_of: u32, ends: W) {
        let (small, columns) = (self.small, &mut *self.columns);
        let (one, word) = (W::all(1), W::all(64));
        let place = ends.and(W::all(MOST_AGENTS as i64 - 1));
        let attempt = ends.shift_right(PLACE).and(W::all(MOST_JOBS as i64 - 1));
        let now = ends.shift_right(TIME);
        add(&mut columns.idle, lanes_of, one.shift_left(place));
        let [done_low, done_high] = &mut columns.done;
        let done_low = add(done_low, lanes_of, one.shift_left(attempt));
        let done_high = add(done_high, lanes_of, one.shift_left(attempt.minus(word)));
        for time in [&mut columns.now, &mut columns.last_done] {
            W::load(time).replace(lanes_of, now).store(time);
        }
        let ended = W::load(&columns.ended);
        ended.replace(lanes_of, ended.plus(one)).store(&mut columns.ended);
        let known = attempt.look_up(&wide.ends);
        let mut rest = known;
        let [mut low, mut high] = [W::load(&columns.attempts[0]), W::load(&columns.attempts[1])];
        for _ in 0..wide.next {
            let next = rest.and(W::all((1 << NEXT_BITS) - 1));
            rest = rest.shift_right(NEXT_BITS);
            let before = next.plus(next);
            let missing = before.look_up(&small.before).and_not(done_low);
            let missing = missing.or(before.plus(one).look_up(&small.before).and_not(done_high));
            let ready = lanes_of & !missing.meets(missing);
            low = low.replace(ready, low.or(one.shift_left(next)));
            high = high.replace(ready, high.or(one.shift_left(next.minus(word))));
        }
        low.store(&mut columns.attempts[0]);
        high.store(&mut columns.attempts[1]);
        let others = lanes_of & known.meets(W::all(1 << HAS_REST));
        let counts_time = self.engines[0].open.counts_time;
        if others == 0 && !counts_time {
            return;
        }
        let (mut places, mut attempts) = ([0; LANES], [0; LANES]);
        place.store(&mut places);
        attempt.store(&mut attempts);
        for lane in lanes(lanes_of) {
            let (engine, place) = (&mut self.engines[lane], places[lane] as usize % MOST_AGENTS);
            engine.now = Ticks(self.columns.now[lane]);
            if counts_time {
                engine.agent_tally[place].busy += engine.now - engine.since[place];
            }
            if others >> lane & 1 == 1 {
                self.follow_rest(lane, small.jobs[attempts[lane] as usize % MOST_JOBS].task.into());
            }
        }
    }

    /// The best of these attempts start in these lanes where nothing can go wrong with them. Returns their ends and the
    /// lanes in which one has started.
    #[inline(always)]
    fn start_side_by_side<W: Words>(
        &mut self,
        wide: &WideProgram,
        lanes_of: u32,
        [low, high]: [W; 2],
    ) -> (W, u32) {
        let (small, columns) = (self.small, &mut *self.columns);
        let (none, one) = (W::all(0), W::all(1));
        let is_low = low.meets(low);
        let in_word = high.replace(is_low, low).lowest();
        let bit = one.shift_left(in_word);
        let (low, high) = (none.replace(is_low, bit), bit.replace(is_low, none));
        let attempt = in_word.plus(W::all(64).replace(is_low, none));
        let known = attempt.look_up(&wide.starts);
        let idle = W::load(&columns.idle);
        let able = idle.and(known).and(W::all((1 << TASK) - 1));
        let class = known.shift_right(CLASS);
        let place = small.fastest_of(class, able);
        let task = known.shift_right(TASK).and(W::all(MOST_JOBS as i64 - 1));
        let hours = task.or(W::load(&HOURS)).look_up(&columns.hours);
        let pace = class.shift_left(W::all(PLACE.into())).or(place).look_up(&wide.ticks_per_hour);
        let (amount, is_sure) = ticks(hours, pace);
        let now = W::load(&columns.now);
        let finish = now.plus(amount);
        let started = lanes_of & !meet([low, high], &columns.special) & is_sure & finish.less(W::all(LATE.0));
        let uncertain = meet([low, high], &columns.uncertain);
        let told = finish.shift_left(W::all(TIME.into())).or(attempt.shift_left(W::all(PLACE.into()))).or(place);
        let told = told.or(W::all(1 << TOLD).replace(uncertain, W::all(1 << TOLD | 1 << UNCERTAIN)));
        idle.replace(started, idle.and_not(one.shift_left(place))).store(&mut columns.idle);
        for (ready, start) in columns.attempts.iter_mut().zip([low, high]) {
            let words = W::load(ready);
            words.replace(started, words.and_not(start)).store(ready);
        }
        if self.engines[0].open.counts_time {
            let mut places = [0; LANES];
            place.store(&mut places);
            for lane in lanes(started) {
                self.engines[lane].since[places[lane] as usize % MOST_AGENTS] = Ticks(columns.now[lane]);
            }
        }
        (W::all(NO_END).replace(started, told), started)
    }
}

/// Lanes that have a job of these sets, one bit each.
#[inline(always)]
fn any_of<W: Words>([low, high]: [W; 2]) -> u32 {
    let any = low.or(high);
    any.meets(any)
}

/// Lanes whose jobs are in these sets, one bit each.
#[inline(always)]
fn meet<W: Words>([low, high]: [W; 2], sets: &[Lane; 2]) -> u32 {
    low.meets(W::load(&sets[0])) | high.meets(W::load(&sets[1]))
}

/// Adds bits in these lanes. Returns what stands there then.
#[inline(always)]
fn add<W: Words>(lane: &mut Lane, lanes_of: u32, bits: W) -> W {
    let words = W::load(lane);
    let words = words.replace(lanes_of, words.or(bits));
    words.store(lane);
    words
}

/// What so many hours at pace 1 take at these paces, as `Pace::ticks` tells it, where that needs no division. Returns
/// in which lanes it does not, too.
#[inline(always)]
fn ticks<W: Words>(hours: W, ticks_per_hour: W) -> (W, u32) {
    let whole_bits = W::all(WHOLE.to_bits() as i64);
    let ticks = hours.times_double(ticks_per_hour);
    let whole = ticks.plus_double(whole_bits);
    let rest = ticks.minus_double(whole.minus_double(whole_bits)).and(W::all(i64::MAX));
    let apart = ticks.times_double(W::all(Pace::APART.to_bits() as i64));
    let is_sure = rest.plus_double(apart).less_double(W::all(0.5_f64.to_bits() as i64));
    (whole.minus(whole_bits), is_sure)
}
