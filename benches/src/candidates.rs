//! What is measured: the codec of kaa-ism beside straight-line code written by hand and `apache-avro`.

mod apache;
mod client_data;
mod hand;
mod messages;
mod pair;
mod time_series;

use std::hint::black_box;

pub(crate) use client_data::client_data;
pub(crate) use messages::messages;
pub(crate) use time_series::time_series;

/// An operation: it runs as often as it is told.
pub(crate) struct Candidate<'a> {
    /// What it is called in the report.
    pub(crate) name: &'static str,
    run: Box<dyn FnMut(u32) + 'a>,
}

impl<'a> Candidate<'a> {
    /// `operation` is measured together with dropping what it gives.
    pub(crate) fn new<T>(name: &'static str, mut operation: impl FnMut() -> T + 'a) -> Self {
        let run = move |times| {
            for _ in 0..times {
                black_box(operation());
            }
        };
        Self { name, run: Box::new(run) }
    }

    /// An encoder into a buffer that is used again.
    pub(crate) fn encoder(name: &'static str, out: &'a mut Vec<u8>, mut encode: impl FnMut(&mut Vec<u8>) + 'a) -> Self {
        Self::new(name, move || {
            out.clear();
            encode(out);
            out.len()
        })
    }

    pub(crate) fn run(&mut self, times: u32) {
        (self.run)(times);
    }
}

/// Gets what competes in one case, and the name of the case.
pub(crate) type Measure<'m> = dyn FnMut(&str, Vec<Candidate<'_>>) + 'm;
