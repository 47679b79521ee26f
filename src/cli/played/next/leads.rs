//! Leads, from the first consent to the run after: consents, receipts, withdrawals, and what is then owed.

use jiff::SignedDuration;

use super::super::{AGENCIES, OFFICER, REVIEWERS, STEWARDS, World};
use super::followed::Followed;

pub(super) fn follow(drafted: &World, followed: &mut Followed) {
    let mut world = drafted.copy();
    world.joined();
    world.linked(1);
    consents(&mut world, followed);
    lapsed(&world, followed);
    withdrawn(&world, followed);
    receipts(&mut world, followed);
}

fn release(world: &World, lead: u32, reasons: &str) -> String {
    let path = world.path(&format!("reasons-{lead}-{}.txt", reasons.len()));
    std::fs::write(&path, reasons).expect("written");
    format!("officer release --run 1 --between {} --lead {lead} --reasons {}", AGENCIES.join(","), path.display())
}

const REASONS: &str = "Invented reasons: a person decided about this case, and nothing milder does.";

fn consents(world: &mut World, followed: &mut Followed) {
    let first = release(world, 1, REASONS);
    let (short, far) = (release(world, 1, "because"), release(world, 4000, REASONS));
    let queue = |world: &mut World| drop(world.done(OFFICER, "officer queue --run 1"));
    let other = "officer-police-borealia";
    followed.instead(world, ("SYM-1008", "write for each lead why"), (OFFICER, &short), (OFFICER, &first));
    let (twice, second) =
        (release(world, 1, &REASONS.replace("this", "that")), release(world, 2, &REASONS.replace("this", "one")));
    followed.then(world, ("SYM-1007", "`symbolon officer queue` lists them"), (other, &far), queue, (other, &second));
    let case = ("SYM-1012", "ask an officer of the other organisation");
    followed.instead(world, case, (OFFICER, &twice), (other, &first));
    followed.instead(world, ("SYM-1006", "check --home"), (REVIEWERS[1], &first), (REVIEWERS[0], &first));
    world.logged();
}

/// A month later nothing opens: a new run.
fn lapsed(world: &World, followed: &mut Followed) {
    let mut world = world.copy();
    world.now += SignedDuration::from_hours(24 * 31);
    world.logged();
    let late = release(&world, 2, &REASONS.replace("this", "that"));
    let anew = |world: &mut World| {
        AGENCIES.iter().for_each(|who| drop(world.done(who, "agency leads --run 1")));
        for who in AGENCIES.iter().chain(&STEWARDS).chain(&["linkage-unit", "guardian"]) {
            world.done(who, "purge --run 1");
        }
        world.logged();
    };
    let case = ("SYM-1005", "a new run may find the pair again");
    followed.then(&mut world, case, (OFFICER, &late), anew, (STEWARDS[0], "steward grant --run 2"));
}

/// What is withdrawn freezes its list; the next run goes on once the partner has acknowledged it.
fn withdrawn(world: &World, followed: &mut Followed) {
    let mut world = world.copy();
    let case = ("SYM-0109", "give a row of the file that was encoded");
    followed.instead(
        &mut world,
        case,
        (AGENCIES[1], "agency withdraw --run 1 --row 9999999"),
        (AGENCIES[1], "agency withdraw --run 1 --row 7"),
    );
    world.logged();
    let frozen = release(&world, 2, &REASONS.replace("this", "that"));
    let case = ("SYM-1003", "a new run may find the pairs again");
    followed.instead(&mut world, case, (OFFICER, &frozen), (STEWARDS[0], "steward grant --run 2"));
}

/// What became of the leads; and the next run, which waits for that.
fn receipts(world: &mut World, followed: &mut Followed) {
    let leads = |world: &World, who: &str| -> Vec<String> {
        let json = world.done(who, "agency leads --run 1").json;
        let ids = json["leads"].as_array().expect("leads").iter();
        ids.map(|lead| lead["lead"].as_str().expect("an id").to_owned()).collect()
    };
    let own = leads(world, AGENCIES[0]);
    let id = own.first().expect("an open lead");
    let receipt = |id: &str, rest: &str| format!("agency receipt {id} --run 1 --outcome {rest}");
    // The second run is granted, encoded and logged, and then permitted by nobody.
    STEWARDS.iter().for_each(|who| drop(world.done(who, "steward grant --run 2")));
    world.logged();
    AGENCIES.iter().for_each(|who| world.encode(who, 2));
    world.logged();
    let mut owed = world.copy();
    let case = ("SYM-0437", "`symbolon agency receipt LEAD --outcome OUTCOME`");
    followed.again(&mut owed, case, (STEWARDS[0], "steward permit --run 2"), |world| {
        for who in AGENCIES {
            for id in leads(world, who) {
                world.done(who, &receipt(&id, "lapsed"));
            }
        }
        world.logged();
    });
    let unknown = receipt(&"0".repeat(32), "lapsed");
    let (bare, full) = (receipt(id, "verified"), receipt(id, "verified --evidence partner-answer"));
    let case = ("SYM-1013", "--outcome verified --evidence partner-answer");
    followed.instead(world, case, (AGENCIES[0], &bare), (AGENCIES[0], &full));
    let case = ("SYM-0109", "`symbolon agency leads`");
    followed.instead(world, case, (AGENCIES[0], &unknown), (AGENCIES[0], "agency leads --run 1"));
    let case = ("SYM-1017", "nothing is left to do for this lead");
    followed.instead(world, case, (AGENCIES[0], &receipt(id, "lapsed")), (AGENCIES[0], "agency leads --run 1"));
}
