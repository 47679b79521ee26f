//! Lists of leads: one size whatever is in them, for one agency only, and nothing beyond the cap.

use super::*;
use crate::agreement::tests::World;
use crate::agreement::{AgreementError, CommitmentRef, Permit, PermittedRun};
use crate::parcel::{Handle, ParcelError, container};
use crate::primitives::{self, Digest, Entropy};

fn permitted(world: &World) -> PermittedRun {
    let reference = |from: &str, to: &str| CommitmentRef {
        from: from.to_owned(),
        to: to.to_owned(),
        digest: Digest::of(from.as_bytes()),
    };
    let list = vec![reference("fiu-a", "fiu-b"), reference("fiu-b", "fiu-a")];
    let permit = |name: &str| Permit::issue(&world.granted(), world.of(name), list.clone(), world.now, 1);
    world.granted().permit(list.clone(), world.now, |steward| permit(&steward.name)).expect("permitted")
}

fn issued(world: &World, count: usize) -> Result<Vec<u8>, ParcelError> {
    let run = permitted(world);
    let lead =
        |n: usize| (Handle([n as u8; 16]), lead_id(&run, Handle([n as u8; 16]), Handle([200; 16])), Band::Strong);
    let leads: Vec<_> = (0..count).map(lead).collect();
    let to = ("fiu-a", "fiu-b");
    issue(&run, world.of("link-unit"), to, &leads, world.now, &mut Entropy::seeded(1))
}

fn open(world: &World, file: Vec<u8>, agency: &str, partner: &str) -> Result<LeadList, ParcelError> {
    LeadList::open(file, &world.signed(), World::run(), world.of(agency), partner)
}

/// Bytes of the table inside. The file around it differs at random: age adds a stanza of random length to every header.
fn table_bytes(world: &World, count: usize) -> usize {
    let file = bytes::Bytes::from(issued(world, count).expect("within the cap"));
    let (_, sealed) = container::split(&file).expect("own file");
    let mut table = Vec::new();
    let mut reader = primitives::open(world.of("fiu-a").identity(), &sealed[..]).expect("its own");
    std::io::Read::read_to_end(&mut reader, &mut table).expect("authentic");
    table.len()
}

#[test]
fn the_table_of_a_list_has_one_size_for_no_lead_some_and_as_many_as_may_be() {
    let world = World::new();
    let sizes = [0, 1, 37, 100].map(|n| table_bytes(&world, n));
    assert!(sizes.iter().all(|size| *size == sizes[0]), "{sizes:?}");
}

#[test]
fn an_agency_opens_exactly_its_leads_and_no_filler() {
    let world = World::new();
    let list = open(&world, issued(&world, 37).expect("within the cap"), "fiu-a", "fiu-b").expect("its own");
    assert_eq!(list.leads.len(), 37);
    assert!(list.leads.iter().enumerate().all(|(n, lead)| lead.handle == Handle([n as u8; 16])));
    assert!(!list.screened_by_guardian, "nobody screens yet, and the list says so");
}

#[test]
fn more_leads_than_the_cap_are_never_issued() {
    let world = World::new();
    assert!(issued(&world, 101).is_err());
}

#[test]
fn nobody_else_opens_a_list() {
    let world = World::new();
    let file = issued(&world, 3).expect("within the cap");
    assert!(open(&world, file.clone(), "fiu-b", "fiu-a").is_err());
    let other = open(&world, file, "link-unit", "fiu-b").expect_err("not an agency");
    assert!(matches!(other, ParcelError::Agreement(AgreementError::WrongRole { .. })));
}

#[test]
fn a_flipped_byte_in_a_list_is_refused() {
    let world = World::new();
    let file = issued(&world, 3).expect("within the cap");
    for at in (0..file.len()).step_by(file.len() / 50) {
        let mut bad = file.clone();
        bad[at] ^= 0x20;
        assert!(open(&world, bad, "fiu-a", "fiu-b").is_err(), "byte {at}");
    }
}

#[test]
fn a_list_of_a_patched_operator_with_another_number_of_entries_is_refused() {
    let (world, mut wide) = (World::new(), World::new());
    wide.body.terms.max.leads = 99;
    // The same parties under other terms: another agreement, so the list names another digest.
    let file = issued(&wide, 3).expect("within its cap");
    assert!(open(&world, file, "fiu-a", "fiu-b").is_err());
}
