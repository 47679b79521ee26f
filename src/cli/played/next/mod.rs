//! What every refusal and every report says to do next: whoever is told so can do it. The commands are ones that this program has, the
//! documents and words exist, and who else must act is named. Whether the step also works is played in `followed`.

mod agreements;
mod commands;
mod every;
mod followed;
mod leads;
mod lists;
mod runs;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::CommandFactory;

use super::{AGENCIES, World};
use crate::cli::{Cli, codes, documents};
use crate::protocol::FieldKind;

/// A text that says what to do next, and where it stands.
struct Step {
    place: String,
    text: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The steps of the codes.
fn of_codes() -> Vec<Step> {
    codes().iter().map(|code| Step { place: code.id.to_owned(), text: code.next.to_owned() }).collect()
}

/// Source files by their path below `src`, without the tests that are played.
fn sources() -> Vec<(String, String)> {
    let (mut waiting, mut found) = (vec![root().join("src")], Vec::new());
    while let Some(directory) = waiting.pop() {
        for entry in std::fs::read_dir(&directory).expect("a directory").flatten() {
            let path = entry.path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let name = path.strip_prefix(root().join("src")).expect("below src").to_string_lossy().into_owned();
                if !name.starts_with("cli/played") {
                    found.push((name, std::fs::read_to_string(&path).expect("a text")));
                }
            }
        }
    }
    found.sort();
    found
}

/// The string literals of a piece of source, as the compiler reads them, joined; holes of a format are filled with a 1.
fn literals(source: &str) -> String {
    let (mut text, mut rest) = (String::new(), source.chars());
    while rest.by_ref().any(|c| c == '"') {
        while let Some(c) = rest.next() {
            match c {
                '"' => break,
                '\\' => text.extend(rest.next()),
                '{' => {
                    let hole: String = rest.by_ref().take_while(|&c| c != '}').collect();
                    // A constant is named in capitals, and filled in later.
                    let constant = !hole.is_empty() && hole.chars().all(|c| c.is_ascii_uppercase());
                    text += &if constant { format!("{{{hole}}}") } else { "1".to_owned() };
                }
                c => text.push(c),
            }
        }
    }
    text
}

/// Up to the bracket that closes, or to a semicolon outside of brackets and texts.
fn argument(source: &str) -> &str {
    let (mut depth, mut in_text, mut skip) = (0, false, false);
    for (at, c) in source.char_indices() {
        match c {
            _ if skip => skip = false,
            '\\' if in_text => skip = true,
            '"' => in_text = !in_text,
            '(' if !in_text => depth += 1,
            ')' if !in_text && depth == 0 => return &source[..at],
            ')' if !in_text => depth -= 1,
            ';' if !in_text && depth == 0 => return &source[..at],
            _ => {}
        }
    }
    source
}

/// Calls whose text comes from elsewhere, and where it is checked.
const PASSED_ON: [(&str, &str); 2] = [
    // The step of the first act that is this party's: each is followed by the tests of the status.
    ("cli/status.rs", "next"),
    // The command that signs this very text: followed where a signature is asked for unread.
    ("cli/agreement.rs", "sign_command(args, &digest, context)"),
];

/// The steps of the calls of `.next(…)`, on refusals and reports alike.
fn of_calls() -> Vec<Step> {
    let (sources, mut found) = (sources(), Vec::new());
    let constant = |name: &str| {
        let head = format!("const {name}: &str = ");
        let text = sources.iter().find_map(|(_, source)| Some(argument(source.split_once(&head)?.1)));
        literals(text.unwrap_or_else(|| panic!("no text is called {name}")))
    };
    for (name, source) in &sources {
        for (at, _) in source.match_indices(".next(") {
            let told = argument(&source[at + ".next(".len()..]).trim();
            let line = source[..at].lines().last().unwrap_or_default().trim_start();
            if told.is_empty() || line.starts_with("//") || PASSED_ON.contains(&(name.as_str(), told)) {
                continue;
            }
            let last = told.rsplit("::").next().unwrap_or_default();
            let mut text = literals(told);
            if text.is_empty() && last.chars().all(|c| c.is_ascii_uppercase()) {
                text = constant(last);
            } else if text.is_empty() {
                let before = [format!("let {told} = "), format!("let mut {told} = ")];
                let made =
                    before.iter().filter_map(|head| source[..at].rfind(head).map(|from| from + head.len())).max();
                text = made.map(|from| literals(argument(&source[from..]))).unwrap_or_default();
            }
            if text.contains("{LOG}") {
                text = text.replace("{LOG}", &constant("LOG"));
            }
            found.push(Step { place: format!("{name}: {told}"), text });
        }
    }
    found
}

/// What stands between backticks, and what stands outside of them.
fn split(text: &str) -> (Vec<&str>, String) {
    let parts: Vec<&str> = text.split('`').collect();
    assert!(parts.len() % 2 == 1, "a backtick is not closed: {text}");
    (parts.iter().skip(1).step_by(2).copied().collect(), parts.iter().step_by(2).copied().collect())
}

/// The commands of a text: each in backticks, or up to the next comma or semicolon.
fn commands(text: &str) -> Vec<String> {
    let (quoted, plain) = split(text);
    let mut found: Vec<String> = quoted.into_iter().filter(|item| is_command(item)).map(str::to_owned).collect();
    for (at, _) in plain.match_indices("symbolon ") {
        found.push(plain[at..].split([',', ';']).next().unwrap_or_default().trim().to_owned());
    }
    found
}

fn is_command(item: &str) -> bool {
    let verb = item.split(' ').next().unwrap_or_default();
    let known = Cli::command().get_subcommands().any(|command| command.get_name() == verb);
    verb == "symbolon" || (known && item.contains(' '))
}

/// A command with something plausible for each word in capitals.
fn parse(command: &str) -> Result<Vec<String>, String> {
    let command = command.trim_start_matches("symbolon ");
    let mut words = vec!["symbolon".to_owned()];
    for word in command.split_whitespace() {
        words.push(match word {
            "FILE" | "REGISTER" => "people.csv".to_owned(),
            "PARENT" | "AMENDMENT" => "agreement.note".to_owned(),
            "DOSSIER.json" | "OUT.html" | "DIR" | "A,B" => word.to_lowercase(),
            "NAME" | "ORGANISATION" => "some-name".to_owned(),
            "ROLE" => "steward".to_owned(),
            "N" => "1".to_owned(),
            "LEAD" => "0123456789abcdef".repeat(2),
            "DIGEST" => "0123456789abcdef".repeat(4),
            "OUTCOME" => "lapsed".to_owned(),
            "PROTOCOL" => "fin-1".to_owned(),
            "CODE" => "SYM-0101".to_owned(),
            "XX" => word.to_owned(),
            word if word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase()) => {
                return Err(format!("nobody knows what {word} stands for"));
            }
            word => word.to_owned(),
        });
    }
    match <Cli as clap::Parser>::try_parse_from(&words) {
        Ok(_) => Ok(words),
        Err(error) => Err(error.to_string()),
    }
}

/// Every long option of every command.
fn options() -> BTreeSet<String> {
    let (mut waiting, mut found) = (vec![Cli::command()], BTreeSet::from(["help".to_owned()]));
    while let Some(command) = waiting.pop() {
        found.extend(command.get_arguments().filter_map(|arg| arg.get_long()).map(str::to_owned));
        waiting.extend(command.get_subcommands().cloned());
    }
    found
}

/// What a text names beside commands must exist too; the problem where it does not.
fn unknown(item: &str, world: &World) -> Option<String> {
    let draft = world.exchange().draft().expect("a draft");
    let body = toml::Table::try_from(draft.body()).expect("TOML");
    let term = |path: &str| {
        let mut at = toml::Value::Table(body.clone());
        path.split('.').all(|key| match at.get(key).cloned() {
            Some(next) => {
                at = next;
                true
            }
            None => false,
        })
    };
    let key = item.split(" = ").next().unwrap_or_default();
    let known = term(key)
        || term(&format!("terms.{key}"))
        || FieldKind::parse(item).is_some()
        // Keys of a column map.
        || ["id", "format", "role"].contains(&item)
        || world.home(AGENCIES[0]).join(item).exists()
        || world.exchange_path().join(item.replace('N', "1")).exists()
        // An option; a hole of a format.
        || (item.starts_with("--") && bare(item).is_empty())
        || item == "1"
        // Standard input; the parent of an amendment.
        || ["-", "parent.note"].contains(&item)
        || (item.contains('/') && root().join(item).exists() && documents::find(item).is_some());
    (!known).then(|| format!("`{item}` is nothing that this program knows"))
}

/// Paths and options that stand without backticks.
fn bare(plain: &str) -> Vec<String> {
    let options = options();
    let words = plain.split([' ', ',', ';', '(', ')', '\'', '’']).map(|word| word.trim_end_matches(['.', ':']));
    let mut problems = Vec::new();
    for word in words {
        let is_path = ["docs/", "protocols/", "src/"].iter().any(|folder| word.starts_with(folder));
        if is_path && (!root().join(word).exists() || documents::find(word).is_none()) {
            problems.push(format!("{word} is no document that `symbolon explain` prints"));
        }
        if let Some(option) = word.strip_prefix("--").filter(|option| !options.contains(*option)) {
            problems.push(format!("no command has --{option}"));
        }
    }
    problems
}

/// Whose commands those of a role are, and by which word a text names them.
const ROLES: [(&str, &str); 6] = [
    ("agency", "agenc"),
    ("operator", "operator"),
    ("steward", "steward"),
    ("guardian", "guardian"),
    ("reviewer", "reviewer"),
    ("officer", "officer"),
];

/// The command of one role, in a text that does not say whose it is.
fn nobodys(text: &str) -> Option<String> {
    let plain = split(text).1.to_lowercase();
    commands(text).into_iter().find(|command| {
        let verb = command.split(' ').nth(1).unwrap_or_default();
        ROLES.iter().any(|(role, word)| *role == verb && !plain.replace(&command.to_lowercase(), "").contains(word))
    })
}

#[test]
fn every_next_step_names_commands_documents_and_words_that_exist_and_who_must_act() {
    let world = World::on_disk();
    std::fs::create_dir_all(world.exchange_path().join("run-1")).expect("a directory");
    std::fs::write(world.home(AGENCIES[0]).join("seen"), super::NOW).expect("written");
    let (of_codes, of_calls) = (of_codes(), of_calls());
    assert!(of_codes.len() > 170 && of_calls.len() > 40, "{} and {}", of_codes.len(), of_calls.len());
    let mut problems = Vec::new();
    let mut tried = 0;
    for step in of_codes.iter().chain(&of_calls) {
        let (quoted, plain) = split(&step.text);
        let mut found: Vec<String> = Vec::new();
        for command in commands(&step.text) {
            found.extend(parse(&command).err().map(|error| format!("{command}: {error}")));
            tried += 1;
        }
        found.extend(quoted.into_iter().filter(|item| !is_command(item)).filter_map(|item| unknown(item, &world)));
        found.extend(bare(&plain));
        let lower = step.text.to_lowercase();
        let vague = ["see the documentation", "see the docs", "see --help", "message above", "try again later"];
        if step.text.len() < 10 || vague.iter().any(|words| lower.starts_with(words)) {
            found.push("it says nothing".to_owned());
        }
        // A report speaks to the party whose command it was.
        if !step.place.starts_with("cli/") && !step.place.starts_with("office/acts/link.rs") {
            found.extend(nobodys(&step.text).map(|command| format!("it does not say who runs {command}")));
        }
        problems.extend(found.into_iter().map(|problem| format!("{}: {problem} in: {}", step.place, step.text)));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(tried > 60, "{tried} commands");
}

#[test]
fn a_step_that_cannot_be_taken_is_found() {
    let world = World::on_disk();
    assert!(parse("symbolon steward grant --run 2").is_ok() && parse("agency check FILE").is_ok());
    for wrong in ["symbolon steward grand", "symbolon agency check", "symbolon inspect WHATEVER", "operator log --fast"]
    {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
    assert_eq!(
        commands("ask: symbolon operator log; then `agency send`, or `seen`"),
        ["agency send", "symbolon operator log"]
    );
    assert!(unknown("max.leeds", &world).is_some() && unknown("max.leads", &world).is_none());
    assert_eq!(bare("give --hom, see docs/nothing.md").len(), 2);
    assert_eq!(bare("give --home, see docs/formats/log.md").len(), 0);
    assert!(nobodys("wait for `symbolon guardian screen FILE`").is_some());
    assert!(nobodys("the guardian runs `symbolon guardian screen FILE`").is_none());
}

#[test]
fn a_document_that_a_refusal_names_is_printed_offline() {
    let world = World::on_disk();
    let printed = world.done("", "explain docs/formats/log.md").data.expect("a text");
    assert_eq!(printed, std::fs::read_to_string(root().join("docs/formats/log.md")).expect("a text"));
    for folder in ["docs/formats", "protocols"] {
        for entry in std::fs::read_dir(root().join(folder)).expect("a folder").flatten() {
            let path = Path::new(folder).join(entry.file_name()).to_string_lossy().into_owned();
            assert!(documents::find(&path).is_some(), "{path}");
        }
    }
    // What a code means names documents as well.
    for code in codes() {
        assert_eq!(bare(&split(code.meaning).1), Vec::<String>::new(), "{}", code.id);
    }
}
