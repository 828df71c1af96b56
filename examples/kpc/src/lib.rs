//! Reference service kpc.
