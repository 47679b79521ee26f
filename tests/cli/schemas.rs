//! What the program prints with `--json`, against the schemas in `docs/schemas`.
//!
//! The schemas allow members that they do not name, for later versions of the program; here every object is closed, so that a
//! member that no schema names fails too.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::Value;

use crate::world::{
    AURELIA, BOREALIA, COURT, ENCODE, ENCODE_BOREALIA, GUARDIAN, HOLDERS, NOBODY, OMBUD, OPERATOR, SCREEN, Stage,
    WITNESSES, World,
};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas")
}

/// The schemas by the kind of outcome that they are for.
struct Schemas(BTreeMap<String, Validator>);

impl Schemas {
    fn committed() -> Self {
        let files = fs::read_dir(directory()).expect("docs/schemas").flatten().map(|entry| entry.path());
        let schemas = files.filter(|path| path.extension().is_some_and(|e| e == "json")).map(|path| {
            let mut schema: Value = serde_json::from_slice(&fs::read(&path).expect("readable")).expect("JSON");
            let kind = schema["properties"]["symbolon"]["const"].as_str().expect("a kind").to_owned();
            close(&mut schema);
            let options = jsonschema::options().should_validate_formats(true);
            (kind, options.build(&schema).unwrap_or_else(|e| panic!("{}: {e}", path.display())))
        });
        Self(schemas.collect())
    }

    /// What does not fit, with the kind that the text says it is.
    fn problems(&self, text: &str) -> (String, Vec<String>) {
        let value: Value = serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"));
        let kind = value["symbolon"].as_str().unwrap_or_else(|| panic!("no kind: {text}")).to_owned();
        let validator = self.0.get(&kind).unwrap_or_else(|| panic!("no schema of `{kind}`"));
        let problems = validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
        (kind, problems)
    }
}

/// Forbids members that a schema does not name.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(close);
            if members.get("properties").is_some_and(Value::is_object) && !members.contains_key("additionalProperties")
            {
                members.insert("additionalProperties".to_owned(), false.into());
            }
        }
        Value::Array(list) => list.iter_mut().for_each(close),
        _ => {}
    }
}

/// Runs commands, and holds what each prints against its schema.
struct Checked {
    world: World,
    schemas: Schemas,
    seen: BTreeSet<String>,
}

impl Checked {
    fn at(stage: Stage) -> Self {
        Self { world: World::at(stage), schemas: Schemas::committed(), seen: BTreeSet::new() }
    }

    /// Runs a line whose outcome must be of this kind; gives what it printed.
    fn prints(&mut self, who: &str, line: &str, kind: &str) -> String {
        let ran = self.world.run(who, &format!("{line} --json"));
        let (found, problems) = self.schemas.problems(&ran.out);
        assert!(found == kind && problems.is_empty(), "{who}: {line}: {found}: {problems:?}\n{}", ran.out);
        self.seen.insert(found);
        ran.out
    }
}

/// Outcomes that take minutes to make: no command of these tests prints them.
const LONG: [&str; 4] =
    ["attack calibration v1", "guardian measure table v1", "reviewer attest v1", "reviewer check-attestation v1"];

#[test]
fn every_outcome_is_as_its_schema_says() {
    let mut seen = BTreeSet::new();
    for each in [a_run(), readers(), laboratory()] {
        seen.extend(each);
    }
    let mut missing: Vec<String> = Schemas::committed().0.into_keys().collect();
    missing.retain(|kind| !seen.contains(kind));
    assert_eq!(missing, LONG, "schemas that no command of these tests was held against");
}

/// A run from its first key to its destruction.
fn a_run() -> BTreeSet<String> {
    let mut all = Checked::at(Stage::Keys);
    let card = "keygen reviewer newcomer --organisation Newcomer --jurisdiction XA --kind protection";
    all.world.write("elsewhere/.keep", "");
    all.prints("newcomer", &format!("{card} --exchange elsewhere"), "keygen v1");
    all.prints(NOBODY, "agreement draft fin-1 test-agreement", "agreement draft v1");
    let sign = format!("agreement sign --read {}", all.world.agreement_digest());
    all.prints(AURELIA, &sign, "agreement sign v1");
    all.prints(AURELIA, "status", "status v1");
    all.world.everybody_signs();
    all.prints(AURELIA, "agency join", "agency join v1");
    all.world.done(BOREALIA, "agency join");
    all.prints(COURT, "steward grant", "steward grant v1");
    all.world.done(OMBUD, "steward grant");
    all.prints(OPERATOR, "operator log", "operator log v1");
    all.prints(WITNESSES[0], "log cosign", "log cosign v1");
    all.world.done(WITNESSES[1], "log cosign");
    let check = all.prints(AURELIA, &ENCODE.replace("encode", "check"), "agency check v1");
    all.world.write("check.json", check);
    all.prints(NOBODY, "agreement design check.json --protocol fin-1", "agreement design v1");
    all.prints(AURELIA, ENCODE, "agency encode v1");
    // As if it had been interrupted before it published.
    all.world.remove("exchange/run-1/fiu-aurelia--police-borealia.commitment");
    let resumed = all.prints(AURELIA, ENCODE, "agency encode v1");
    assert!(resumed.contains("\"resumed\": true"), "{resumed}");
    all.world.done(BOREALIA, ENCODE_BOREALIA);
    all.world.logged();
    all.prints(COURT, "steward permit", "steward permit v1");
    all.world.done(OMBUD, "steward permit");
    all.world.logged();
    all.prints(AURELIA, "agency send", "agency send v1");
    all.world.done(BOREALIA, "agency send");
    let link = all.prints(OPERATOR, "operator link", "operator link v1");
    all.world.write("link.json", link);
    let people = all.world.text("data/fiu-aurelia/people.csv");
    all.world.write("register.csv", people.lines().take(2).flat_map(|line| [line, "\n"]).collect::<String>());
    all.prints(GUARDIAN, SCREEN, "guardian screen v1");
    all.world.logged();
    let evidence = "reviewer dossier exchange -o out.html --evidence check.json --evidence link.json";
    all.prints(NOBODY, evidence, "reviewer dossier v1");
    assert!(!all.world.text("out.json").contains("its figures are not used"), "the dossier reads what the verbs print");
    all.prints(WITNESSES[0], "reviewer sign-off out.json --decision accept", "reviewer sign-off v1");
    all.prints(COURT, "steward stop --reason doubt", "steward stop v1");
    all.prints(COURT, "steward resume", "steward resume v1");
    all.world.done(OMBUD, "steward resume");
    all.world.logged();
    all.prints(OPERATOR, "purge", "purge v1");
    all.seen
}

/// What reads a run, and what the program says of itself.
fn readers() -> BTreeSet<String> {
    let mut all = Checked::at(Stage::Linked);
    for (line, kind) in [
        ("agreement show", "agreement show v1"),
        ("agreement lint", "agreement lint v2"),
        ("agreement diff fin-1 exchange/agreement.note", "agreement diff v1"),
        ("agreement diff exchange/agreement.note exchange/agreement.note", "agreement diff v1"),
        ("agreement protocols", "agreement protocols v1"),
        ("log show", "log show v1"),
        ("log verify", "log verify v1"),
        ("log prove 0", "log prove v1"),
        ("inspect exchange/agreement.note", "inspect v1"),
        ("inspect exchange/log/checkpoint", "inspect v1"),
        ("inspect exchange/run-1/fiu-aurelia--police-borealia.parcel", "inspect v1"),
        ("explain", "explain v1"),
        ("explain SYM-0101", "explain v1"),
        ("explain acts", "acts v1"),
        ("explain SYM-9999", "error v1"),
        ("man", "text v1"),
        ("completions bash", "text v1"),
        ("reviewer dossier exchange -o out.html", "reviewer dossier v1"),
        ("reviewer dossier exchange --check out.json", "reviewer dossier check v1"),
        ("reviewer dossier nowhere -o none.html", "error v1"),
        ("reviewer dpia exchange -o dpia.md", "reviewer dpia v1"),
        ("agency send", "error v1"),
    ] {
        all.prints(NOBODY, line, kind);
    }
    all.prints(HOLDERS[0], "officer queue", "officer queue v2");
    all.world.write("reasons.txt", "invented reasons for one more lead, decided by a person about this case");
    let release = "officer release --between fiu-aurelia,police-borealia --lead 4 --reasons reasons.txt";
    all.prints(HOLDERS[0], release, "officer release v2");
    let leads: serde_json::Value =
        serde_json::from_str(&all.prints(AURELIA, "agency leads", "agency leads v3")).expect("JSON");
    let lead = leads["leads"][0]["lead"].as_str().expect("a lead").to_owned();
    all.prints(AURELIA, &format!("agency receipt {lead} --outcome lapsed"), "agency receipt v2");
    all.prints(AURELIA, "agency withdraw --row 90", "agency withdraw v2");
    all.world.logged();
    all.prints(BOREALIA, "agency acknowledge", "agency acknowledge v2");
    all.prints(COURT, "log watch --silent --times 1", "log watch v1");
    all.prints(AURELIA, ENCODE, "error v1");
    all.seen
}

/// The laboratory, on few records.
fn laboratory() -> BTreeSet<String> {
    let mut all = Checked::at(Stage::Keys);
    all.prints(NOBODY, "synth made --people 60 --shared 6", "synth v1");
    let demo = all.prints(NOBODY, "demo lab --seed 5 --people 300", "demo v1");
    all.world.write("demo.json", demo);
    all.world.write("schema.toml", all.world.text("data/fiu-aurelia/people.columns.toml"));
    all.world.write("truth.csv", truth(&all.world));
    let sides =
        "--schema schema.toml --left data/fiu-aurelia/people.csv --right data/fiu-aurelia/people.csv --truth truth.csv";
    let evaluated = all.prints(NOBODY, &format!("evaluate {sides} --by system"), "evaluate v1");
    all.world.write("evaluate.json", evaluated);
    all.prints(NOBODY, &format!("frontier {sides} --known 20 --victims 50"), "frontier v1");
    let attack = "reviewer attack --only a4 --register 300 --victims 100 --known 50 --insertions 20 --diffusion 3";
    let attacked = all.prints(NOBODY, attack, "attack v1");
    all.world.write("attack.json", attacked);
    all.prints(NOBODY, "reviewer fishing --people 700 --targets 40 --dates 200", "fishing v1");
    all.prints(NOBODY, "guardian measure --people 30", "guardian measure v1");
    all.prints(NOBODY, "bench match --records 64", "bench match v1");
    all.prints(NOBODY, "bench encode --records 50", "bench encode v1");
    all.prints(NOBODY, "bench pipeline --records 50", "bench pipeline v1");
    let dossier = "reviewer dossier lab/exchange -o out.html --evidence demo.json --evidence evaluate.json --evidence attack.json";
    all.prints(NOBODY, dossier, "reviewer dossier v1");
    let told = all.world.text("out.json");
    assert_eq!(told.matches("its figures are not used").count(), told.matches("it attacked another encoding").count());
    all.seen
}

/// Everybody is the same as themselves, in one group or another.
fn truth(world: &World) -> String {
    let people = world.text("data/fiu-aurelia/people.csv");
    let ids = people.lines().skip(1).filter_map(|line| line.split(',').next()).enumerate();
    let pairs = ids.map(|(at, id)| format!("{id},{id},{}\n", if at % 2 == 0 { "one" } else { "other" }));
    std::iter::once("left,right,system\n".to_owned()).chain(pairs).collect()
}

#[test]
fn an_outcome_that_breaks_its_schema_is_seen() {
    let schemas = Schemas::committed();
    let fits = |text: &str| schemas.problems(text).1.is_empty();
    let good = r#"{"symbolon":"agency join v1","agency":"fiu-a","contributions":["a/b"]}"#;
    assert!(fits(good));
    for (from, to) in [
        ("\"agency\":\"fiu-a\",", ""),
        ("\"fiu-a\"", "7"),
        ("[\"a/b\"]", "null"),
        ("\"agency\":", "\"more\":1,\"agency\":"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert!(bad != good && !fits(&bad), "{bad}");
    }
}

#[test]
fn every_kind_that_a_type_declares_has_a_schema() {
    fn kinds(directory: &Path, found: &mut BTreeSet<String>) {
        for path in fs::read_dir(directory).expect("src").flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                kinds(&path, found);
                continue;
            }
            let text = fs::read_to_string(&path).expect("readable");
            let mut inside = false;
            for line in text.lines().map(str::trim) {
                inside = line == "kinds! {" || inside && line != "}";
                let declares = inside || line.starts_with("const KIND: &'static str =");
                let kind = line.split('"').nth(1).filter(|_| declares && line.ends_with("\";"));
                found.extend(kind.map(str::to_owned));
            }
        }
    }
    let mut declared = BTreeSet::new();
    kinds(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut declared);
    let committed: BTreeSet<String> = Schemas::committed().0.into_keys().collect();
    assert!(declared.len() > 40, "the walk finds them");
    assert_eq!(declared, committed);
}
