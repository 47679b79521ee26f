//! Paths, homes and keys: what every command refuses.

use std::os::unix::fs::{PermissionsExt, symlink};

use super::super::{AGENCIES, STEWARDS, World};
use super::followed::{Followed, copy};

pub(super) fn follow(drafted: &World, followed: &mut Followed) {
    paths(drafted, followed);
    homes(drafted, followed);
    keys(drafted, followed);
}

fn paths(drafted: &World, followed: &mut Followed) {
    let world = &mut drafted.copy();
    let note = world.exchange_path().join("agreement.note");
    let show = ("", "agreement show");
    let show_at = |path: &std::path::Path| format!("agreement show {}", path.display());
    followed.instead(world, ("SYM-0101", "check the path"), ("", &show_at(&world.path("nothing"))), show);
    followed.instead(world, ("SYM-0103", "give the path of a file"), ("", &show_at(&world.exchange_path())), show);
    let large = world.path("large");
    std::fs::write(&large, vec![b'x'; 2 << 20]).expect("written");
    followed.instead(world, ("SYM-0104", "check which file was given"), ("", &show_at(&large)), show);
    followed.instead(world, ("SYM-0109", "`symbolon explain`"), ("", "explain SYM-9999"), ("", "explain"));
    let inspect = format!("inspect {}", world.path("data/fiu-aurelia/people.csv").display());
    let right = format!("inspect {}", note.display());
    followed.instead(world, ("SYM-0109", "check which file was given"), ("", &inspect), ("", &right));
    // A link, and then the file itself.
    let aside = world.path("aside.note");
    std::fs::rename(&note, &aside).expect("moved");
    symlink(&aside, &note).expect("a link");
    followed.again(world, ("SYM-0111", "put the file or directory itself there"), show, |_| {
        std::fs::remove_file(&note).expect("removed");
        std::fs::rename(&aside, &note).expect("moved");
    });
    // A copy that a file manager made beside a card.
    let card = world.exchange_path().join("parties/guardian.party");
    let stray = world.exchange_path().join("parties/guardian (1).party");
    std::fs::copy(&card, &stray).expect("copied");
    std::fs::remove_file(&note).expect("removed");
    followed.again(
        world,
        ("SYM-0112", "move the copy out of the exchange"),
        ("", "agreement draft fin-1 cells"),
        |world| {
            std::fs::rename(&stray, world.path("guardian (1).party")).expect("moved");
        },
    );
}

fn homes(drafted: &World, followed: &mut Followed) {
    let world = &mut drafted.copy();
    let sign = format!("agreement sign --read {}", world.digest());
    followed.instead(world, ("SYM-0105", "give --home DIR"), ("", &sign), (AGENCIES[0], &sign));
    let refused = world.alone(AGENCIES[1], &sign).expect_err("no exchange");
    followed.told(&refused, "SYM-0106", "give --exchange DIR");
    world.done(AGENCIES[1], &sign);
    // Another command is at work, and ends.
    let busy = world.secrets_of(STEWARDS[0]);
    followed.again(world, ("SYM-0107", "wait until it ends"), (STEWARDS[0], &sign), |_| drop(busy));
    let keygen = "keygen steward another --jurisdiction XA --organisation Z";
    followed.instead(world, ("SYM-0604", "choose another --home"), (STEWARDS[0], keygen), ("another", keygen));
}

fn keys(drafted: &World, followed: &mut Followed) {
    let world = &mut drafted.copy();
    let sign = format!("agreement sign --read {}", world.digest());
    let act = (STEWARDS[0], sign.as_str());
    let home = world.home(STEWARDS[0]);
    let secret = home.join("secret.key");
    followed.restored(world, ("SYM-0601", "restore it from your backup"), &secret, |_| Vec::new(), act);
    let mode = |mode| std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(mode)).expect("a mode");
    mode(0o644);
    followed.again(world, ("SYM-0603", "chmod 600 FILE"), act, |_| mode(0o600));
    // A host that runs by itself is asked for a consent, and a home without its routine key for what is routine.
    world.joined();
    let (kept, grant) = (world.path("kept"), (STEWARDS[0], "steward grant --run 1"));
    copy(&home, &kept);
    std::fs::remove_file(&secret).expect("removed");
    let back = |name: &'static str| {
        let (kept, home) = (kept.clone(), home.clone());
        move |_: &mut World| {
            std::fs::copy(kept.join(name), home.join(name)).expect("copied");
        }
    };
    followed.again(world, ("SYM-0612", "in the home that holds the party's secret.key"), grant, back("secret.key"));
    std::fs::remove_file(home.join("routine.key")).expect("removed");
    let cosign = (STEWARDS[0], "log cosign");
    followed.again(world, ("SYM-0613", "put that file back from your backup"), cosign, back("routine.key"));
    // What the home remembers is damaged: the step that is left without a backup.
    let seen = home.join("seen");
    std::fs::write(&seen, "yesterday").expect("written");
    followed.again(
        world,
        ("SYM-0611", "write the present time in it, such as 2026-06-01T12:00:00Z"),
        cosign,
        |world| {
            std::fs::write(&seen, world.now.to_string()).expect("written");
        },
    );
    world.logged();
    let acts = std::fs::read_dir(&home).expect("a home").flatten().map(|entry| entry.path().join("acts"));
    let acts = acts.into_iter().find(|path| path.is_file()).expect("the record of own acts");
    std::fs::write(&acts, "no entry").expect("written");
    let second = (STEWARDS[0], "steward grant --run 2");
    world.done(STEWARDS[1], "steward grant --run 1");
    world.logged();
    let take_over = |world: &mut World| {
        std::fs::rename(&acts, world.path("acts")).expect("moved");
        world.done(STEWARDS[0], "log verify --take-over");
    };
    followed.again(world, ("SYM-0611", "then `symbolon log verify --take-over`"), second, take_over);
}
