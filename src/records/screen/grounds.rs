//! Grounds: why a person is on a list, as the agency's case system says.
//!
//! Where the terms ask for a case file, a record of a person passes only with case, authority, date of the decision, offence,
//! gain, the human who decided and, if that is longer ago than the terms allow, a review. Suspects need statements besides of what they are
//! *not*; a statement that is missing counts as false. Nothing of it is encoded or leaves the agency.
//!
//! | role | must say |
//! | --- | --- |
//! | suspected organiser | gain; not the person smuggled, not a victim |
//! | facilitator for gain | gain; the same, and not family in care, not humanitarian help, not rescue crew |
//! | charged, convicted organiser | gain |
//! | listed person | offence `sanctions-listing` |
//!
//! All of this is *checked* on an unmodified encoder. Whether a case file says so is seen by whoever audits it, and by nobody else.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use crate::protocol::SubjectRole;

use super::super::date::Age;
use super::super::error::RecordError;
use super::super::read::case_columns::{Gain, GroundsColumns, Offence};
use super::super::reason::Reason;
use super::super::value::BirthDate;

/// What is asked of the grounds of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GroundsRule {
    /// A role alone.
    #[default]
    RoleOnly,
    /// A case file, decided or reviewed within `days`, for every record that is about a person, whatever it is called.
    CaseFile {
        /// Days since a person last looked.
        days: u32,
    },
    /// The same for a register: what it calls a company or an asset may carry its owner's name without a case.
    Register {
        /// Days since a person last looked.
        days: u32,
    },
}

impl GroundsRule {
    fn days(self) -> Option<u32> {
        match self {
            Self::RoleOnly => None,
            Self::CaseFile { days } | Self::Register { days } => Some(days),
        }
    }

    /// Whether a record of this role and content needs a case.
    pub(in crate::records) fn asks(self, role: Option<SubjectRole>, is_personal: bool) -> bool {
        let natural = role.is_none_or(SubjectRole::is_natural);
        match self {
            Self::RoleOnly => false,
            Self::CaseFile { .. } => natural || is_personal,
            Self::Register { .. } => natural,
        }
    }
}

const ATTESTATIONS: [&str; 5] =
    ["not-smuggled", "not-victim", "not-family-in-care", "not-humanitarian", "not-rescue-crew"];

/// The map's grounds, and where their cells are.
pub(in crate::records) struct Grounds<'a> {
    columns: &'a GroundsColumns,
    slots: Vec<usize>,
    rule: GroundsRule,
}

impl<'a> Grounds<'a> {
    /// Refuses a map without grounds where the terms ask for them.
    pub(in crate::records) fn new(
        columns: Option<&'a GroundsColumns>,
        rule: GroundsRule,
        slot: impl Fn(&str) -> usize,
    ) -> Result<Option<Self>, RecordError> {
        match (columns, rule.days()) {
            (_, None) => Ok(None),
            (None, Some(_)) => Err(RecordError::UnmappedGrounds),
            (Some(columns), Some(_)) => {
                let slots = columns.columns().into_iter().map(slot).collect();
                Ok(Some(Self { columns, slots, rule }))
            }
        }
    }

    /// Where case and authority are: together they tell one case from another.
    pub(in crate::records) fn case(&self) -> [usize; 2] {
        [self.slots[0], self.slots[1]]
    }

    /// Judges one row: the reason for which it is withheld and the column that shows it, if there is one.
    pub(in crate::records) fn judge<'c>(
        &self,
        role: Option<SubjectRole>,
        birth_date: &BirthDate,
        today: Date,
        cell: impl Fn(usize) -> &'c str,
    ) -> Option<(Reason, usize)> {
        let days = self.rule.days()?;
        let text = |at: usize| cell(self.slots[at]).trim();
        let found = |at: usize, reason: Reason| Some((reason, self.slots[at]));
        if let Some(at) = (0..6).find(|at| text(*at).is_empty()) {
            return found(at, Reason::NoGrounds);
        }
        let date = |at: usize| text(at).parse::<Date>().ok().filter(|date| *date <= today);
        let Some(decided) = date(2) else { return found(2, Reason::NoGrounds) };
        let Some(offence) = word(&self.columns.offences, text(4)) else { return found(4, Reason::NoGrounds) };
        let Some(gain) = word(&self.columns.gains, text(5)) else { return found(5, Reason::NoGrounds) };
        let (mut last, mut shown) = (decided, 2);
        if self.columns.reviewed.is_some() && !text(7).is_empty() {
            match date(7) {
                Some(reviewed) => (last, shown) = (last.max(reviewed), 7),
                None => return found(7, Reason::NoGrounds),
            }
        }
        if today.since(last).map_or(true, |age| i64::from(age.get_days()) > i64::from(days)) {
            return found(shown, Reason::GroundsStale);
        }
        let listed = role == Some(SubjectRole::ListedPerson);
        if listed != (offence == Offence::SanctionsListing) {
            return found(4, Reason::NoGrounds);
        }
        if !listed && gain == Gain::None {
            return found(5, Reason::NotForGain);
        }
        let said: Vec<&str> = text(6).split([' ', ',', ';', '|']).filter(|word| !word.is_empty()).collect();
        if said.iter().any(|word| !ATTESTATIONS.contains(word)) {
            return found(6, Reason::NoGrounds);
        }
        if required(role).iter().any(|word| !said.contains(word)) {
            return found(6, Reason::NotAttested);
        }
        if self.columns.event.is_some() {
            let at = self.slots.len() - 1;
            if !text(at).is_empty() {
                let Some(event) = date(at) else { return found(at, Reason::NoGrounds) };
                if birth_date.age(event) != Age::Adult {
                    return found(at, Reason::MinorAtEvent);
                }
            }
        }
        None
    }
}

/// What a role must attest. A record called a company that carries a person's name is held to what a suspect is.
fn required(role: Option<SubjectRole>) -> &'static [&'static str] {
    match role {
        Some(SubjectRole::FacilitatorForGain) => &ATTESTATIONS,
        Some(SubjectRole::ChargedOrganiser | SubjectRole::ConvictedOrganiser | SubjectRole::ListedPerson) => &[],
        Some(SubjectRole::SuspectedOrganiser | SubjectRole::LegalPerson | SubjectRole::Asset) | None => {
            &ATTESTATIONS[..2]
        }
    }
}

fn word<T: Copy + for<'de> Deserialize<'de>>(own: &BTreeMap<String, T>, text: &str) -> Option<T> {
    use serde::de::IntoDeserializer;
    let known: serde::de::value::StrDeserializer<'_, serde::de::value::Error> = text.into_deserializer();
    own.get(text).copied().or_else(|| T::deserialize(known).ok())
}
