//! Every code is followed, or stands in a list with the reason why not, so that a new code cannot come without either.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::super::{NOW, World};
use super::followed::Followed;
use super::{agreements, commands, leads, lists, runs};
use crate::cli::codes;

/// Why nobody follows a code here.
const NOT_FOLLOWED: &[(&str, &[&str])] = &[
    ("a bug of ours, or of a library", &["SYM-0530", "SYM-0531", "SYM-7000", "SYM-7001", "SYM-7002"]),
    ("the machine failed: no test fills a disk or takes a device away", &["SYM-0310", "SYM-0912", "SYM-7003"]),
    (
        "a process is stopped: tests/cli/resume.rs and tests/cli/crash.rs run the same command again",
        &["SYM-0701", "SYM-0804"],
    ),
    (
        "only another program than the published one makes such a file, or another keeper such a log: its maker is asked, and tests/cli \
         plays what the others are told (keys, log, lists, release, hostile)",
        &[
            "SYM-0491", "SYM-0493", "SYM-0513", "SYM-0520", "SYM-0522", "SYM-0523", "SYM-0524", "SYM-0529", "SYM-0614",
            "SYM-0615", "SYM-0903", "SYM-0904", "SYM-0907", "SYM-0908", "SYM-0910", "SYM-0915", "SYM-0920", "SYM-1001",
            "SYM-1009", "SYM-1010", "SYM-1011", "SYM-1014", "SYM-1015", "SYM-1016",
        ],
    ),
    ("artefacts of another agreement or other commitments: tests/cli/consent.rs swaps them", &["SYM-0510", "SYM-0512"]),
    ("people decide what follows: tests/cli/fishing.rs plays the refusal", &["SYM-0433", "SYM-0492"]),
    (
        "not seen from a command yet: whatever refuses earlier hides it, and the rooms' own tests raise it or nothing does",
        &[
            "SYM-0350", "SYM-0351", "SYM-0352", "SYM-0353", "SYM-0354", "SYM-0355", "SYM-0406", "SYM-0801", "SYM-0802",
            "SYM-0803", "SYM-0805", "SYM-0806", "SYM-1002", "SYM-1004",
        ],
    ),
    ("lists of another size than this world has", &["SYM-0431", "SYM-0434"]),
    (
        "measurements of the laboratory and the designer, which are slow",
        &["SYM-0360", "SYM-0361", "SYM-0362", "SYM-0951", "SYM-0952", "SYM-0953", "SYM-0954", "SYM-0955"],
    ),
    (
        "not followed yet: a row of megabytes, a Parquet type, an ambiguous header",
        &["SYM-0304", "SYM-0305", "SYM-0311"],
    ),
    (
        "not followed yet: case files need a manifest, which tests/cli/terms.rs makes",
        &["SYM-0324", "SYM-0325", "SYM-0326", "SYM-0327"],
    ),
];

#[test]
fn every_step_that_a_refusal_names_works_or_is_excused() {
    let drafted = World::on_disk();
    assert_eq!(drafted.now, NOW.parse().expect("a time"));
    let groups: [fn(&World, &mut Followed); 5] =
        [agreements::follow, commands::follow, leads::follow, lists::follow, runs::follow];
    let played: Vec<Followed> = std::thread::scope(|scope| {
        let play = |group: fn(&World, &mut Followed)| {
            let (world, mut followed) = (drafted.copy(), Followed::default());
            if catch_unwind(AssertUnwindSafe(|| group(&world, &mut followed))).is_err() {
                followed.problems.push("a group came to no end".to_owned());
            }
            followed
        };
        let all: Vec<_> = groups.into_iter().map(|group| scope.spawn(move || play(group))).collect();
        all.into_iter().map(|group| group.join().expect("every panic is caught")).collect()
    });
    let problems: Vec<&str> = played.iter().flat_map(|one| one.problems.iter().map(String::as_str)).collect();
    let followed: BTreeSet<&str> = played.iter().flat_map(|one| one.seen.iter().copied()).collect();
    let excused: Vec<&str> = NOT_FOLLOWED.iter().flat_map(|(_, codes)| codes.iter().copied()).collect();
    let all: BTreeSet<&str> = codes().iter().map(|code| code.id).collect();
    let neither: Vec<&&str> = all.iter().filter(|code| !followed.contains(*code) && !excused.contains(code)).collect();
    let both: Vec<&&str> = excused.iter().filter(|code| followed.contains(*code)).collect();
    let strange: Vec<&&str> = excused.iter().filter(|code| !all.contains(*code)).collect();
    assert!(
        problems.is_empty(),
        "{}\n{} followed; neither: {neither:?}; both: {both:?}",
        problems.join("\n"),
        followed.len()
    );
    assert!(neither.is_empty(), "neither followed nor excused: {neither:?}");
    assert!(both.is_empty() && strange.is_empty(), "followed all the same: {both:?}; no codes: {strange:?}");
}
