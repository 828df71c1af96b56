//! Child processes: what they print is kept, and shown when the test fails.

use std::{
    fmt::Write as _,
    fs,
    process::{ExitStatus, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    process::{Child, Command},
    sync::watch,
    task::JoinHandle,
};

use super::within;

/// A child process. Dropping it kills it.
pub(crate) struct Process {
    name: String,
    child: Child,
    lines: watch::Receiver<Vec<Line>>,
    readers: Vec<JoinHandle<()>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stream {
    Output,
    Errors,
}

struct Line {
    stream: Stream,
    text: String,
}

/// Resident memory, in MiB.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    pub(crate) now: u64,
    /// The most that it has ever been.
    pub(crate) most: u64,
}

impl Process {
    pub(crate) fn start(name: &str, mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap_or_else(|error| panic!("cannot start {name}: {error}"));
        let (sender, lines) = watch::channel(Vec::new());
        let readers = vec![
            tokio::spawn(read(child.stdout.take().unwrap(), Stream::Output, sender.clone())),
            tokio::spawn(read(child.stderr.take().unwrap(), Stream::Errors, sender)),
        ];
        Self { name: name.to_owned(), child, lines, readers }
    }

    /// The first line that contains `wanted`, on either stream, as soon as it has been printed.
    pub(crate) async fn line(&self, wanted: &str) -> String {
        self.find_line(wanted).await.unwrap_or_else(|| panic!("{} ended without saying {wanted:?}", self.name))
    }

    /// The same; `None` if the process ends without having said it.
    pub(crate) async fn find_line(&self, wanted: &str) -> Option<String> {
        let mut lines = self.lines.clone();
        let is_there = |lines: &Vec<Line>| lines.iter().any(|line| line.text.contains(wanted));
        let found = within(&format!("{} says {wanted:?}", self.name), lines.wait_for(is_there)).await.ok()?;
        found.iter().find(|line| line.text.contains(wanted)).map(|line| line.text.clone())
    }

    /// Asks it to end: SIGTERM.
    pub(crate) fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Stops it where it is: SIGSTOP.
    pub(crate) fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets it go on after [`freeze`](Self::freeze): SIGCONT.
    pub(crate) fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        kill_process(self.id(), signal).unwrap();
    }

    fn id(&self) -> Pid {
        let id = self.child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        id.unwrap_or_else(|| panic!("{} has ended already", self.name))
    }

    /// The memory that it takes. Linux.
    pub(crate) fn memory(&self) -> Memory {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let mebibytes = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key));
            let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
            kibibytes.and_then(|number| number.parse::<u64>().ok()).unwrap_or_else(|| panic!("{status}")) / 1024
        };
        Memory { now: mebibytes("VmRSS:"), most: mebibytes("VmHWM:") }
    }

    /// How many files and connections it has open. Linux.
    pub(crate) fn open_files(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.id())).unwrap().count()
    }

    /// Ends it at once: SIGKILL.
    pub(crate) async fn kill(&mut self) {
        within(&format!("{} is killed", self.name), self.child.kill()).await.unwrap();
    }

    /// Waits until it has ended, and everything that it has printed is here.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let status = within(&format!("{} ends", self.name), self.child.wait()).await.unwrap();
        for reader in self.readers.drain(..) {
            reader.await.unwrap();
        }
        status
    }

    /// What it has printed on its error output.
    pub(crate) fn errors(&self) -> Vec<String> {
        let lines = self.lines.borrow();
        lines.iter().filter(|line| line.stream == Stream::Errors).map(|line| line.text.clone()).collect()
    }

    /// Everything that it has printed.
    pub(crate) fn output(&self) -> String {
        self.lines.borrow().iter().fold(String::new(), |mut text, line| {
            let _ = writeln!(text, "{} | {}", self.name, line.text);
            text
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.output());
        }
    }
}

async fn read(input: impl AsyncRead + Unpin, stream: Stream, lines: watch::Sender<Vec<Line>>) {
    let mut input = BufReader::new(input).lines();
    while let Ok(Some(text)) = input.next_line().await {
        lines.send_modify(|lines| lines.push(Line { stream, text }));
    }
}
