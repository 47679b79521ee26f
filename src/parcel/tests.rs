//! The tampering table: every way a parcel can differ from what was agreed and committed is refused, each with its own code.

use bytes::Bytes;

use super::container;
use super::*;
use crate::agreement::tests::World;
use crate::agreement::{AgreementError, CommitmentRef, Permit, PermittedRun, body_text};
use crate::encoding::EncodedRecords;
use crate::note::Note;
use crate::primitives::Entropy;

/// A size class.
const ROWS: usize = 64;

fn records(seed: u64, rows: usize) -> EncodedRecords {
    let mut entropy = Entropy::seeded(seed);
    let mut random = |count: usize| {
        let mut bytes = vec![0; count];
        entropy.fill(&mut bytes);
        bytes
    };
    let array = |bytes: &[u8]| -> [u8; 16] { bytes.try_into().expect("16 bytes") };
    let mut handles: Vec<[u8; 16]> = random(rows * 16).chunks(16).map(array).collect();
    handles.sort_unstable();
    let words = random(rows * 128).chunks(8).map(|w| u64::from_le_bytes(w.try_into().expect("8 bytes"))).collect();
    let keys = random(rows * 16).chunks(16).map(array).collect();
    EncodedRecords { length: 1024, exact: 1, handles, words, keys, records: rows.min(60), sketch: [seed; 16] }
}

struct Sent {
    world: World,
    commitment: Note,
    file: Vec<u8>,
}

/// Seals as `fiu-a` for `fiu-b`, cleared and judged.
fn seal(records: EncodedRecords, world: &World) -> Result<SealedParcel, ParcelError> {
    let shown = (&world.cleared("fiu-a"), &world.within());
    super::seal(records, &world.granted(), world.of("fiu-a"), shown, "fiu-b")
}

fn sent() -> Sent {
    let world = World::new();
    let sealed = seal(records(1, ROWS), &world).expect("fits the terms");
    Sent { world, commitment: sealed.commitment, file: sealed.file }
}

impl Sent {
    fn commitment(&self) -> Commitment {
        Commitment::read(&self.world.granted(), "fiu-a", "fiu-b", &self.commitment).expect("own commitment")
    }

    fn permitted(&self, digest: Digest) -> PermittedRun {
        let reference =
            |from: &str, to: &str, digest| CommitmentRef { from: from.to_owned(), to: to.to_owned(), digest };
        let list = vec![reference("fiu-a", "fiu-b", digest), reference("fiu-b", "fiu-a", Digest::of(b"other side"))];
        let world = &self.world;
        let permit =
            |name: &str| Permit::issue(&world.granted(), world.of(name), &world.cleared(name), list.clone(), 1);
        world.granted().permit(list.clone(), world.now, |steward| permit(&steward.name)).expect("permitted")
    }

    fn open(&self, file: Vec<u8>) -> Result<OpenedParcel, ParcelError> {
        let commitment = self.commitment();
        let (run, operator) = (self.permitted(commitment.digest), self.world.of("link-unit"));
        ReceivedParcel::read(file)?.open(&run, operator, &self.world.cleared("link-unit"), &commitment)
    }

    /// The file with a manifest that is changed and signed anew by the sender: what a patched agency could send.
    fn resigned(&self, change: impl FnOnce(&mut Manifest), sealed: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
        let (note, body) = container::split(&Bytes::from(self.file.clone())).expect("own file");
        let mut manifest: Manifest = note.body(PARCEL).expect("own manifest");
        let body = sealed(body.to_vec());
        manifest.sealed_bytes = body.len() as u64;
        manifest.sealed_sha256 = Digest::of(&body);
        change(&mut manifest);
        let mut note = Note::unsigned(body_text(&manifest)).expect("a text");
        self.world.of("fiu-a").sign(&mut note).expect("fresh");
        container::join(&note, &body)
    }

    fn code_of(&self, file: Vec<u8>) -> &'static str {
        self.open(file).expect_err("refused").code().id
    }
}

#[test]
fn a_parcel_opens_to_the_rows_that_were_sealed() {
    let sent = sent();
    let opened = sent.open(sent.file.clone()).expect("untouched");
    let original = records(1, ROWS);
    assert_eq!(opened.len(), ROWS);
    let rows = opened.into_rows();
    assert_eq!(rows.words, original.words);
    assert_eq!(rows.keys, original.keys);
}

#[test]
fn one_flipped_byte_anywhere_is_refused() {
    let sent = sent();
    let step = sent.file.len() / 97;
    for at in (0..sent.file.len()).step_by(step) {
        let mut file = sent.file.clone();
        file[at] ^= 0x20;
        assert!(sent.open(file).is_err(), "byte {at}");
    }
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let sent = sent();
    for keep in [0, 1, 100, 400, 700, 1000, sent.file.len() - 1] {
        assert!(sent.open(sent.file[..keep].to_vec()).is_err(), "{keep} bytes");
    }
}

#[test]
fn each_kind_of_tampering_has_its_own_code() {
    let sent = sent();
    let same = |body| body;
    let flip = |mut file: Vec<u8>, at: usize| {
        let end = file.len();
        file[end - at] ^= 1;
        file
    };
    assert_eq!(sent.code_of(flip(sent.file.clone(), 50)), "SYM-0521");
    assert_eq!(sent.code_of(b"not a parcel".to_vec()), "SYM-0522");
    assert_eq!(sent.code_of(sent.resigned(|_| (), |body| flip(body, 50))), "SYM-0523");
    assert_eq!(sent.code_of(sent.resigned(|_| (), |body| body[..body.len() - 40].to_vec())), "SYM-0523");
    assert_eq!(sent.code_of(sent.resigned(|m| m.agreement = Digest::of(b"x"), same)), "SYM-0510");
    let two = crate::agreement::RunNumber::new(2).expect("positive");
    assert_eq!(sent.code_of(sent.resigned(|m| m.run = two, same)), "SYM-0511");
    assert_eq!(sent.code_of(sent.resigned(|m| m.to = "fiu-c".to_owned(), same)), "SYM-0428");
    assert_eq!(sent.code_of(sent.resigned(|m| m.operator = "other".to_owned(), same)), "SYM-0428");
    assert_eq!(sent.code_of(sent.resigned(|m| m.commitment = Digest::of(b"x"), same)), "SYM-0520");
    let forged = sent.resigned(|_| (), same).iter().map(|b| if *b == b'9' { b'8' } else { *b }).collect();
    assert!(sent.open(forged).is_err());
}

#[test]
fn a_parcel_that_differs_from_its_commitment_by_one_row_is_refused() {
    let sent = sent();
    let mut other = records(1, ROWS);
    other.words[17] ^= 1;
    let forged = seal(other, &sent.world).expect("sealed");
    let (note, body) = container::split(&Bytes::from(forged.file)).expect("own file");
    let mut manifest: Manifest = note.body(PARCEL).expect("own manifest");
    manifest.commitment = sent.commitment().digest;
    let mut note = Note::unsigned(body_text(&manifest)).expect("a text");
    sent.world.of("fiu-a").sign(&mut note).expect("fresh");
    assert_eq!(sent.code_of(container::join(&note, &body)), "SYM-0520");
}

#[test]
fn more_or_fewer_rows_than_committed_are_refused() {
    let sent = sent();
    for rows in [56, 80] {
        let other = seal(records(1, rows), &sent.world);
        let (note, body) = container::split(&Bytes::from(other.expect("sealed").file)).expect("own file");
        let mut manifest: Manifest = note.body(PARCEL).expect("own manifest");
        manifest.commitment = sent.commitment().digest;
        let mut note = Note::unsigned(body_text(&manifest)).expect("a text");
        sent.world.of("fiu-a").sign(&mut note).expect("fresh");
        assert_eq!(sent.code_of(container::join(&note, &body)), "SYM-0524");
    }
}

#[test]
fn a_commitment_that_no_steward_permitted_is_refused() {
    let sent = sent();
    let commitment = sent.commitment();
    let run = sent.permitted(Digest::of(b"another set"));
    let parcel = ReceivedParcel::read(sent.file.clone()).expect("its form is right");
    let error = parcel
        .open(&run, sent.world.of("link-unit"), &sent.world.cleared("link-unit"), &commitment)
        .expect_err("refused");
    assert_eq!(error, ParcelError::Commitment { from: "fiu-a".to_owned() });
}

#[test]
fn only_the_operator_opens_a_parcel() {
    let sent = sent();
    let commitment = sent.commitment();
    let run = sent.permitted(commitment.digest);
    for other in ["fiu-b", "steward-1", "guardian"] {
        let parcel = ReceivedParcel::read(sent.file.clone()).expect("its form is right");
        let error =
            parcel.open(&run, sent.world.of(other), &sent.world.cleared(other), &commitment).expect_err("refused");
        assert!(matches!(error, ParcelError::Agreement(AgreementError::WrongRole { .. })), "{other}");
    }
}

/// A commitment as a patched agency would sign it.
fn patched(sent: &Sent, change: impl FnOnce(String) -> String) -> &'static str {
    let before = sent.commitment.text().to_owned();
    let text = change(before.clone());
    assert_ne!(text, before, "the patch changes something");
    let mut note = Note::unsigned(text).expect("a text");
    sent.world.of("fiu-a").sign(&mut note).expect("fresh");
    Commitment::read(&sent.world.granted(), "fiu-a", "fiu-b", &note).expect_err("refused").code().id
}

#[test]
fn dummies_do_not_make_a_short_list_long_enough() {
    let world = World::new();
    // 56 rows, of which 49 stand for records: the agency's own program does not commit to it.
    let mut short = records(1, 56);
    short.records = 49;
    let short = seal(short, &world);
    assert_eq!(short.expect_err("too short").code().id, "SYM-0431");
    let mut enough = records(1, 56);
    enough.records = 50;
    let sealed = seal(enough, &world).expect("50 records");
    assert_eq!((sealed.rows, sealed.records), (56, 50));
    // Neither the number of records nor of dummies is in what is published.
    assert!(sealed.commitment.text().contains("rows = 56\nrecords_at_least = 50\ncases_at_least = 0\n"));
}

#[test]
fn a_patched_agency_neither_commits_to_a_short_list_nor_leaves_out_the_dummies() {
    let sent = sent();
    let rows = |to: &'static str| move |text: String| text.replace("\nrows = 64\n", to);
    assert_eq!(patched(&sent, rows("\nrows = 48\n")), "SYM-0431");
    assert_eq!(patched(&sent, rows("\nrows = 12582912\n")), "SYM-0431");
    for exact in ["\nrows = 60\n", "\nrows = 65\n", "\nrows = 1000\n"] {
        assert_eq!(patched(&sent, rows(exact)), "SYM-0491");
    }
    // It says so openly, or it signs what is not true.
    assert_eq!(patched(&sent, |text| text.replace("records_at_least = 50", "records_at_least = 1")), "SYM-0493");
}

#[test]
fn a_commitment_that_leaves_out_what_it_must_state_is_none() {
    let sent = sent();
    let without = |name: &'static str| {
        move |text: String| {
            text.lines().filter(|line| !line.starts_with(name)).map(|line| format!("{line}\n")).collect()
        }
    };
    for name in ["records_at_least", "cases_at_least", "sketch", "rows", "root"] {
        assert_eq!(patched(&sent, without(name)), "SYM-0506", "{name}");
    }
}

#[test]
fn a_list_that_nearly_is_an_earlier_one_is_refused_by_whoever_reads_the_commitment() {
    let sent = sent();
    let (agreement, first) = (sent.world.granted(), sent.commitment());
    let near = |bits: u32| {
        let mut sketch = first.sketch;
        (0..bits as usize).for_each(|bit| sketch.0[bit / 8] ^= 1 << (bit % 8));
        Commitment::refuse_near(agreement.agreement(), "fiu-a", &sketch, &first, agreement.number())
    };
    assert_eq!(near(0), Ok(()));
    for bits in [1, 2, 24] {
        assert_eq!(near(bits).expect_err("refused").code().id, "SYM-0492", "{bits}");
    }
    assert_eq!(near(25), Ok(()));
}

#[test]
fn the_parcel_holds_no_statistics_and_no_plain_row() {
    let rows =
        Rows { length: 1024, exact: 0, handles: vec![Handle([7; 16])], words: vec![u64::MAX; 16], keys: Vec::new() };
    let table = rows.write(Vec::new(), Vec::new()).expect("to memory");
    let text = String::from_utf8_lossy(&table).into_owned();
    assert!(!text.contains("min") && !text.contains("ARROW:schema\u{0}"));
    let reader = parquet::file::reader::SerializedFileReader::new(Bytes::from(table)).expect("readable");
    let metadata = parquet::file::reader::FileReader::metadata(&reader);
    for column in metadata.row_group(0).columns() {
        assert!(column.statistics().is_none());
    }
}
