//! ES modules as text. It relies on how biome formats them: a top-level statement is not
//! indented, operators have spaces around them, strings have double quotes.

use std::collections::HashSet;

/// One file of `public/js`.
#[derive(Clone, Copy, Debug)]
pub struct Module {
    pub name: &'static str,
    pub source: &'static str,
}

impl Module {
    /// The import statements, which stand above everything but comments, and the rest.
    fn split(self) -> (Vec<&'static str>, &'static str) {
        let (mut imports, mut rest) = (Vec::new(), self.source);
        loop {
            rest = rest.trim_start();
            if rest.starts_with("//") {
                rest = rest.split_once('\n').map_or("", |(_, after)| after);
            } else if rest.starts_with("import ")
                && let Some((statement, after)) = rest.split_once(';')
            {
                imports.push(statement);
                rest = after;
            } else {
                return (imports, rest);
            }
        }
    }

    pub fn imports(self) -> Vec<&'static str> {
        self.split().0
    }

    /// Without imports and exports.
    pub fn code(self) -> String {
        let lines = self.split().1.lines();
        let lines = lines.map(|line| line.strip_prefix("export ").unwrap_or(line));
        lines.flat_map(|line| [line, "\n"]).collect()
    }
}

/// `entry` and all that it imports, in the order in which a browser would run them.
pub fn in_order(modules: &[Module], entry: &str) -> Vec<Module> {
    let (mut visited, mut ordered) = (HashSet::new(), Vec::new());
    add_in_order(modules, entry, &mut visited, &mut ordered);
    ordered
}

fn add_in_order(
    modules: &[Module],
    name: &str,
    visited: &mut HashSet<&'static str>,
    ordered: &mut Vec<Module>,
) {
    let module = modules.iter().find(|module| module.name == name);
    let module = module.expect("a test looks for every import");
    if visited.insert(module.name) {
        for import in module.imports() {
            add_in_order(modules, imported_file(import), visited, ordered);
        }
        ordered.push(*module);
    }
}

/// The file of `import { names } from "./file"`.
pub fn imported_file(import: &'static str) -> &'static str {
    between(import, "\"./", "\"")
}

pub fn between(text: &'static str, start: &str, end: &str) -> &'static str {
    let after = text.split_once(start).map_or("", |(_, after)| after);
    after.split_once(end).map_or("", |(inside, _)| inside)
}

/// Operators with spaces around them that no string contains.
pub const OPERATORS: [&str; 11] = [
    " => ", " === ", " !== ", " && ", " || ", " ?? ", " ? ", " = ", " + ", " < ", " - ",
];

/// Leaves out comments on lines of their own, indentation, and most spaces and line ends.
pub fn minify(code: &str) -> String {
    let lines = code.lines().map(str::trim_start);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("//"));
    let mut minified = String::with_capacity(code.len());
    for line in lines {
        minified.push_str(line);
        if !line.ends_with(['{', '(', '[', ',', ';']) {
            minified.push('\n');
        }
    }
    for operator in OPERATORS {
        minified = minified.replace(operator, operator.trim());
    }
    minified
}
