//! Files as they should be, and as they are.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::PathBuf,
};

use anyhow::{Context as _, Result};

/// What is written by hand in the folder of an RFC.
const BY_HAND: &str = "about.md";

/// The texts of a folder and the folders in it, by name.
#[derive(Debug)]
pub struct Folder {
    place: PathBuf,
    texts: BTreeMap<String, String>,
}

impl Folder {
    pub(super) fn new(place: PathBuf) -> Self {
        Self { place, texts: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, name: String, text: String) {
        self.texts.insert(name, text);
    }

    /// The text of a file, such as `0004/README.md`.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// Names of the files that are missing or have another text.
    ///
    /// # Errors
    ///
    /// A file that cannot be read.
    pub fn stale(&self) -> Result<Vec<&str>> {
        let mut names = Vec::new();
        for (name, text) in &self.texts {
            let is_current = match fs::read_to_string(self.place.join(name)) {
                Ok(found) => found == *text,
                Err(error) if error.kind() == io::ErrorKind::NotFound => false,
                Err(error) => return Err(error).with_context(|| format!("cannot read {name}")),
            };
            if !is_current {
                names.push(name.as_str());
            }
        }
        Ok(names)
    }

    /// Names of what is in the folders of the RFCs and should not be; and of folders that belong to none.
    ///
    /// # Errors
    ///
    /// A folder that cannot be read.
    pub fn strays(&self) -> Result<Vec<String>> {
        let folders: BTreeSet<&str> =
            self.texts.keys().filter_map(|name| name.split_once('/')).map(|(folder, _)| folder).collect();
        let mut strays = Vec::new();
        for (name, is_folder) in self.list("")? {
            if !is_folder {
                continue;
            }
            if !folders.contains(name.as_str()) {
                strays.push(name);
                continue;
            }
            let files = self.list(&name)?.into_iter().map(|(file, _)| (format!("{name}/{file}"), file));
            strays.extend(
                files.filter(|(path, file)| file != BY_HAND && !self.texts.contains_key(path)).map(|(path, _)| path),
            );
        }
        Ok(strays)
    }

    /// Names in a folder, sorted, and whether each is a folder.
    fn list(&self, folder: &str) -> Result<Vec<(String, bool)>> {
        let path = self.place.join(folder);
        let read = || -> io::Result<Vec<(String, bool)>> {
            let mut names = Vec::new();
            for entry in fs::read_dir(&path)? {
                let entry = entry?;
                names.push((entry.file_name().to_string_lossy().into_owned(), entry.file_type()?.is_dir()));
            }
            names.sort();
            Ok(names)
        };
        read().with_context(|| format!("cannot read {}", path.display()))
    }

    /// Writes the files that are [`stale`](Self::stale) and gives their names. Deletes nothing.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or written.
    pub fn write(&self) -> Result<Vec<&str>> {
        let names = self.stale()?;
        for name in &names {
            let path = self.place.join(name);
            let write = || {
                path.parent().map_or(Ok(()), fs::create_dir_all)?;
                fs::write(&path, self.text(name).unwrap_or_default())
            };
            write().with_context(|| format!("cannot write {name}"))?;
        }
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_and_other_texts_are_stale_until_they_are_written() {
        let place = tempfile::tempdir().unwrap();
        let mut folder = Folder::new(place.path().to_owned());
        for name in ["README.md", "0001/README.md", "0001/a.avsc"] {
            folder.add(name.to_owned(), name.to_uppercase());
        }
        assert_eq!(folder.stale().unwrap(), ["0001/README.md", "0001/a.avsc", "README.md"]);
        assert_eq!(folder.write().unwrap().len(), 3);
        assert_eq!(folder.write().unwrap(), Vec::<&str>::new());
        fs::write(place.path().join("0001/a.avsc"), "b").unwrap();
        assert_eq!(folder.stale().unwrap(), ["0001/a.avsc"]);
    }

    #[test]
    fn what_nobody_made_is_a_stray() {
        let place = tempfile::tempdir().unwrap();
        let mut folder = Folder::new(place.path().to_owned());
        folder.add("0001/README.md".to_owned(), String::new());
        folder.write().unwrap();
        fs::create_dir(place.path().join("0028")).unwrap();
        for name in ["decisions.md", "0001/about.md", "0001/old.avsc"] {
            fs::write(place.path().join(name), "").unwrap();
        }
        assert_eq!(folder.strays().unwrap(), ["0001/old.avsc", "0028"]);
    }
}
