//! Single values of the settings below `nats`.

use std::{fmt, path::PathBuf, sync::Arc};

use kaa_service::{Error, Settings};
use serde_json::Value;

/// A file that a setting names.
#[derive(Clone, Debug)]
pub(crate) struct File {
    source: Source,
    path: PathBuf,
}

/// A secret, or the file that it is in.
#[derive(Clone, Debug)]
pub(crate) enum Secret {
    Given { value: Hidden, source: Source },
    File(File),
}

/// What says a value: a key of the settings or a variable of the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source(String);

/// A text that nobody gets to see by accident.
#[derive(Clone)]
pub(crate) struct Hidden(Arc<str>);

impl Source {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// What this says is not right.
    pub(crate) fn invalid(&self, problem: impl fmt::Display) -> Error {
        invalid(format_args!("{self}: {problem}"))
    }
}

/// The settings below `nats` do not fit together.
pub(crate) fn invalid(problem: impl fmt::Display) -> Error {
    Error::invalid_settings("for NATS", problem)
}

impl File {
    /// The text of the file, without white space around it.
    pub(crate) fn text(&self) -> Result<String, Error> {
        let text =
            String::from_utf8(self.bytes()?).map_err(|_| self.source.invalid(format_args!("{self} is no text")))?;
        match text.trim() {
            "" => Err(self.invalid("the file is empty")),
            trimmed => Ok(trimmed.to_owned()),
        }
    }

    pub(crate) fn bytes(&self) -> Result<Vec<u8>, Error> {
        std::fs::read(&self.path).map_err(|error| self.invalid(format_args!("the file cannot be read: {error}")))
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.path.clone()
    }

    /// What is in the file is not right.
    pub(crate) fn invalid(&self, problem: impl fmt::Display) -> Error {
        invalid(format_args!("{self}: {problem}"))
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
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }
}

impl fmt::Display for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.source, self.path.display())
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

    pub(crate) fn file(&self, key: &str) -> Result<Option<File>, Error> {
        Ok(self.text(key)?.map(|(path, source)| File { source, path: path.into() }))
    }

    /// The secret of `key`, or that in the file that `<key>-file` names.
    pub(crate) fn secret(&self, key: &str) -> Result<Option<Secret>, Error> {
        let file = format!("{key}-file");
        match (self.text(key)?, self.file(&file)?) {
            (Some(_), Some(_)) => Err(invalid(format_args!("`{key}` and `{file}` are both set; expected one of them"))),
            (Some((value, source)), None) => Ok(Some(Secret::given(value, source))),
            (None, file) => Ok(file.map(Secret::File)),
        }
    }

    pub(crate) fn flag(&self, key: &str) -> Result<bool, Error> {
        let Some((value, source)) = self.value(key)? else { return Ok(false) };
        match value {
            Value::Bool(flag) => Ok(flag),
            Value::String(text) if matches!(text.as_str(), "true" | "false") => Ok(text == "true"),
            _ => Err(source.invalid("expected true or false")),
        }
    }

    pub(crate) fn text(&self, key: &str) -> Result<Option<(String, Source)>, Error> {
        match self.value(key)? {
            None => Ok(None),
            Some((Value::String(text), source)) => Ok(Some((text, source))),
            // Without the value: it may be a password.
            Some((_, source)) => Err(source.invalid("expected a text; put it in quotes")),
        }
    }

    fn value(&self, key: &str) -> Result<Option<(Value, Source)>, Error> {
        // `nats.tls.ca`: `NATS_TLS_CA`
        let variable = key.replace(['.', '-'], "_").to_uppercase();
        if let Some(text) = (self.environment)(&variable) {
            return Ok(Some((Value::String(text), Source(variable))));
        }
        let value = self.settings.get::<Value>(key)?.filter(|value| value.as_str() != Some(""));
        Ok(value.map(|value| (value, Source(key.to_owned()))))
    }
}

/// The environment of the process.
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(yaml: &str) -> Settings {
        Settings::from_yaml("hello", yaml).unwrap()
    }

    #[test]
    fn the_environment_wins() {
        let settings = settings("nats: {token: t1, tls.first: false, nkey-seed-file: /seed}");
        let environment = |name: &str| match name {
            "NATS_TOKEN" => Some("t2".to_owned()),
            "NATS_TLS_FIRST" => Some("true".to_owned()),
            _ => None,
        };
        let values = Values::new(&settings, &environment);
        let token = values.secret("nats.token").unwrap().unwrap();
        assert_eq!((token.reveal().unwrap().as_str(), token.to_string().as_str()), ("t2", "`NATS_TOKEN`"));
        assert!(values.flag("nats.tls.first").unwrap());
        let seed = values.file("nats.nkey-seed-file").unwrap().unwrap();
        assert_eq!(seed.to_string(), "`nats.nkey-seed-file` (/seed)");
        assert!(values.file("nats.credentials-file").unwrap().is_none());
    }

    #[test]
    fn an_error_names_the_key_and_the_file_and_no_value() {
        let settings =
            settings("nats: {password: 1234, token: t, token-file: f, tls: {first: 7, ca: /nowhere/ca.pem}}");
        let values = Values::new(&settings, &|_| None);
        let error = values.secret("nats.password").unwrap_err().to_string();
        assert_eq!(
            error,
            "the configuration for NATS is not valid: `nats.password`: expected a text; put it in quotes"
        );
        let error = values.secret("nats.token").unwrap_err().to_string();
        assert!(error.ends_with("`nats.token` and `nats.token-file` are both set; expected one of them"), "{error}");
        let error = values.flag("nats.tls.first").unwrap_err().to_string();
        assert!(error.ends_with("`nats.tls.first`: expected true or false"), "{error}");
        let error = values.file("nats.tls.ca").unwrap().unwrap().bytes().unwrap_err().to_string();
        let expected = "`nats.tls.ca` (/nowhere/ca.pem): the file cannot be read: No such file or directory";
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn a_secret_is_not_shown() {
        let secret = Secret::given("s3cret", Source::new("nats.token"));
        assert!(!format!("{secret} {secret:?}").contains("s3cret"));
    }
}
