//! What the demo tries and is refused: each by the code of the party that refuses in earnest, with the code that it prints.

use jiff::SignedDuration;

use super::super::agency::{self, AgencyVerb, InputArgs};
use super::super::agreement::{self, AgreementVerb};
use super::super::operator::{self, OperatorVerb};
use super::super::output::Report;
use super::super::steward::{self, StewardVerb};
use super::super::{Context, RunArg};
use super::{OPERATOR, Play, STEWARDS, draft, logged};
use crate::agreement::Reason;
use crate::failure::{Failure, PANIC};
use crate::office::files::{self, Access};
use crate::outcome::demo::Attempt;
use crate::protocol::FieldKind;

/// One attempt.
pub(super) struct Refused {
    what: &'static str,
    by: String,
    code: &'static str,
}

/// People that an agency may not encode, each alone in a file. Invented, like everybody here.
const PEOPLE: [(&str, &str, &str); 3] = [
    ("minor", "a minor", "1,suspected-organiser,Ines Quill,2015-03-09,,"),
    ("perhaps", "somebody who may be a minor", "1,suspected-organiser,Ines Quill,2008,,"),
    (
        "refugee",
        "somebody with a refugee's travel document",
        "1,suspected-organiser,Ines Quill,1980-03-09,X1234567,XXB",
    ),
];

/// Tries everything, and puts back what it changed.
pub(super) fn play(play: &mut Play<'_>, agencies: &[String], run: RunArg) -> Result<Vec<Refused>, Failure> {
    let mut list = Vec::new();
    let mut refused = |what, by: &str, outcome: Result<Report, Failure>| match outcome {
        Err(failure) => {
            list.push(Refused { what, by: by.to_owned(), code: failure.code.id });
            Ok(())
        }
        Ok(_) => Err(Failure::new(PANIC, format!("the demo's attempt was not refused: {what}"))),
    };
    let first = agencies[0].as_str();
    files::make_dir(&play.root.join("refused"), Access::Private)?;
    for (name, what, row) in PEOPLE {
        let file = play.root.join("refused").join(format!("{name}.csv"));
        let text = format!("id,role,name,born,number,country\n{row}\n");
        files::write_passing(&file, text.as_bytes(), Access::Private)?;
        let map = ["id=id", "role=role", "person-name=name", "birth-date=born", "document=number+country"];
        let map = map.map(str::to_owned).to_vec();
        let input = InputArgs { file, columns: None, map, encoding: None, delimiter: None, manifest: None };
        refused(what, first, agency::run(&AgencyVerb::Check(input), &play.as_party(first)))?;
    }
    let mut broad = draft(1024);
    broad.leads = Some(101);
    let outcome = agreement::run(&AgreementVerb::Draft(broad), &play.as_party(first));
    refused("an agreement that asks for more than its protocol", "everybody", outcome)?;
    let mut thin = draft(1024);
    thin.fields = vec![FieldKind::PersonName];
    let outcome = agreement::run(&AgreementVerb::Draft(thin), &play.as_party(first));
    refused("leads on names alone: recall of the guardian unknown", "everybody", outcome)?;
    let mut late: Context = play.as_party(OPERATOR);
    late.desk.now += SignedDuration::from_hours(49);
    refused("a comparison under an expired permit", OPERATOR, operator::run(&OperatorVerb::Link(run.into()), &late))?;
    let stop = StewardVerb::Stop { run, reason: Reason::Doubt };
    play.act("steward stop".into(), |c| steward::run(&stop, c), STEWARDS[0])?;
    let leads = AgencyVerb::Leads { run, output: None };
    refused("leads of a run that a steward stopped", first, agency::run(&leads, &play.as_party(first)))?;
    for name in STEWARDS {
        play.act(format!("steward resume {name}"), |c| steward::run(&StewardVerb::Resume(run), c), name)?;
    }
    logged(play)?;
    Ok(list)
}

/// How the attempts are shown. A protected person has no code: a refusal that could be seen would tell who is protected.
pub(super) fn text(list: &[Refused], protected: usize, leads: usize) -> String {
    let mut text = "\nrefused  (`symbolon explain CODE` says why)\n".to_owned();
    text +=
        &format!("  {:<56} guardian: {leads} of {protected} came out\n", "people in the register of protected people");
    for Refused { what, by, code } in list {
        text += &format!("  {what:<56} {code} by {by}\n");
    }
    text
}

/// The same for programs.
pub(super) fn attempts(list: &[Refused], protected: usize, leads: usize) -> Vec<Attempt> {
    let attempts = list.iter().map(|one| Attempt {
        what: one.what.to_owned(),
        by: one.by.clone(),
        code: Some(one.code.to_owned()),
        people: None,
        came_out: None,
    });
    let protected = Attempt {
        what: "people in the register of protected people".to_owned(),
        by: "guardian".to_owned(),
        code: None,
        people: Some(protected),
        came_out: Some(leads),
    };
    std::iter::once(protected).chain(attempts).collect()
}
