//! Reference service epr.
