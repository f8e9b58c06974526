//! Working time: when an agent's or a level's hours pass.
//!
//! A calendar is a list of open spans since the start of the plan whose last week repeats for ever. All
//! arithmetic is on whole ticks; every question takes a look-up in a table and a search among the few spans
//! it points at, however long the list.

use crate::units::{TICKS_PER_HOUR, Ticks};

/// A stretch of working time, half open: start <= t < finish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it opens.
    pub start: Ticks,
    /// When it closes, later than `start`.
    pub finish: Ticks,
}

/// When an agent's or a level's time passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Calendar {
    /// Day and night.
    Always,
    /// In open spans only.
    Weekly(Box<Weekly>),
}

/// Spans that work is followed through one by one.
const STEPS: usize = 8;

/// Open spans from the start of the plan on, the last week of which repeats for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weekly {
    /// Starts of the spans, ascending.
    starts: Vec<i64>,
    /// Finishes of the spans, ascending; none is later than `repeat_from` + a week.
    finishes: Vec<i64>,
    /// Open time up to the finish of each span.
    worked: Vec<i64>,
    /// Where the week begins that repeats; no span crosses it.
    repeat_from: i64,
    /// Spans before `repeat_from`.
    exact: usize,
    by_finish: Places,
    by_worked: Places,
}

impl Calendar {
    /// The period of every calendar: 168 hours.
    pub const WEEK: Ticks = Ticks(7 * 24 * TICKS_PER_HOUR);

    /// The calendar of these spans, of which those in the week after `repeat_from` repeat for ever. Spans
    /// may overlap and come in any order; what lies before the start of the plan or after that week is cut.
    #[must_use]
    pub fn weekly(mut spans: Vec<Span>, repeat_from: Ticks) -> Self {
        let repeat_from = repeat_from.max(Ticks::ZERO);
        let end = repeat_from + Self::WEEK;
        spans.sort_unstable_by_key(|span| (span.start, span.finish));
        let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
        // Cut where the repeated week begins, so that this week is a whole number of spans.
        for (from, to) in [(Ticks::ZERO, repeat_from), (repeat_from, end)] {
            let first = merged.len();
            for span in &spans {
                let piece = Span { start: span.start.max(from), finish: span.finish.min(to) };
                match merged[first..].last_mut() {
                    _ if piece.start >= piece.finish => {}
                    Some(last) if piece.start <= last.finish => last.finish = last.finish.max(piece.finish),
                    _ => merged.push(piece),
                }
            }
        }
        Self::Weekly(Box::new(Weekly::new(&merged, repeat_from)))
    }

    /// True if work can go on at `t`.
    #[must_use]
    pub fn is_open(&self, t: Ticks) -> bool {
        self.next_open(t) == t && !t.is_never()
    }

    /// The first open moment at or after `t`; [`Ticks::NEVER`] if there is none.
    #[inline]
    #[must_use]
    pub fn next_open(&self, t: Ticks) -> Ticks {
        match self {
            Self::Always => t,
            Self::Weekly(week) => week.next_open(t),
        }
    }

    /// The open span that holds `t`, or else the next one; absent if it is closed for ever from `t` on. Spans
    /// that touch may be told as one or as several.
    #[must_use]
    pub fn span_from(&self, t: Ticks) -> Option<Span> {
        match self {
            Self::Always => Some(Span { start: Ticks::ZERO, finish: Ticks::NEVER }),
            Self::Weekly(week) => week.span_from(t),
        }
    }

    /// The moment when `work` of open time has passed since `t`: `t` itself for no work, the closing time
    /// when the work ends just then, [`Ticks::NEVER`] if there is never enough.
    #[inline]
    #[must_use]
    pub fn advance(&self, t: Ticks, work: Ticks) -> Ticks {
        match self {
            Self::Always => t.plus(work),
            Self::Weekly(week) => week.advance(t, work),
        }
    }

    /// Open time from `from` to `to`; zero if `to` is not later.
    #[inline]
    #[must_use]
    pub fn worked(&self, from: Ticks, to: Ticks) -> Ticks {
        if to <= from {
            return Ticks::ZERO;
        }
        match self {
            _ if to.is_never() => Ticks::NEVER,
            Self::Always => to - from,
            Self::Weekly(week) => Ticks(week.worked_until(to.0) - week.worked_until(from.0)),
        }
    }

    /// From when on the same week repeats for ever.
    #[must_use]
    pub fn repeats_from(&self) -> Ticks {
        match self {
            Self::Always => Ticks::ZERO,
            Self::Weekly(week) => Ticks(week.repeat_from),
        }
    }

    /// Open time of the week that repeats.
    #[must_use]
    pub fn weekly_work(&self) -> Ticks {
        match self {
            Self::Always => Self::WEEK,
            Self::Weekly(week) => Ticks(week.per_week()),
        }
    }

    /// The calendar that is open when all of these are; of none of them, always.
    #[must_use]
    pub fn intersect(calendars: &[&Self]) -> Self {
        let mut common = Self::Always;
        for &calendar in calendars {
            common = match (&common, calendar) {
                (Self::Always, other) | (other, Self::Always) => other.clone(),
                (Self::Weekly(a), Self::Weekly(b)) => a.and(b),
            };
        }
        common
    }

    /// The open spans before `end`, in order, cut off there; one long span for an open calendar.
    #[must_use]
    pub fn spans_until(&self, end: Ticks) -> Vec<Span> {
        match self {
            Self::Always if end > Ticks::ZERO => vec![Span { start: Ticks::ZERO, finish: end }],
            Self::Always => Vec::new(),
            Self::Weekly(week) => week.spans_until(end),
        }
    }
}

impl Weekly {
    fn new(spans: &[Span], repeat_from: Ticks) -> Self {
        let starts: Vec<i64> = spans.iter().map(|span| span.start.0).collect();
        let finishes: Vec<i64> = spans.iter().map(|span| span.finish.0).collect();
        let worked: Vec<i64> = spans
            .iter()
            .scan(0, |sum, span| {
                *sum += (span.finish - span.start).0;
                Some(*sum)
            })
            .collect();
        let exact = starts.partition_point(|&start| start < repeat_from.0);
        let (by_finish, by_worked) = (Places::new(&finishes), Places::new(&worked));
        Self { starts, finishes, worked, repeat_from: repeat_from.0, exact, by_finish, by_worked }
    }

    /// Open time before the repeated week.
    fn head(&self) -> i64 {
        if self.exact == 0 { 0 } else { self.worked[self.exact - 1] }
    }

    fn per_week(&self) -> i64 {
        self.worked.last().map_or(0, |total| total - self.head())
    }

    /// The same moment in the stored weeks, and by how many weeks it was moved back.
    fn fold(&self, t: i64) -> (i64, i64) {
        if t < self.repeat_from + Calendar::WEEK.0 {
            (t, 0)
        } else {
            let weeks = (t - self.repeat_from) / Calendar::WEEK.0;
            (t - weeks * Calendar::WEEK.0, weeks)
        }
    }

    fn next_open(&self, t: Ticks) -> Ticks {
        self.span_from(t).map_or(Ticks::NEVER, |span| span.start.max(t))
    }

    fn span_from(&self, t: Ticks) -> Option<Span> {
        if t.is_never() {
            return None;
        }
        let (folded, mut weeks) = self.fold(t.0);
        let mut span = self.by_finish.at_most(&self.finishes, folded);
        if span >= self.starts.len() {
            (span, weeks) = (self.exact, weeks + 1);
        }
        let later = weeks * Calendar::WEEK.0;
        let start = *self.starts.get(span)?;
        Some(Span { start: Ticks(start + later), finish: Ticks(self.finishes[span] + later) })
    }

    fn worked_until(&self, t: i64) -> i64 {
        let (folded, weeks) = self.fold(t);
        let span = self.by_finish.at_most(&self.finishes, folded);
        let before = if span == 0 { 0 } else { self.worked[span - 1] };
        let inside = self.starts.get(span).map_or(0, |&start| (folded - start).max(0));
        before + inside + weeks * self.per_week()
    }

    fn advance(&self, t: Ticks, work: Ticks) -> Ticks {
        if work <= Ticks::ZERO {
            return t;
        }
        if t.is_never() || work.is_never() {
            return Ticks::NEVER;
        }
        self.walk(t.0, work.0).unwrap_or_else(|| self.leap(t, work))
    }

    /// [`Self::advance`] span by span: the quickest way to the end of work of a day or two. Nothing if the end is
    /// not near.
    #[inline]
    fn walk(&self, t: i64, mut work: i64) -> Option<Ticks> {
        let (mut at, weeks) = self.fold(t);
        let first = self.by_finish.at_most(&self.finishes, at);
        let near = first..self.starts.len().min(first + STEPS);
        for (&start, &finish) in self.starts.get(near.clone())?.iter().zip(&self.finishes[near]) {
            at = at.max(start);
            if work <= finish - at {
                return Some(Ticks(at + work + weeks * Calendar::WEEK.0).min(Ticks::NEVER));
            }
            work -= finish - at;
            at = finish;
        }
        None
    }

    /// [`Self::advance`] by the table of open time: as far as it goes, in the same time.
    fn leap(&self, t: Ticks, work: Ticks) -> Ticks {
        let mut target = self.worked_until(t.0) + work.0;
        let mut weeks = 0;
        let stored = self.worked.last().copied().unwrap_or(0);
        if target > stored {
            let per_week = self.per_week();
            if per_week == 0 {
                return Ticks::NEVER;
            }
            // Work that fills a week to its end is done in that week, hence the -1.
            weeks = (target - self.head() - 1) / per_week;
            target -= weeks * per_week;
        }
        // The first span by whose finish that much is done; it is done at or before that finish.
        let span = self.by_worked.at_most(&self.worked, target - 1);
        let done = self.finishes[span] - (self.worked[span] - target);
        // A wide product, because weeks of little work may add up to more than there is time.
        let at = i128::from(done) + i128::from(weeks) * i128::from(Calendar::WEEK.0);
        i64::try_from(at).map_or(Ticks::NEVER, |at| Ticks(at).min(Ticks::NEVER))
    }

    fn spans_until(&self, end: Ticks) -> Vec<Span> {
        let weeks = (end.0 - self.repeat_from).max(0) / Calendar::WEEK.0;
        let stored = (0..self.starts.len()).map(|span| (span, 0));
        let repeated = (1..=weeks).flat_map(|week| (self.exact..self.starts.len()).map(move |span| (span, week)));
        stored
            .chain(repeated)
            .map(|(span, week)| {
                let later = week * Calendar::WEEK.0;
                Span {
                    start: Ticks(self.starts[span] + later),
                    finish: Ticks(self.finishes[span] + later).min(end),
                }
            })
            .take_while(|span| span.start < end)
            .collect()
    }

    /// Open when both are.
    fn and(&self, other: &Self) -> Calendar {
        let repeat_from = Ticks(self.repeat_from.max(other.repeat_from));
        let end = repeat_from + Calendar::WEEK;
        let (ours, theirs) = (self.spans_until(end), other.spans_until(end));
        let mut both = Vec::new();
        let (mut i, mut j) = (0, 0);
        while i < ours.len() && j < theirs.len() {
            let span =
                Span { start: ours[i].start.max(theirs[j].start), finish: ours[i].finish.min(theirs[j].finish) };
            if span.start < span.finish {
                both.push(span);
            }
            if ours[i].finish <= theirs[j].finish { i += 1 } else { j += 1 }
        }
        Calendar::weekly(both, repeat_from)
    }
}

/// Where to look in an ascending list of numbers that are not negative: the range of numbers is cut into
/// about as many equal buckets as there are numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Places {
    /// Bucket of a number x: x >> shift.
    shift: u32,
    /// How many numbers lie before each bucket, and at last all of them.
    before: Vec<u32>,
}

impl Places {
    fn new(numbers: &[i64]) -> Self {
        let last = numbers.last().copied().unwrap_or(0);
        let mut shift = 0;
        while (last >> shift) > 2 * numbers.len() as i64 {
            shift += 1;
        }
        let buckets = (last >> shift) + 1;
        let before =
            (0..=buckets).map(|bucket| numbers.partition_point(|&x| (x >> shift) < bucket) as u32).collect();
        Self { shift, before }
    }

    /// How many of the numbers are at most `x`.
    fn at_most(&self, numbers: &[i64], x: i64) -> usize {
        if x < 0 {
            return 0;
        }
        let bucket = ((x >> self.shift) as usize).min(self.before.len() - 1);
        let from = self.before[bucket] as usize;
        let to = self.before.get(bucket + 1).map_or(numbers.len(), |&count| count as usize);
        from + numbers[from..to].partition_point(|&number| number <= x)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: i64 = TICKS_PER_HOUR;
    const MINUTE: i64 = HOUR / 60;

    fn span(start: i64, finish: i64) -> Span {
        Span { start: Ticks(start), finish: Ticks(finish) }
    }

    /// Nine to five, Monday to Friday, from a Monday midnight on, with one exact week before.
    fn office() -> Calendar {
        let days = (0..5).chain(7..12).map(|day| span((day * 24 + 9) * HOUR, (day * 24 + 17) * HOUR));
        Calendar::weekly(days.collect(), Calendar::WEEK)
    }

    fn hours(h: i64) -> Ticks {
        Ticks(h * HOUR)
    }

    #[test]
    fn work_skips_nights_and_weekends_for_ever() {
        let office = office();
        let week = 7 * 24;
        assert_eq!(office.advance(hours(9), hours(4)), hours(13));
        assert_eq!(office.advance(hours(15), hours(4)), hours(24 + 11), "over a night");
        assert_eq!(office.advance(hours(4 * 24 + 15), hours(4)), hours(week + 11), "over a weekend");
        assert_eq!(office.advance(hours(0), hours(40 * 100)), hours(99 * week + 4 * 24 + 17), "a hundred weeks");
        assert_eq!(office.next_open(hours(50 * week + 5 * 24)), hours(51 * week + 9));
        assert_eq!(office.worked(hours(0), hours(50 * week)), hours(2000));
        assert_eq!(office.weekly_work(), hours(40));
    }

    #[test]
    fn work_that_fills_a_day_ends_with_it() {
        let office = office();
        assert_eq!(office.advance(hours(9), hours(8)), hours(17));
        assert_eq!(office.advance(hours(9), Ticks(8 * HOUR + 1)), Ticks(33 * HOUR + 1));
        assert_eq!(office.advance(hours(20), Ticks::ZERO), hours(20), "no work takes no time");
        assert!(office.is_open(hours(9)) && !office.is_open(hours(17)), "half open");
    }

    #[test]
    fn a_calendar_that_closes_for_good_never_ends_longer_work() {
        let once = Calendar::weekly(vec![span(0, 8 * HOUR)], hours(24));
        assert_eq!(once.advance(hours(2), hours(6)), hours(8));
        assert!(once.advance(hours(2), hours(7)).is_never());
        assert!(once.next_open(hours(8)).is_never() && !once.next_open(hours(7)).is_never());
        let never = Calendar::weekly(Vec::new(), Ticks::ZERO);
        assert!(never.next_open(Ticks::ZERO).is_never() && never.weekly_work() == Ticks::ZERO);
        assert!(never.advance(Ticks::ZERO, Ticks(1)).is_never());
        for calendar in [&once, &never, &Calendar::Always] {
            assert!(calendar.advance(Ticks::NEVER, hours(1)).is_never());
            assert!(calendar.advance(hours(1), Ticks::NEVER).is_never());
            assert!(calendar.next_open(Ticks::NEVER).is_never());
        }
    }

    #[test]
    fn one_tick_a_week_is_enough_to_go_on_until_time_ends() {
        let sliver = Calendar::weekly(vec![span(0, 1)], Ticks::ZERO);
        assert_eq!(sliver.advance(Ticks::ZERO, Ticks(3)), Ticks(2 * Calendar::WEEK.0 + 1));
        assert!(sliver.advance(Ticks::ZERO, Ticks(Ticks::NEVER.0 - 1)).is_never());
    }

    #[test]
    fn a_crew_works_when_all_of_it_does() {
        let office = office();
        let late = Calendar::weekly(
            (0..7).map(|d| span((d * 24 + 15) * HOUR, (d * 24 + 26) * HOUR)).collect(),
            Ticks::ZERO,
        );
        let crew = Calendar::intersect(&[&Calendar::Always, &office, &late]);
        assert_eq!(crew.weekly_work(), hours(10));
        assert_eq!(crew.advance(Ticks::ZERO, hours(3)), hours(24 + 16));
        assert_eq!(Calendar::intersect(&[]), Calendar::Always);
        assert_eq!(Calendar::intersect(&[&office, &office]), office);
    }

    /// Random spans over three weeks, in minutes.
    fn calendars() -> impl Strategy<Value = Calendar> {
        let minutes = 3 * 7 * 24 * 60_i64;
        let spans = prop::collection::vec((0..minutes, 1..3000_i64), 0..12);
        (spans, 0..2 * 7 * 24 * 60_i64).prop_map(|(spans, repeat_from)| {
            let spans = spans.iter().map(|&(at, long)| span(at * MINUTE, (at + long) * MINUTE)).collect();
            Calendar::weekly(spans, Ticks(repeat_from * MINUTE))
        })
    }

    proptest! {
        #[test]
        fn what_was_advanced_has_been_worked(c in calendars(), t in 0..9_000_000_i64, work in 0..9_000_000_i64) {
            let (t, work) = (Ticks(t * 777_777), Ticks(work * 313_131));
            let end = c.advance(t, work);
            prop_assume!(!end.is_never());
            prop_assert_eq!(c.worked(t, end), work);
            prop_assert!(work == Ticks::ZERO || c.worked(t, end - Ticks(1)) == work - Ticks(1), "as early as it can be");
            prop_assert!(c.advance(t + Ticks(1), work) >= end, "later begun is not earlier done");
            prop_assert!(c.advance(t, work + Ticks(1)) > end);
        }

        #[test]
        fn every_answer_is_that_of_a_walk_minute_by_minute(c in calendars(), start in 0..50_000_i64, work in 1..4000_i64) {
            let open = |minute: i64| c.is_open(Ticks(minute * MINUTE));
            let Calendar::Weekly(week) = &c else { unreachable!() };
            let spans = week.spans_until(Ticks(100_000 * MINUTE));
            for minute in (start..start + 2000).step_by(7) {
                let t = Ticks(minute * MINUTE);
                prop_assert_eq!(open(minute), spans.iter().any(|s| s.start <= t && t < s.finish));
            }
            let (mut minute, mut left) = (start, work);
            while left > 0 && minute < start + 60_000 {
                left -= i64::from(open(minute));
                minute += 1;
            }
            if left == 0 {
                prop_assert_eq!(c.advance(Ticks(start * MINUTE), Ticks(work * MINUTE)), Ticks(minute * MINUTE));
                prop_assert_eq!(c.worked(Ticks(start * MINUTE), Ticks(minute * MINUTE)), Ticks(work * MINUTE));
            }
            let next = (start..start + 60_000).find(|&m| open(m));
            if let Some(next) = next {
                prop_assert_eq!(c.next_open(Ticks(start * MINUTE)), Ticks(next * MINUTE));
            }
        }

        #[test]
        fn the_common_calendar_is_open_when_both_are(a in calendars(), b in calendars(), t in 0..900_000_i64) {
            let both = Calendar::intersect(&[&a, &b]);
            let t = Ticks(t * MINUTE / 3);
            prop_assert_eq!(both.is_open(t), a.is_open(t) && b.is_open(t));
        }
    }
}
