//! Says why a folder of the settings cannot be used.

use std::io::{Error, ErrorKind};
use std::path::Path;

/// A sentence that names the folder, the cause and the `setting` that chooses another.
pub fn describe_folder_error(folder: &Path, setting: &str, error: &Error) -> String {
    let file = folder.ancestors().find(|path| path.is_file());
    let folder = folder.display();
    match (file, error.kind()) {
        (Some(file), _) => format!(
            "the folder {folder} cannot be created, because {} is a file. Move the file away, or \
             choose another folder with {setting}",
            file.display()
        ),
        (None, ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => format!(
            "the folder {folder} is not writable ({error}). Change its owner or permissions, or \
             choose another folder with {setting}"
        ),
        (None, _) => format!(
            "the folder {folder} cannot be used ({error}). Choose another folder with {setting}"
        ),
    }
}
