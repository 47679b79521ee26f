//! Reading Rust source as far as imports go: which paths a file names, what it defines, and where a path leads.
//!
//! It reads tokens, not types. Comments and the content of literals are taken out; then every path is found, in a `use` of any shape
//! (grouped, nested, over several lines, renamed) and in code, also one that goes on from what a `use` made known. Paths are
//! followed through re-exports to the file that defines the name. What a type alias or a function hands on without its being named
//! is not seen.

use std::collections::BTreeMap;

/// A path that a file names, from the crate's root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// Its segments; `*` last for a glob.
    pub(crate) path: Vec<String>,
    /// Whether it stands in code that is built for tests only.
    pub(crate) test: bool,
    /// The name under which a `use` makes it known in this file; none for a path in code.
    pub(crate) known_as: Option<String>,
    /// Whether it stands in a `use` that others can see.
    pub(crate) public: bool,
}

/// What one file says.
#[derive(Debug)]
pub(crate) struct Source {
    /// Path below `src`, with `/`.
    pub(crate) path: String,
    /// Its place in the tree of modules: `records/mod.rs` is `[records]`.
    pub(crate) module: Vec<String>,
    /// Every path inside the crate that it names.
    pub(crate) named: Vec<Named>,
    /// Every path into another crate that it names.
    pub(crate) outside: Vec<Vec<String>>,
    /// Items that it defines, at whatever depth.
    pub(crate) defined: Vec<String>,
}

impl Source {
    /// Reads a file; `children` are the modules that have files of their own below it.
    pub(crate) fn read(path: &str, text: &str, children: &[String]) -> Self {
        let module = module_of(path);
        let test = module.iter().any(|part| part == "tests");
        let tokens = tokens(text);
        let mut reader =
            Reader { tokens: &tokens, at: 0, module: module.clone(), children, named: Vec::new(), others: Vec::new() };
        reader.block(test);
        let (named, outside) = reader.resolved();
        let items = ["fn", "struct", "enum", "trait", "type", "const", "static", "union", "mod", "macro_rules"];
        let defined = tokens.windows(3).filter_map(|three| {
            let is_item = items.contains(&three[0].as_str());
            let name = if three[1] == "!" { &three[2] } else { &three[1] };
            (is_item && is_name(name)).then(|| name.clone())
        });
        Self { path: path.to_owned(), module, named, outside, defined: defined.collect() }
    }
}

/// The place of a file in the tree of modules; the crate's root for `lib.rs`.
pub(crate) fn module_of(path: &str) -> Vec<String> {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "lib" { Vec::new() } else { path.split('/').map(str::to_owned).collect() }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The tokens that matter: names, `::`, and single marks. Comments are left out, literals are empty.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let (mut found, mut at) = (Vec::new(), 0);
    let from = |at: usize, what: &str| what.chars().enumerate().all(|(i, c)| chars.get(at + i) == Some(&c));
    while at < chars.len() {
        let c = chars[at];
        if from(at, "//") {
            at += chars[at..].iter().take_while(|c| **c != '\n').count();
        } else if from(at, "/*") {
            let mut depth = 0;
            while at < chars.len() {
                match () {
                    () if from(at, "/*") => (depth, at) = (depth + 1, at + 2),
                    () if from(at, "*/") => (depth, at) = (depth - 1, at + 2),
                    () => at += 1,
                }
                if depth == 0 {
                    break;
                }
            }
        } else if let Some(hashes) = raw_string(&chars[at..]) {
            at += chars[at..].iter().take_while(|c| **c != '"').count() + 1;
            let end: String = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            while at < chars.len() && !from(at, &end) {
                at += 1;
            }
            at += end.len();
            found.push("\"".to_owned());
        } else if c == '"' {
            at += 1;
            while at < chars.len() && chars[at] != '"' {
                at += if chars[at] == '\\' { 2 } else { 1 };
            }
            at += 1;
            found.push("\"".to_owned());
        } else if c == '\'' {
            // A character ends with a second mark; a lifetime does not.
            let escaped = chars.get(at + 1) == Some(&'\\');
            let end = if escaped { chars[at + 3..].iter().position(|c| *c == '\'').map(|n| n + 3) } else { Some(2) };
            match end.filter(|end| chars.get(at + end) == Some(&'\'')) {
                Some(end) => at += end + 1,
                None => at += 1,
            }
        } else if c.is_alphanumeric() || c == '_' {
            let name: String = chars[at..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').collect();
            at += name.chars().count();
            found.push(name);
        } else if from(at, "::") {
            found.push("::".to_owned());
            at += 2;
        } else {
            if !c.is_whitespace() {
                found.push(c.to_string());
            }
            at += 1;
        }
    }
    found
}

/// How many `#` a raw string that begins here has; also for byte strings.
fn raw_string(chars: &[char]) -> Option<usize> {
    let rest = chars.strip_prefix(&['b']).unwrap_or(chars).strip_prefix(&['r'])?;
    let hashes = rest.iter().take_while(|c| **c == '#').count();
    (rest.get(hashes) == Some(&'"')).then_some(hashes)
}

struct Reader<'a> {
    tokens: &'a [String],
    at: usize,
    /// Where we are, modules inside the file among it.
    module: Vec<String>,
    children: &'a [String],
    named: Vec<Named>,
    /// Paths that begin with another name: of another crate, or one that a `use` made known.
    others: Vec<Named>,
}

impl Reader<'_> {
    /// What is named inside the crate and outside it, once every `use` of the file is known.
    fn resolved(self) -> (Vec<Named>, Vec<Vec<String>>) {
        let Self { mut named, others, .. } = self;
        let (mut outside, uses) = (Vec::new(), named.clone());
        for other in &others {
            let known = |all: &[Named]| {
                let same = all.iter().find(|one| one.known_as.is_some() && one.known_as.as_ref() == other.path.first());
                same.filter(|one| one.path != other.path).map(|one| [&one.path, &other.path[1..]].concat())
            };
            match (known(&uses), known(&others)) {
                (Some(path), _) => named.push(Named { path, ..other.clone() }),
                (None, Some(path)) => outside.push(path),
                (None, None) => outside.push(other.path.clone()),
            }
        }
        (named, outside)
    }

    fn token(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", String::as_str)
    }

    /// Whether a path's later part stands here: behind `::` with something before it.
    fn goes_on(&self) -> bool {
        let before = |back: usize| self.at.checked_sub(back).map_or("", |at| self.tokens[at].as_str());
        before(1) == "::" && (is_name(before(2)) || before(2) == ">")
    }

    /// Reads to the brace that closes this block, or to the end.
    fn block(&mut self, test: bool) {
        // What an attribute says holds to the end of the item behind it: its block, or its semicolon.
        let mut next_is_test = false;
        let mut public = false;
        while self.at < self.tokens.len() {
            let in_test = test || next_is_test;
            match (self.token(0), self.token(1)) {
                ("#", "[") => {
                    let attribute = self.attribute();
                    next_is_test |=
                        ["cfg(test", "cfg(all(test", "test"].iter().any(|start| attribute.starts_with(start));
                    continue;
                }
                ("pub", _) => {
                    public = true;
                    self.at += 1;
                    if self.token(0) == "(" {
                        while self.at < self.tokens.len() && self.token(0) != ")" {
                            self.at += 1;
                        }
                    } else {
                        continue;
                    }
                }
                ("use", _) => {
                    self.at += 1;
                    self.tree(&[], in_test, public);
                    while self.at < self.tokens.len() && self.token(0) != ";" {
                        self.at += 1;
                    }
                    (next_is_test, public) = (false, false);
                }
                ("mod", name) if is_name(name) && self.token(2) == "{" => {
                    let name = name.to_owned();
                    self.at += 3;
                    self.module.push(name);
                    self.block(in_test);
                    self.module.pop();
                    (next_is_test, public) = (false, false);
                    continue;
                }
                ("{", _) => {
                    self.at += 1;
                    self.block(in_test);
                    (next_is_test, public) = (false, false);
                    continue;
                }
                ("}", _) => {
                    self.at += 1;
                    return;
                }
                (";", _) => (next_is_test, public) = (false, false),
                (head, "::") if is_name(head) && !self.goes_on() => {
                    let mut path = vec![head.to_owned()];
                    while self.token(1) == "::" && is_name(self.token(2)) {
                        path.push(self.token(2).to_owned());
                        self.at += 2;
                    }
                    self.add(&path, in_test, None, false);
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Reads an attribute, and gives its text without spaces.
    fn attribute(&mut self) -> String {
        self.at += 2;
        let (mut depth, mut text) = (1, String::new());
        while self.at < self.tokens.len() {
            match self.token(0) {
                "[" => depth += 1,
                "]" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
            text += self.token(0);
            self.at += 1;
        }
        self.at += 1;
        text
    }

    /// One branch of a `use`, behind `head`; stops at the comma, brace or semicolon after it.
    fn tree(&mut self, head: &[String], test: bool, public: bool) {
        let mut path = head.to_vec();
        loop {
            match self.token(0) {
                "{" => {
                    self.at += 1;
                    while self.at < self.tokens.len() && self.token(0) != "}" {
                        self.tree(&path, test, public);
                        if self.token(0) == "," {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                "::" => self.at += 1,
                "self" if !path.is_empty() => self.at += 1,
                name if is_name(name) && name != "as" || name == "*" => {
                    path.push(name.to_owned());
                    self.at += 1;
                }
                "as" => {
                    let alias = self.token(1).to_owned();
                    self.at += 2;
                    return self.add(&path, test, Some(alias), public);
                }
                _ => {
                    let name = path.last().cloned();
                    return self.add(&path, test, name, public);
                }
            }
        }
    }

    fn add(&mut self, path: &[String], test: bool, known_as: Option<String>, public: bool) {
        let mut from = self.module.clone();
        let mut rest = path;
        match rest.first().map(String::as_str) {
            Some("crate") => {
                from.clear();
                rest = &rest[1..];
            }
            Some("self") => rest = &rest[1..],
            Some("super") => {
                while rest.first().is_some_and(|part| part == "super") {
                    from.pop();
                    rest = &rest[1..];
                }
            }
            // A module of this file's own, which has a file.
            Some(child) if self.children.iter().any(|known| known == child) => {}
            _ => return self.others.push(Named { path: path.to_vec(), test, known_as, public }),
        }
        from.extend(rest.iter().cloned());
        self.named.push(Named { path: from, test, known_as, public });
    }
}

/// All files of the house.
#[derive(Debug)]
pub(crate) struct House {
    /// By module.
    pub(crate) sources: BTreeMap<Vec<String>, Source>,
}

impl House {
    /// Reads the files; each is its path below `src` and its text.
    pub(crate) fn read(files: &[(String, String)]) -> Self {
        let modules: Vec<Vec<String>> = files.iter().map(|(path, _)| module_of(path)).collect();
        let read = |(path, text): &(String, String)| {
            let own = module_of(path);
            let children = modules.iter().filter(|m| m.len() == own.len() + 1 && m.starts_with(&own));
            let children: Vec<String> = children.filter_map(|m| m.last().cloned()).collect();
            (own, Source::read(path, text, &children))
        };
        Self { sources: files.iter().map(read).collect() }
    }

    /// The files through which a path leads, the one that defines the name last. Each is a module and, of every step but the
    /// last, a re-export.
    pub(crate) fn follow(&self, path: &[String]) -> Vec<&Source> {
        let mut steps = Vec::new();
        self.walk(path, &mut steps);
        steps
    }

    fn walk<'h>(&'h self, path: &[String], steps: &mut Vec<&'h Source>) {
        let depth = (0..=path.len()).rev().find(|depth| self.sources.contains_key(&path[..*depth])).unwrap_or(0);
        let Some(source) = self.sources.get(&path[..depth]) else { return };
        if steps.iter().any(|step| step.path == source.path) {
            return;
        }
        steps.push(source);
        let Some(name) = path.get(depth) else { return };
        if source.defined.contains(name) {
            return;
        }
        let same = |named: &&Named| named.known_as.as_ref() == Some(name) && named.path != path;
        if let Some(named) = source.named.iter().find(same) {
            let onward: Vec<String> = named.path.iter().chain(&path[depth + 1..]).cloned().collect();
            return self.walk(&onward, steps);
        }
        for glob in source.named.iter().filter(|named| named.known_as.as_deref() == Some("*")) {
            let mut onward = glob.path[..glob.path.len() - 1].to_vec();
            onward.push(name.clone());
            let mut tried = steps.clone();
            self.walk(&onward, &mut tried);
            if tried.last().is_some_and(|last| last.defined.contains(name)) {
                *steps = tried;
                return;
            }
        }
    }
}
