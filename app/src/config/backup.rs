//! Settings of automatic backups.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::SettingsReader;

/// How many automatic backups are kept by default: one a day for a week.
const DEFAULT_KEEP: usize = 7;

const SHORTEST_INTERVAL: Duration = Duration::from_secs(60);
const LONGEST_INTERVAL: Duration = Duration::from_secs(366 * 24 * 60 * 60);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupConfig {
    /// `None` if no backups are made automatically.
    pub every: Option<Duration>,
    /// Older automatic backups are deleted.
    pub keep: usize,
    pub folder: PathBuf,
}

impl BackupConfig {
    pub(super) fn read(reader: &mut SettingsReader<'_>, data_dir: &Path) -> Self {
        Self {
            every: reader.read("BACKUP_EVERY", None, |value| interval(value).map(Some)),
            keep: reader.read("BACKUP_KEEP", DEFAULT_KEEP, keep),
            folder: reader.read("BACKUP_DIR", data_dir.join("backups"), |value| {
                Ok(PathBuf::from(value))
            }),
        }
    }
}

fn interval(value: &str) -> Result<Duration, &'static str> {
    humantime::parse_duration(value)
        .ok()
        .filter(|interval| (SHORTEST_INTERVAL..=LONGEST_INTERVAL).contains(interval))
        .ok_or("a time between backups from 1m to 366d, such as 1d or 12h")
}

fn keep(value: &str) -> Result<usize, &'static str> {
    let parsed = value.parse().ok();
    parsed
        .filter(|number| (1..=10_000).contains(number))
        .ok_or("a number of backups, 1 to 10000")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::config::Config;

    #[test]
    fn backups_are_made_as_often_as_configured() {
        let every = |value| {
            let config = Config::from_values([("BACKUP_EVERY", value)]);
            config.map(|config| config.backup.every)
        };
        assert_eq!(every(""), Ok(None));
        let hours = |hours: u64| Ok(Some(Duration::from_secs(hours * 60 * 60)));
        assert_eq!(every("1d"), hours(24));
        assert_eq!(every("12h"), hours(12));
        assert_eq!(every("1day 6h"), hours(30));
        for bad in ["daily", "0", "24", "1s", "2y", "-1d"] {
            let error = every(bad).expect_err(bad).to_string();
            assert!(error.contains("such as 1d or 12h"), "{error}");
        }
    }

    #[test]
    fn backups_go_into_the_data_folder_and_a_week_of_them_is_kept() {
        let backup = |settings: &[(&str, &str)]| {
            let config = Config::from_values(settings.iter().copied());
            config.expect("valid").backup
        };
        let default = backup(&[("DATA_DIR", "here")]);
        assert_eq!((default.keep, default.folder), (7, "here/backups".into()));
        let other = backup(&[("BACKUP_KEEP", "30"), ("BACKUP_DIR", "/mnt/nas")]);
        assert_eq!((other.keep, other.folder), (30, "/mnt/nas".into()));
        assert!(Config::from_values([("BACKUP_KEEP", "0")]).is_err());
    }
}
