//! Who may be linked, on people who must not be: each is withheld, and all that is said is a row number and a class.

use std::collections::BTreeSet;

use crate::protocol::{FieldKind, SubjectRole};

use super::tests::{TODAY, lenient, options, schema};
use super::*;

const MAP: &str = "id = \"id\"\n[role]\ncolumn = \"role\"\n[person-name]\ncolumns = [\"name\"]\n[birth-date]\ncolumns = [\"dob\"]\n\
    [document]\ncolumns = [\"doc\", \"issuer\"]\n[origin]\ncolumns = [\"nationality\", \"residence\"]\n[grounds]\n\
    case = \"case\"\nauthority = \"authority\"\ndecided = \"decided\"\ndecider = \"decider\"\noffence = \"offence\"\n\
    gain = \"gain\"\nattested = \"attested\"\nreviewed = \"reviewed\"\nevent = \"event\"\n\
    gains = { \"Geld\" = \"payment\" }\n";
const HEADER: &str = "id,role,name,dob,doc,issuer,nationality,residence,case,authority,decided,decider,offence,gain,\
    attested,reviewed,event";
const FACILITATOR: &str = "not-smuggled not-victim not-family-in-care not-humanitarian not-rescue-crew";

/// A row that passes; each test spoils one thing of it. `TODAY` is in June 2026.
#[derive(Clone)]
struct Row([&'static str; 16]);

impl Row {
    fn sound() -> Self {
        Self([
            "facilitator-for-gain",
            "Ada Sound",
            "1980-05-12",
            "",
            "",
            "",
            "",
            "C-17",
            "Court",
            "2026-02-01",
            "Judge 4",
            "facilitating-smuggling",
            "payment",
            FACILITATOR,
            "",
            "",
        ])
    }

    fn with(mut self, column: &str, text: &'static str) -> Self {
        let at = HEADER.split(',').position(|name| name.trim() == column).expect("a column") - 1;
        self.0[at] = text;
        self
    }
}

fn rule() -> Screening {
    Screening {
        roles: SubjectRole::ALL.to_vec(),
        natural_persons: true,
        subjects: Subjects {
            grounds: GroundsRule::CaseFile { days: 366 },
            reach: BTreeSet::from(["XB".to_owned()]),
            min_cases: 0,
        },
        quarantine_limit_permille: 1000,
        ..lenient()
    }
}

/// What becomes of one row beside a sound one: nothing, or a reason and a column.
fn outcome(row: &Row, screening: &Screening) -> Option<(Reason, Option<String>)> {
    let line = |id: u32, row: &Row| format!("{id},{}\n", row.0.join(","));
    let text = format!("{HEADER}\n{}{}", line(1, &Row::sound()), line(2, row));
    let map = ColumnMap::parse(MAP).expect("a map");
    let raw = read(Input::from_bytes(text), &options(Format::Csv), &map, &Limits::default()).expect("read");
    let schema = schema(&[FieldKind::PersonName, FieldKind::BirthDate, FieldKind::Document]);
    let (screened, report) = raw.screen(&schema, screening, TODAY).expect("one row is left");
    assert_eq!(screened.rows()[0], 1, "the sound row passes");
    let said = format!("{report:?}{}", serde_json::to_string(&report).expect("JSON"));
    for cell in row.0.iter().filter(|cell| cell.len() > 3 && **cell != "Court") {
        assert!(!said.contains(cell), "a report quotes `{cell}`");
    }
    let rejected = report.rejected.first()?;
    assert_eq!((rejected.row, rejected.reason.verdict()), (2, Verdict::Withheld));
    Some((rejected.reason, rejected.column.as_deref().map(str::to_owned)))
}

fn withheld(row: &Row) -> Option<(Reason, Option<String>)> {
    outcome(row, &rule())
}

fn because(reason: Reason, column: &str) -> Option<(Reason, Option<String>)> {
    Some((reason, Some(column.to_owned())))
}

#[test]
fn a_facilitator_with_a_whole_case_file_passes() {
    assert_eq!(withheld(&Row::sound()), None);
}

#[test]
fn the_aunt_with_her_niece_is_withheld() {
    // CJEU C-460/23 Kinsa: bringing a child in one's care is no facilitation.
    let aunt = Row::sound().with("attested", "not-smuggled not-victim not-humanitarian not-rescue-crew");
    assert_eq!(withheld(&aunt), because(Reason::NotAttested, "attested"));
}

#[test]
fn the_migrant_who_steered_the_boat_is_withheld() {
    let steered = Row::sound().with("role", "suspected-organiser").with("offence", "organising-smuggling");
    assert_eq!(withheld(&steered.clone().with("attested", "not-victim")), because(Reason::NotAttested, "attested"));
    assert_eq!(withheld(&steered.with("gain", "none")), because(Reason::NotForGain, "gain"));
}

#[test]
fn the_aid_driver_and_the_rescuer_are_withheld() {
    let driver = Row::sound().with("attested", "not-smuggled not-victim not-family-in-care not-rescue-crew");
    assert_eq!(withheld(&driver), because(Reason::NotAttested, "attested"));
    let rescuer = Row::sound().with("attested", "not-smuggled not-victim not-family-in-care not-humanitarian");
    assert_eq!(withheld(&rescuer), because(Reason::NotAttested, "attested"));
    assert_eq!(withheld(&Row::sound().with("gain", "none")), because(Reason::NotForGain, "gain"));
}

#[test]
fn the_victim_used_as_a_money_mule_is_withheld() {
    let mule = Row::sound().with("offence", "laundering-proceeds").with("role", "suspected-organiser");
    assert_eq!(withheld(&mule.clone().with("attested", "not-smuggled")), because(Reason::NotAttested, "attested"));
    assert_eq!(withheld(&mule.with("role", "victim")), because(Reason::RoleUnknown, "role"));
}

#[test]
fn first_of_january_has_the_benefit_of_the_doubt() {
    // Eighteen on paper since January; as a year alone, perhaps only in December.
    assert_eq!(withheld(&Row::sound().with("dob", "2008-01-01")), because(Reason::PossiblyMinor, "dob"));
    assert_eq!(withheld(&Row::sound().with("dob", "2007-01-01")), None);
    // An adult today, who may have been a child when it happened.
    let then = Row::sound().with("dob", "2005-01-01").with("event", "2023-06-01");
    assert_eq!(withheld(&then), because(Reason::MinorAtEvent, "event"));
    assert_eq!(withheld(&Row::sound().with("dob", "2004-01-01").with("event", "2023-06-01")), None);
}

#[test]
fn an_absent_attestation_is_a_false_one_whichever_it_is() {
    for absent in FACILITATOR.split(' ') {
        let left: Vec<&str> = FACILITATOR.split(' ').filter(|word| *word != absent).collect();
        let row = Row::sound().with("attested", Box::leak(left.join(" ").into_boxed_str()));
        assert_eq!(withheld(&row), because(Reason::NotAttested, "attested"), "{absent}");
    }
    assert_eq!(withheld(&Row::sound().with("attested", "not-a-word")), because(Reason::NoGrounds, "attested"));
}

#[test]
fn grounds_are_whole_dated_and_reviewed() {
    for column in ["case", "authority", "decided", "decider", "offence", "gain", "attested"] {
        let found = withheld(&Row::sound().with(column, ""));
        let reason = if column == "attested" { Reason::NotAttested } else { Reason::NoGrounds };
        assert_eq!(found, because(reason, column));
    }
    for (column, text) in
        [("decided", "2027-01-01"), ("decided", "01.02.2026"), ("offence", "irregular-entry"), ("gain", "x")]
    {
        assert_eq!(withheld(&Row::sound().with(column, text)), because(Reason::NoGrounds, column), "{column} {text}");
    }
    let old = Row::sound().with("decided", "2024-02-01");
    assert_eq!(withheld(&old), because(Reason::GroundsStale, "decided"));
    assert_eq!(withheld(&old.clone().with("reviewed", "2025-12-01")), None);
    assert_eq!(withheld(&old.with("reviewed", "2024-12-01")), because(Reason::GroundsStale, "reviewed"));
    assert_eq!(withheld(&Row::sound().with("gain", "Geld")), None, "the agency's own word, by the map");
}

#[test]
fn charged_and_listed_persons_need_no_attestation_and_listing_is_an_offence_of_its_own() {
    let charged = Row::sound().with("role", "charged-organiser").with("attested", "");
    assert_eq!(withheld(&charged), None);
    let listed = charged.with("role", "listed-person").with("gain", "none");
    assert_eq!(withheld(&listed), because(Reason::NoGrounds, "offence"));
    assert_eq!(withheld(&listed.with("offence", "sanctions-listing")), None);
    assert_eq!(withheld(&Row::sound().with("offence", "sanctions-listing")), because(Reason::NoGrounds, "offence"));
}

#[test]
fn nobody_is_linked_without_a_case_by_being_called_an_asset_unless_a_register_does_it() {
    let asset = Row::sound().with("role", "asset").with("case", "");
    assert_eq!(withheld(&asset), because(Reason::NoGrounds, "case"));
    let mut screening = rule();
    screening.subjects.grounds = GroundsRule::Register { days: 366 };
    assert_eq!(outcome(&asset, &screening), None);
    let suspect = Row::sound().with("case", "");
    assert_eq!(outcome(&suspect, &screening), because(Reason::NoGrounds, "case"), "a register has no suspects");
}

#[test]
fn nobody_is_encoded_towards_a_state_that_they_may_have_fled() {
    let reached = |column: &str| because(Reason::OriginInReach, column);
    assert_eq!(withheld(&Row::sound().with("nationality", "XB")), reached("nationality"));
    assert_eq!(
        withheld(&Row::sound().with("nationality", "IT;xb")),
        reached("nationality"),
        "one of two nationalities"
    );
    assert_eq!(withheld(&Row::sound().with("residence", "XB")), reached("residence"));
    assert_eq!(withheld(&Row::sound().with("doc", "YA123456").with("issuer", "XB")), reached("issuer"));
    assert_eq!(withheld(&Row::sound().with("nationality", "ITA").with("residence", "DE")), None);
    // Unknown passes, because reach is a closed list; unreadable does not.
    assert_eq!(withheld(&Row::sound().with("nationality", "")), None);
    let unreadable = because(Reason::OriginUnreadable, "nationality");
    assert_eq!(withheld(&Row::sound().with("nationality", "Borealia")), unreadable);
    assert_eq!(withheld(&Row::sound().with("nationality", "XXB")), because(Reason::RefugeeDocument, "nationality"));
}

#[test]
fn one_more_state_in_reach_only_ever_withholds_more() {
    let rows: Vec<Row> = ["IT", "XB", "DE FR", "", "XC"].map(|state| Row::sound().with("nationality", state)).to_vec();
    let mut screening = rule();
    let mut before = 0;
    for state in ["XB", "FR", "IT", "XC"] {
        screening.subjects.reach.insert(state.to_owned());
        let now = rows.iter().filter(|row| outcome(row, &screening).is_some()).count();
        assert!(now >= before, "{state}");
        before = now;
    }
    assert_eq!(before, 4, "all but the unknown one");
}

#[test]
fn a_map_without_grounds_is_refused_where_the_terms_ask_for_them() {
    let short = MAP.split("[grounds]").next().expect("a part");
    let map = ColumnMap::parse(short).expect("a map");
    let text = format!("{HEADER}\n1,{}\n", Row::sound().0.join(","));
    let raw = read(Input::from_bytes(text), &options(Format::Csv), &map, &Limits::default()).expect("read");
    let error =
        raw.screen(&schema(&[FieldKind::PersonName, FieldKind::BirthDate]), &rule(), TODAY).expect_err("refused");
    assert_eq!(error.code().id, "SYM-0325");
}

#[test]
fn an_export_of_a_system_that_is_never_a_source_is_refused_whatever_is_mapped() {
    let map = ColumnMap::parse("id = \"id\"\n[role]\ncolumn = \"role\"\n[person-name]\ncolumns = [\"name\"]\n[birth-date]\ncolumns = [\"dob\"]")
        .expect("a map");
    let text = "id,role,name,dob,Eurodac_No\n1,suspected-organiser,Ada,1980-05-12,7\n";
    let screen = |screening: &Screening| {
        let raw = read(Input::from_bytes(text), &options(Format::Csv), &map, &Limits::default()).expect("read");
        raw.screen(&schema(&[FieldKind::PersonName, FieldKind::BirthDate]), screening, TODAY)
    };
    let strict = Screening { subjects: Subjects::default(), ..rule() };
    let error = screen(&strict).expect_err("refused");
    assert_eq!(error.code().id, "SYM-0323");
    assert!(screen(&lenient()).is_ok(), "the laboratory takes files as they are");
}
