//! Terms from outside: protocols by name, the order on agreements, amendments, the lint, and who is withheld.

use crate::world::{AURELIA, BOREALIA, COURT, ENCODE, NOBODY, OPERATOR, PARTIES, Stage, World};

const NOTE: &str = "exchange/agreement.note";

#[test]
fn uses_that_are_refused_and_documents_that_cannot_be_cited_are_refused_by_name() {
    let world = World::at(Stage::Keys);
    for (name, code) in [
        ("return", "SYM-0405"),
        ("asylum-matching", "SYM-0405"),
        ("hum-1", "SYM-0403"),
        ("san-1", "SYM-0404"),
        ("x", "SYM-0401"),
    ] {
        world.refused(NOBODY, &format!("agreement draft {name} test"), 4, code);
        assert!(!world.path(NOTE).exists());
    }
}

#[test]
fn diff_says_which_way_and_exits_1_when_it_weakens() {
    let world = World::at(Stage::Drafted);
    world.write("wide.note", world.text(NOTE));
    world.edit(NOTE, |text| text.replacen("leads = 100\n", "leads = 40\n", 1).replacen("runs = 6\n", "runs = 3\n", 1));
    let ran = world.run(NOBODY, "agreement diff wide.note exchange/agreement.note");
    assert_eq!(
        (ran.exit, ran.out.lines().next()),
        (Some(0), Some("it tightens: 0 widened, 0 incomparable, 2 narrowed"))
    );
    let back = world.run(NOBODY, "agreement diff exchange/agreement.note wide.note --json");
    let json: serde_json::Value = serde_json::from_str(&back.out).expect("JSON");
    assert_eq!(
        (back.exit, &json["relation"], json["changes"].as_array().map(Vec::len)),
        (Some(1), &"weakens".into(), Some(2))
    );
    assert_eq!(json["changes"][0]["direction"], "widened");
    assert_eq!(world.run(NOBODY, "agreement diff fin-1 wide.note").exit, Some(0));
    assert_eq!(world.run(NOBODY, "agreement diff fin-1 fin-1").out, "the same: no term differs\n");
    assert_eq!(world.run(NOBODY, "agreement diff fin-1 san-2").exit, Some(1));
    world.refused(NOBODY, "agreement diff fin-1 nowhere.note", 2, "SYM-0101");
    world.refused(NOBODY, "agreement diff fin-1 hum-1", 4, "SYM-0403");
    let root = env!("CARGO_MANIFEST_DIR");
    let document = std::fs::read_to_string(format!("{root}/protocols/fin-1.md")).expect("a document");
    world.write("fin-1.md", document.replacen("runs = 6", "runs = 7", 1));
    assert_eq!(world.run(NOBODY, "agreement diff fin-1 fin-1.md").exit, Some(1));
    world.write("fin-1.md", document.replacen("runs = 6", "walks = 7", 1));
    world.refused(NOBODY, "agreement diff fin-1 fin-1.md", 3, "SYM-0406");
}

/// Moves the signed agreement away and drafts an amendment of it.
fn amend(world: &World, options: &str) {
    world.write("signed.note", world.text(NOTE));
    world.remove(NOTE);
    world.done(NOBODY, &format!("agreement draft fin-1 amended --amends signed.note {options}"));
}

#[test]
fn an_amendment_runs_with_its_parent_and_stops_everybody_without_it() {
    let world = World::at(Stage::Signed);
    // It begins when its parent does, or later.
    amend(&world, "--leads 40 --days 300");
    world.everybody_signs();
    world.done(AURELIA, "agency join");
    world.done(BOREALIA, "agency join");
    world.done(COURT, "steward grant");
    let parent = world.read("exchange/parent.note");
    world.remove("exchange/parent.note");
    // Encoder, operator and steward refuse, each on its own machine.
    for (who, line) in [(AURELIA, ENCODE), (OPERATOR, "operator link"), (COURT, "steward grant --run 2")] {
        world.refused(who, line, 4, "SYM-0439");
    }
    let (text, lines) = String::from_utf8(parent)
        .expect("text")
        .rsplit_once("\n\n")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .expect("a note");
    let unsigned: String = lines.lines().skip(1).map(|line| format!("{line}\n")).collect();
    world.write("exchange/parent.note", format!("{text}\n\n{unsigned}"));
    world.refused(COURT, "steward grant --run 2", 4, "SYM-0439");
}

#[test]
fn an_amendment_that_widens_is_neither_drafted_nor_signed_nor_run() {
    let world = World::at(Stage::Keys);
    world.done(NOBODY, "agreement draft fin-1 narrow --leads 40 --days 300");
    world.everybody_signs();
    world.write("signed.note", world.text(NOTE));
    world.remove(NOTE);
    world.refused(NOBODY, "agreement draft fin-1 wider --amends signed.note --days 300", 4, "SYM-0438");
    world.done(NOBODY, "agreement draft fin-1 wider --amends signed.note --leads 40 --days 299");
    // Somebody edits the draft before anybody signs.
    world.edit(NOTE, |text| text.replacen("leads = 40\n", "leads = 41\n", 1));
    for who in PARTIES {
        world.refused(who, "agreement sign", 4, "SYM-0438");
    }
}

#[test]
fn lint_lists_weaknesses_with_fix_and_reference_and_exits_1_on_errors_alone() {
    let world = World::at(Stage::Drafted);
    let ran = world.run(NOBODY, "agreement lint");
    assert_eq!(ran.exit, Some(0), "{ran:?}");
    assert!(
        ran.out.contains("warning[SYM-0451]") && ran.out.contains("fix: ") && ran.out.contains("see: "),
        "{}",
        ran.out
    );
    world.edit(NOTE, |text| text.replacen("insertions = ", "insertions = 15 # ", 1));
    let ran = world.run(NOBODY, "agreement lint --json");
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((ran.exit, &json["findings"][0]["code"]), (Some(1), &"SYM-0442".into()));
    assert_eq!(json["findings"][0]["severity"], "error");
    let explained = world.run(NOBODY, "explain SYM-0442");
    assert!(explained.out.contains("inner filter"), "{}", explained.out);
}

#[test]
fn an_agreement_that_asks_for_case_files_gets_no_record_without_them() {
    let world = World::at(Stage::Keys);
    world.done(NOBODY, "agreement draft fin-1 strict --case-file");
    let check = "agency check data/fiu-aurelia/people.csv --columns data/fiu-aurelia/people.columns.toml";
    world.refused(AURELIA, check, 2, "SYM-0326");
    world.write(
        "source.toml",
        "symbolon = \"source v1\"\nsystem = \"reports\"\nsource = \"financial-intelligence\"\nlegal_basis = \"Invented Act; 30\"\n\
         query = \"none\"\nrows = 1\nextracted = \"2026-01-01\"\nofficer = \"desk 1\"\n",
    );
    world.refused(AURELIA, &format!("{check} --manifest source.toml"), 2, "SYM-0325");
}

#[test]
fn a_record_is_withheld_from_a_partner_that_passes_things_on_to_its_state() {
    let rows: String = (0..60)
        .map(|i| {
            format!(
                "{i},suspected-organiser,Person Number{i},1980-05-{:02},{}\n",
                i % 28 + 1,
                if i == 7 { "XN" } else { "IT" }
            )
        })
        .collect();
    let map = "id = \"id\"\n[role]\ncolumn = \"role\"\n[person-name]\ncolumns = [\"name\"]\n[birth-date]\ncolumns = [\"dob\"]\n\
               [document]\ncolumns = []\n[origin]\ncolumns = [\"nationality\"]\n";
    let withheld = |onward: bool| {
        let world = World::at(Stage::Keys);
        world.write("people.csv", format!("id,role,name,dob,nationality\n{rows}"));
        world.write("map.toml", map);
        if onward {
            // Borealia declares that it cannot refuse to pass things on to XN.
            world.remove("exchange/parties/police-borealia.party");
            let mut command = world.command("borealia-2");
            command.args(["keygen", "agency", "police-borealia", "--jurisdiction", "XA", "--organisation"]);
            command.arg(format!("Organisation of {BOREALIA}"));
            command.args(["--source", "criminal-investigation", "--legal-basis", "Invented Code; 1", "--onward", "XN"]);
            assert!(command.output().expect("it runs").status.success());
        }
        world.done(NOBODY, "agreement draft fin-1 test");
        let ran = world.run(AURELIA, "agency check people.csv --columns map.toml --json");
        let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
        assert!(!ran.out.contains("Number7"), "{}", ran.out);
        (
            json["screening"]["withheld"].clone(),
            json["screening"]["reasons"][0]["reason"].clone(),
            json["screening"]["reasons"][0]["first"].clone(),
        )
    };
    assert_eq!(withheld(false).0, 0);
    assert_eq!(withheld(true), (1.into(), "origin-in-reach".into(), serde_json::json!([8])));
}
