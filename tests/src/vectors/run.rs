//! All files of a folder.

use std::{
    fmt, fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, anyhow};
use serde_json::Value as Json;

use super::{Row, VectorFile, evolution};

/// What came of a folder of vectors.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// How many files were read.
    pub files: usize,
    /// How many vectors passed: elements of the lists `vectors`.
    pub passed: usize,
    /// How many elements of the lists `evolution` passed.
    pub evolution: usize,
    /// Whatever did not, be it a file, a vector or an evolution.
    pub failures: Vec<Failure>,
    /// What we did where several ways are legal.
    pub notes: Vec<String>,
}

/// What failed, and how.
#[derive(Debug)]
#[non_exhaustive]
pub struct Failure {
    /// File, and name of the vector.
    pub place: String,
    /// Expected and got.
    pub error: anyhow::Error,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:#}", self.place, self.error)
    }
}

/// Checks every `.json` file of a folder and of those in it.
#[must_use]
pub fn run(folder: &Path) -> Report {
    let mut report = Report::default();
    match json_files(folder) {
        Ok(files) if files.is_empty() => report.fail(folder.display().to_string(), anyhow!("no .json files")),
        Ok(files) => files.iter().for_each(|path| report.file(folder, path)),
        Err(error) => report.fail(folder.display().to_string(), error),
    }
    report
}

impl Report {
    fn fail(&mut self, place: String, error: anyhow::Error) {
        self.failures.push(Failure { place, error });
    }

    fn file(&mut self, folder: &Path, path: &Path) {
        let name = path.strip_prefix(folder).unwrap_or(path).display();
        let file = match VectorFile::read(path) {
            Ok(file) => file,
            Err(error) => return self.fail(name.to_string(), error),
        };
        self.files += 1;
        for (index, row) in file.rows.iter().enumerate() {
            let place = format!("{name}: {}", name_of(row, index));
            match guarded(|| Row::parse(row)?.check(file.entry, &file.judge)) {
                Ok(note) => {
                    self.passed += 1;
                    self.notes.extend(note.map(|note| format!("{place}: {note}")));
                }
                Err(error) => self.fail(place, error),
            }
        }
        for (index, case) in file.evolution.iter().enumerate() {
            match guarded(|| evolution::check(file.entry, &file.judge, case)) {
                Ok(_) => self.evolution += 1,
                Err(error) => self.fail(format!("{name}: evolution {}", name_of(case, index)), error),
            }
        }
    }
}

/// Name and, of an evolution, commit; else the number in the list.
fn name_of(row: &Json, index: usize) -> String {
    let texts = ["name", "commit"].map(|member| row.get(member).and_then(Json::as_str));
    match texts {
        [None, None] => format!("number {}", index + 1),
        _ => texts.into_iter().flatten().collect::<Vec<_>>().join(" "),
    }
}

/// A panic is a failure like any other.
fn guarded<T>(check: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(check)).unwrap_or_else(|_| Err(anyhow!("it panicked")))
}

fn json_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).context("cannot be read")? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(json_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
