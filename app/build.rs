//! Hashes the sources into `BUILD_MARK`, so that validators of cached pages change with each build.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Everything that a response can depend on.
const INPUTS: [&str; 5] = [
    "src",
    "../entity/src",
    "../public",
    "../Cargo.lock",
    "Cargo.toml",
];

fn main() -> io::Result<()> {
    let mut files = Vec::new();
    for source in INPUTS {
        println!("cargo::rerun-if-changed={source}");
        collect_files(Path::new(source), &mut files)?;
    }
    files.sort();
    let mut mark = DefaultHasher::new();
    for file in files {
        fs::read(file)?.hash(&mut mark);
    }
    println!("cargo::rustc-env=BUILD_MARK={:016x}", mark.finish());
    Ok(())
}

fn collect_files(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect_files(&entry?.path(), files)?;
        }
    } else if path.exists() {
        files.push(path.to_owned());
    }
    Ok(())
}
