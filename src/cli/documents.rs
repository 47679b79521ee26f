//! The documents that refusals name, compiled in: `symbolon explain docs/formats/log.md` prints one offline.

macro_rules! embedded {
    ($($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("../../", $path)))),+]
    };
}

/// Each by its path in the repository.
const DOCUMENTS: &[(&str, &str)] = embedded![
    "docs/formats/agreement.md",
    "docs/formats/attestation.md",
    "docs/formats/commitment.md",
    "docs/formats/consents.md",
    "docs/formats/destruction.md",
    "docs/formats/grant.md",
    "docs/formats/leads.md",
    "docs/formats/log.md",
    "docs/formats/note.md",
    "docs/formats/pairs.md",
    "docs/formats/parcel.md",
    "docs/formats/party.md",
    "docs/formats/permit.md",
    "docs/formats/receipts.md",
    "docs/formats/shares.md",
    "docs/formats/sign-off.md",
    "docs/formats/stop.md",
    "docs/formats/withdrawals.md",
    "docs/terms.md",
    "protocols/bor-1.md",
    "protocols/bor-2.md",
    "protocols/bor-3.md",
    "protocols/fin-1.md",
    "protocols/fin-2.md",
    "protocols/fin-3.md",
    "protocols/fin-4.md",
    "protocols/hum-1.md",
    "protocols/hum-2.md",
    "protocols/hum-3.md",
    "protocols/leg-1.md",
    "protocols/leg-2.md",
    "protocols/refused.md",
    "protocols/san-1.md",
    "protocols/san-2.md",
    "protocols/soc-1.md",
    "protocols/soc-2.md",
    "protocols/tra-1.md",
    "protocols/tra-2.md",
    "src/agreement/recall.tsv",
];

/// The text of a document; nothing where it is none of these.
pub(super) fn find(path: &str) -> Option<&'static str> {
    DOCUMENTS.iter().find(|(known, _)| *known == path).map(|(_, text)| *text)
}
