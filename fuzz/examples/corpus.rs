//! Writes the seeds of each target where cargo-fuzz looks for them: `cargo run --example corpus`.

use std::{fs, path::Path};

use anyhow::Result;
use kaa_fuzz::{TARGETS, seeds::seeds};

fn main() -> Result<()> {
    for (target, _) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
        fs::create_dir_all(&folder)?;
        let seeds = seeds(target)?;
        for (number, seed) in seeds.iter().enumerate() {
            fs::write(folder.join(format!("seed-{number:04}")), seed)?;
        }
        println!("{target}: {} seeds", seeds.len());
    }
    Ok(())
}
