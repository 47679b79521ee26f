//! A word that stands in every cell of an agency's file leaves it nowhere but in the agency's own ids.

use std::path::Path;

use crate::world::{AURELIA, BOREALIA, COURT, NOBODY, OMBUD, OPERATOR, Ran, Stage, WITNESSES, World};

const CANARY: &str = "zqxcanary";
const MAP: &str = "--columns data/fiu-aurelia/people.columns.toml";

fn holds(bytes: &[u8]) -> bool {
    bytes.to_ascii_lowercase().windows(CANARY.len()).any(|window| window == CANARY.as_bytes())
}

/// Aurelia's file with the canary in every cell but roles and dates, and some rows where it is there too.
fn poisoned(world: &World) -> String {
    let good = world.text("data/fiu-aurelia/people.csv");
    let mut lines = good.lines();
    let mut text = format!("{},occupation,remarks\n", lines.next().expect("a header"));
    for (at, line) in lines.enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        let mut cells: Vec<String> = (0..8).map(|i| cells.get(i).copied().unwrap_or_default().to_owned()).collect();
        for i in [0, 2, 3, 6] {
            cells[i] += "ZQXCANARY";
        }
        cells[4] = "Zqxcanary".to_owned();
        match at {
            20 => cells[1] = "ZQXCANARY".to_owned(),
            21 => cells[5] = "ZQXCANARY".to_owned(),
            22 => cells[7] = "ZQXCANARY".to_owned(),
            23 => cells[5] = "31/02/1980 ZQXCANARY".to_owned(),
            24 => cells.truncate(3),
            25 => cells.extend((0..9).map(|_| "ZQXCANARY".to_owned())),
            26 => cells[2] += "\0",
            _ => {}
        }
        text += &format!("{},ZQXCANARY the smuggler,\"ZQXCANARY, of Zqxcanary\"\n", cells.join(","));
    }
    text
}

/// Runs a line that must not say the canary, whatever else it does.
fn quiet(world: &World, who: &str, line: &str) -> Ran {
    let ran = world.run(who, line);
    assert!(!holds(ran.out.as_bytes()) && !holds(ran.err.as_bytes()), "{line}: {ran:?}");
    assert!(!ran.err.contains("panicked"), "{ran:?}");
    ran
}

fn no_file_holds(world: &World, below: &str) {
    for (path, (mode, bytes)) in world.tree(below) {
        let name = path.file_name().expect("a name").to_string_lossy();
        if name.ends_with(".handles.csv") && path.starts_with("homes/fiu-aurelia") {
            assert_eq!(mode & 0o777, 0o600);
            // Ids alone: the third cell, and the rest of the row is of the program's making.
            for line in String::from_utf8(bytes).expect("a text").lines().skip(1) {
                let cells: Vec<&str> = line.split(',').collect();
                let padding = cells[1] == "0" && cells[2].is_empty();
                let record = cells[2].starts_with("AUR-") && cells[2].ends_with("ZQXCANARY");
                assert!(cells.len() == 3 && (padding || record), "{line}");
            }
        } else {
            assert!(!holds(&bytes), "{} holds the canary", path.display());
        }
    }
}

fn play(json: &str) {
    let world = World::at(Stage::Granted);
    world.write("in.csv", poisoned(&world));
    let ok = |who: &str, line: &str| {
        let ran = quiet(&world, who, &format!("{line} {json}"));
        assert_eq!(ran.exit, Some(0), "{line}: {ran:?}");
    };
    ok(AURELIA, &format!("agency check in.csv {MAP}"));
    ok(AURELIA, &format!("agency encode in.csv {MAP}"));
    ok(BOREALIA, crate::world::ENCODE_BOREALIA);
    let logged = || {
        ok(OPERATOR, "operator log");
        WITNESSES.iter().for_each(|who| ok(who, "log cosign"));
    };
    logged();
    ok(COURT, "steward permit");
    ok(OMBUD, "steward permit");
    logged();
    ok(AURELIA, "agency send");
    ok(BOREALIA, "agency send");
    ok(OPERATOR, "operator link");
    world.screen_and_release();
    ok(BOREALIA, "agency leads");
    ok(NOBODY, "log show");
    // With `--json` the leads are said on standard output too: own ids.
    world.done(AURELIA, &format!("agency leads -o leads.csv {json}"));
    for path in world.tree("exchange").keys() {
        ok(NOBODY, &format!("inspect {}", path.display()));
    }
    no_file_holds(&world, "homes");
    no_file_holds(&world, "exchange");
    let own = world.run(AURELIA, "agency leads");
    assert!(own.exit == Some(0) && own.out == world.text("leads.csv"), "{own:?}");
}

#[test]
fn a_whole_run_says_nothing_of_a_cell() {
    play("");
}

#[test]
fn a_whole_run_says_nothing_of_a_cell_in_json() {
    play("--json");
}

#[test]
fn no_refusal_quotes_a_cell() {
    let world = World::at(Stage::Granted);
    let good = poisoned(&world);
    let (header, rows) = good.split_once('\n').expect("a header");
    let cases = [
        rows.to_owned(),
        header.replace(',', ";") + "\n" + rows,
        format!("{header}\n{}", rows.replace('/', "-")),
        format!("{header}\n{}", rows.replace("organiser", "ZQXCANARY")),
        format!("{good}\"ZQXCANARY\n{}", "ZQXCANARY\n".repeat(500)),
        "ZQXCANARY".to_owned(),
        "{\"ref\": \"ZQXCANARY\", ".to_owned(),
        "{\"ref\": \"ZQXCANARY\", \"role\": \"ZQXCANARY\"}\n".to_owned(),
        // Only the row with the long cell is set aside, so this one is encoded: it comes last.
        good.replacen("ZQXCANARY", &"ZQXCANARY".repeat(1 << 20), 1),
    ];
    let last = cases.len() - 1;
    for (at, case) in cases.into_iter().enumerate() {
        for file in ["in.csv", "in.ndjson", "in.parquet"] {
            world.write(file, &case);
            for options in ["", MAP, "--json", "--map id=ref"] {
                for verb in ["check", "encode"] {
                    let ran = quiet(&world, AURELIA, &format!("agency {verb} {file} {options}"));
                    assert!(at == last || matches!(ran.exit, Some(2 | 3)), "{file} {options}: {ran:?}");
                }
            }
            no_file_holds(&world, "homes");
            world.remove(Path::new(file));
        }
    }
}
