//! The command line: the only room that opens files, reads the clock, draws entropy and prints.

use std::process::ExitCode;

/// Runs the program.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
