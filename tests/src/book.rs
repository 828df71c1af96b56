//! The book in `docs/`: its Rust blocks are tests of this package, and its links lead somewhere.

macro_rules! chapters {
    ($($name:ident = $file:literal),* $(,)?) => {
        /// The files that are here.
        #[cfg(test)]
        const CHAPTERS: &[&str] = &[$($file),*];

        $(
            #[doc = include_str!(concat!("../../docs/", $file))]
            #[cfg(doctest)]
            pub mod $name {}
        )*
    };
}

chapters! {
    delivery = "delivery.md",
    deployment = "deployment.md",
    getting_started = "getting-started.md",
    migration = "migration.md",
    ordering = "ordering.md",
    index = "README.md",
    roles = "roles.md",
    roles_endpoints = "roles-endpoints.md",
    roles_platform = "roles-platform.md",
    settings = "settings.md",
    shutdown = "shutdown.md",
    testing = "testing.md",
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::CHAPTERS;

    const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

    #[test]
    fn every_chapter_is_tested() {
        let files = fs::read_dir(format!("{ROOT}/docs")).unwrap();
        let files: BTreeSet<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(files, CHAPTERS.iter().map(|&file| file.to_owned()).collect());
    }

    #[test]
    fn every_link_leads_somewhere() {
        let chapters = CHAPTERS.iter().map(|file| format!("docs/{file}"));
        for file in chapters.chain(["README.md".to_owned()]) {
            let (path, text) = (Path::new(ROOT).join(&file), prose(format!("{ROOT}/{file}")));
            for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let (target, heading) = link.split_once('#').unwrap_or((link, ""));
                if target.starts_with("http") {
                    continue;
                }
                let target = if target.is_empty() { path.clone() } else { path.with_file_name(target) };
                assert!(target.exists(), "{file}: {link}");
                let headings = || prose(&target).lines().filter_map(anchor).any(|known| known == heading);
                assert!(heading.is_empty() || headings(), "{file}: {link}");
            }
        }
    }

    /// A page without its blocks of code.
    fn prose(path: impl AsRef<Path>) -> String {
        fs::read_to_string(path).unwrap().split("```").step_by(2).collect()
    }

    /// What a link names a heading by.
    fn anchor(line: &str) -> Option<String> {
        let heading = line.strip_prefix('#')?.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        Some(heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect())
    }
}
