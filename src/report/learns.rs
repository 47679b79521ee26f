//! Who learns what: the table that decides most reviews.

use serde::Serialize;

use super::agreed::Agreed;
use crate::agreement::PartyRole;

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Learns {
    /// Role of the party.
    pub party: &'static str,
    /// What it sees.
    pub learns: String,
    /// How much of it at most, under these terms.
    pub at_most: String,
    /// What it does not see.
    pub never: &'static str,
}

/// The table under an agreement.
pub(super) fn table(agreed: &Agreed) -> Vec<Learns> {
    let limit = |term: &str| agreed.limits.iter().find(|l| l.term == term).map_or(0, |l| l.agreed);
    let agencies = agreed.parties.iter().filter(|p| p.role == PartyRole::Agency).count() as u64;
    let (leads, runs) = (limit("max.leads"), limit("max.runs"));
    let row = |party, learns: &str, at_most: String, never| Learns { party, learns: learns.to_owned(), at_most, never };
    vec![
        row(
            "agency",
            "of each lead that every holder of a share has released: which of its own records it is about, a lead id, a band (strong or possible), an expiry; how many rows each partner committed",
            format!(
                "{leads} leads a partner and run, {runs} runs, {} partners: {} leads in the whole term",
                agencies - 1,
                leads * runs * (agencies - 1)
            ),
            "a score; anything about a partner's record; anything about records without a lead",
        ),
        row(
            "operator",
            "the encodings under random handles, how alike every two of them are, how many candidate pairs there are, sizes and times",
            format!("{} records an agency, partner and run", super::grouped(limit("max.records"))),
            "a key, a name, a date, an identifier; the same handle or encoding in two runs",
        ),
        row(
            "steward",
            "that a run is asked for, the row counts that were committed, its own key share",
            format!("{runs} runs"),
            "encodings, leads, other stewards' shares",
        ),
        row(
            "guardian",
            "the candidate pairs: both encodings of each under fresh handles, and the run's keys, so that it can say which of them are like somebody in its register",
            format!("{leads} candidate pairs of two agencies and run, {runs} runs; never a record without a candidate"),
            "a name or id of an agency's record; which lead was opened",
        ),
        row(
            "officer",
            "that there are leads to consent to, by number; one share of each",
            format!("{leads} numbers a pair of agencies and run"),
            "anything about a record; a lead without the other shares",
        ),
        row(
            "reviewer",
            "this agreement and every signed note of the exchange: who committed how many rows when, who granted and permitted",
            "everything public".to_owned(),
            "encodings, leads, keys",
        ),
        row(
            "operator together with one agency",
            "the partner's list: a key and the encodings in one hand undo the protection of every encoding that keeps similarity",
            "everything that the partner encoded for that agency in that run".to_owned(),
            "lists encoded for other partners or other runs",
        ),
        row(
            "guardian together with the operator",
            "every list of every run that is not destroyed yet: keys in one hand, encodings in the other",
            "everything that was encoded in that run".to_owned(),
            "lists of other runs",
        ),
        row(
            "somebody who copies the whole exchange",
            "who works with whom, when, and how many rows; the sizes of sealed files",
            "everything public".to_owned(),
            "what is sealed, without a party's secret",
        ),
    ]
}
