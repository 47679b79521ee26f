//! Keys of a run: what is derived from the contributions of two agencies and the shares of the stewards.
//!
//! ```text
//! K = HKDF-Expand( HKDF-Extract(salt = agreement digest, ikm = c_AB ‖ c_BA ‖ s_1 ‖ … ‖ s_n), info )
//! info = ⟨"symbolon/v1/encode"⟩ ⟨protocol digest⟩ ⟨run number⟩ ⟨schema digest⟩ ⟨A⟩ ⟨B⟩,   ⟨x⟩ = length of x as u32 BE ‖ x
//! ```
//!
//! `A` is the agency that the agreement names first, `c_AB` what A contributed for B, `s_i` the stewards' shares for this run in
//! the agreement's order. Nobody can form `K` without every steward, for an agreement they did not see; the operator has
//! no part of it.

use std::fmt;

use zeroize::Zeroizing;

use super::contribution::Contribution;
use super::granted::GrantedRun;
use super::party::PartyRole;
use super::run_number::RunNumber;
use super::statement::body_text;
use super::{AgreementError, PartySecrets, SignedAgreement};
use crate::cleared::{Cleared, by};
use crate::primitives::{Digest, Entropy, Secret};

/// The key of one pair of agencies in one run. Wiped on drop; there is no way to its bytes outside this crate.
pub struct PairKey(Secret);

impl PairKey {
    /// Derives the key, for the agency that holds `secrets` and its `partner`.
    pub fn derive(
        run: &GrantedRun,
        secrets: &PartySecrets,
        cleared: &Cleared<by::Encode>,
        own: &Contribution,
        partners: &Contribution,
    ) -> Result<Self, AgreementError> {
        let me = run.agreement().seat(secrets, PartyRole::Agency)?;
        cleared.admit(run.agreement().digest(), &me.name, Some(run.number()))?;
        if own.from != me.name {
            return Err(AgreementError::Absent { artefact: "contribution", from: own.to.clone() });
        }
        Self::of_pair(run, secrets, own, partners)
    }

    /// Derives the key of a pair for the guardian, which encodes its register under it.
    pub fn derive_for_guardian(
        run: &GrantedRun,
        secrets: &PartySecrets,
        cleared: &Cleared<by::Screen>,
        one: &Contribution,
        other: &Contribution,
    ) -> Result<Self, AgreementError> {
        let own = run.agreement().seat(secrets, PartyRole::Guardian)?;
        cleared.admit(run.agreement().digest(), &own.name, Some(run.number()))?;
        Self::of_pair(run, secrets, one, other)
    }

    fn of_pair(
        run: &GrantedRun,
        secrets: &PartySecrets,
        own: &Contribution,
        partners: &Contribution,
    ) -> Result<Self, AgreementError> {
        let agreement = run.agreement();
        if partners.from != own.to || partners.to != own.from {
            return Err(AgreementError::Absent { artefact: "contribution", from: own.to.clone() });
        }
        let position = |name: &str| agreement.body().parties.iter().position(|p| p.name == name);
        let (first, second) = if position(&own.from) < position(&own.to) { (own, partners) } else { (partners, own) };
        let shares = run.grants().iter().map(|grant| grant.open(secrets)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self(combine(
            &Context {
                agreement: agreement.digest(),
                protocol: agreement.protocol().digest,
                run: run.number(),
                schema: schema_digest(agreement),
                pair: (&first.from, &second.from),
            },
            &first.open(secrets)?,
            &second.open(secrets)?,
            &shares,
        )))
    }

    /// A throw-away key for the laboratory.
    pub fn throw_away(entropy: &mut Entropy) -> Self {
        Self(Secret::generate(entropy))
    }

    /// The secret, for the encoder.
    #[cfg(any(feature = "agency", test))]
    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }
}

impl fmt::Debug for PairKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PairKey").finish_non_exhaustive()
    }
}

struct Context<'a> {
    agreement: Digest,
    protocol: Digest,
    run: RunNumber,
    schema: Digest,
    pair: (&'a str, &'a str),
}

fn combine(context: &Context<'_>, first: &Secret, second: &Secret, shares: &[Secret]) -> Secret {
    let mut ikm = Zeroizing::new(Vec::with_capacity(32 * (2 + shares.len())));
    for secret in [first, second].into_iter().chain(shares) {
        ikm.extend_from_slice(secret.expose());
    }
    let run = context.run.number().to_be_bytes();
    let parts: [&[u8]; 6] = [
        b"symbolon/v1/encode",
        &context.protocol.0,
        &run,
        &context.schema.0,
        context.pair.0.as_bytes(),
        context.pair.1.as_bytes(),
    ];
    let mut info = Vec::new();
    for part in parts {
        info.extend((part.len() as u32).to_be_bytes());
        info.extend(part);
    }
    Secret::derive(&context.agreement.0, &ikm, &[&info])
}

fn schema_digest(agreement: &SignedAgreement) -> Digest {
    Digest::of(body_text(&agreement.body().schema).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives;

    fn secret(byte: u8) -> Secret {
        Secret::from_bytes(&[byte; 32]).expect("32 bytes")
    }

    fn context<'a>() -> Context<'a> {
        Context {
            agreement: Digest([0xa0; 32]),
            protocol: Digest([0xb0; 32]),
            run: RunNumber::new(1).expect("positive"),
            schema: Digest([0xc0; 32]),
            pair: ("fiu-a", "fiu-b"),
        }
    }

    fn key(context: &Context<'_>) -> String {
        primitives::hex(combine(context, &secret(1), &secret(2), &[secret(3), secret(4)]).expose())
    }

    #[test]
    fn the_key_of_a_run_is_the_known_answer() {
        // Recomputed independently in tests/vectors/run_key.py with Python's hmac and hashlib.
        assert_eq!(key(&context()), "e7c54b8af07dcdad48c9c1fb800b7e63482b4908f833c2fa39c22fc86d7375b2");
    }

    #[test]
    fn every_part_of_the_context_changes_the_key() {
        let known = key(&context());
        let variants = [
            Context { agreement: Digest([0xa1; 32]), ..context() },
            Context { protocol: Digest([0xb1; 32]), ..context() },
            Context { run: RunNumber::new(2).expect("positive"), ..context() },
            Context { schema: Digest([0xc1; 32]), ..context() },
            Context { pair: ("fiu-af", "iu-b"), ..context() },
            Context { pair: ("fiu-b", "fiu-a"), ..context() },
        ];
        for variant in &variants {
            assert_ne!(key(variant), known);
        }
        let fewer = combine(&context(), &secret(1), &secret(2), &[secret(3)]);
        assert_ne!(primitives::hex(fewer.expose()), known);
    }
}
