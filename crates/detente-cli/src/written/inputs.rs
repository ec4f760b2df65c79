//! What was given to be read: name, size, and a print by which a changed input is known. A whole file gets its hash
//! when the work is done.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Bytes at either end of a file that go into its print.
const ENDS: u64 = 64 << 10;

/// What standard input is called.
pub const STANDARD_INPUT: &str = "standard input";

/// One input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// As the user named it.
    pub name: String,
    /// Bytes, of all files in a folder.
    pub bytes: u64,
    /// Files, for a folder.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub files: Option<u64>,
    /// A short hash: of a file's length, head and tail; of the names and lengths in a folder. Nothing for what can be read
    /// but once.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub print: Option<String>,
}

/// Looks at the inputs. What is not there has no print either; intake says what is wrong with it.
pub fn look(files: &[PathBuf]) -> Vec<Given> {
    let stdin = || Given { name: STANDARD_INPUT.into(), bytes: 0, files: None, print: None };
    if files.is_empty() {
        return vec![stdin()];
    }
    files.iter().map(|file| if file.as_os_str() == "-" { stdin() } else { one(file) }).collect()
}

fn one(path: &Path) -> Given {
    let name = path.display().to_string();
    match fs::metadata(path) {
        Ok(meta) if meta.is_dir() => {
            let mut all = Folder::default();
            all.walk(path, path);
            let print = format!("{:016x}", all.print);
            Given { name, bytes: all.bytes, files: Some(all.files), print: Some(print) }
        }
        Ok(meta) if meta.is_file() => {
            // What cannot be read is the same as long as it cannot be read.
            let print = ends(path, meta.len()).unwrap_or_else(|e| e.kind().to_string());
            Given { name, bytes: meta.len(), files: None, print: Some(print) }
        }
        Ok(_) => Given { name, bytes: 0, files: None, print: None },
        Err(e) => Given { name, bytes: 0, files: None, print: Some(e.kind().to_string()) },
    }
}

/// A hash of the length and both ends of a file.
fn ends(path: &Path, len: u64) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    hash.update(len.to_le_bytes());
    let mut bytes = Vec::new();
    (&mut file).take(ENDS).read_to_end(&mut bytes)?;
    if len > ENDS {
        file.seek(SeekFrom::Start(len - ENDS.min(len - ENDS)))?;
        file.take(ENDS).read_to_end(&mut bytes)?;
    }
    hash.update(&bytes);
    Ok(hex(&hash.finalize()[..8]))
}

/// What a folder holds. Its print does not depend on the order in which the system tells the names, so that no list of
/// them has to be kept.
#[derive(Default)]
struct Folder {
    bytes: u64,
    files: u64,
    print: u64,
}

impl Folder {
    fn walk(&mut self, root: &Path, dir: &Path) {
        let Ok(entries) = fs::read_dir(dir) else { return };
        for entry in entries.flatten() {
            let path = entry.path();
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                self.walk(root, &path);
            } else if let Ok(meta) = fs::metadata(&path) {
                let name = path.strip_prefix(root).unwrap_or(&path).as_os_str().as_encoded_bytes();
                let mut hash = Sha256::new();
                hash.update(meta.len().to_le_bytes());
                hash.update(name);
                let hash = hash.finalize();
                let word = hash.iter().take(8).fold(0, |word, byte| word << 8 | u64::from(*byte));
                self.print = self.print.wrapping_add(word);
                self.bytes += meta.len();
                self.files += 1;
            }
        }
    }
}

/// The hash of a whole file or folder; nothing for what is neither, and for what cannot be read. That of a folder is the hash of
/// what `sha256sum` prints of the files in it, folder by folder in the order of the names' bytes; hidden ones are left out.
pub fn sha256(name: &str) -> Option<String> {
    let path = Path::new(name);
    if path.is_dir() {
        let mut list = Sha256::new();
        hash_folder(path, path, &mut list)?;
        return Some(hex(&list.finalize()));
    }
    hash_file(path)
}

fn hash_file(path: &Path) -> Option<String> {
    let mut file = File::open(path).ok().filter(|f| f.metadata().is_ok_and(|m| m.is_file()))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Some(hex(&hash.finalize())),
            Ok(n) => hash.update(&buffer[..n]),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

fn hash_folder(root: &Path, dir: &Path, list: &mut Sha256) -> Option<()> {
    let mut names: Vec<_> = fs::read_dir(dir).ok()?.flatten().map(|entry| entry.file_name()).collect();
    names.retain(|name| !name.as_encoded_bytes().starts_with(b"."));
    names.sort();
    for name in names {
        let path = dir.join(name);
        // Links to folders may lead in a ring.
        if path.is_dir() {
            if !path.is_symlink() {
                hash_folder(root, &path, list)?;
            }
        } else if let Some(hash) = hash_file(&path) {
            let name = path.strip_prefix(root).unwrap_or(&path);
            list.update(format!("{hash}  {}\n", name.display()));
        }
    }
    Some(())
}

/// What was read of standard input so far: its hash and its length.
static STDIN: Mutex<Option<(Sha256, u64)>> = Mutex::new(None);

/// Standard input, whose hash is worked out on the way: it can be read but once.
pub fn stdin() -> Box<dyn Read + Send> {
    struct Hashing(io::Stdin);
    impl Read for Hashing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let n = self.0.read(buffer)?;
            if let Ok(mut read) = STDIN.lock() {
                let (hash, bytes) = read.get_or_insert_with(Default::default);
                hash.update(&buffer[..n]);
                *bytes += n as u64;
            }
            Ok(n)
        }
    }
    Box::new(Hashing(io::stdin()))
}

/// Hash and length of what was read of standard input; nothing where nothing was.
pub fn read_of_stdin() -> Option<(String, u64)> {
    STDIN.lock().ok()?.as_ref().map(|(hash, bytes)| (hex(&hash.clone().finalize()), *bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_a_folder_follows_its_files_and_their_names_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let hash = || sha256(&folder.path().display().to_string());
        fs::create_dir(at("b")).expect("a folder");
        fs::write(at("b/two.txt"), "two").expect("written");
        fs::write(at("a.txt"), "one").expect("written");
        let first = hash();
        let lines = [("a.txt", "one"), ("b/two.txt", "two")]
            .map(|(name, text)| format!("{}  {name}\n", hex(&Sha256::digest(text))));
        assert_eq!(first, Some(hex(&Sha256::digest(lines.concat()))));
        fs::write(at(".hidden"), "x").expect("written");
        assert_eq!(hash(), first);
        fs::write(at("b/two.txt"), "tvo").expect("written");
        assert_ne!(hash(), first);
        assert_eq!(sha256("no/such/thing"), None);
    }
}
