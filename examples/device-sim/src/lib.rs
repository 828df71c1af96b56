//! Reference service device-sim.
