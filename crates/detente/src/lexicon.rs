//! Stub: the lexicon, as the rims see it. The engine's own module takes this file's place.

/// What the program knows of names and words.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    /// Content hash.
    pub hash: String,
}

/// One fault in one lexicon file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Path under the lexicon's folder.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Id of the entry.
    pub entry: Option<String>,
    /// What is wrong and what to do.
    pub text: String,
    /// The line, with the first and one-past-last byte of the fault.
    pub mark: Option<(String, usize, usize)>,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.text)
    }
}

impl Lexicon {
    /// Reads all files of a lexicon: path under the folder, content.
    ///
    /// # Errors
    /// Every fault of every file.
    pub fn load(files: &[(String, String)]) -> Result<Lexicon, Vec<Fault>> {
        let mut faults = Vec::new();
        for (file, content) in files {
            if file.ends_with(".toml")
                && let Err(e) = content.parse::<toml::Table>()
            {
                let line = e.span().map_or(1, |s| content[..s.start].matches('\n').count() + 1);
                faults.push(Fault { file: file.clone(), line, entry: None, text: e.message().into(), mark: None });
            }
        }
        if faults.is_empty() { Ok(Lexicon { hash: "none".into() }) } else { Err(faults) }
    }
}
