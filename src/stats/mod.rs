//! Statistics of samples: moments, quantiles with their Monte Carlo intervals, rank correlation.
