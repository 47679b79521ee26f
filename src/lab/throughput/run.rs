//! A run between made-up parties, to seal to: nothing of it leaves the laboratory.

use jiff::{SignedDuration, Timestamp};

use crate::agreement::{
    AgreementBody, AgreementError, DraftAgreement, EncodingParams, Grant, GrantedRun, NORMALISATION, Party, PartyRole,
    PartySecrets, ReviewerKind, RunNumber, Schema,
};
use crate::cleared::{Cleared, Kind, Within};
use crate::gate::Rehearsal;
use crate::primitives::Entropy;
use crate::protocol::{FieldKind, Protocol, SourceKind};

/// Who encodes, and for whom.
pub(super) const AGENCIES: [&str; 2] = ["agency-a", "agency-b"];

/// When everything happens.
const NOW: Timestamp = Timestamp::constant(1_780_000_000, 0);

/// A run of which the laboratory holds every key.
pub(super) struct Run {
    /// As its stewards granted it.
    pub(super) granted: GrantedRun,
    /// The secrets of the first agency.
    pub(super) agency: PartySecrets,
    rehearsal: Rehearsal,
}

impl Run {
    /// The first agency's leave to do an act, and that for a result of this size.
    pub(super) fn cleared<K: Kind>(&self, size: usize) -> (Cleared<K>, Within<K>) {
        let run = self.granted.number();
        (cleared(&self.rehearsal, &self.agency, Some(run)), self.rehearsal.within(run, size))
    }
}

fn cleared<K: Kind>(rehearsal: &Rehearsal, own: &PartySecrets, run: Option<RunNumber>) -> Cleared<K> {
    match rehearsal.clear(own.verifier().name(), run, NOW) {
        Some(cleared) => cleared,
        None => unreachable!("whose secrets these are is a party"),
    }
}

/// A run that every steward granted.
pub(super) fn granted() -> Result<Run, AgreementError> {
    let cast = [
        (AGENCIES[0], PartyRole::Agency),
        (AGENCIES[1], PartyRole::Agency),
        ("operator", PartyRole::Operator),
        ("steward-1", PartyRole::Steward),
        ("steward-2", PartyRole::Steward),
        ("guardian", PartyRole::Guardian),
        ("reviewer-1", PartyRole::Reviewer),
        ("reviewer-2", PartyRole::Reviewer),
        ("officer-a", PartyRole::Officer),
        ("officer-b", PartyRole::Officer),
    ];
    let (mut secrets, mut parties) = (Vec::new(), Vec::new());
    for (at, (name, role)) in cast.into_iter().enumerate() {
        let own = PartySecrets::generate(name, &mut Entropy::system())?;
        let agency = role == PartyRole::Agency;
        parties.push(Party {
            name: name.to_owned(),
            role,
            organisation: match name.strip_prefix("officer-") {
                Some(of) => format!("Organisation agency-{of}"),
                None => format!("Organisation {name}"),
            },
            jurisdiction: "XA".to_owned(),
            onward: vec![],
            verifier: own.verifier().clone(),
            routine: own.routine().clone(),
            recipient: own.recipient(),
            source: agency.then_some(SourceKind::FinancialIntelligence),
            kind: (role == PartyRole::Reviewer)
                .then_some([ReviewerKind::DataProtection, ReviewerKind::Protection][at % 2]),
            legal_basis: "Act of the laboratory; section 1".parse().ok().filter(|_| agency).into_iter().collect(),
        });
        secrets.push(own);
    }
    let protocol = match Protocol::find("fin-1") {
        Ok(protocol) => protocol,
        Err(_) => unreachable!("fin-1 is compiled in"),
    };
    let body = AgreementBody {
        symbolon: "agreement v2".to_owned(),
        name: "laboratory".to_owned(),
        protocol: protocol.citation(),
        parent: None,
        not_before: NOW - SignedDuration::from_hours(24),
        expires: NOW + SignedDuration::from_hours(24),
        terms: protocol.terms.clone(),
        schema: schema(&protocol.terms.fields),
        parties,
    };
    let mut draft = DraftAgreement::new(body)?;
    let rehearsal = Rehearsal::of(&draft, &secrets)?;
    secrets.iter().try_for_each(|own| draft.sign(own, &cleared(&rehearsal, own, None)))?;
    let signed = draft.accept(NOW)?;
    let number = RunNumber::new(1).unwrap_or_else(|| unreachable!("1 is positive"));
    let mut grants = Vec::new();
    for own in secrets.iter().filter(|own| own.verifier().name().starts_with("steward")) {
        let cleared = cleared(&rehearsal, own, Some(number));
        grants.push((own.verifier().name().to_owned(), Grant::issue(&signed, own, &cleared, &mut Entropy::system())?));
    }
    let granted = signed.grant(number, |steward| match grants.iter().find(|(name, _)| *name == steward.name) {
        Some((_, note)) => Ok(note.clone()),
        None => Err(AgreementError::Absent { artefact: "grant", from: steward.name.clone() }),
    })?;
    Ok(Run { granted, agency: secrets.swap_remove(0), rehearsal })
}

/// A schema of usual parameters for `fields`.
pub(super) fn schema(fields: &[FieldKind]) -> Schema {
    Schema {
        normalisation: NORMALISATION.to_owned(),
        fields: fields.to_vec(),
        encoding: EncodingParams { length: 1024, insertions: 18, diffusion: 4, min_tokens: 12 },
    }
}
