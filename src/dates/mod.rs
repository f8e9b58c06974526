//! Dates and time zones, and calendars built from them. The only layer that knows the date library.
