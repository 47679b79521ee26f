//! Consents, receipts, withdrawals: what is not in the log opens nothing, and what was in it is missed by everybody.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::Timestamp;
use symbolon::agreement::{DraftAgreement, PartyRole, RunNumber, SignedAgreement};
use symbolon::note::Note;
use symbolon::primitives::Digest;
use symbolon::release::lists::Placed;
use symbolon::release::{ConsentList, Shares, pair_of};

use crate::patched;
use crate::world::{
    AURELIA, BOREALIA, COURT, ENCODE, ENCODE_BOREALIA, GUARDIAN, HOLDERS, OMBUD, OPERATOR, SCREEN, Stage, World,
};

const RELEASE: &str = "officer release --between fiu-aurelia,police-borealia";

/// Leads are issued and logged; nobody has consented to any.
fn issued() -> World {
    let world = World::at(Stage::Sent);
    world.done(OPERATOR, "operator link");
    let people = world.text("data/fiu-aurelia/people.csv");
    world.write("register.csv", people.lines().take(2).flat_map(|line| [line, "\n"]).collect::<String>());
    world.done(GUARDIAN, SCREEN);
    world.logged();
    world
}

fn copy(world: &World, from: &str, to: &str) {
    let done = Command::new("cp").args(["-r", from, to]).current_dir(world.path("")).status().expect("cp");
    assert!(done.success());
}

/// How many leads this agency opens, and how many lists it sees that do not count.
fn opened(world: &World, who: &str, exchange: &str) -> (u64, u64) {
    let ran = world.run(who, &format!("agency leads --json --exchange {exchange}"));
    assert_eq!(ran.exit, Some(0), "{ran:?}");
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let number = |name: &str| json[name].as_u64().expect("a number");
    (number("leads_count"), number("unlogged"))
}

fn files(world: &World, exchange: &str, end: &str) -> Vec<PathBuf> {
    let Ok(found) = fs::read_dir(world.path(format!("{exchange}/run-1/release"))) else { return Vec::new() };
    let paths = found.flatten().map(|entry| entry.path().strip_prefix(world.path("")).expect("inside").to_owned());
    let mut paths: Vec<PathBuf> = paths.filter(|path| path.to_string_lossy().ends_with(end)).collect();
    paths.sort();
    paths
}

fn second_run(world: &World) {
    for who in [COURT, OMBUD] {
        world.done(who, "steward grant --run 2");
    }
    world.logged();
    world.done(AURELIA, &format!("{ENCODE} --run 2"));
    world.done(BOREALIA, &format!("{ENCODE_BOREALIA} --run 2"));
    world.logged();
}

#[test]
fn consents_on_a_private_copy_of_the_exchange_open_nothing_and_are_missed_in_the_real_one() {
    let world = issued();
    copy(&world, "exchange", "private");
    for who in HOLDERS {
        world
            .write("reasons.txt", format!("Invented reasons of {who}: nobody is to know of this lead but the agency."));
        world.done(who, &format!("{RELEASE} --lead 1 --reasons reasons.txt --exchange private"));
    }
    assert_eq!(files(&world, "private", ".consents").len(), 3);
    assert_eq!(opened(&world, AURELIA, "private"), (0, 3), "they wait for the log");
    // Nobody goes on in the real exchange as if nothing had been consented to: the homes know.
    world.write("reasons.txt", "Other invented reasons, for the lead that everybody is to know of.");
    world.refused(HOLDERS[0], &format!("{RELEASE} --lead 1 --reasons reasons.txt"), 4, "SYM-0428");
    for path in files(&world, "private", ".consents") {
        let own = Path::new("exchange").join(path.strip_prefix("private").expect("inside"));
        world.write(own, world.read(&path));
    }
    assert_eq!(opened(&world, AURELIA, "exchange"), (0, 3));
    world.done(OPERATOR, "operator log");
    assert_eq!(opened(&world, AURELIA, "exchange"), (0, 3), "logged, and cosigned by nobody");
    world.cosigned();
    // Once it counts, it counts for everybody.
    assert_eq!((opened(&world, AURELIA, "exchange").0, opened(&world, BOREALIA, "exchange").0), (1, 1));
    // By then the home knows that the private log is an old one.
    world.refused(AURELIA, "agency leads --exchange private", 5, "SYM-0914");
}

#[test]
fn the_leads_of_one_session_are_one_list_and_later_ones_go_on_from_it() {
    let world = issued();
    HOLDERS.iter().for_each(|who| world.release_all(who, &[1, 3]));
    world.logged();
    assert_eq!(opened(&world, AURELIA, "exchange"), (2, 0));
    HOLDERS.iter().for_each(|who| world.release_all(who, &[2]));
    assert_eq!(opened(&world, AURELIA, "exchange"), (2, 3));
    world.logged();
    assert_eq!(opened(&world, AURELIA, "exchange"), (3, 0));
    assert_eq!(files(&world, "exchange", ".consents").len(), 6, "two lists a holder");
    let said = world.run(HOLDERS[0], "officer queue --json").out;
    assert!(said.contains("\"open\": 3") && said.contains("\"next\": 4"), "{said}");
    let unequal = format!("{RELEASE} --lead 4 --lead 5 --reasons reasons.txt");
    world.refused(HOLDERS[0], &unequal, 2, "SYM-0108");
    world.write("reasons.txt", "invented reasons for two leads at once, which are none for either");
    let twice = format!("{RELEASE} --lead 4 --reasons reasons.txt --lead 5 --reasons reasons.txt");
    let ran = world.run(HOLDERS[0], &twice);
    assert_eq!((ran.exit, ran.code()), (Some(4), Some("SYM-1008")), "{ran:?}");
}

#[test]
fn a_list_of_consents_that_is_deleted_or_replaced_once_logged_is_missed_by_everybody() {
    let world = issued();
    copy(&world, &format!("homes/{}", HOLDERS[0]), "homes/copy");
    copy(&world, "exchange", "before");
    HOLDERS.iter().for_each(|who| world.release(who, 1));
    world.logged();
    let own = files(&world, "exchange", &format!(".{}.1.consents", AURELIA)).remove(0);
    let note = world.read(&own);
    // A copy of the officer's home, which knows nothing of the first list, makes another first list.
    world.write("reasons.txt", "invented reasons of a copy of a home, for another lead than the first");
    world.done("copy", &format!("{RELEASE} --lead 2 --reasons reasons.txt --exchange before"));
    let other = files(&world, "before", &format!(".{}.1.consents", AURELIA)).remove(0);
    world.refused("copy", &format!("{RELEASE} --lead 3 --reasons reasons.txt"), 6, "SYM-0620");
    second_run(&world);
    for replaced in [false, true] {
        world.remove(&own);
        if replaced {
            world.write(&own, world.read(&other));
        }
        for who in [AURELIA, BOREALIA] {
            world.refused(who, "agency leads", 4, "SYM-0428");
        }
        world.refused(HOLDERS[1], "officer queue", 4, "SYM-0428");
        world.refused(COURT, "steward permit --run 2", 4, "SYM-0428");
        // The keeper does not log it in the place of the one that is gone.
        world.done(OPERATOR, "operator log");
        world.write(&own, &note);
        assert_eq!(opened(&world, AURELIA, "exchange").0, 1);
    }
    // Both there: the one of the log counts, and its author is asked.
    let stray = own.with_file_name("stray.consents");
    world.write(&stray, world.read(&other));
    world.done(OPERATOR, "operator log");
    world.cosigned();
    assert_eq!(opened(&world, AURELIA, "exchange").0, 1);
    // Nor does it keep an agency from answering what the log has.
    let lead = world.leads(AURELIA).lines().nth(1).and_then(|line| line.split(',').nth(3)).expect("a lead").to_owned();
    world.done(AURELIA, &format!("agency receipt {lead} --outcome lapsed"));
    assert_eq!(files(&world, "exchange", ".receipts").len(), 1);
    world.write("reasons.txt", "invented reasons for one more lead, which is the fourth of the list");
    world.refused(HOLDERS[0], &format!("{RELEASE} --lead 4 --reasons reasons.txt"), 5, "SYM-1016");
}

#[test]
fn whatever_else_lies_in_the_exchange_opens_and_stops_nothing() {
    let world = World::at(Stage::Linked);
    let leads = world.leads(AURELIA);
    for (name, text) in [("x.consents", "no note"), ("y.receipts", "\u{fffd}"), ("fiu-aurelia.1.consents", "")] {
        world.write(format!("exchange/run-1/release/{name}"), text);
    }
    // Another's note, and one of another agreement.
    let other = World::other(Stage::Linked);
    let foreign = files(&other, "exchange", ".consents").remove(0);
    world.write("exchange/run-1/release/z.consents", other.read(&foreign));
    assert_eq!(world.leads(AURELIA), leads);
    world.logged();
    assert_eq!(world.leads(AURELIA), leads);
}

#[test]
fn a_withdrawal_that_is_deleted_once_logged_is_missed_by_everybody() {
    let world = World::at(Stage::Linked);
    let leads = world.leads(AURELIA);
    let row = leads.lines().nth(1).and_then(|line| line.split(',').nth(1)).expect("a row");
    world.done(AURELIA, &format!("agency withdraw --row {row}"));
    world.logged();
    let path = files(&world, "exchange", ".withdrawal").remove(0);
    let note = world.read(&path);
    second_run(&world);
    world.remove(&path);
    // Homes that saw it remember it: it counts as if it were there.
    assert_eq!(world.leads(AURELIA), leads);
    world.write("reasons.txt", "invented reasons for a lead whose record was withdrawn, as the log says");
    world.refused(HOLDERS[0], &format!("{RELEASE} --lead 4 --reasons reasons.txt"), 4, "SYM-0428");
    world.refused(COURT, "steward permit --run 2", 4, "SYM-0437");
    // A home that never saw it learns from the log that it is missing.
    world.forget_withdrawals(BOREALIA);
    world.refused(BOREALIA, "agency leads", 4, "SYM-0428");
    world.refused(BOREALIA, "agency acknowledge", 4, "SYM-0428");
    world.write(&path, note);
    assert_eq!(world.leads(BOREALIA).lines().count(), leads.lines().count() - 1);
}

#[test]
fn nothing_is_acknowledged_without_the_log_or_while_it_cannot_be_looked_at() {
    let world = World::at(Stage::Linked);
    let leads = world.leads(AURELIA);
    let row = leads.lines().nth(1).and_then(|line| line.split(',').nth(1)).expect("a row");
    world.done(AURELIA, &format!("agency withdraw --row {row}"));
    copy(&world, "exchange/log", "log");
    fs::remove_dir_all(world.path("exchange/log")).expect("removed");
    world.refused(BOREALIA, "agency acknowledge", 5, "SYM-0914");
    copy(&world, "log", "exchange/log");
    let map = handles(&world, BOREALIA, AURELIA);
    let before = world.text(&map);
    world.write(&map, "handle,row,id\nnone\n");
    world.refused(BOREALIA, "agency acknowledge", 2, "SYM-0103");
    world.write(&map, before);
    world.done(COURT, "steward stop --reason doubt");
    world.refused(BOREALIA, "agency acknowledge", 4, "SYM-0471");
    assert!(files(&world, "exchange", ".acknowledgement").is_empty());
}

/// Where an agency's map of handles for a partner stands.
fn handles(world: &World, of: &str, partner: &str) -> PathBuf {
    let name = format!("run-1/{partner}.handles.csv");
    let mut found = world.tree(&format!("homes/{of}")).into_keys().filter(|path| path.ends_with(&name));
    found.next().expect("a map")
}

#[test]
fn withdrawals_and_acknowledgements_count_for_the_next_permit_once_they_are_logged() {
    let world = issued();
    let map = world.text(handles(&world, AURELIA, BOREALIA));
    let mut rows = map.lines().skip(1).filter_map(|line| line.split(',').nth(1));
    let row = rows.find(|row| *row != "0").expect("a record");
    world.done(AURELIA, &format!("agency withdraw --row {row}"));
    second_run(&world);
    world.refused(COURT, "steward permit --run 2", 4, "SYM-0437");
    world.done(BOREALIA, "agency acknowledge");
    world.refused(COURT, "steward permit --run 2", 4, "SYM-0905");
    world.logged();
    world.done(COURT, "steward permit --run 2");
    let log = world.run("", "log show").out;
    let kinds = ["withdrawal", "acknowledgement"].map(|kind| log.matches(&format!("run 1  {kind} ")).count());
    assert_eq!(kinds, [1, 1], "{log}");
}

/// What a patched program of a party has at hand: whatever is in the exchange, and its own key.
struct Patched {
    agreement: SignedAgreement,
    shares: Shares,
}

impl Patched {
    fn of(world: &World) -> Self {
        let draft = DraftAgreement::read(&world.read("exchange/agreement.note")).expect("an agreement");
        let agreement = draft.accept(Timestamp::now()).expect("signed");
        let note = Note::parse(&world.read("exchange/run-1/fiu-aurelia--police-borealia.shares")).expect("a note");
        let run = RunNumber::new(1).expect("positive");
        let shares = Shares::read(&agreement, run, pair_of(&agreement, AURELIA, BOREALIA).expect("agencies"), &note);
        Self { shares: shares.expect("shares"), agreement }
    }

    /// Digests of the lists of consents that are there.
    fn consents(&self, world: &World) -> Vec<Digest> {
        let read = |path: PathBuf| {
            let note = Note::parse(&world.read(path)).expect("a note");
            ConsentList::read(&self.agreement, &self.shares, &note).expect("a list").place().digest
        };
        files(world, "exchange", ".consents").into_iter().map(read).collect()
    }

    /// First receipts of fiu-aurelia that answer these lists and say of no lead what became of it: `docs/formats/receipts.md`, written by
    /// hand.
    fn silent(&self, world: &World, consents: &[Digest]) -> String {
        let body = self.agreement.body();
        let readers = body.of_role(PartyRole::Agency).chain(body.of_role(PartyRole::Officer));
        let readers = readers.chain(body.of_role(PartyRole::Reviewer)).map(|party| party.recipient.to_string());
        // Sixteen bytes of salt, then two a slot: nothing opened.
        let plain = [vec![7; 16], vec![0; 2 * self.shares.slots as usize]].concat();
        let mut answers: Vec<String> = consents.iter().map(|digest| format!("\"{digest}\"")).collect();
        answers.sort_unstable();
        let Shares { agencies: [first, second], issue, .. } = &self.shares;
        let text = format!(
            "symbolon = \"receipts v1\"\nagreement = \"{}\"\nrun = 1\nfirst = \"{first}\"\nsecond = \"{second}\"\n\
             issue = \"{issue}\"\nby = \"{AURELIA}\"\nnumber = 1\nanswers = [{}]\noutcomes = \"{}\"\n\
             created = \"{}\"\nsealed = \"\"\"\n{}\"\"\"\n",
            self.agreement.digest(),
            answers.join(", "),
            Digest::of_parts(&[b"symbolon/v1/outcomes", &plain]),
            Timestamp::now(),
            patched::seal(&readers.collect::<Vec<_>>(), &plain),
        );
        patched::sign(world, AURELIA, &text)
    }
}

#[test]
fn a_patched_agency_that_answers_and_leaves_its_open_leads_out_is_stopped_by_its_partner() {
    let world = World::at(Stage::Linked);
    second_run(&world);
    let leads = world.leads(BOREALIA);
    for lead in leads.lines().skip(1).filter_map(|line| line.split(',').nth(3)) {
        world.done(BOREALIA, &format!("agency receipt {lead} --outcome refuted --evidence document"));
    }
    let aurelia = Patched::of(&world);
    let consents = aurelia.consents(&world);
    let publish = |consents: &[Digest]| {
        let issue = aurelia.shares.issue.short();
        let path = format!("exchange/run-1/release/fiu-aurelia--police-borealia.{issue}.fiu-aurelia.1.receipts");
        world.write(path, aurelia.silent(&world, consents));
    };
    // Fewer lists than the log has: both stewards see it without opening anything.
    publish(&consents[1..]);
    [COURT, OMBUD].iter().for_each(|who| world.refused(who, "steward permit --run 2", 4, "SYM-0437"));
    publish(&consents);
    world.logged();
    [COURT, OMBUD].iter().for_each(|who| world.done(who, "steward permit --run 2"));
    world.logged();
    // They cannot see what is in it; the partner can, and sends nothing.
    world.refused(BOREALIA, "agency send --run 2", 4, "SYM-0437");
}

#[test]
fn whoever_stands_outside_sees_how_many_lists_there_are_and_nothing_else() {
    let (few, many) = (issued(), issued());
    HOLDERS.iter().for_each(|who| few.release_all(who, &[1]));
    HOLDERS.iter().for_each(|who| many.release_all(who, &(1..=9).collect::<Vec<_>>()));
    let kinds = |world: &World| {
        world.logged();
        let log = world.run("", "log show").out;
        log.lines().map(|line| line.split("sha256:").next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&few), kinds(&many));
    let sizes = |world: &World| {
        let paths = files(world, "exchange", ".consents");
        paths.iter().map(|path| world.read(path).len()).collect::<Vec<_>>()
    };
    // Age's own header differs by a few bytes, whatever is in it.
    for (one, other) in sizes(&few).into_iter().zip(sizes(&many)) {
        assert!(one.abs_diff(other) < 600, "{one} {other}");
    }
}
