//! Rates by group: the counting, and the gate on synthetic populations of every naming system.

use super::*;
use crate::agreement::{EncodingParams, NORMALISATION, Schema};
use crate::lab::evaluate::{Degree, Options, evaluate_by};
use crate::lab::synth;
use crate::protocol::FieldKind;
use crate::records::{ColumnMap, Input, Limits, Malformed, ReadOptions, ScreenedRecords, Screening, read};

fn grouping(of: &[&str]) -> Grouping {
    Grouping { by: "system".to_owned(), of: of.iter().map(|group| (*group).to_owned()).collect() }
}

#[test]
fn every_link_counts_for_the_groups_of_its_records() {
    let truth = [(0, 0), (1, 1), (2, 2), (3, 3)];
    let links = [(0, 0), (1, 2), (3, 3), (7, 8), (2, 9)];
    let found = rates(&links, &truth, &[grouping(&["a", "a", "b", "b"])]);
    let of = |group: &str| {
        let rate = found.iter().find(|rate| rate.group == group).expect(group);
        (rate.true_pairs, rate.true_links, rate.false_links)
    };
    assert_eq!((of("a"), of("b"), of(NO_GROUP)), ((2, 1, 1), (2, 1, 2), (0, 0, 1)));
}

#[test]
fn a_group_that_lags_is_marked_and_a_small_one_is_not_judged() {
    let truth: Vec<(u32, u32)> = (0..240).map(|at| (at, at)).collect();
    let of: Vec<&str> = (0..240)
        .map(|at| {
            if at < 200 {
                "many"
            } else if at < 232 {
                "few"
            } else {
                "tiny"
            }
        })
        .collect();
    let behind = |links: &[(u32, u32)]| -> Vec<String> {
        let found = rates(links, &truth, &[grouping(&of)]).into_iter();
        found.filter(|rate| rate.behind).map(|rate| rate.group).collect()
    };
    assert_eq!(behind(&truth), Vec::<String>::new());
    // Half of the few and all of the tiny are missed.
    let fewer: Vec<(u32, u32)> = truth.iter().copied().filter(|(at, _)| *at < 216).collect();
    assert_eq!(behind(&fewer), ["few"]);
    // Nobody is missed, and a third of the few's records have a false link beside.
    let falser: Vec<(u32, u32)> = truth.iter().copied().chain((200..212).map(|at| (at, at + 1000))).collect();
    assert_eq!(behind(&falser), ["few"]);
}

fn records(agency: &synth::AgencyData, schema: &Schema) -> ScreenedRecords {
    let mut bytes = Vec::new();
    synth::write_people(agency, &mut bytes).expect("in memory");
    let map = ColumnMap::parse(&synth::columns_toml(agency)).expect("a map");
    let options = ReadOptions::default();
    let screening = Screening {
        roles: Vec::new(),
        natural_persons: false,
        quarantine_limit_permille: 1000,
        min_records: 1,
        malformed: Malformed::Missing,
        subjects: Default::default(),
        seed: [0; 32],
    };
    let raw = read(Input::from_bytes(bytes), &options, &map, &Limits::default()).expect("rows");
    raw.screen(schema, &screening, jiff::civil::date(2026, 1, 1)).expect("a good list").0
}

/// The gate of fairness: on people of every naming system in equal numbers, no system and no pair of scripts lags.
#[test]
fn no_naming_system_and_no_pair_of_scripts_falls_behind() {
    let options = synth::Options {
        seed: 77,
        people: 1100,
        shared: 900,
        mix: synth::NamingSystem::ALL.map(|system| (system, 1)).to_vec(),
        ..synth::Options::default()
    };
    let population = synth::generate(&options).expect("people");
    let schema = Schema {
        normalisation: NORMALISATION.to_owned(),
        fields: vec![FieldKind::PersonName, FieldKind::BirthDate],
        encoding: EncodingParams { length: 1024, insertions: 1, diffusion: 1, min_tokens: 1 },
    };
    let lists = [0, 1].map(|at| records(&population.agencies[at], &schema));
    let index = |list: &ScreenedRecords| -> HashMap<String, u32> {
        (0..list.len()).map(|at| (list.id(at).to_owned(), at as u32)).collect()
    };
    let ids = lists.each_ref().map(index);
    let missing = |at: usize| u32::MAX - at as u32;
    let pairs = population.truth.iter().enumerate();
    let truth: Vec<(u32, u32)> = pairs
        .map(|(at, pair)| {
            let of = |ids: &HashMap<String, u32>, id: &str| ids.get(id).copied().unwrap_or(missing(at));
            (of(&ids[0], &pair.left_id), of(&ids[1], &pair.right_id))
        })
        .collect();
    let of = |name: &dyn Fn(&synth::TruthPair) -> String| population.truth.iter().map(name).collect();
    let groupings = [
        Grouping { by: "system".to_owned(), of: of(&|pair| pair.system.name().to_owned()) },
        Grouping {
            by: "scripts".to_owned(),
            of: of(&|pair| format!("{}-{}", pair.left_script.name(), pair.right_script.name())),
        },
    ];
    for diffusion in [Degree::Fixed(1), Degree::Fixed(2)] {
        let options = Options { diffusion, fill: None, length: None, seed: 1 };
        let [left, right] = lists.each_ref().map(|list| list.records());
        let found = evaluate_by(left, right, &truth, &groupings, &schema, options).expect("a good schema");
        assert!(found.groups.iter().filter(|rate| rate.by == "system" && rate.true_pairs >= JUDGED).count() >= 6);
        let behind: Vec<_> = found.groups.iter().filter(|rate| rate.behind).collect();
        assert!(behind.is_empty(), "{diffusion:?} pooled {:?}: {behind:#?}", found.chosen);
    }
}
