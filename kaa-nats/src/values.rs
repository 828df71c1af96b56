//! Single values of the settings below `nats`.

use std::{
    borrow::Cow,
    fmt,
    path::{MAIN_SEPARATOR, PathBuf},
    sync::Arc,
};

use kaa_service::{Error, Settings};

/// The place of what has none of its own.
const FOR_NATS: &str = "for NATS";

/// A file that a setting names.
#[derive(Clone)]
pub(crate) struct File {
    source: Source,
    path: PathBuf,
    /// What is in it is a secret. Whoever takes the setting for the secret itself must not get that printed.
    is_secret: bool,
}

/// A secret, or the file that it is in.
#[derive(Clone, Debug)]
pub(crate) enum Secret {
    Given { value: Hidden, source: Source },
    File(File),
}

/// What says a value: a key of the settings or a variable of the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Key {
        key: String,
        /// Where it is set, as it continues `the configuration …`.
        place: String,
    },
    /// By its name, which is its place too.
    Variable(String),
}

/// A text that nobody gets to see by accident.
#[derive(Clone)]
pub(crate) struct Hidden(Arc<str>);

impl Source {
    /// Something whose place does not matter.
    pub(crate) fn new(key: impl Into<String>) -> Self {
        Self::Key { key: key.into(), place: FOR_NATS.to_owned() }
    }

    /// A key of the settings.
    fn key(settings: &Settings, key: &str) -> Self {
        Self::Key { key: key.to_owned(), place: settings.place_of(key) }
    }

    /// As it continues `the configuration …`.
    fn place(&self) -> String {
        match self {
            Self::Key { place, .. } => place.clone(),
            Self::Variable(name) => format!("in the variable `{name}`"),
        }
    }

    /// What this says is not right. A variable is named once, as the place.
    pub(crate) fn invalid(&self, problem: impl fmt::Display) -> Error {
        match self {
            Self::Key { .. } => self.conflict(format_args!("{self}: {problem}")),
            Self::Variable(_) => self.conflict(problem),
        }
    }

    /// What this says does not go with what something else says.
    pub(crate) fn conflict(&self, problem: impl fmt::Display) -> Error {
        Error::invalid_settings(self.place(), problem)
    }
}

/// The settings below `nats` do not fit together.
pub(crate) fn invalid(problem: impl fmt::Display) -> Error {
    Error::invalid_settings(FOR_NATS, problem)
}

impl File {
    /// The text of the file, without white space around it.
    pub(crate) fn text(&self) -> Result<String, Error> {
        let text = String::from_utf8(self.bytes()?).map_err(|_| self.invalid("the file is no text"))?;
        match text.trim() {
            "" => Err(self.invalid("the file is empty")),
            trimmed => Ok(trimmed.to_owned()),
        }
    }

    pub(crate) fn bytes(&self) -> Result<Vec<u8>, Error> {
        std::fs::read(&self.path).map_err(|error| match self.shown() {
            Some(_) => self.invalid(format_args!("the file cannot be read: {error}")),
            None => self.invalid(format_args!(
                "it names a file that cannot be read: {error}; its value is not shown, it may be the secret itself"
            )),
        })
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.path.clone()
    }

    /// What is in the file is not right.
    pub(crate) fn invalid(&self, problem: impl fmt::Display) -> Error {
        match (&self.source, self.shown()) {
            (Source::Key { .. }, Some(_)) => self.source.conflict(format_args!("{self}: {problem}")),
            (Source::Variable(_), Some(path)) => self.source.invalid(format_args!("{path}: {problem}")),
            (_, None) => self.source.invalid(problem),
        }
    }

    /// The path, if it is no secret: that of a file that is there, or what looks like a path where no secret belongs.
    fn shown(&self) -> Option<Cow<'_, str>> {
        let path = self.path.to_string_lossy();
        let looks_like_one = || path.contains(MAIN_SEPARATOR) && !path.contains('\n');
        let is_shown = if self.is_secret { self.path.is_file() } else { looks_like_one() };
        is_shown.then_some(path)
    }

    pub(crate) fn source(&self) -> &Source {
        &self.source
    }
}

impl Secret {
    pub(crate) fn given(value: impl Into<Arc<str>>, source: Source) -> Self {
        Self::Given { value: Hidden(value.into()), source }
    }

    /// The secret itself; one in a file is read now.
    pub(crate) fn reveal(&self) -> Result<String, Error> {
        match self {
            Self::Given { value, .. } => Ok(value.0.as_ref().to_owned()),
            Self::File(file) => file.text(),
        }
    }

    pub(crate) fn source(&self) -> &Source {
        match self {
            Self::Given { source, .. } => source,
            Self::File(file) => file.source(),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Key { key: name, .. } | Self::Variable(name)) = self;
        write!(f, "`{name}`")
    }
}

/// With its path, unless that may be a secret.
impl fmt::Display for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)?;
        self.shown().map_or(Ok(()), |path| write!(f, " ({path})"))
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Where the secret is.
impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given { source, .. } => source.fmt(f),
            Self::File(file) => file.fmt(f),
        }
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// The settings below `nats`, and the variables of the environment that win over them.
pub(crate) struct Values<'a> {
    settings: &'a Settings,
    environment: &'a dyn Fn(&str) -> Option<String>,
}

impl<'a> Values<'a> {
    pub(crate) fn new(settings: &'a Settings, environment: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { settings, environment }
    }

    /// A file without secrets.
    pub(crate) fn file(&self, key: &str) -> Result<Option<File>, Error> {
        Ok(self.text(key)?.map(|(path, source)| File { source, path: path.into(), is_secret: false }))
    }

    /// A file with a secret in it.
    pub(crate) fn secret_file(&self, key: &str) -> Result<Option<File>, Error> {
        Ok(self.file(key)?.map(|file| File { is_secret: true, ..file }))
    }

    /// The secret of `key`, or that in the file that `<key>-file` names.
    pub(crate) fn secret(&self, key: &str) -> Result<Option<Secret>, Error> {
        let file = format!("{key}-file");
        match (self.text(key)?, self.secret_file(&file)?) {
            (Some((_, source)), Some(file)) => {
                Err(source.conflict(format_args!("{source} and {} are both set; expected one of them", file.source())))
            }
            (Some((value, source)), None) => Ok(Some(Secret::given(value, source))),
            (None, file) => Ok(file.map(Secret::File)),
        }
    }

    pub(crate) fn flag(&self, key: &str) -> Result<bool, Error> {
        let (text, source) = match self.text(key) {
            Ok(Some(said)) => said,
            Ok(None) => return Ok(false),
            Err(_) => return Ok(self.settings.get(key)?.unwrap_or(false)),
        };
        match text.as_str() {
            "true" | "True" | "TRUE" => Ok(true),
            "false" | "False" | "FALSE" => Ok(false),
            _ => Err(source.invalid("expected `true` or `false`")),
        }
    }

    pub(crate) fn text(&self, key: &str) -> Result<Option<(String, Source)>, Error> {
        // Asked for in any case: only then it is a known key.
        let set = self.settings.get::<String>(key);
        if let Some(said) = self.variable(key) {
            return Ok(Some(said));
        }
        let text = set?.filter(|text| !text.is_empty());
        Ok(text.map(|text| (text, Source::key(self.settings, key))))
    }

    /// What the variable of a key says: for `nats.tls.ca` that is `NATS_TLS_CA`.
    fn variable(&self, key: &str) -> Option<(String, Source)> {
        let name = key.replace(['.', '-'], "_").to_uppercase();
        (self.environment)(&name).map(|text| (text, Source::Variable(name)))
    }
}

/// The environment of the process.
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests;
