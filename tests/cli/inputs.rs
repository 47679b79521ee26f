//! Files of records as they come: damaged, misdescribed, too short; and outputs that cannot be written.

use crate::world::{AURELIA, ENCODE, Stage, World};

const PEOPLE: &str = "data/fiu-aurelia/people.csv";
const MAP: &str = "--columns data/fiu-aurelia/people.columns.toml";

/// `check` and `encode` refuse the file alike.
fn both_refuse(world: &World, content: impl AsRef<[u8]>, exit: i32, code: &str) {
    world.write("in.csv", content);
    for verb in ["check", "encode"] {
        world.refused(AURELIA, &format!("agency {verb} in.csv {MAP}"), exit, code);
    }
}

/// `check` and `encode` accept the file.
fn both_accept(world: &World, content: impl AsRef<[u8]>, options: &str) {
    world.write("in.csv", content);
    for verb in ["check", "encode"] {
        world.done(AURELIA, &format!("agency {verb} in.csv {MAP} {options}"));
    }
}

/// A field of the answer of `check`.
fn checked(world: &World, pointer: &str) -> u64 {
    let ran = world.run(AURELIA, &format!("agency check in.csv {MAP} --json"));
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    json.pointer(pointer).and_then(serde_json::Value::as_u64).unwrap_or_else(|| panic!("{pointer}: {json:#}"))
}

#[test]
fn damaged_files_are_refused_whole() {
    let world = World::at(Stage::Granted);
    let good = world.text(PEOPLE);
    let (header, rows) = good.split_once('\n').expect("a header");
    let first = rows.lines().next().expect("a row");
    both_refuse(&world, "", 3, "SYM-0308");
    both_refuse(&world, format!("{header}\n"), 3, "SYM-0314");
    both_refuse(&world, header, 3, "SYM-0314");
    both_refuse(&world, format!("{header}\n{first}\n"), 3, "SYM-0316");
    let doubled = good.replacen("ref,role", "ref,ref", 1);
    both_refuse(&world, doubled, 3, "SYM-0307");
    both_refuse(&world, format!("{good}\"an open quote\n{}", "a line\n".repeat(1000)), 3, "SYM-0318");
    both_refuse(&world, good.replacen("ref,role", "reference,role", 1), 2, "SYM-0313");
    both_refuse(&world, [good.as_bytes(), b"\xff\xfe,\xe4\n"].concat(), 3, "SYM-0315");
    let no_dates: String = rows.lines().map(|row| row.replace('/', "-") + "\n").collect();
    both_refuse(&world, format!("{header}\n{no_dates}"), 3, "SYM-0317");
    let ragged: String = rows.lines().map(|row| format!("{row},one more\n")).collect();
    both_refuse(&world, format!("{header}\n{ragged}"), 3, "SYM-0301");
    let no_roles: String =
        rows.lines().map(|row| row.replace("organiser", "migrant").replace("gain", "free") + "\n").collect();
    both_refuse(&world, format!("{header}\n{no_roles}"), 3, "SYM-0302");
    let some_dates: String = rows
        .lines()
        .enumerate()
        .map(|(i, row)| if i % 5 == 0 { row.replace('/', "-") } else { row.to_owned() } + "\n")
        .collect();
    both_refuse(&world, format!("{header}\n{some_dates}"), 3, "SYM-0317");
}

#[test]
fn a_few_malformed_rows_are_set_aside() {
    let world = World::at(Stage::Granted);
    let good = world.text(PEOPLE);
    let last = good.lines().last().expect("a row");
    let bad = [
        "AUR-RAGGED,suspected-organiser,too few".to_owned(),
        format!("{last},one,two,three"),
        last.replacen(',', ",\0", 1),
        format!("AUR-NUL\0{last}"),
        format!("AUR-LONG{}{last}", "x".repeat(10 << 20)),
    ];
    world.write("in.csv", &good);
    let before = checked(&world, "/screening/quarantined");
    let rows = checked(&world, "/screening/rows");
    for bad in bad {
        world.write("in.csv", format!("{good}{bad}\n"));
        assert_eq!(checked(&world, "/screening/rows"), rows + 1, "{:.80}", bad);
        assert_eq!(checked(&world, "/screening/quarantined"), before + 1, "{:.80}", bad);
    }
    // Of two rows with one id, neither can be told from the other.
    world.write("in.csv", format!("{good}{last}\n"));
    assert!(checked(&world, "/screening/quarantined") > before);
    both_accept(&world, format!("{good}{last}\nAUR-RAGGED,x\n"), "");
}

#[test]
fn another_encoding_is_read_only_when_it_is_stated() {
    let world = World::at(Stage::Granted);
    let good = world.text(PEOPLE);
    let header = good.lines().next().expect("a header").to_owned();
    // Russian names by the letter, in windows-1251: А is 0xC0.
    let mut bytes = (header + "\n").into_bytes();
    for row in 0..200u32 {
        bytes.extend(format!("AUR-{row:06},suspected-organiser,").bytes());
        let mut name = |seed: u32| {
            bytes.push(0xC0 + (seed % 32) as u8);
            (1..9).for_each(|i| bytes.push(0xE0 + (seed.wrapping_mul(2_654_435_761).rotate_left(i * 3) % 32) as u8));
            bytes.push(b',');
        };
        (0..3).for_each(|part| name(row * 3 + part + 1));
        bytes.extend(format!("{:02}/{:02}/19{:02},,\n", row % 28 + 1, row % 12 + 1, 50 + row % 40).bytes());
    }
    both_refuse(&world, &bytes, 3, "SYM-0315");
    world.refused(AURELIA, &format!("agency check in.csv {MAP} --encoding no-such"), 2, "SYM-0309");
    both_accept(&world, &bytes, "--encoding windows-1251");
}

#[test]
fn paths_that_are_no_files_are_refused() {
    let world = World::at(Stage::Granted);
    for verb in ["check", "encode"] {
        world.refused(AURELIA, &format!("agency {verb} nothing.csv {MAP}"), 2, "SYM-0101");
        world.refused(AURELIA, &format!("agency {verb} data {MAP}"), 2, "SYM-0103");
        world.refused(AURELIA, &format!("agency {verb} {PEOPLE} --columns nothing.toml"), 2, "SYM-0101");
        world.refused(AURELIA, &format!("agency {verb} {PEOPLE} --columns data"), 2, "SYM-0103");
        world.refused(AURELIA, &format!("agency {verb} {PEOPLE} --columns {PEOPLE}"), 2, "SYM-0312");
        world.refused(AURELIA, &format!("agency {verb} {PEOPLE} {MAP} --delimiter ;"), 2, "SYM-0313");
        world.refused(AURELIA, &format!("agency {verb} {PEOPLE} {MAP} --delimiter –"), 2, "SYM-0108");
    }
}

#[test]
fn a_pipe_is_read_like_a_file() {
    let world = World::at(Stage::Granted);
    let ran = world.shell(AURELIA, &format!("$0 agency encode - {MAP} < {PEOPLE}"));
    assert_eq!(ran.exit, Some(0), "{ran:?}");
    world.finish();
}

#[test]
fn leads_are_never_written_over_something() {
    let world = World::at(Stage::Linked);
    world.write("taken.csv", "mine");
    world.refused(AURELIA, "agency leads -o taken.csv", 2, "SYM-0102");
    world.refused(AURELIA, "agency leads -o data", 2, "SYM-0102");
    world.refused(AURELIA, "agency leads -o no-such-directory/leads.csv", 2, "SYM-0101");
    world.done(AURELIA, "agency leads -o leads.csv");
    assert_eq!(world.tree("")[std::path::Path::new("leads.csv")].0 & 0o777, 0o600);
    assert_eq!(world.text("leads.csv"), world.leads(AURELIA));
}

#[test]
fn a_directory_that_cannot_be_written_to_is_named() {
    let world = World::at(Stage::Granted);
    world.mode("exchange/run-1", 0o555);
    let probe = world.path("exchange/run-1/probe");
    if std::fs::write(&probe, "x").is_ok() {
        // The superuser writes anywhere: nothing to see here.
        return;
    }
    world.refused(crate::world::COURT, "steward grant --run 1", 2, "SYM-0102");
    let ran = world.run(AURELIA, ENCODE);
    assert_eq!((ran.exit, ran.code()), (Some(70), Some("SYM-7003")), "{ran:?}");
    world.mode("exchange/run-1", 0o755);
    world.done(AURELIA, ENCODE);
    world.finish();
}
