//! Drafting and signing: what is refused of a text, and of who signs it.

use super::super::{AGENCIES, REVIEWERS, STEWARDS, World};
use super::followed::Followed;
use crate::agreement::lint::lint;
use crate::agreement::{AgreementBody, DraftAgreement, Schema};
use crate::failure::Failure;
use crate::primitives::Digest;
use crate::protocol::{FieldKind, Grounds, Output, Protocol};

pub(super) fn follow(drafted: &World, followed: &mut Followed) {
    texts(drafted, followed);
    drafting(drafted, followed);
    amending(drafted, followed);
    signing(drafted, followed);
    in_time(drafted, followed);
}

/// The draft of the world, without a finding: parties in eight places, lists of the size at hand.
fn sound(world: &World) -> AgreementBody {
    let mut body = world.exchange().draft().expect("a draft").body().clone();
    let places = ["XA", "XB", "XX", "XC", "XD", "XE", "XA", "XB", "XA", "XB"];
    for (party, place) in body.parties.iter_mut().zip(places) {
        party.jurisdiction = place.to_owned();
    }
    body.terms.grounds = Grounds::CaseFile;
    body.terms.max.records = 5_000;
    body
}

/// Breaks a sound text in one place; the step is to take that back, or to say there what the message asks for.
fn texts(world: &World, followed: &mut Followed) {
    type Break = fn(&mut AgreementBody);
    let insertions = |b: &mut AgreementBody| {
        b.schema.encoding.insertions = Schema::typical_insertions(&b.schema.fields, b.schema.encoding.length);
    };
    let table: &[(&str, &str, Break)] = &[
        ("SYM-0410", "raise `schema.encoding.diffusion`", |b| b.schema.encoding.diffusion = 1),
        ("SYM-0412", "remove it from the schema", |b| b.terms.fields.retain(|field| *field != FieldKind::Document)),
        ("SYM-0413", "use the program version", |b| b.schema.normalisation = "another".to_owned()),
        ("SYM-0415", "name an independent organisation", |b| {
            b.parties[2].organisation = b.parties[3].organisation.clone();
        }),
        ("SYM-0417", "add or remove parties", |b| drop(b.parties.remove(4))),
        ("SYM-0418", "ask the party for a new card", |b| b.parties[0].source = None),
        ("SYM-0421", "cite the act", |b| b.parties[0].legal_basis = vec!["G7 action plan; 3".parse().expect("form")]),
        ("SYM-0422", "add the reviewer that is missing", |b| b.parties[7].kind = b.parties[6].kind),
        ("SYM-0424", "makes its own keys", |b| b.parties[4].verifier = b.parties[3].verifier.clone()),
        ("SYM-0425", "mend the draft", |b| b.schema.encoding.length = 100),
        ("SYM-0426", "no way to admit", |b| {
            let source = b.parties[0].source;
            b.terms.sources.retain(|admitted| Some(*admitted) != source);
        }),
        ("SYM-0427", "shorten it", |b| b.expires = b.not_before),
        ("SYM-0429", "within the protocol's limit", |b| b.terms.max.leads = 1_000_000),
        ("SYM-0435", "then draft again", |b| drop(b.parties.remove(8))),
        ("SYM-0436", "exactly the agency's organisation", |b| b.parties[8].organisation = "Nobody".to_owned()),
        ("SYM-0475", "take identifiers and an encoding", |b| b.schema.encoding.diffusion = 12),
        ("SYM-0440", "raise", |b| {
            (b.terms.min.records, b.terms.max.records, b.schema.encoding.diffusion) = (7_000, 7_000, 3);
        }),
        ("SYM-0441", "set `max.records` near the real size", |b| b.terms.max.records = 1_000_000),
        ("SYM-0442", "leave `schema.encoding.insertions` to the draft", |b| b.schema.encoding.insertions = 15),
        ("SYM-0443", "set `schema.encoding.length` to 1024", |b| b.schema.encoding.length = 2048),
        ("SYM-0444", "add `person-name`", |b| b.schema.fields = vec![FieldKind::BirthDate, FieldKind::Document]),
        ("SYM-0445", "add `birth-date` and `document`", |b| b.schema.fields = vec![FieldKind::PersonName]),
        ("SYM-0446", "add `document`", |b| b.schema.fields = vec![FieldKind::PersonName, FieldKind::BirthDate]),
        ("SYM-0447", "add a field that is compared by tokens", |b| b.schema.fields = vec![FieldKind::Document]),
        ("SYM-0448", "name each item once", |b| b.terms.outputs.push(Output::Leads)),
        ("SYM-0449", "mend the limits", |b| b.terms.max.runs = 0),
        ("SYM-0450", "lower `max.false_links`", |b| b.terms.max.leads = 19),
        ("SYM-0451", "set `grounds = \"case-file\"`", |b| b.terms.grounds = Grounds::RoleOnly),
        ("SYM-0452", "another jurisdiction", |b| b.parties[4].jurisdiction = "XC".to_owned()),
        ("SYM-0453", "choose an operator elsewhere", |b| b.parties[2].jurisdiction = "XB".to_owned()),
        ("SYM-0454", "name a reviewer there", |b| b.parties[7].jurisdiction = "XA".to_owned()),
        ("SYM-0455", "choose a guardian or an operator elsewhere", |b| b.parties[5].jurisdiction = "XX".to_owned()),
        ("SYM-0456", "cite its own law", |b| b.parties[1].legal_basis = b.parties[0].legal_basis.clone()),
        ("SYM-0457", "can refuse to pass things on", |b| b.parties[1].onward.push("XN".to_owned())),
    ];
    let protocol = Protocol::find("fin-1").expect("embedded");
    let good = sound(world);
    for (code, says, change) in table {
        let mut body = good.clone();
        change(&mut body);
        if !["SYM-0442", "SYM-0425"].contains(code) {
            insertions(&mut body);
        }
        let found = lint(&body, protocol).into_iter().find(|finding| finding.code.id == *code);
        let found = found.unwrap_or_else(|| panic!("{code} is not found"));
        // What every party's program refuses is no draft either.
        assert_eq!(DraftAgreement::new(body).is_err(), found.is_refusal && *code != "SYM-0475", "{code}");
        followed.told(&Failure::new(found.code, found.message), code, says);
        assert_eq!(lint(&good, protocol).iter().find(|finding| finding.code.id == *code).map(|f| f.code.id), None);
    }
    DraftAgreement::new(good.clone()).expect("what the steps lead to is accepted");
    // Another version of the protocol: the present text is drafted anew.
    let mut body = good;
    let cited = body.protocol.to_string();
    let (text, digest) = cited.rsplit_once("sha256:").expect("a citation");
    let another = format!("{text}sha256:{}", Digest::of(digest.as_bytes()));
    body.protocol = serde_json::from_value(another.into()).expect("a citation");
    let refused = DraftAgreement::new(body).expect_err("another version");
    followed.told(&refused.into(), "SYM-0402", "draft a new agreement under the present text");
}

/// What `agreement draft` refuses, and drafts instead.
fn drafting(drafted: &World, followed: &mut Followed) {
    let refused = &crate::protocol::Refused::all()[0].use_of;
    for (code, says, line) in [
        ("SYM-0401", "`symbolon agreement protocols` lists them", "agreement draft fin-9 x"),
        ("SYM-0403", "`symbolon agreement protocols` lists", "agreement draft hum-1 x"),
        ("SYM-0404", "`symbolon agreement protocols` lists", "agreement draft san-1 x"),
        ("SYM-0405", "`symbolon explain protocols/refused.md`", &format!("agreement draft {refused} x")),
        ("SYM-0410", "raise", "agreement draft fin-1 x --diffusion 2"),
        ("SYM-0475", "a draft's defaults do", "agreement draft fin-1 x --diffusion 12"),
    ] {
        let mut world = drafted.copy();
        world.another_exchange();
        let read = |world: &mut World| {
            world.done("", "explain protocols/refused.md");
            let listed = world.done("", "agreement protocols").data.expect("a list");
            assert!(listed.contains("fin-1"), "{listed}");
        };
        followed.then(&mut world, (code, says), ("", line), read, ("", "agreement draft fin-1 x"));
    }
    // A name, a card, an organisation that is written as another.
    let steward = |name: &str| format!("keygen steward {name} --jurisdiction XA --organisation Z");
    let world = &mut drafted.copy();
    followed.instead(world, ("SYM-0202", "another name"), ("z", &steward("Bad_Name")), ("z", &steward("good-name")));
    let basis = |text: &str| {
        let words =
            ["symbolon", "keygen", "agency", "a", "--organisation", "A", "--jurisdiction", "XA", "--legal-basis", text];
        <crate::cli::Cli as clap::Parser>::try_parse_from(words)
    };
    basis("Directive (EU) 2024/1640").expect_err("no article");
    let error = "one part".parse::<crate::agreement::LegalBasis>().expect_err("no article");
    followed.told(&error.into(), "SYM-0201", "'Directive (EU) 2024/1640; article 30'");
    basis("Directive (EU) 2024/1640; article 30").expect("what the step says");
    let old = |world: &mut World| std::fs::remove_file(world.exchange_path().join("agreement.note")).expect("removed");
    followed.again(world, ("SYM-0102", "move the old one away"), ("", "agreement draft fin-1 cells"), old);
}

fn amending(drafted: &World, followed: &mut Followed) {
    let mut world = drafted.copy();
    world.another_exchange();
    world.done("", "agreement draft fin-1 base --leads 50");
    world.sign();
    std::fs::remove_dir_all(world.path("before")).expect("removed");
    world.another_exchange();
    let draft = |leads| {
        format!("agreement draft fin-1 next --leads {leads} --amends {}", world.path("before/agreement.note").display())
    };
    let (wider, within) = (draft(80), draft(40));
    let case = ("SYM-0438", "take back what the message names");
    followed.instead(&mut world, case, ("", &wider), ("", &within));
    // What an amendment stands on is lost, and put back.
    let (parent, line) =
        (world.exchange_path().join("parent.note"), format!("agreement sign --read {}", world.digest()));
    let kept = std::fs::read(world.path("before/agreement.note")).expect("signed");
    std::fs::remove_file(&parent).expect("removed");
    let back = |_: &mut World| std::fs::write(&parent, kept).expect("written");
    followed.again(&mut world, ("SYM-0439", "in the exchange as parent.note"), (STEWARDS[0], &line), back);
}

fn signing(drafted: &World, followed: &mut Followed) {
    let mut world = drafted.copy();
    let sign = format!("agreement sign --read {}", world.digest());
    // Nobody at a terminal: the step is the very command.
    let refused = world.act(STEWARDS[0], "agreement sign").expect_err("unread");
    followed.told(&refused, "SYM-0616", "symbolon agreement sign --read sha256:");
    world.done(STEWARDS[0], refused.next.expect("a command").trim_start_matches("symbolon "));
    let other = format!("agreement sign --read {}", "0".repeat(64));
    followed.instead(&mut world, ("SYM-0617", "compare its digest"), (STEWARDS[1], &other), (STEWARDS[1], &sign));
    let bad = "agreement sign --read nothing";
    followed.instead(&mut world, ("SYM-0108", "--help"), (AGENCIES[0], bad), (AGENCIES[0], &sign));
    world.alone("stranger", "keygen steward stranger --jurisdiction XA --organisation Z").expect("a party");
    followed.instead(&mut world, ("SYM-0414", "check --home"), ("stranger", &sign), (AGENCIES[1], &sign));
    // The same name in a home with other keys.
    world.alone("double", "keygen guardian guardian --jurisdiction XA --organisation G").expect("a party");
    followed.instead(&mut world, ("SYM-0602", "check --home"), ("double", &sign), ("guardian", &sign));
    std::fs::remove_dir_all(world.path("homes/stranger")).expect("removed");
    std::fs::remove_dir_all(world.path("homes/double")).expect("removed");
    let everybody = |world: &mut World| world.sign();
    followed.again(&mut world, ("SYM-0502", "ask the named party to sign"), (AGENCIES[0], "agency join"), everybody);
    texts_on_the_way(&mut world, followed);
}

/// The signed agreement, changed on the way and sent again.
fn texts_on_the_way(world: &mut World, followed: &mut Followed) {
    let (path, show) = (world.exchange_path().join("agreement.note"), ("", "agreement show"));
    let edit = |change: fn(String) -> String| {
        move |bytes: Vec<u8>| change(String::from_utf8(bytes).expect("a text")).into_bytes()
    };
    followed.restored(world, ("SYM-0501", "for the file again"), &path, |_| b"half".to_vec(), show);
    let longer = edit(|text| text.replace("\"cells\"", "\"other\""));
    followed.restored(world, ("SYM-0503", "ask the sender for the original"), &path, longer, show);
    let doubled = edit(|text| format!("{text}{}\n", text.lines().last().expect("a line")));
    followed.restored(world, ("SYM-0504", "remove the line"), &path, doubled, show);
    let hidden = edit(|text| text.replace("\"cells\"", "\"cel\u{202e}ls\""));
    followed.restored(world, ("SYM-0113", "without such characters"), &path, hidden, show);
    let unknown = edit(|text| text.replacen("name = ", "nickname = \"x\"\nname = ", 1));
    followed.restored(world, ("SYM-0506", "`symbolon explain docs/formats/agreement.md`"), &path, unknown, show);
    let card = world.exchange_path().join("parties/guardian.party").display().to_string();
    let inspect = |world: &mut World| {
        assert!(world.done("", &format!("inspect {card}")).data.expect("a kind").contains("party"));
    };
    followed.then(
        world,
        ("SYM-0505", "`symbolon inspect FILE`"),
        ("", &format!("agreement show {card}")),
        inspect,
        show,
    );
}

/// Before its term and after it.
fn in_time(drafted: &World, followed: &mut Followed) {
    let mut world = drafted.copy();
    world.another_exchange();
    world.done("", "agreement draft fin-1 later --begin 2026-06-10 --days 30");
    world.sign();
    let wait = |world: &mut World| world.now += jiff::SignedDuration::from_hours(24 * 10);
    followed.again(&mut world, ("SYM-0416", "wait for the date"), (AGENCIES[0], "agency join"), wait);
    world.now += jiff::SignedDuration::from_hours(24 * 40);
    std::fs::remove_dir_all(world.path("before")).expect("removed");
    let anew = |world: &mut World| {
        world.another_exchange();
        world.done("", "agreement draft fin-1 anew");
        world.sign();
    };
    followed.again(&mut world, ("SYM-0411", "draft and sign a new agreement"), (AGENCIES[1], "agency join"), anew);
    assert_eq!(REVIEWERS.len(), 2);
}
