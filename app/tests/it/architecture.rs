//! The order of the modules: each uses only the ones before it, and no files import each other.
//! Also what each layer may use, and how long files and handlers may be.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const SOURCE_FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// The modules in the order in which `lib.rs` lists them.
fn module_order() -> Vec<String> {
    let lib = fs::read_to_string(format!("{SOURCE_FOLDER}/lib.rs")).expect("lib.rs");
    lib.lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect()
}

fn source_files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(SOURCE_FOLDER)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    found
}

/// The file without its tests and comments.
fn code_without_tests(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a file");
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let without_comments = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    without_comments.collect::<Vec<_>>().join("\n")
}

fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix(SOURCE_FOLDER).expect("inside");
    let first = inside.components().next().expect("a name").as_os_str();
    first.to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// The paths that begin with `crate::` or `super::`, one for each item of a list in braces.
fn paths_in(code: &str) -> Vec<String> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let starts = ["crate::", "super::"].into_iter();
    let starts = starts.flat_map(|word| code.match_indices(word).map(|(at, _)| at));
    starts
        .filter(|at| !code[..*at].ends_with(is_part))
        .flat_map(|at| expand("", &code[at..]))
        .collect()
}

/// The paths at the start of `code`, each with `prefix` in front of it.
fn expand(prefix: &str, code: &str) -> Vec<String> {
    let end = code
        .find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':')
        .unwrap_or(code.len());
    let (path, rest) = code.split_at(end);
    let path = format!("{prefix}{path}");
    let Some(list) = rest.strip_prefix('{') else {
        return vec![path];
    };
    let (mut depth, mut begin, mut paths) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        if depth == 0 && (c == ',' || c == '}') {
            paths.extend(expand(&path, list[begin..at].trim_start()));
            begin = at + 1;
        }
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            _ => {}
        }
    }
    paths.retain(|path| !path.ends_with(':'));
    paths
}

/// The module that is the file, for example `["feeds", "request"]`.
fn module_path(path: &Path) -> Vec<String> {
    let inside = path.strip_prefix(SOURCE_FOLDER).expect("inside");
    let inside = inside.with_extension("");
    let parts = inside
        .iter()
        .map(|part| part.to_string_lossy().into_owned());
    parts.filter(|part| part != "mod").collect()
}

/// The modules that are files of their own and that the file `module` imports from. Those around
/// it, and each `mod.rs`, belong together with what is in them.
fn imported_files(
    module: &[String],
    code: &str,
    files: &BTreeMap<Vec<String>, PathBuf>,
) -> BTreeSet<Vec<String>> {
    let mut imported = BTreeSet::new();
    for path in paths_in(code) {
        let mut parts: Vec<_> = path.split("::").map(str::to_owned).collect();
        let mut absolute = Vec::new();
        if parts[0] == "super" {
            let levels = parts.iter().take_while(|part| *part == "super").count();
            parts.drain(..levels);
            absolute.extend_from_slice(&module[..module.len().saturating_sub(levels)]);
        } else {
            parts.remove(0);
        }
        absolute.extend(parts);
        while !absolute.is_empty() && !files.contains_key(&absolute) {
            absolute.pop();
        }
        let is_folder = files
            .get(&absolute)
            .is_none_or(|file| file.ends_with("mod.rs"));
        if !is_folder && !module.starts_with(&absolute) {
            imported.insert(absolute);
        }
    }
    imported
}

#[test]
fn no_files_import_each_other() {
    let files: BTreeMap<_, _> = source_files()
        .into_iter()
        .map(|path| (module_path(&path), path))
        .collect();
    let mut imports: BTreeMap<_, _> = files
        .iter()
        .map(|(module, path)| {
            (
                module.clone(),
                imported_files(module, &code_without_tests(path), &files),
            )
        })
        .collect();
    // Removes files that import no other, and files that no other imports. Cycles remain.
    loop {
        let before = imports.len();
        let importing: BTreeSet<_> = imports.keys().cloned().collect();
        for imported in imports.values_mut() {
            imported.retain(|file| importing.contains(file));
        }
        let used: BTreeSet<_> = imports.values().flatten().cloned().collect();
        imports.retain(|file, imported| !imported.is_empty() && used.contains(file));
        if imports.len() == before {
            break;
        }
    }
    assert!(imports.is_empty(), "{imports:#?}");
}

#[test]
fn each_module_uses_only_those_before_it() {
    let order = module_order();
    let place = |name: &str| order.iter().position(|known| known == name);
    let mut wrong = Vec::new();
    for path in source_files() {
        let module = module_of(&path);
        if ["lib", "main", "cli"].contains(&module.as_str()) {
            continue;
        }
        let here = place(&module).unwrap_or_else(|| panic!("{module} is not in lib.rs"));
        let paths = paths_in(&code_without_tests(&path));
        for used in paths.iter().filter_map(|path| path.strip_prefix("crate::")) {
            let first = used.split("::").next().unwrap_or_default();
            // `AppState` is put together in lib.rs, from parts that come before every feature.
            if first == "AppState" {
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
fn each_layer_uses_only_what_it_may() {
    let mut wrong = Vec::new();
    for path in source_files() {
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let code = code_without_tests(&path);
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

/// At most 25 lines, not counting the signature.
#[test]
fn handlers_are_short() {
    let mut long = Vec::new();
    for path in source_files() {
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
    let long: Vec<_> = source_files()
        .into_iter()
        .map(|path| (code_without_tests(&path).lines().count(), path))
        .filter(|(lines, _)| *lines > 300)
        .collect();
    assert!(long.is_empty(), "{long:?}");
}

/// A route in `routes`: method, address and the names of the handler's module and function.
struct RouteLine {
    method: String,
    path: String,
    module: String,
    function: String,
}

fn route_lines() -> Vec<RouteLine> {
    let text = fs::read_to_string(format!("{SOURCE_FOLDER}/routes/mod.rs")).expect("routes");
    let text: String = text.split_whitespace().collect();
    let calls = ["get", "post"].into_iter().flat_map(|method| {
        let start = format!(".{method}(\"");
        let calls: Vec<_> = text.split(&start).skip(1).map(str::to_owned).collect();
        calls.into_iter().map(move |call| (method, call))
    });
    calls
        .filter_map(|(method, call)| {
            let (path, rest) = call.split_once("\",")?;
            let handler = rest.split([',', ')']).next()?;
            let (modules, function) = handler.rsplit_once("::").unwrap_or(("routes", handler));
            (!handler.starts_with("describe!")).then(|| RouteLine {
                method: method.to_uppercase(),
                path: path.to_owned(),
                module: modules.rsplit("::").next().unwrap_or_default().to_owned(),
                function: function.to_owned(),
            })
        })
        .collect()
}

/// The doc comment of a handler begins with its method and address, so that a search for either
/// finds it. Operations of the API have them in an attribute instead.
#[test]
fn handlers_are_documented_by_their_method_and_address() {
    let sources: Vec<_> = source_files()
        .into_iter()
        .map(|path| (fs::read_to_string(&path).expect("a file"), path))
        .collect();
    let lines = route_lines();
    assert!(lines.len() > 70, "{} routes were read", lines.len());
    for route in lines {
        let RouteLine {
            method,
            path,
            module,
            function,
        } = route;
        let doc = format!("/// `{method} {path}`");
        let found: Vec<_> = sources
            .iter()
            .flat_map(|(text, file)| text.split(&doc).skip(1).map(move |rest| (rest, file)))
            .collect();
        assert_eq!(found.len(), 1, "{doc} is not once in the sources");
        let (rest, file) = found[0];
        let documented = rest
            .split_once("fn ")
            .map_or("", |(_, signature)| signature);
        let documented = documented.split('(').next().unwrap_or_default();
        assert_eq!(documented, function, "{doc}");
        let is_there = file
            .iter()
            .any(|part| part.to_string_lossy().trim_end_matches(".rs") == module);
        assert!(is_there, "{doc} is in {}, not in {module}", file.display());
    }
}
