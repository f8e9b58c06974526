//! Results: from the outcomes of a run to the figures of a forecast.
