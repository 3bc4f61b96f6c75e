//! A small disk that can be filled.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Room for a database with a long log, and for a few posters.
const SIZE: &str = "size=16m";

/// A disk in memory. It is there as long as this lives.
pub struct Disk {
    folder: PathBuf,
}

impl Disk {
    /// Under an empty folder; `None` where nobody lets a test have one.
    pub fn under(folder: &Path) -> Option<Self> {
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", SIZE, "tmpfs"])
            .arg(folder)
            .stderr(Stdio::null())
            .status();
        mount.is_ok_and(|status| status.success()).then(|| Self {
            folder: folder.to_owned(),
        })
    }

    /// Leaves no room for a single byte.
    pub fn fill(&self) {
        let ballast = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.ballast());
        let mut ballast = ballast.expect("a file");
        for piece in [vec![0; 64 * 1024], vec![0; 1024], vec![0]] {
            while ballast.write_all(&piece).is_ok() {}
        }
    }

    /// Makes room again.
    pub fn free(&self) {
        File::create(self.ballast()).expect("an empty file");
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // The server may hold files of it still.
        let _ = Command::new("umount").arg("-l").arg(&self.folder).status();
    }
}
