//! The arrows between the modules: each uses only those before it.

use std::fs;
use std::path::{Path, PathBuf};

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// The modules in arrow order, as `lib.rs` lists them.
fn order() -> Vec<String> {
    let lib = fs::read_to_string(format!("{SOURCES}/lib.rs")).expect("lib.rs");
    lib.lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect()
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(SOURCES)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.extension().is_some_and(|ending| ending == "rs") => found.push(path),
                false => {}
            }
        }
    }
    found
}

/// The part of a file that is not its tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a file");
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let without_comments = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    without_comments.collect::<Vec<_>>().join("\n")
}

fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix(SOURCES).expect("inside");
    let first = inside.components().next().expect("a name").as_os_str();
    first.to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// What a file uses of this crate: `accounts::commands` of `crate::accounts::commands::hold`,
/// also out of a list in braces.
fn uses(code: &str) -> Vec<String> {
    let mut used = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let end = rest
            .find([';', '(', ')', '>', ' ', ',', '\n'])
            .unwrap_or(rest.len());
        match rest.strip_prefix('{') {
            Some(list) => {
                let list = list.split("};").next().unwrap_or_default();
                used.extend(list.split(',').map(|name| name.trim().to_owned()));
            }
            None => used.push(rest[..end].to_owned()),
        }
    }
    used.retain(|name| !name.is_empty());
    used
}

#[test]
fn each_module_uses_only_those_before_it() {
    let order = order();
    let place = |name: &str| order.iter().position(|known| known == name);
    let mut wrong = Vec::new();
    for path in sources() {
        let module = module_of(&path);
        if ["lib", "main", "cli"].contains(&module.as_str()) {
            continue;
        }
        let here = place(&module).unwrap_or_else(|| panic!("{module} is not in lib.rs"));
        for used in uses(&code(&path)) {
            let first = used.split("::").next().unwrap_or_default();
            // What handlers work with is put together in lib.rs, from parts that stand
            // before every feature.
            if first == "AppState" || (first == "router" && module == "server") {
                continue;
            }
            match place(first) {
                Some(there) if there <= here => {}
                _ => wrong.push(format!("{}: crate::{used}", path.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_file_keeps_to_its_part() {
    let mut wrong = Vec::new();
    for path in sources() {
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let code = code(&path);
        let is_in = |folder: &str| path.components().any(|part| part.as_os_str() == folder);
        let mut forbid = |words: &[&str]| {
            for word in words.iter().filter(|word| code.contains(*word)) {
                wrong.push(format!("{}: {word}", path.display()));
            }
        };
        if ["queries", "commands"]
            .iter()
            .any(|part| name == *part || is_in(part))
        {
            forbid(&["axum::", "maud"]);
        }
        if is_in("components") || name == "components" {
            forbid(&["sea_orm", "::db::", "DatabaseConnection"]);
        }
        if is_in("handlers") || name == "handlers" {
            forbid(&["sea_orm"]);
        }
        if name != "shell" {
            forbid(&["\"hx-request\"", "\"HX-Request\"", "hx-redirect"]);
        }
        if is_in("web") {
            forbid(&[
                "crate::accounts",
                "crate::diary",
                "crate::catalog",
                "crate::paths",
            ]);
        }
        if !path.ends_with("web/json_ld.rs") {
            forbid(&["PreEscaped"]);
        }
        forbid(&["href=\"/", "action=\"/", "format!(\"/"]);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A handler tells its story in 25 lines, its signature not counted.
#[test]
fn handlers_are_short() {
    let mut long = Vec::new();
    for path in sources() {
        let is_handlers = |part: std::path::Component<'_>| {
            let name = part.as_os_str();
            name == "handlers" || name == "handlers.rs"
        };
        if !path.components().any(is_handlers) {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a file");
        let mut begun = None;
        for (number, line) in text.lines().enumerate() {
            match line {
                line if line.starts_with([' ', '#', '/']) => {}
                line if line.starts_with("impl") => begun = None,
                line if line.ends_with(" {") => begun = Some(number),
                "}" => {
                    let lines = begun.take().map_or(0, |begun| number - begun - 1);
                    if lines > 25 {
                        long.push(format!("{}:{number}: {lines} lines", path.display()));
                    }
                }
                _ => {}
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn files_are_short_enough_to_read() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|path| (code(&path).lines().count(), path))
        .filter(|(lines, _)| *lines > 300)
        .collect();
    assert!(long.is_empty(), "{long:?}");
}
