//! Every function that asks for a witness, with witnesses that were given for other cases.

use crate::agreement::tests::World;
use crate::agreement::{
    AgreementError, Attestation, CommitmentRef, Contribution, Decision, Grant, Opinion, PairKey, Permit, PermittedRun,
    Reason, Resume, SignOff, Stop,
};
use crate::cleared::{Cleared, Kind, Within, by};
use crate::encoding::EncodedRecords;
use crate::parcel::{self, Commitment, Handle, ParcelError, ReceivedParcel, SealedParcel};
use crate::primitives::{Digest, Entropy};
use crate::release::destruction::{Destruction, Remains};
use crate::release::{
    self, Band, Candidate, CandidatePairs, ConsentList, Found, Issued, LeadList, ReceiptList, ReleaseError, Shares,
    Withdrawal, Withdrawals,
};

const PAIR: [&str; 2] = ["fiu-a", "fiu-b"];

/// What a witness was given for.
#[derive(Clone, Copy, Debug)]
enum Given {
    /// This very case.
    Right,
    /// Another agreement.
    Agreement,
    /// Another run, or a run where the act is of the whole agreement.
    Run,
    /// Another party.
    Party,
}

/// The code of whatever refused.
type Code = Result<(), &'static str>;

fn code<T>(result: Result<T, AgreementError>) -> Code {
    result.map(drop).map_err(|error| error.code().id)
}

fn released<T>(result: Result<T, ReleaseError>) -> Code {
    result.map(drop).map_err(|error| error.code().id)
}

fn sealed<T>(result: Result<T, ParcelError>) -> Code {
    result.map(drop).map_err(|error| error.code().id)
}

/// A world in which a run went as far as leads.
struct Scene {
    world: World,
    run: PermittedRun,
    parcel: SealedParcel,
    commitment: Commitment,
    pairs: Vec<u8>,
    issued: Issued,
    shares: Shares,
}

fn entropy() -> Entropy {
    Entropy::seeded(5)
}

fn records() -> EncodedRecords {
    let handles = (0..64).map(|n| [n; 16]).collect();
    EncodedRecords {
        length: 1024,
        exact: 1,
        handles,
        words: vec![7; 64 * 16],
        keys: vec![[1; 16]; 64],
        records: 60,
        sketch: [1; 16],
    }
}

fn candidates() -> Vec<Candidate> {
    let (words, keys) = ([vec![7; 16], vec![8; 16]], [vec![[1; 16]], vec![[2; 16]]]);
    vec![Candidate { handles: [Handle([1; 16]), Handle([2; 16])], words, keys, band: Some(Band::Strong) }]
}

const FOUND: [Found; 1] = [Found { handles: [Handle([1; 16]), Handle([2; 16])], band: Band::Strong }];

impl Scene {
    fn new() -> Self {
        let mut world = World::new();
        world.body.terms.max.leads = 2;
        let granted = world.granted();
        let shown = (&world.cleared("fiu-a"), &world.within());
        let parcel = parcel::seal(records(), &granted, world.of("fiu-a"), shown, "fiu-b").expect("an agency");
        let commitment = Commitment::read(&granted, "fiu-a", "fiu-b", &parcel.commitment).expect("its own");
        let list = references(commitment.digest);
        let permit = |who: &str| Permit::issue(&granted, world.of(who), &world.cleared(who), list.clone(), 1);
        let run = world.granted().permit(list.clone(), world.now, |steward| permit(&steward.name)).expect("permitted");
        let shown = (&world.cleared("link-unit"), &world.within());
        let pairs = CandidatePairs::seal(&run, world.of("link-unit"), shown, PAIR, candidates(), 620, &mut entropy());
        let shown = (&world.cleared::<by::Screen>("guardian"), &());
        let issued = release::issue(&world.signed(), world.of("guardian"), shown, PAIR, &FOUND, &mut entropy());
        let issued = issued.expect("a guardian");
        let agreement = world.signed();
        let pair = release::pair_of(&agreement, PAIR[0], PAIR[1]).expect("agencies");
        let shares = Shares::read(&agreement, World::run(), pair, &issued.shares).expect("the guardian's");
        Self { pairs: pairs.expect("an operator"), world, run, parcel, commitment, issued, shares }
    }

    /// A witness for `party`, or for another case than the one in which it is used.
    fn given<K: Kind>(&self, given: Given, party: &str, run: u32) -> Cleared<K> {
        let (own, other) = (self.world.signed().digest(), Digest::of(b"another"));
        match given {
            Given::Right => Cleared::assumed(own, run, party, self.world.now),
            Given::Agreement => Cleared::assumed(other, run, party, self.world.now),
            Given::Run => Cleared::assumed(own, run + 1, party, self.world.now),
            Given::Party => Cleared::assumed(own, run, "somebody-else", self.world.now),
        }
    }

    /// One act, with a witness of this kind. Its name goes into messages; nothing after the last.
    fn act(&self, at: usize, given: Given) -> Option<(&'static str, Code)> {
        let world = &self.world;
        let (agreement, granted, none) = (world.signed(), self.run.granted(), Withdrawals::default());
        let (a, b, steward) = (world.of("fiu-a"), world.of("fiu-b"), world.of("steward-1"));
        let (reviewer, guardian, operator) = (world.of("data-authority"), world.of("guardian"), world.of("link-unit"));
        let officer = world.of("officer-fiu-a");
        Some(match at {
            0 => ("sign", code(world.draft().sign(a, &self.given(given, "fiu-a", 0)))),
            1 => {
                let cleared = self.given(given, "fiu-a", 0);
                ("join", code(Contribution::issue(&agreement, a, &cleared, "fiu-b", &mut entropy())))
            }
            2 => {
                let cleared = self.given(given, "data-authority", 0);
                let expires = world.now + jiff::SignedDuration::from_hours(24);
                let dossier = Digest::of(b"a dossier");
                let (conditions, lifts, decision) = (vec![], vec![], Decision::Accept);
                let opinion = Opinion { decision, dossier, conditions, lifts, expires };
                ("sign-off", code(SignOff::issue(&world.draft(), reviewer, &cleared, opinion)))
            }
            3 => {
                let cleared = self.given(given, "data-authority", 0);
                let scheme = Digest::of(b"a scheme");
                ("attest", code(Attestation::issue(&agreement, reviewer, &cleared, vec![], scheme, (1, 1))))
            }
            4 => {
                let cleared = self.given(given, "steward-1", 1);
                let list = references(self.commitment.digest);
                ("permit", code(Permit::issue(granted, steward, &cleared, list, 1)))
            }
            5 => {
                let (own, partners) = world.contributions("fiu-a", "fiu-b");
                let cleared = self.given(given, "fiu-a", 1);
                ("encode", code(PairKey::derive(granted, a, &cleared, &own, &partners)))
            }
            6 => {
                let (own, partners) = world.contributions("fiu-a", "fiu-b");
                let cleared = self.given(given, "guardian", 1);
                ("screen", code(PairKey::derive_for_guardian(granted, guardian, &cleared, &own, &partners)))
            }
            7 => {
                let shown = (&self.given(given, "fiu-a", 1), &world.within());
                ("seal", sealed(parcel::seal(records(), granted, a, shown, "fiu-b")))
            }
            8 => {
                let received = ReceivedParcel::read(self.parcel.file.clone()).expect("its own form");
                let cleared = self.given(given, "link-unit", 1);
                ("open a parcel", sealed(received.open(&self.run, operator, &cleared, &self.commitment)))
            }
            9 => {
                let shown = (&self.given(given, "link-unit", 1), &world.within());
                let list = candidates();
                (
                    "seal pairs",
                    released(CandidatePairs::seal(&self.run, operator, shown, PAIR, list, 620, &mut entropy())),
                )
            }
            10 => {
                let cleared = self.given(given, "guardian", 1);
                let file = self.pairs.clone();
                ("open pairs", released(CandidatePairs::open(file, &self.run, guardian, &cleared, PAIR)))
            }
            11 => {
                let (cleared, list) = (self.given(given, "officer-fiu-a", 1), (&[][..], &none));
                let note = ConsentList::issue(&agreement, &self.shares, officer, &cleared, None, list, &mut entropy());
                ("consent", released(note))
            }
            12 => {
                let (cleared, answers) = (self.given::<by::Receipt>(given, "fiu-a", 1), vec![None; 2]);
                let list = (&[][..], &answers);
                let note = ReceiptList::issue(&agreement, &self.shares, a, &cleared, None, list, &mut entropy());
                ("receipt", released(note))
            }
            13 => {
                let (own, partners) = (self.issued.lists[0].clone(), self.shares.clone());
                let cleared = self.given(given, "fiu-a", 1);
                ("open leads", released(LeadList::open(own, &agreement, a, &cleared, "fiu-b", partners)))
            }
            // What follows takes its run from the witness: it cannot be another one.
            14 => {
                let cleared = self.given(given, "steward-1", 1);
                ("grant", code(Grant::issue(&agreement, steward, &cleared, &mut entropy())))
            }
            15 => ("stop", code(Stop::issue(&agreement, steward, &self.given(given, "steward-1", 1), Reason::Doubt))),
            16 => ("resume", code(Resume::issue(&agreement, steward, &self.given(given, "steward-1", 1), &[]))),
            17 => {
                let shown = (&self.given::<by::Screen>(given, "guardian", 1), &());
                ("issue", released(release::issue(&agreement, guardian, shown, PAIR, &FOUND, &mut entropy())))
            }
            18 => {
                let cleared = self.given(given, "fiu-b", 1);
                ("withdraw", released(Withdrawal::issue(&agreement, b, &cleared, Handle([2; 16]))))
            }
            19 => {
                let note = Withdrawal::issue(&agreement, b, &world.cleared("fiu-b"), Handle([2; 16])).expect("its own");
                let withdrawal = Withdrawal::read(&agreement, World::run(), "fiu-b", &note).expect("its own");
                ("acknowledge", released(withdrawal.acknowledge(&agreement, a, &self.given(given, "fiu-a", 1))))
            }
            20 => {
                let own = agreement.body().parties.iter().find(|party| party.name == "link-unit").expect("a party");
                let (cleared, what) = (self.given(given, "link-unit", 1), (vec![Remains::Parcels], vec![]));
                ("purge", released(Destruction::issue(&agreement, operator, &cleared, own, what)))
            }
            _ => return None,
        })
    }
}

fn references(digest: Digest) -> Vec<CommitmentRef> {
    let of = |from: &str, to: &str, digest| CommitmentRef { from: from.to_owned(), to: to.to_owned(), digest };
    vec![of("fiu-a", "fiu-b", digest), of("fiu-b", "fiu-a", Digest::of(b"the other side"))]
}

/// Acts that take their run from the witness.
const OF_ANY_RUN: std::ops::Range<usize> = 14..21;

#[test]
fn a_witness_of_another_agreement_run_or_party_lets_nobody_do_anything() {
    let scene = Scene::new();
    let mut at = 0;
    while let Some((name, done)) = scene.act(at, Given::Right) {
        assert_eq!(done, Ok(()), "{name}");
        for given in [Given::Agreement, Given::Party] {
            let refused = scene.act(at, given).map(|(_, code)| code);
            assert_eq!(refused, Some(Err("SYM-0530")), "{name}: {given:?}");
        }
        if !OF_ANY_RUN.contains(&at) {
            let refused = scene.act(at, Given::Run).map(|(_, code)| code);
            assert_eq!(refused, Some(Err("SYM-0530")), "{name}: another run");
        }
        at += 1;
    }
    assert_eq!(at, OF_ANY_RUN.end, "every row was tried");
}

#[test]
fn a_witness_of_the_whole_agreement_is_none_of_a_run() {
    let world = World::new();
    let note = Grant::issue(&world.signed(), world.of("steward-1"), &world.cleared_whole("steward-1"), &mut entropy());
    assert_eq!(code(note), Err("SYM-0530"));
    let note = Stop::issue(&world.signed(), world.of("steward-1"), &world.cleared_whole("steward-1"), Reason::Doubt);
    assert_eq!(code(note), Err("SYM-0530"));
}

#[test]
fn what_is_sealed_is_what_was_judged_or_less() {
    let scene = Scene::new();
    let (world, digest) = (&scene.world, scene.world.signed().digest());
    let seal = |within: Within<by::Encode>| {
        let shown = (&world.cleared("fiu-a"), &within);
        sealed(parcel::seal(records(), scene.run.granted(), world.of("fiu-a"), shown, "fiu-b"))
    };
    let pairs = |within: Within<by::Link>| {
        let (secrets, shown) = (world.of("link-unit"), (&world.cleared("link-unit"), &within));
        released(CandidatePairs::seal(&scene.run, secrets, shown, PAIR, candidates(), 620, &mut entropy()))
    };
    let issue = |within: Within<by::Link>| {
        let (secrets, shown) = (world.of("link-unit"), (&world.cleared::<by::Link>("link-unit"), &within));
        released(release::issue(&world.signed(), secrets, shown, PAIR, &FOUND, &mut entropy()))
    };
    assert_eq!(seal(Within::assumed(digest, 1, 60)), Ok(()));
    assert_eq!(pairs(Within::assumed(digest, 1, 1)), Ok(()));
    for (agreement, run, fewer) in [(digest, 1, true), (digest, 2, false), (Digest::of(b"another"), 1, false)] {
        let size = |size: u64| size - u64::from(fewer);
        assert_eq!(seal(Within::assumed(agreement, run, size(60))), Err("SYM-0531"));
        assert_eq!(pairs(Within::assumed(agreement, run, size(1))), Err("SYM-0531"));
        assert_eq!(issue(Within::assumed(agreement, run, size(1))), Err("SYM-0531"));
    }
}
