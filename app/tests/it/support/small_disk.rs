//! A small disk that can be filled up.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Room for a database with a long write-ahead log, and for a few posters.
const MOUNT_OPTIONS: &str = "size=16m";

/// A tmpfs, mounted until it is dropped.
pub struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// Mounts on an empty folder; `None` where the test may not mount anything.
    pub fn mount_at(folder: &Path) -> Option<Self> {
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", MOUNT_OPTIONS, "tmpfs"])
            .arg(folder)
            .stderr(Stdio::null())
            .status();
        mount.is_ok_and(|status| status.success()).then(|| Self {
            folder: folder.to_owned(),
        })
    }

    /// Leaves not a single free byte.
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

    pub fn free(&self) {
        File::create(self.ballast()).expect("an empty file");
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // The server may still have files open there, so the unmount is lazy.
        let _ = Command::new("umount").arg("-l").arg(&self.folder).status();
    }
}
