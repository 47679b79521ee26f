//! What commands say: data on standard output, words on standard error, progress on a terminal only.
//!
//! Whoever reads may have gone: a closed pipe never fails a command, whose work is done by then.

use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;

use crate::code::Exit;
use crate::outcome::error::Refusal;
use crate::outcome::{Labelled, Outcome};
use crate::text::{visible, visible_json};

/// The result of a command.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// For `--json`; its `symbolon` member names verb and version.
    pub(crate) json: Value,
    /// For standard output.
    pub(crate) data: Option<String>,
    /// Whether the data is a file's content, to be given byte for byte where it is not shown on a terminal.
    pub(crate) content: bool,
    /// For standard error, a line each.
    pub(crate) words: Vec<String>,
    /// The next command.
    pub(crate) next: Option<String>,
    /// How the command ends, where what it found is a no.
    pub(crate) exit: Option<Exit>,
}

impl Report {
    /// A report with this JSON form.
    pub(crate) fn new(json: Value) -> Self {
        Self { json, ..Self::default() }
    }

    /// A report of what an act gave.
    pub(crate) fn of<T: Outcome>(outcome: T) -> Self {
        Self::new(json_of(outcome))
    }

    /// Adds a line of words.
    pub(crate) fn say(mut self, line: impl Into<String>) -> Self {
        self.words.push(line.into());
        self
    }

    /// Sets the data for standard output.
    pub(crate) fn data(mut self, data: String) -> Self {
        self.data = Some(data);
        self
    }

    /// Sets what could as well be written to a file: rows with the agency's own ids, which stay as they are.
    pub(crate) fn content(self, data: String) -> Self {
        Self { content: true, ..self.data(data) }
    }

    /// Ends with `no` where what was found is one.
    pub(crate) fn no_if(mut self, found: bool) -> Self {
        self.exit = found.then_some(Exit::No);
        self
    }

    /// Names the next command.
    pub(crate) fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }
}

/// What `--json` prints of an outcome.
pub(crate) fn json_of<T: Outcome>(outcome: T) -> Value {
    match serde_json::to_value(Labelled(outcome)) {
        Ok(json) => json,
        Err(_) => unreachable!("an outcome is an object whose names are text"),
    }
}

/// How to print.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// JSON on standard output instead of data and words.
    pub(crate) json: bool,
    /// No words.
    pub(crate) quiet: bool,
}

// Whatever is printed may quote what others wrote: names of files, cards, a parser's complaint about a file. It all goes out here, and
// nothing that acts on a terminal or hides goes with it.

/// Prints a report. A closed pipe is not an error.
pub(crate) fn print(report: &Report, style: Style) -> io::Result<()> {
    let result = print_data(report, style);
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
        other => other?,
    }
    if !style.quiet && !style.json {
        let mut stderr = io::stderr().lock();
        for line in &report.words {
            let _ = writeln!(stderr, "{}", visible(line));
        }
        if let Some(next) = &report.next {
            let _ = writeln!(stderr, "next: {}", visible(next));
        }
    }
    Ok(())
}

fn print_data(report: &Report, style: Style) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    if style.json {
        writeln!(stdout, "{}", visible_json(&format!("{:#}", report.json)))?;
    } else if let Some(data) = &report.data {
        let shown = if report.content && !stdout.is_terminal() { data.into() } else { visible(data) };
        stdout.write_all(shown.as_bytes())?;
    }
    stdout.flush()
}

/// Prints a failure.
pub(crate) fn print_failure(failure: &crate::failure::Failure, style: Style) {
    if style.json {
        let json = json_of(Refusal::from(failure));
        let _ = writeln!(io::stdout(), "{}", visible_json(&format!("{json:#}")));
    } else {
        let _ = write!(io::stderr(), "{}", visible(&failure.to_text()));
    }
}

/// Shows a text, asks, and gives the answer: where a person sits at a terminal. Nothing elsewhere.
pub(crate) fn ask(text: &str, question: &str) -> Option<String> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return None;
    }
    let mut answer = String::new();
    write!(io::stderr().lock(), "{text}\n{question} ").and_then(|()| io::stderr().flush()).ok()?;
    io::stdin().lock().take(200).read_line(&mut answer).ok()?;
    Some(answer)
}

/// A bar with true total and remaining time; nothing where standard error is no terminal.
pub(crate) fn progress(total: u64, what: &'static str, style: Style) -> ProgressBar {
    if style.quiet || style.json || !io::stderr().is_terminal() {
        return ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
    }
    let bar = ProgressBar::new(total);
    let template = "{prefix} {wide_bar} {human_pos}/{human_len} {per_sec}, {eta} left";
    if let Ok(template) = ProgressStyle::with_template(template) {
        bar.set_style(template);
    }
    bar.set_prefix(what);
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}

/// A number with thin groups of three, for people.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}
