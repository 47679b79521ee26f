//! A world of ten parties, brought to any stage of a run by the program's own commands.
//!
//! Every stage is played once and kept in memory; a test gets a copy in a directory of its own. Nothing stands at a fixed
//! date: agreements begin now, and permits are fresh.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

/// How far a world has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Keys,
    Drafted,
    Signed,
    Joined,
    Granted,
    Encoded,
    Permitted,
    Sent,
    Linked,
}

pub(crate) const AURELIA: &str = "fiu-aurelia";
pub(crate) const BOREALIA: &str = "police-borealia";
pub(crate) const COURT: &str = "steward-court";
pub(crate) const OMBUD: &str = "steward-ombud";
pub(crate) const OPERATOR: &str = "linkage-unit";
/// They cosign the log.
pub(crate) const WITNESSES: [&str; 2] = ["data-authority", "rights-council"];
pub(crate) const NOBODY: &str = "";
pub(crate) const GUARDIAN: &str = "guardian";
/// Whose consent a lead needs.
pub(crate) const HOLDERS: [&str; 3] = ["officer-fiu-aurelia", "officer-police-borealia", "data-authority"];
pub(crate) const PARTIES: [&str; 10] =
    [AURELIA, BOREALIA, OPERATOR, COURT, OMBUD, GUARDIAN, "data-authority", "rights-council", HOLDERS[0], HOLDERS[1]];
/// The guardian screens with a register of one person.
pub(crate) const SCREEN: &str = "guardian screen register.csv --columns data/fiu-aurelia/people.columns.toml";

/// Aurelia encodes its file.
pub(crate) const ENCODE: &str =
    "agency encode data/fiu-aurelia/people.csv --columns data/fiu-aurelia/people.columns.toml";
/// Borealia encodes its file.
pub(crate) const ENCODE_BOREALIA: &str =
    "agency encode data/police-borealia/people.csv --columns data/police-borealia/people.columns.toml";

/// Files below a directory, with mode and content.
pub(crate) type Tree = BTreeMap<PathBuf, (u32, Vec<u8>)>;

/// What a command did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self { exit: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ran {
    /// The code of the refusal.
    pub(crate) fn code(&self) -> Option<&str> {
        self.err.split_once("error[")?.1.get(..8)
    }
}

pub(crate) struct World {
    directory: TempDir,
}

impl World {
    /// A copy of the world at `stage`.
    pub(crate) fn at(stage: Stage) -> Self {
        static PLAYED: [OnceLock<Tree>; 9] = [const { OnceLock::new() }; 9];
        fn played(stage: usize) -> &'static Tree {
            PLAYED[stage].get_or_init(|| {
                let world = if stage == 0 { World::empty() } else { World::of(played(stage - 1)) };
                world.play(stage);
                world.tree("")
            })
        }
        Self::of(played(stage as usize))
    }

    /// Another world: the same names and people, other keys, another agreement.
    pub(crate) fn other(stage: Stage) -> Self {
        let world = Self::empty();
        (0..=stage as usize).for_each(|step| world.play(step));
        world
    }

    /// A world whose agreement was changed before anybody signed it, at `stage`.
    pub(crate) fn agreed(change: impl FnOnce(String) -> String, stage: Stage) -> Self {
        let world = Self::at(Stage::Drafted);
        world.edit("exchange/agreement.note", change);
        (Stage::Signed as usize..=stage as usize).for_each(|step| world.play(step));
        world
    }

    pub(crate) fn empty() -> Self {
        Self { directory: TempDir::new().expect("a directory") }
    }

    fn of(tree: &Tree) -> Self {
        let world = Self::empty();
        for (path, (mode, bytes)) in tree {
            world.write(path, bytes);
            fs::set_permissions(world.path(path), fs::Permissions::from_mode(*mode)).expect("a mode");
        }
        world
    }

    fn play(&self, step: usize) {
        match step {
            0 => {
                self.done(NOBODY, "synth data --people 300 --shared 30 --seed 3");
                self.keygen();
            }
            1 => self.done(NOBODY, "agreement draft fin-1 test-agreement"),
            2 => self.everybody_signs(),
            3 => [AURELIA, BOREALIA].iter().for_each(|who| self.done(who, "agency join")),
            4 => [COURT, OMBUD].iter().for_each(|who| self.done(who, "steward grant")),
            5 => [(AURELIA, ENCODE), (BOREALIA, ENCODE_BOREALIA)].iter().for_each(|(who, line)| self.done(who, line)),
            6 => [COURT, OMBUD].iter().for_each(|who| self.done(who, "steward permit")),
            7 => [AURELIA, BOREALIA].iter().for_each(|who| self.done(who, "agency send")),
            _ => {
                self.done(OPERATOR, "operator link");
                self.screen_and_release();
            }
        }
        if (4..=6).contains(&step) {
            self.logged();
        }
    }

    /// The operator logs what is new, and the reviewers cosign.
    pub(crate) fn logged(&self) {
        self.done(OPERATOR, "operator log");
        self.cosigned();
    }

    /// The reviewers verify and cosign the log.
    pub(crate) fn cosigned(&self) {
        WITNESSES.iter().for_each(|who| self.done(who, "log cosign"));
    }

    fn keygen(&self) {
        for (i, name) in PARTIES.iter().enumerate() {
            let roles = ["agency", "agency", "operator", "steward", "steward", "guardian", "reviewer", "reviewer"];
            let role = roles.get(i).copied().unwrap_or("officer");
            let special: &[&str] = match i {
                0 => &["--source", "financial-intelligence", "--legal-basis", "Invented Act; section 30"],
                1 => &["--source", "criminal-investigation", "--legal-basis", "Invented Code; section 163"],
                6 => &["--kind", "data-protection"],
                7 => &["--kind", "protection"],
                _ => &[],
            };
            let organisation = format!("Organisation of {}", name.trim_start_matches("officer-"));
            let mut command = self.command(name);
            command.args(["keygen", role, name, "--jurisdiction", "XA", "--organisation", &organisation]).args(special);
            let ran = Ran::from(command.output().expect("it runs"));
            assert_eq!(ran.exit, Some(0), "{ran:?}");
        }
    }

    pub(crate) fn everybody_signs(&self) {
        PARTIES.iter().for_each(|who| self.sign(who));
    }

    /// The digest of the exchange's agreement, as whoever reads it states it.
    pub(crate) fn agreement_digest(&self) -> String {
        let ran = self.run(NOBODY, "agreement show --json");
        let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
        json["digest"].as_str().expect("a digest").to_owned()
    }

    pub(crate) fn sign(&self, who: &str) {
        self.done(who, &format!("agreement sign --read {}", self.agreement_digest()));
    }

    /// From the operator's pairs to leads that both agencies can open: the first three.
    pub(crate) fn screen_and_release(&self) {
        let people = self.text("data/fiu-aurelia/people.csv");
        self.write("register.csv", people.lines().take(2).flat_map(|line| [line, "\n"]).collect::<String>());
        self.done(GUARDIAN, SCREEN);
        self.logged();
        HOLDERS.iter().for_each(|who| self.release_all(who, &[1, 2, 3]));
        self.logged();
    }

    /// One consent to a lead; it counts once it is logged.
    pub(crate) fn release(&self, who: &str, lead: u32) {
        self.release_all(who, &[lead]);
    }

    /// Consents to several leads in one list.
    pub(crate) fn release_all(&self, who: &str, leads: &[u32]) {
        let mut line = format!("officer release --between {AURELIA},{BOREALIA}");
        for lead in leads {
            let text =
                format!("Invented reasons of {who}: the case behind lead {lead} is open and was decided by a person.");
            let file = format!("reasons-{lead}.txt");
            self.write(&file, &text);
            // The last is there for whoever tries one more.
            self.write("reasons.txt", text);
            line += &format!(" --lead {lead} --reasons {file}");
        }
        self.done(who, &line);
    }

    /// The program, in this world, acting for `who`.
    pub(crate) fn command(&self, who: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_symbolon"));
        self.place(&mut command, who);
        command
    }

    /// A line of shell in this world, acting for `who`; `symbolon` is `$0`.
    pub(crate) fn shell(&self, who: &str, line: &str) -> Ran {
        let mut command = Command::new("bash");
        command.args(["-c", line, env!("CARGO_BIN_EXE_symbolon")]);
        self.place(&mut command, who);
        command.output().expect("bash").into()
    }

    fn place(&self, command: &mut Command, who: &str) {
        command.current_dir(self.directory.path()).stdin(Stdio::null()).env("SYMBOLON_EXCHANGE", "exchange");
        match who {
            NOBODY => command.env_remove("SYMBOLON_HOME"),
            who => command.env("SYMBOLON_HOME", format!("homes/{who}")),
        };
    }

    /// Runs a line of words.
    pub(crate) fn run(&self, who: &str, line: &str) -> Ran {
        self.command(who).args(line.split_whitespace()).output().expect("it runs").into()
    }

    /// Runs a line that must succeed.
    pub(crate) fn done(&self, who: &str, line: &str) {
        let ran = self.run(who, line);
        assert_eq!(ran.exit, Some(0), "{who}: {line}: {ran:?}");
        self.no_remains();
    }

    /// Runs a line that must be refused with this exit and code, say what to do next, and leave everything as it was.
    pub(crate) fn refused(&self, who: &str, line: &str, exit: i32, code: &str) {
        self.refused_args(who, &line.split_whitespace().collect::<Vec<_>>(), exit, code);
    }

    pub(crate) fn refused_args(&self, who: &str, args: &[&str], exit: i32, code: &str) {
        let before = self.listing();
        let ran = Ran::from(self.command(who).args(args).output().expect("it runs"));
        assert_eq!((ran.exit, ran.code()), (Some(exit), Some(code)), "{who}: {args:?}: {ran:?}");
        assert!(ran.err.contains("= next: "), "{ran:?}");
        assert!(ran.out.is_empty(), "{ran:?}");
        assert!(before == self.listing(), "{who}: {args:?} left something behind");
        self.no_remains();
        let explained = self.run(NOBODY, &format!("explain {code}"));
        assert!(explained.exit == Some(0) && explained.out.contains(&format!("(exit {exit})")), "{explained:?}");
    }

    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.directory.path().join(path)
    }

    pub(crate) fn read(&self, path: impl AsRef<Path>) -> Vec<u8> {
        fs::read(self.path(&path)).unwrap_or_else(|e| panic!("{}: {e}", path.as_ref().display()))
    }

    pub(crate) fn text(&self, path: impl AsRef<Path>) -> String {
        String::from_utf8(self.read(path)).expect("a text")
    }

    pub(crate) fn write(&self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, bytes).expect("written");
    }

    pub(crate) fn mode(&self, path: impl AsRef<Path>, mode: u32) {
        fs::set_permissions(self.path(path), fs::Permissions::from_mode(mode)).expect("a mode");
    }

    pub(crate) fn remove(&self, path: impl AsRef<Path>) {
        fs::remove_file(self.path(path)).expect("removed");
    }

    /// Rewrites a text.
    pub(crate) fn edit(&self, path: impl AsRef<Path>, change: impl FnOnce(String) -> String) {
        let before = self.text(&path);
        let after = change(before.clone());
        assert_ne!(before, after, "the edit changes something");
        self.write(path, after);
    }

    /// Every file below `below`.
    pub(crate) fn tree(&self, below: &str) -> Tree {
        let (mut tree, mut waiting) = (Tree::new(), vec![self.path(below)]);
        while let Some(directory) = waiting.pop() {
            for entry in fs::read_dir(&directory).expect("a directory").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    waiting.push(path);
                    continue;
                }
                let mode = entry.metadata().expect("metadata").permissions().mode();
                let relative = path.strip_prefix(self.directory.path()).expect("inside").to_owned();
                tree.insert(relative, (mode, fs::read(&path).expect("read")));
            }
        }
        tree
    }

    /// Every file but those that a refused command may touch: lock, clock, and the list of rows that were set aside.
    pub(crate) fn listing(&self) -> Tree {
        let mut tree = self.tree("");
        // Refusals that were seen are remembered, like the clock.
        let kept = ["sign-offs", "stops", "withdrawals"];
        let is_memory = |path: &Path| path.components().any(|c| kept.iter().any(|name| c.as_os_str() == *name));
        tree.retain(|path, _| !path.starts_with("homes") || !is_memory(path));
        let touched = [".lock", "seen", "quarantine.csv", "check.quarantine.csv", "list.args", "register.args"];
        tree.retain(|path, _| !touched.iter().any(|name| path.ends_with(name)));
        tree
    }

    /// Takes from a home what it remembers of withdrawals: it is then a home that never saw any.
    pub(crate) fn forget_withdrawals(&self, who: &str) {
        let kept = self.tree(&format!("homes/{who}")).into_keys();
        let kept = kept.filter(|path| path.components().any(|c| c.as_os_str() == "withdrawals"));
        kept.for_each(|path| self.remove(path));
    }

    /// No temporary file anywhere.
    pub(crate) fn no_remains(&self) {
        for path in self.tree("").keys() {
            assert!(path.extension().is_none_or(|e| e != "tmp"), "{} was left behind", path.display());
        }
    }

    /// From granted, with Aurelia's sets committed, to leads in both hands; gives the two lists.
    pub(crate) fn finish(&self) -> [String; 2] {
        self.done(BOREALIA, ENCODE_BOREALIA);
        self.logged();
        for step in Stage::Permitted as usize..=Stage::Linked as usize {
            self.play(step);
        }
        [AURELIA, BOREALIA].map(|who| self.leads(who))
    }

    /// The leads of an agency, at least one.
    pub(crate) fn leads(&self, who: &str) -> String {
        let ran = self.run(who, "agency leads");
        assert!(ran.exit == Some(0) && ran.out.lines().count() > 1, "{ran:?}");
        ran.out
    }
}
