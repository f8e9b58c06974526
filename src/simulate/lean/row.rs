//! What eight iterations know of a node.

use super::super::lockstep::{LANES, Lane};
use super::STRIDE;

/// What the iterations of a batch know of a node, in few lines of the cache: in a large plan, every line that is touched
/// is waited for. Lanes come to a node at about the same time, so that mostly one of them waits for all.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(super) struct Row {
    /// Links that do not hold yet; from the start on, the place of the agent.
    pub(super) waits: [u32; LANES],
    pub(super) origin: [Origin; LANES],
    /// When the task started [ticks].
    pub(super) start: Lane,
    /// Bits of the effort [hours at pace 1]; from the start on, when the task finishes [ticks].
    pub(super) finish: Lane,
}

/// Where a start or a milestone comes from: the link that came last, or, if that was not enough for a task to start, who
/// held its agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin(u32);

/// What an origin says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OriginKind {
    /// The plan's start.
    Start,
    /// This link came last.
    Link(u32),
    /// More than one thing happened at the instant: other links may have come last too.
    Tie,
    /// The agent had the task of this slot before.
    Holder(u32),
}

/// Bits that say what the rest of an origin is, and where there is nothing else to say.
const HELD: u32 = 1 << 31;
const TIED: u32 = 1 << 30;

impl Origin {
    pub(super) const START: Self = Self(HELD | TIED);
    pub(super) const TIE: Self = Self(TIED);

    #[inline(always)]
    pub(super) fn link(link: u32) -> Self {
        Self(link)
    }

    #[inline(always)]
    pub(super) fn holder(slot: u32) -> Self {
        Self(slot | HELD)
    }

    /// It is one of the links that the end of this slot's job follows at once.
    #[inline(always)]
    pub(super) fn is_from(self, slot: u32) -> bool {
        self.0 / STRIDE == slot
    }

    #[inline(always)]
    pub(super) fn is_held(self) -> bool {
        self.0 & (HELD | TIED) == HELD
    }

    #[inline(always)]
    pub(super) fn kind(self) -> OriginKind {
        match self.0 & (HELD | TIED) {
            0 => OriginKind::Link(self.0),
            TIED => OriginKind::Tie,
            HELD => OriginKind::Holder(self.0 ^ HELD),
            _ => OriginKind::Start,
        }
    }
}

/// Numbers of links, or nodes, that an origin can tell.
pub(super) const MOST: usize = TIED as usize;

impl Row {
    /// A node at the start of the plan: what is done by then keeps these times.
    pub(super) fn new() -> Self {
        Self { waits: [0; LANES], origin: [Origin::START; LANES], start: [0; LANES], finish: [0; LANES] }
    }
}
