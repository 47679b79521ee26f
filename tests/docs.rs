//! Runs the commands of README.md and the walk-through as they are printed.
//!
//! Every ```` ```console ```` block is a session: lines that begin with `$ ` are given to a shell, one session a file, in an empty
//! directory that has `sample-data` in it and `symbolon` on its path. A line `# exit N` before a command states another
//! exit code than 0. Lines that are not commands are for the reader; what they show is held by other tests.
#![allow(clippy::disallowed_methods, reason = "tests read files as they like")]

use std::path::Path;
use std::process::Command;

struct Step {
    line: usize,
    command: String,
    exit: i32,
}

fn steps(document: &str) -> Vec<Step> {
    let (mut steps, mut inside, mut exit) = (Vec::<Step>::new(), false, 0);
    for (at, line) in document.lines().enumerate() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside {
            if let Some(code) = line.strip_prefix("# exit ") {
                exit = code.trim().parse().expect("an exit code");
            } else if let Some(command) = line.strip_prefix("$ ") {
                steps.push(Step { line: at + 1, command: command.to_owned(), exit });
                exit = 0;
            } else if let (Some(more), Some(last)) = (line.strip_prefix("> "), steps.last_mut()) {
                last.command += &format!("\n{more}");
            }
        }
    }
    steps
}

fn play(document: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join(document)).expect("the document is there");
    let steps = steps(&text);
    assert!(!steps.is_empty(), "{document} has no commands");
    let directory = tempfile::tempdir().expect("a directory");
    for name in ["sample-data", "protocols", "docs"] {
        std::os::unix::fs::symlink(root.join(name), directory.path().join(name)).expect("a link");
    }
    let binary = Path::new(env!("CARGO_BIN_EXE_symbolon")).parent().expect("a directory");
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap_or_default());
    for step in steps {
        // The build commands of the README are what made this binary.
        let command = step.command.replace("cargo run --release -- ", "symbolon ");
        if command.starts_with("cargo ") || command.starts_with("git clone") || command.starts_with("cd symbolon") {
            continue;
        }
        let output = Command::new("bash")
            .args(["-e", "-o", "pipefail", "-c", &command])
            .current_dir(directory.path())
            .env("PATH", &path)
            .env_remove("SYMBOLON_HOME")
            .env_remove("SYMBOLON_EXCHANGE")
            .output()
            .expect("bash");
        assert_eq!(
            output.status.code(),
            Some(step.exit),
            "{document}:{} `{command}`\n{}{}",
            step.line,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn the_readme_runs_as_printed() {
    play("README.md");
}

#[test]
fn the_walk_through_runs_as_printed() {
    play("docs/walk-through.md");
}

#[test]
fn the_evaluation_guide_runs_as_printed() {
    play("docs/evaluate.md");
}
