//! Index types, one for each kind of entity: the place in the instance's list of that kind.

macro_rules! index_type {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The place in the list as a `usize`.
            #[inline(always)]
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl From<usize> for $name {
            fn from(index: usize) -> Self {
                // OK because a plan file is refused long before it holds 2^32 entities.
                Self(u32::try_from(index).expect("fewer than 2^32 entities"))
            }
        }
    )*};
}

index_type! {
    /// A task.
    TaskId;
    /// An agent; each copy of an agent with `count` is one of its own.
    AgentId;
    /// A phase.
    PhaseId;
    /// A milestone.
    MilestoneId;
    /// A resource or an area.
    ResourceId;
    /// A skill.
    SkillId;
    /// A risk.
    RiskId;
    /// A blocker.
    BlockerId;
    /// An escalation level.
    LevelId;
    /// A calendar.
    CalendarId;
    /// A node of the dependency network.
    NodeId;
}
