//! Reference service dcx.
