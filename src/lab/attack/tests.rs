//! Small versions of the calibration: plain is broken, strong diffusion is not, shuffled labels are chance.

use super::*;

fn setting(register: usize, victims: usize, overlap: f64, known: usize) -> Setting {
    Setting { register, victims, overlap, known, errors: 0.0, seed: 1 }
}

fn found(attack: Attack, scheme: &Scheme, people: &[Record], setting: &Setting) -> f64 {
    run(attack, scheme, people, setting).expect("enough people").top1.value()
}

#[test]
fn known_pairs_break_the_plain_clk_and_not_a_strong_diffusion_nor_shuffled_labels() {
    let people = synthetic(500, Mix::World, 1).expect("people");
    let setting = setting(300, 60, 1.0, 100);
    let strong = Scheme::laboratory(Tokens::Bigrams, 28, 8);
    for attack in [Attack::A4, Attack::A5] {
        let finding = examine(attack, &strong, &people, &setting).expect("enough people");
        assert!(finding.plain.top1.value() >= 0.95, "{attack:?} {finding:?}");
        assert!(finding.success.top1.value() <= 0.10, "{attack:?} {finding:?}");
        assert!(finding.shuffled.top1.hits <= 2, "{attack:?} {finding:?}");
        assert_eq!(finding.verdict, Verdict::Stands);
    }
}

#[test]
fn the_graph_alone_breaks_the_plain_clk() {
    let people = synthetic(330, Mix::World, 1).expect("people");
    let finding = examine(Attack::A3, &Scheme::laboratory(Tokens::Bigrams, 20, 1), &people, &setting(300, 300, 1.0, 0));
    let finding = finding.expect("enough people");
    assert!(finding.success.top1.value() >= 0.9 && finding.shuffled.top1.hits <= 9, "{finding:?}");
}

#[test]
fn node_embedding_breaks_the_plain_clk_and_takes_no_more_people_than_it_can() {
    let people = synthetic(1100, Mix::World, 1).expect("people");
    let plain = Scheme::laboratory(Tokens::Bigrams, 20, 1);
    let finding = examine(Attack::A3b, &plain, &people, &setting(1000, 1000, 1.0, 0)).expect("enough people");
    assert!(finding.success.top1.value() >= 0.9 && finding.shuffled.top1.hits <= 10, "{finding:?}");
    let large = examine(Attack::A3b, &plain, &people, &setting(5001, 60, 1.0, 0)).expect_err("too many");
    assert!(matches!(large, AttackError::TooLarge { nodes: 5001, .. }));
    assert_eq!(large.code().id, "SYM-0955");
}

#[test]
fn patterns_of_bits_give_tokens_and_people_of_the_plain_clk_away_and_not_those_of_a_diffusion() {
    let people = synthetic(1700, Mix::World, 1).expect("people");
    let setting = setting(1500, 1500, 1.0, 0);
    let strong = Scheme::laboratory(Tokens::Bigrams, 28, 5);
    let finding = examine(Attack::A2, &strong, &people, &setting).expect("enough people");
    assert!(finding.plain.top1.value() >= 0.9 && finding.success.top1.hits <= 9, "{finding:?}");
    assert!(finding.shuffled.top1.hits <= 9 && finding.verdict == Verdict::Stands, "{finding:?}");
}

#[test]
fn the_result_graph_tells_of_the_plain_clk_and_claims_nothing_where_it_does_not_break_it() {
    let strong = Scheme::laboratory(Tokens::Bigrams, 28, 8);
    let mut plain = 0;
    for seed in 1..=4 {
        let people = synthetic(700, Mix::World, seed).expect("people");
        let finding = examine(Attack::A7, &strong, &people, &setting(600, 600, 1.0, 0)).expect("enough people");
        plain += finding.plain.top1.hits;
        assert!(finding.success.top1.hits <= 6 && finding.shuffled.top1.hits <= 6, "{finding:?}");
        assert_eq!(finding.verdict, Verdict::ControlHolds);
    }
    // Far above chance, which is one of 600 each time, and far below all: its silence about the diffusion is no evidence.
    assert!((20..1200).contains(&plain), "{plain}");
}

#[test]
fn whoever_has_the_key_finds_everybody() {
    let people = synthetic(250, Mix::World, 1).expect("people");
    let scheme = Scheme::laboratory(Tokens::Bigrams, 28, 8);
    assert!(found(Attack::A9, &scheme, &people, &setting(200, 60, 1.0, 0)) > 0.95);
}

#[test]
fn an_attack_that_cannot_break_its_control_says_nothing() {
    let people = synthetic(1100, Mix::World, 1).expect("people");
    // Frequencies of first names alone never do, on so few people.
    let scheme = Scheme::laboratory(Tokens::FirstName, 20, 4);
    let setting = setting(500, 500, 0.0, 0);
    let finding = examine(Attack::A1, &scheme, &people, &setting).expect("enough people");
    assert_eq!(finding.verdict, Verdict::ControlHolds);
}

#[test]
fn too_few_people_give_no_number() {
    let people = synthetic(120, Mix::World, 1).expect("people");
    let scheme = Scheme::laboratory(Tokens::Bigrams, 20, 4);
    let refusal = |attack, setting| examine(attack, &scheme, &people, &setting).expect_err("no number");
    assert!(matches!(refusal(Attack::A4, setting(100, 60, 1.0, 3)), AttackError::NoPairs { .. }));
    assert!(matches!(refusal(Attack::A4, setting(40, 40, 1.0, 50)), AttackError::TooSmall { .. }));
    assert!(matches!(refusal(Attack::A3, setting(500, 60, 1.0, 0)), AttackError::Population { .. }));
    assert!(matches!(refusal(Attack::A6, setting(60, 60, 0.0, 0)), AttackError::WholeRecords { .. }));
}

#[test]
fn one_thread_or_many_find_the_same() {
    let people = synthetic(400, Mix::World, 1).expect("people");
    let scheme = Scheme::laboratory(Tokens::Bigrams, 20, 3);
    let setting = setting(200, 60, 1.0, 100);
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| [Attack::A4, Attack::A5].map(|attack| run(attack, &scheme, &people, &setting)))
    };
    assert_eq!(with(1), with(3));
    let (plain, graph) = (scheme.plain(), Setting { victims: 200, known: 0, ..setting });
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| [Attack::A2, Attack::A3b].map(|attack| run(attack, &plain, &people, &graph)))
    };
    assert_eq!(with(1), with(2));
}

#[test]
fn scores_would_tell_a_prober_the_date_and_one_link_tells_little() {
    let people = synthetic(200, Mix::World, 1).expect("people");
    let scheme = Scheme::laboratory(Tokens::Bigrams, 28, 6);
    let finding = examine(Attack::A8, &scheme, &people, &setting(600, 50, 1.0, 0)).expect("enough people");
    assert!(finding.plain.top1.value() > 0.95 && finding.shuffled.top1.hits <= 3, "{finding:?}");
    assert!(finding.success.top1.value() < finding.plain.top1.value() / 2.0, "{finding:?}");
}
