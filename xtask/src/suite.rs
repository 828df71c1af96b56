//! `cargo xtask test`: runs the steps and says how each went.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::step::Step;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Leave out the slow steps: msrv, docs, e2e.
    #[arg(long)]
    quick: bool,
    /// Run this step alone.
    #[arg(long, value_name = "STEP", conflicts_with = "quick")]
    only: Option<Step>,
}

impl Args {
    fn steps(&self) -> Vec<Step> {
        self.only.map_or_else(|| Step::ALL.to_vec(), |only| vec![only])
    }

    fn leaves_out(&self, step: Step) -> bool {
        self.quick && !step.is_quick()
    }
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let mut rows = Vec::new();
    let mut failure = None;
    for step in args.steps() {
        let outcome = if args.leaves_out(step) {
            Outcome::LeftOut
        } else if failure.is_some() {
            Outcome::NotReached
        } else {
            let (outcome, error) = run_step(step);
            failure = error.map(|error| (step, error));
            outcome
        };
        rows.push((step, outcome));
    }
    print!("\n{}", Summary(&rows));
    if let Some((step, error)) = failure {
        bail!("step `{0}` failed: {error:#}\nRun it again with: cargo xtask test --only {0}", step.name());
    }
    Ok(())
}

fn run_step(step: Step) -> (Outcome, Option<anyhow::Error>) {
    println!("\n==> {}", step.name());
    let start = Instant::now();
    let result = step.run();
    let time = start.elapsed();
    match result {
        Ok(()) => {
            println!("==> {}: ok in {:.1} s", step.name(), time.as_secs_f64());
            (Outcome::Passed(time), None)
        }
        Err(error) => {
            println!("==> {}: FAILED after {:.1} s", step.name(), time.as_secs_f64());
            (Outcome::Failed(time), Some(error))
        }
    }
}

enum Outcome {
    Passed(Duration),
    Failed(Duration),
    NotReached,
    LeftOut,
}

struct Summary<'a>(&'a [(Step, Outcome)]);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<12} {:<11} {:>8}", "step", "result", "time")?;
        for (step, outcome) in self.0 {
            let (result, time) = match outcome {
                Outcome::Passed(time) => ("ok", Some(time)),
                Outcome::Failed(time) => ("FAILED", Some(time)),
                Outcome::NotReached => ("not reached", None),
                Outcome::LeftOut => ("left out", None),
            };
            let time = time.map_or_else(String::new, |time| format!("{:.1} s", time.as_secs_f64()));
            let row = format!("{:<12} {result:<11} {time:>8}", step.name());
            writeln!(f, "{}", row.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(quick: bool, only: Option<Step>) -> Vec<&'static str> {
        let args = Args { quick, only };
        args.steps().into_iter().filter(|step| !args.leaves_out(*step)).map(Step::name).collect()
    }

    #[test]
    fn quick_and_only_select_steps() {
        assert_eq!(
            selected(false, None),
            ["fmt", "clippy", "purity", "requirements", "rfcs", "msrv", "unit", "docs", "e2e"]
        );
        assert_eq!(selected(true, None), ["fmt", "clippy", "purity", "requirements", "rfcs", "unit"]);
        assert_eq!(selected(false, Some(Step::E2e)), ["e2e"]);
    }

    #[test]
    fn summary_is_a_table() {
        let rows = [
            (Step::Fmt, Outcome::Passed(Duration::from_millis(1240))),
            (Step::Clippy, Outcome::Failed(Duration::from_secs(90))),
            (Step::Unit, Outcome::NotReached),
            (Step::E2e, Outcome::LeftOut),
        ];
        let table = Summary(&rows).to_string();
        assert_eq!(
            table.lines().collect::<Vec<_>>(),
            [
                "step         result          time",
                "fmt          ok             1.2 s",
                "clippy       FAILED        90.0 s",
                "unit         not reached",
                "e2e          left out",
            ]
        );
    }
}
