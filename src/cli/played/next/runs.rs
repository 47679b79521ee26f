//! A run from grants to issued leads, and its log: what the gate refuses, and who then does what.

use jiff::SignedDuration;

use super::super::{AGENCIES, OFFICER, REVIEWERS, STEWARDS, World};
use super::followed::{Followed, copy};

pub(super) fn follow(drafted: &World, followed: &mut Followed) {
    let mut world = drafted.copy();
    world.sign();
    unlogged(&mut world, followed);
    refusals(&world, followed);
    granted(&mut world, followed);
    the_log(&world, followed);
    restored(&world, followed);
    compared(&mut world, followed);
}

fn all(world: &World, parties: &[&str], line: &str) {
    parties.iter().for_each(|who| drop(world.done(who, line)));
}

/// Signed; nothing is in a log, and nobody has signed off.
fn unlogged(world: &mut World, followed: &mut Followed) {
    let logs = |world: &mut World| drop(world.done("linkage-unit", "operator log"));
    followed.again(world, ("SYM-0901", "the operator makes it with `symbolon operator log`"), ("", "log show"), logs);
    let case = ("SYM-0909", "if none holds, the entry is not in that log");
    followed.instead(world, case, ("", "log prove 999"), ("", "log prove 0"));
    all(world, &AGENCIES, "agency join");
    world.dossier();
    let (page, wrong) = (world.path("again.html"), world.path("data/truth.csv"));
    let accept = |path: &std::path::Path| format!("reviewer sign-off {} --decision accept", path.display());
    let (not_it, it) = (accept(&wrong), accept(&world.path("again.json")));
    let exchange = world.exchange_path();
    let made = |world: &mut World| {
        world.done(REVIEWERS[0], &format!("reviewer dossier {} -o {}", exchange.display(), page.display()));
    };
    let grant = (STEWARDS[0], "steward grant --run 1");
    let case = ("SYM-0473", "`symbolon reviewer sign-off DOSSIER.json --decision accept`");
    let mut early = world.copy();
    followed.again(&mut early, case, grant, |world| {
        world.reviewed_again();
        world.logged();
    });
    let case = ("SYM-0110", "`symbolon reviewer dossier -o OUT.html`");
    followed.then(world, case, (REVIEWERS[0], &not_it), made, (REVIEWERS[0], &it));
    let conditions = it.replace("accept", "conditions");
    let stated = format!("{conditions} --condition Yearly");
    followed.instead(
        world,
        ("SYM-0474", "mend what the message names"),
        (REVIEWERS[1], &conditions),
        (REVIEWERS[1], &stated),
    );
    world.logged();
    followed.instead(world, ("SYM-0430", "check --home"), (STEWARDS[0], "agency join"), (AGENCIES[0], "agency join"));
}

impl World {
    /// A reviewer accepts what the dossier at hand says.
    fn reviewed_again(&self) {
        self.done(REVIEWERS[0], &format!("reviewer sign-off {} --decision accept", self.path("d.json").display()));
    }
}

/// A reviewer refuses, and lifts that.
fn refusals(world: &World, followed: &mut Followed) {
    let mut world = world.copy();
    let dossier = world.path("d.json");
    let refuse = format!("reviewer sign-off {} --decision refuse", dossier.display());
    let refused = world.done(REVIEWERS[1], &refuse).json;
    let digest = refused["digest"].as_str().expect("a digest").to_owned();
    let case = ("SYM-0472", "--decision accept --lifts DIGEST");
    followed.again(&mut world, case, (STEWARDS[0], "steward grant --run 1"), |world| {
        world
            .done(REVIEWERS[1], &format!("reviewer sign-off {} --decision accept --lifts {digest}", dossier.display()));
        world.logged();
    });
    // No further run: a new agreement.
    let anew = |world: &mut World| world.another_exchange();
    let case = ("SYM-0423", "draft and sign a new one");
    followed.then(&mut world, case, (STEWARDS[0], "steward grant --run 99"), anew, ("", "agreement draft fin-1 more"));
}

/// To grants that are logged and cosigned.
fn granted(world: &mut World, followed: &mut Followed) {
    world.now += SignedDuration::from_hours(3);
    let data = world.path("data").join(AGENCIES[0]);
    let (file, map) = (data.join("people.csv"), data.join("people.columns.toml"));
    let line = |run| format!("agency encode {} --columns {} --run {run}", file.display(), map.display());
    let (first, second) = (line(1), line(2));
    let encode = (AGENCIES[0], first.as_str());
    let case = ("SYM-0470", "go on with the run that was granted last");
    followed.instead(world, case, (STEWARDS[0], "steward grant --run 2"), (STEWARDS[0], "steward grant --run 1"));
    let mut early = world.copy();
    followed.again(&mut early, ("SYM-0428", "ask the named party"), encode, |world| {
        world.done(STEWARDS[1], "steward grant --run 1");
        world.logged();
    });
    world.done(STEWARDS[1], "steward grant --run 1");
    let mut unlogged = world.copy();
    followed.again(&mut unlogged, ("SYM-0905", "the operator runs `symbolon operator log`"), encode, |world| {
        world.logged();
    });
    world.done("linkage-unit", "operator log");
    let mut alone = world.copy();
    let cosign = |world: &mut World| all(world, &REVIEWERS, "log cosign");
    followed.again(&mut alone, ("SYM-0906", "ask other parties to run `symbolon log cosign`"), encode, cosign);
    cosign(world);
    // A weekend later, the same cosignatures are too old.
    let mut later = world.copy();
    later.now += SignedDuration::from_hours(60);
    followed.again(&mut later, ("SYM-0911", "ask other parties to run `symbolon log cosign`"), encode, cosign);
    let mut early = world.copy();
    early.now -= SignedDuration::from_hours(2);
    followed
        .again(&mut early, ("SYM-0610", "set the clock"), encode, |world| world.now += SignedDuration::from_hours(2));
    let mut stopped = world.copy();
    stopped.done(STEWARDS[0], "steward stop --run 1 --reason doubt");
    followed.again(&mut stopped, ("SYM-0471", "every one of them runs `symbolon steward resume`"), encode, |world| {
        all(world, &STEWARDS, "steward resume --run 1");
        world.logged();
    });
    // Grants of the first run, put where those of the second belong.
    let mut misplaced = world.copy();
    let (from, to) = (misplaced.exchange_path().join("run-1"), misplaced.exchange_path().join("run-2"));
    copy(&from, &to);
    followed.then(
        &mut misplaced,
        ("SYM-0511", "check the run number"),
        (AGENCIES[0], &second),
        |_| {
            std::fs::remove_dir_all(&to).expect("removed");
        },
        encode,
    );
}

/// A log that was damaged, cut or replaced on the way; the whole one comes again.
fn the_log(world: &World, followed: &mut Followed) {
    let data = world.path("data").join(AGENCIES[0]);
    let line = format!(
        "agency encode {} --columns {} --run 1",
        data.join("people.csv").display(),
        data.join("people.columns.toml").display()
    );
    let encode = (AGENCIES[0], line.as_str());
    let log = |world: &World| world.exchange_path().join("log");
    let mut damaged = world.copy();
    let checkpoint = log(&damaged).join("checkpoint");
    followed.restored(
        &mut damaged,
        ("SYM-0902", "fetch the log again"),
        &checkpoint,
        |_| b"no checkpoint\n".to_vec(),
        encode,
    );
    let mut torn = world.copy();
    let (whole, tiles) = (torn.path("whole"), log(&torn).join("tile"));
    copy(&tiles, &whole);
    std::fs::remove_dir_all(&tiles).expect("removed");
    followed.again(&mut torn, ("SYM-0913", "fetch the log again"), encode, |_| copy(&whole, &tiles));
    // An older copy is put back over what this party has seen.
    let mut cut = world.copy();
    let (old, new) = (cut.path("old"), cut.path("new"));
    copy(&log(&cut), &old);
    cut.encode(AGENCIES[0], 1);
    cut.logged();
    all(&cut, &[AGENCIES[1]], "log cosign");
    let put = |world: &World, from: &std::path::Path| {
        std::fs::remove_dir_all(log(world)).expect("removed");
        copy(from, &log(world));
    };
    copy(&log(&cut), &new);
    put(&cut, &old);
    let again = |world: &mut World| put(world, &new);
    followed.again(&mut cut, ("SYM-0914", "fetch the log again"), (AGENCIES[1], "log cosign"), again);
    // Another grant than the one that was logged first: a home that granted a little later.
    let mut replaced = world.copy();
    let grant = replaced.exchange_path().join(format!("run-1/{}.grant", STEWARDS[0]));
    let logged = std::fs::read(&grant).expect("a grant");
    let mut other = world.copy();
    std::fs::remove_file(other.exchange_path().join(format!("run-1/{}.grant", STEWARDS[0]))).expect("removed");
    other.now += SignedDuration::from_mins(1);
    if other.act(STEWARDS[0], "steward grant --run 1").is_err() {
        // The gate does not grant twice: the log has the first.
        return followed.restored_grant(&mut replaced, &grant, logged, encode);
    }
    panic!("a steward granted one run twice");
}

impl Followed {
    /// What the log has is missing from the exchange, and put back.
    fn restored_grant(&mut self, world: &mut World, path: &std::path::Path, logged: Vec<u8>, act: (&str, &str)) {
        std::fs::remove_file(path).expect("removed");
        self.again(world, ("SYM-0428", "ask the named party"), act, |_| std::fs::write(path, logged).expect("written"));
    }
}

/// A home that is put back from an older copy.
fn restored(world: &World, followed: &mut Followed) {
    let mut world = world.copy();
    let (home, old) = (world.home(STEWARDS[0]), world.path("old-home"));
    copy(&home, &old);
    world.done(STEWARDS[0], "steward stop --run 1 --reason doubt");
    all(&world, &STEWARDS, "steward resume --run 1");
    world.logged();
    std::fs::remove_dir_all(&home).expect("removed");
    copy(&old, &home);
    let case = ("SYM-0620", "then `symbolon log verify --take-over`");
    followed.again(&mut world, case, (STEWARDS[0], "steward grant --run 2"), |world| {
        world.done(STEWARDS[0], "log verify --take-over");
    });
}

/// From commitments to leads that are issued.
fn compared(world: &mut World, followed: &mut Followed) {
    AGENCIES.iter().for_each(|who| world.encode(who, 1));
    let data = world.path("data").join(AGENCIES[0]);
    let people = std::fs::read_to_string(data.join("people.csv")).expect("people");
    let fewer: String = people.lines().take(200).flat_map(|line| [line, "\n"]).collect();
    std::fs::write(world.path("fewer.csv"), fewer).expect("written");
    let other = format!(
        "agency encode {} --columns {} --run 1",
        world.path("fewer.csv").display(),
        data.join("people.columns.toml").display()
    );
    world.logged();
    let mut own = world.copy();
    let send = |world: &mut World| {
        all(world, &STEWARDS, "steward permit --run 1");
        world.logged();
    };
    let case = ("SYM-0432", "send the committed set");
    followed.then(&mut own, case, (AGENCIES[0], &other), send, (AGENCIES[0], "agency send --run 1"));
    let long = (STEWARDS[0], "steward permit --run 1 --hours 49");
    followed.instead(
        world,
        ("SYM-0420", "ask for fewer hours"),
        long,
        (STEWARDS[0], "steward permit --run 1 --hours 48"),
    );
    world.done(STEWARDS[1], "steward permit --run 1");
    world.logged();
    let mut late = world.copy();
    late.now += SignedDuration::from_hours(49);
    late.logged();
    followed.again(
        &mut late,
        ("SYM-0419", "`symbolon steward permit`"),
        (AGENCIES[0], "agency send --run 1"),
        |world| {
            send(world);
        },
    );
    let case = ("SYM-0102", "once that has expired");
    followed.then(
        world,
        case,
        (STEWARDS[0], "steward permit --run 1"),
        |world| {
            // Nothing is to be done: the permit is valid.
            all(world, &AGENCIES, "agency send --run 1");
        },
        ("", "agreement show"),
    );
    let mut sent = world.copy();
    let parcels =
        std::fs::read_dir(sent.exchange_path().join("run-1")).expect("a run").flatten().map(|entry| entry.path());
    let parcel =
        parcels.into_iter().find(|path| path.extension().is_some_and(|end| end == "parcel")).expect("a parcel");
    let link = ("linkage-unit", "operator link --run 1");
    let flipped = |mut bytes: Vec<u8>| {
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        bytes
    };
    followed.restored(&mut sent, ("SYM-0521", "ask the sender for the file again"), &parcel, flipped, link);
    let case = ("SYM-0494", "the guardian has run `symbolon guardian screen REGISTER`");
    world.done("linkage-unit", "operator link --run 1");
    let mut issued = world.copy();
    followed.again(&mut issued, case, (STEWARDS[0], "purge --run 1"), |world| {
        world.screen(1);
        world.logged();
    });
    let case = ("SYM-0428", "the guardian runs `symbolon guardian screen REGISTER`");
    followed.again(world, case, (OFFICER, "officer queue --run 1"), |world| {
        world.screen(1);
        world.logged();
    });
}
