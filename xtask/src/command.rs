//! A program that a task starts, and how a reader would type it.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::{self, ExitStatus, Stdio};

use anyhow::{Context as _, Result, bail};

/// Root of the repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).with_file_name("")
}

pub(crate) struct Command {
    program: OsString,
    name: String,
    args: Vec<OsString>,
    env: Vec<(String, OsString)>,
    folder: PathBuf,
}

impl Command {
    pub(crate) fn new(program: &str) -> Self {
        Self { program: program.into(), name: program.to_owned(), args: Vec::new(), env: Vec::new(), folder: root() }
    }

    /// The cargo that runs this task.
    pub(crate) fn cargo(subcommand: &str) -> Self {
        let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Self { program, ..Self::new("cargo") }.arg(subcommand)
    }

    #[must_use]
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Arguments without spaces in them, as one text.
    #[must_use]
    pub(crate) fn args(self, args: &str) -> Self {
        args.split_whitespace().fold(self, Self::arg)
    }

    /// `-p <package>` for each.
    #[must_use]
    pub(crate) fn packages(self, names: &[&str]) -> Self {
        names.iter().fold(self, |command, name| command.arg("-p").arg(name))
    }

    #[must_use]
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.to_owned(), value.as_ref().to_owned()));
        self
    }

    #[must_use]
    pub(crate) fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = folder.into();
        self
    }

    /// Says what it runs, on the error output, and runs it; what the command prints is our output.
    pub(crate) fn run(&self) -> Result<()> {
        self.run_printing_to(Stdio::inherit())
    }

    /// The same for a command that is a means to an end: what it prints goes to our error output.
    pub(crate) fn run_aside(&self) -> Result<()> {
        self.run_printing_to(io::stderr().into())
    }

    /// The same for a command that says itself what failed: whether it succeeded.
    pub(crate) fn run_to_end(&self) -> Result<bool> {
        Ok(self.status(Stdio::inherit())?.success())
    }

    fn run_printing_to(&self, stdout: Stdio) -> Result<()> {
        self.check(self.status(stdout)?)
    }

    fn status(&self, stdout: Stdio) -> Result<ExitStatus> {
        eprintln!("$ {self}");
        self.process().stdout(stdout).status().with_context(|| format!("cannot start `{self}`"))
    }

    /// Runs the command and gives what it printed; its error output is ours.
    pub(crate) fn output(&self) -> Result<String> {
        let output =
            self.process().stderr(Stdio::inherit()).output().with_context(|| format!("cannot start `{self}`"))?;
        self.check(output.status)?;
        String::from_utf8(output.stdout).with_context(|| format!("output of `{self}`"))
    }

    /// Whether the command can be started and succeeds; it prints nothing.
    pub(crate) fn succeeds(&self) -> bool {
        self.process().stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }

    fn check(&self, status: ExitStatus) -> Result<()> {
        if !status.success() {
            bail!("`{self}` failed ({status})");
        }
        Ok(())
    }

    fn process(&self) -> process::Command {
        let mut process = process::Command::new(&self.program);
        process.args(&self.args).current_dir(&self.folder).stdin(Stdio::null());
        // Cargo describes xtask to us in variables that some build scripts watch: passing them on would rebuild their
        // crates each time that a plain `cargo build` comes in between.
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
                process.env_remove(name);
            }
        }
        process.envs(self.env.iter().map(|(name, value)| (name, value)));
        process
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.env {
            write!(f, "{name}={} ", quoted(value))?;
        }
        f.write_str(&self.name)?;
        for arg in &self.args {
            write!(f, " {}", quoted(arg))?;
        }
        Ok(())
    }
}

fn quoted(text: &OsStr) -> String {
    let text = text.to_string_lossy();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,+%".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.into_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_prints_as_one_would_type_it() {
        let command = Command::cargo("doc").args("--no-deps -p kaa-ism").env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(command.to_string(), "RUSTDOCFLAGS='-D warnings' cargo doc --no-deps -p kaa-ism");
        assert_eq!(quoted(OsStr::new("it's")), r"'it'\''s'");
    }

    #[test]
    fn failure_names_the_command() {
        let error = Command::new("false").arg("x").run().unwrap_err();
        assert_eq!(error.to_string(), "`false x` failed (exit status: 1)");
        assert!(Command::new("no-such-program").output().unwrap_err().to_string().contains("cannot start"));
    }
}
