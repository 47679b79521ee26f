//! What leaked while each verb had a list of checks of its own, mended as kinds: each test plays the patch, and names who refuses.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;

use crate::world::{
    AURELIA, BOREALIA, COURT, ENCODE, ENCODE_BOREALIA, GUARDIAN, HOLDERS, NOBODY, OMBUD, OPERATOR, SCREEN, Stage,
    WITNESSES, World,
};

const RELEASE: &str = "officer release --between fiu-aurelia,police-borealia --lead 4 --reasons reasons.txt";
const COMMITMENT: &str = "exchange/run-1/fiu-aurelia--police-borealia.commitment";

fn refuse(world: &World) {
    world.done(NOBODY, "reviewer dossier exchange -o out.html");
    world.done(WITNESSES[1], "reviewer sign-off out.json --decision refuse");
}

#[test]
fn a_reviewers_refusal_stops_leads_and_consents_too() {
    let world = World::at(Stage::Linked);
    world.write("reasons.txt", "invented reasons for one more lead, decided by a person about this case");
    refuse(&world);
    for (who, line) in [
        (AURELIA, "agency leads"),
        (BOREALIA, "agency leads"),
        (HOLDERS[0], RELEASE),
        (HOLDERS[2], RELEASE),
        (COURT, "steward grant --run 2"),
    ] {
        world.refused(who, line, 4, "SYM-0472");
    }
    // Logged and cosigned, and the file taken away afterwards: remembered where it was seen, missed everywhere else.
    world.logged();
    let path = world.tree("exchange/sign-offs").into_keys().next().expect("the refusal");
    world.remove(path);
    world.refused(AURELIA, "agency leads", 4, "SYM-0472");
    world.refused(HOLDERS[1], RELEASE, 4, "SYM-0428");
    // Nothing of it stands in the way of a stop, of the log, or of who takes a record back.
    world.done(OMBUD, "steward stop --reason doubt");
    world.done(OPERATOR, "operator log");
    world.done(COURT, "log cosign");
    world.done(AURELIA, "agency withdraw --row 90");
}

#[test]
fn a_commitment_is_made_once_for_ever_whatever_is_deleted() {
    let world = World::at(Stage::Linked);
    // A patched agency deletes its commitment, its parcel and all that its home has of the run, and adds a person to its list.
    for path in world.tree("exchange/run-1").into_keys().chain(world.tree("homes/fiu-aurelia").into_keys()) {
        let text = path.to_string_lossy().into_owned();
        let own =
            text.contains("fiu-aurelia--police-borealia") || text.starts_with("homes") && text.contains("/run-1/");
        if own && !text.ends_with(".leads") && !text.ends_with(".shares") && !text.ends_with(".pairs") {
            world.remove(path);
        }
    }
    world.edit("data/fiu-aurelia/people.csv", |text| {
        let last = text.lines().last().expect("a row").to_owned();
        text + &last.replacen("AUR-", "AUR-9", 1) + "\n"
    });
    world.refused(AURELIA, ENCODE, 4, "SYM-0432");
    // Nor does it help to forget that it ever committed.
    let memory = world.tree("homes/fiu-aurelia").into_keys().find(|path| path.ends_with("acts")).expect("the memory");
    world.remove(memory);
    world.refused(AURELIA, ENCODE, 6, "SYM-0620");
    // Patched all the way: another commitment and parcel of the same run, as another world has them. Everybody else refuses.
    let world = World::at(Stage::Encoded);
    let other = World::at(Stage::Granted);
    other.edit("data/fiu-aurelia/people.csv", |text| text.lines().take(290).collect::<Vec<_>>().join("\n") + "\n");
    other.done(AURELIA, ENCODE);
    world.write(COMMITMENT, other.read(COMMITMENT));
    world.refused(COURT, "steward permit", 5, "SYM-0915");
    let logged = world.run(OPERATOR, "operator log");
    assert!(logged.err.contains("was not logged") && logged.err.contains("came first"), "{logged:?}");
    world.cosigned();
    world.refused(OMBUD, "steward permit", 5, "SYM-0915");
}

#[test]
fn pairs_and_leads_are_made_once_for_ever() {
    let world = World::at(Stage::Linked);
    for path in ["pairs", "leads", "shares"] {
        let path = format!("exchange/run-1/fiu-aurelia--police-borealia.{path}");
        if path.ends_with("pairs") {
            world.remove(&path);
            world.refused(OPERATOR, "operator link", 2, "SYM-0102");
        }
    }
    // A patched operator hands on another file of pairs, and a patched guardian another list: of the same run in a copy of this world.
    let (world, other) = (World::at(Stage::Sent), World::at(Stage::Sent));
    world.done(OPERATOR, "operator link");
    other.done(OPERATOR, "operator link");
    let pairs = "exchange/run-1/fiu-aurelia--police-borealia.pairs";
    world.write(
        "register.csv",
        world.text("data/fiu-aurelia/people.csv").lines().take(2).collect::<Vec<_>>().join("\n"),
    );
    other.write("register.csv", world.read("register.csv"));
    let own = world.read(pairs);
    world.write(pairs, other.read(pairs));
    world.refused(GUARDIAN, SCREEN, 5, "SYM-0915");
    world.write(pairs, own);
    for played in [&world, &other] {
        played.done(GUARDIAN, SCREEN);
        played.logged();
    }
    for kind in ["leads", "shares"] {
        let path = format!("exchange/run-1/fiu-aurelia--police-borealia.{kind}");
        world.write(&path, other.read(&path));
    }
    let ran = world.run(AURELIA, "agency leads");
    assert!(matches!((ran.exit, ran.code()), (Some(5), Some("SYM-0915"))), "{ran:?}");
}

#[test]
fn a_contribution_that_is_replaced_once_logged_stops_the_guardian() {
    let world = World::at(Stage::Sent);
    world.done(OPERATOR, "operator link");
    let contribution = "exchange/contributions/fiu-aurelia--police-borealia.contribution";
    let before = world.read(contribution);
    // The agency's own program makes no second one; another key for the guardian's register would let protected people pass.
    world.remove(contribution);
    world.refused(AURELIA, "agency join", 2, "SYM-0102");
    world.write("register.csv", world.text("data/fiu-aurelia/people.csv"));
    world.refused(GUARDIAN, SCREEN, 4, "SYM-0428");
    // A patched one does, as another copy of this world has it.
    let other = World::at(Stage::Signed);
    other.done(AURELIA, "agency join");
    world.write(contribution, other.read(contribution));
    world.refused(GUARDIAN, SCREEN, 5, "SYM-0915");
    let logged = world.run(OPERATOR, "operator log");
    assert!(logged.err.contains("came first"), "{logged:?}");
    world.refused(GUARDIAN, SCREEN, 5, "SYM-0915");
    world.write(contribution, before);
    world.done(GUARDIAN, SCREEN);
}

#[test]
fn shares_and_leads_that_are_deleted_once_logged_are_missed_by_everybody() {
    let world = World::at(Stage::Linked);
    for who in [COURT, OMBUD] {
        world.done(who, "steward grant --run 2");
    }
    world.logged();
    for (who, line) in [(AURELIA, ENCODE), (BOREALIA, ENCODE_BOREALIA)] {
        world.done(who, &format!("{line} --run 2"));
    }
    world.logged();
    world.refused(COURT, "steward permit --run 2", 4, "SYM-0437");
    let shares = "exchange/run-1/fiu-aurelia--police-borealia.shares";
    let note = world.read(shares);
    world.remove(shares);
    // What is owed does not vanish with the file that says so; nor is a lead opened or released beside it.
    for (who, line) in [
        (COURT, "steward permit --run 2"),
        (AURELIA, "agency leads"),
        (BOREALIA, "agency leads"),
        (HOLDERS[0], RELEASE),
    ] {
        world.write("reasons.txt", "invented reasons for one more lead, decided by a person about this case");
        world.refused(who, line, 4, "SYM-0428");
    }
    world.write(shares, note);
    let leads = "exchange/run-1/fiu-aurelia--police-borealia.leads";
    let list = world.read(leads);
    world.remove(leads);
    world.refused(AURELIA, "agency leads", 4, "SYM-0428");
    let status = world.run(AURELIA, "status").out;
    assert!(status.contains("SYM-0428"), "{status}");
    world.write(leads, list);
    world.done(AURELIA, "agency leads");
}

#[test]
fn a_home_restored_from_yesterday_is_told_so_and_takes_over_what_the_log_has() {
    let (world, before) = (World::at(Stage::Permitted), World::at(Stage::Encoded));
    for path in world.tree("homes/steward-court").into_keys() {
        world.remove(path);
    }
    for (path, (mode, bytes)) in before.tree("homes/steward-court") {
        world.write(&path, bytes);
        world.mode(&path, mode & 0o777);
    }
    world.done(OPERATOR, "operator log");
    world.refused(COURT, "steward grant --run 2", 6, "SYM-0620");
    // A stop is never in the way of anything.
    world.done(COURT, "steward stop --run 1 --reason incident");
    // To look is not to take over.
    world.done(COURT, "log verify");
    world.refused(COURT, "steward grant --run 2", 6, "SYM-0620");
    let ran = world.run(COURT, "log verify --take-over");
    assert!(ran.exit == Some(0) && ran.err.contains("taken over"), "{ran:?}");
    world.done(COURT, "steward grant --run 2");
}

#[test]
fn whatever_an_artefact_is_replaced_by_nothing_hangs_and_every_status_is_given() {
    let world = World::at(Stage::Linked);
    let all: BTreeSet<_> = world.tree("exchange").into_keys().collect();
    let mut codes = BTreeSet::new();
    for path in all.iter().filter(|path| !path.to_string_lossy().contains("/tile/")) {
        let (full, good) = (world.path(path), world.read(path));
        for kind in ["missing", "empty", "half", "directory", "link", "pipe", "unreadable text"] {
            fs::remove_file(&full).expect("removed");
            match kind {
                "missing" => {}
                "empty" => world.write(path, ""),
                "half" => world.write(path, &good[..good.len() / 2]),
                "directory" => fs::create_dir(&full).expect("made"),
                "link" => symlink("/etc/hostname", &full).expect("a link"),
                "pipe" => {
                    let made = std::process::Command::new("mkfifo").arg(&full).status().expect("mkfifo");
                    assert!(made.success());
                }
                _ => world.write(path, [0xFF, 0xFE, 0, 1]),
            }
            let who = if path.to_string_lossy().contains("leads") { AURELIA } else { COURT };
            let ran = world.run(who, "status --json");
            assert!(matches!(ran.exit, Some(0..=7)), "{kind} {}: {ran:?}", path.display());
            let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
            for act in json["acts"].as_array().into_iter().flatten() {
                codes.extend(act["code"].as_str().map(str::to_owned));
            }
            if full.is_dir() {
                fs::remove_dir(&full).expect("removed")
            } else {
                let _ = fs::remove_file(&full);
            }
            world.write(path, &good);
        }
    }
    assert!(codes.len() > 5, "{codes:?}");
}

#[test]
fn the_next_step_of_a_refusal_works() {
    // Not logged: the keeper logs, others cosign, and the act goes on.
    let world = World::at(Stage::Granted);
    world.done(AURELIA, ENCODE);
    world.done(BOREALIA, ENCODE_BOREALIA);
    world.refused(COURT, "steward permit", 4, "SYM-0905");
    world.done(OPERATOR, "operator log");
    world.refused(COURT, "steward permit", 4, "SYM-0906");
    world.cosigned();
    world.done(COURT, "steward permit");
    // Stopped: every steward resumes.
    world.done(OMBUD, "steward permit");
    world.logged();
    world.done(COURT, "steward stop --reason doubt");
    world.refused(AURELIA, "agency send", 4, "SYM-0471");
    [COURT, OMBUD].iter().for_each(|who| world.done(who, "steward resume"));
    world.refused(AURELIA, "agency send", 4, "SYM-0905");
    world.logged();
    world.done(AURELIA, "agency send");
}

#[test]
fn the_demo_goes_on_and_what_it_prints_to_try_next_works() {
    let world = World::empty();
    let ran = world.run(NOBODY, "demo lab --people 300 --seed 5");
    assert_eq!(ran.exit, Some(0), "{ran:?}");
    let (_, next) = ran.out.split_once("try next:\n").expect("what to try");
    let commands: Vec<&str> = next.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert!(commands.len() >= 5 && commands.iter().all(|line| line.starts_with("symbolon ")), "{commands:?}");
    for command in commands {
        let ran = world.shell(NOBODY, &command.replacen("symbolon ", "\"$0\" ", 1));
        assert_eq!(ran.exit, Some(0), "{command}: {ran:?}");
    }
    // The world is played further by its own parties: the second run is granted by the other steward too, logged and encoded.
    let at = |who: &str, line: &str| format!("\"$0\" {line} --home lab/homes/{who} --exchange lab/exchange");
    for (who, line) in [
        (OMBUD, "steward grant --run 2"),
        (OPERATOR, "operator log"),
        (WITNESSES[0], "log cosign"),
        (WITNESSES[1], "log cosign"),
        (
            AURELIA,
            "agency encode lab/data/fiu-aurelia/people.csv --columns lab/data/fiu-aurelia/people.columns.toml --run 2",
        ),
    ] {
        let ran = world.shell(NOBODY, &at(who, line));
        assert_eq!(ran.exit, Some(0), "{who}: {line}: {ran:?}");
    }
}
