//! Where each term of an agreement is enforced: every term has exactly one place, and a new one does not compile without.

use super::table::Check;
use crate::protocol::{Maxima, Minima, Terms};

/// Where a term is enforced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Applied {
    /// By whoever reads the agreement's text: one that breaks it is none.
    Text,
    /// By a check of the gate, before an act.
    Check(Check),
    /// By the limits of a list, a comparison or a result, before anything of it is sealed.
    Limit,
    /// By whoever reads what was issued: it does not open otherwise.
    Reader,
}

impl Applied {
    /// The words of `symbolon explain acts`.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Text => "the text: an agreement that breaks it is none".to_owned(),
            Self::Check(check) => format!("the check `{}`", check.short()),
            Self::Limit => "a limit: nothing of a list or result beyond it is sealed".to_owned(),
            Self::Reader => "the readers: what does not keep it does not open".to_owned(),
        }
    }
}

/// Names each field of a struct of terms once; one that is left out does not compile.
macro_rules! applied {
    ($of:ident, $prefix:literal { $($name:ident => $applied:expr,)* } $(and { $($part:ident,)+ })?) => {{
        // Taken apart without `..`: that is the point. Nobody calls it.
        let _ = |terms: &$of| { let $of { $($name: _,)* $($($part: _,)+)? } = terms; };
        [$((concat!($prefix, stringify!($name)), $applied),)*]
    }};
}

/// Every term by its name in the document, with its place.
pub(crate) fn applied() -> Vec<(&'static str, Applied)> {
    use Applied::{Limit, Reader, Text};
    let check = Applied::Check;
    let mut all = Vec::from(applied!(Terms, "" {
        roles => Limit,
        grounds => Limit,
        sources => Text,
        fields => Text,
        outputs => Limit,
    } and { max, min, }));
    all.extend(applied!(Maxima, "max." {
        term_days => check(Check::Term),
        runs => check(Check::Runs),
        permit_hours => check(Check::Permits),
        retention_hours => check(Check::Destroyed),
        lead_days => Reader,
        leads => Limit,
        match_permille => Limit,
        records => check(Check::Commitments),
        quarantine_permille => Limit,
        false_links => Limit,
        visible_degree => Limit,
        grounds_days => Limit,
        checkpoint_hours => check(Check::Logged),
        attack_permille => check(Check::Attestations),
        alike => Limit,
    }));
    all.extend(applied!(Minima, "min." {
        records => check(Check::Commitments),
        reviewers => Text,
        stewards => check(Check::Grants),
        guardians => Text,
        diffusion => Text,
        tokens => Text,
        release_reviewers => Reader,
        cosigners => check(Check::Logged),
        sign_offs => check(Check::SignOffs),
        attestations => check(Check::Attestations),
        cases => check(Check::Commitments),
        changes => check(Check::Commitments),
    }));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_is_named_once_and_the_table_names_the_same_ones() {
        let all = applied();
        let mut names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all.len(), "no term has two places");
        for check in Check::ALL {
            let mut here: Vec<&str> =
                all.iter().filter(|(_, applied)| *applied == Applied::Check(*check)).map(|(name, _)| *name).collect();
            let mut there = check.terms().to_vec();
            here.sort_unstable();
            there.sort_unstable();
            assert_eq!(here, there, "{check:?}");
        }
        // Whatever the order on terms knows is here, under the same name.
        for meaning in Maxima::MEANINGS.iter().chain(&Minima::MEANINGS) {
            assert!(names.contains(&meaning.term), "{}", meaning.term);
        }
        assert_eq!(names.len(), Maxima::MEANINGS.len() + Minima::MEANINGS.len() + 5);
    }
}
