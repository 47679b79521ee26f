//! `keygen` and `agreement …`: what all parties do.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};

use super::Context;
use super::output::{self, Report};
use crate::agreement::{
    AgreementBody, DraftAgreement, EncodingParams, LegalBasis, NORMALISATION, Party, PartyRole, PartySecrets,
    ReviewerKind, Schema,
};
use crate::failure::{ARGUMENT, Failure, NOT_READ, OTHER_TEXT};
use crate::gate;
use crate::note;
use crate::office::acts;
use crate::office::files;
use crate::office::home::Home;
use crate::outcome::agreement as outcome;
use crate::protocol::{FieldKind, Grounds, Protocol, SourceKind};
use crate::text::quoted;

/// Makes a party: a consent key, a routine key, an age identity, a public card.
#[derive(Args, Debug)]
pub(crate) struct Keygen {
    /// Role of the party
    #[arg(value_parser = role)]
    pub(crate) role: PartyRole,
    /// Short name: a-z, 0-9, single `-` and `.`
    pub(crate) name: String,
    /// Organisation behind it
    #[arg(long)]
    pub(crate) organisation: String,
    /// Jurisdiction, two letters (ISO 3166-1, or user-assigned such as XA)
    #[arg(long)]
    pub(crate) jurisdiction: String,
    /// Agencies: kind of system the records come from
    #[arg(long, value_parser = source)]
    pub(crate) source: Option<SourceKind>,
    /// Agencies: `INSTRUMENT; ARTICLE`, may be repeated
    #[arg(long)]
    pub(crate) legal_basis: Vec<LegalBasis>,
    /// Jurisdictions to which it passes things on and cannot refuse under its own law, separated by commas
    #[arg(long, value_delimiter = ',')]
    pub(crate) onward: Vec<String>,
    /// Reviewers: data-protection or protection
    #[arg(long, value_parser = kind)]
    pub(crate) kind: Option<ReviewerKind>,
}

/// Runs `keygen`.
pub(crate) fn keygen(args: &Keygen, context: &Context) -> Result<Report, Failure> {
    let path = context.desk.home_path()?;
    let secrets = PartySecrets::generate(&args.name, &mut context.desk.entropy("keygen"))?;
    let party = Party {
        name: args.name.clone(),
        role: args.role,
        organisation: args.organisation.clone(),
        jurisdiction: args.jurisdiction.clone(),
        verifier: secrets.verifier().clone(),
        routine: secrets.routine().clone(),
        recipient: secrets.recipient(),
        source: args.source,
        kind: args.kind,
        legal_basis: args.legal_basis.clone(),
        onward: args.onward.clone(),
    };
    let card = Home::create(path, party, &secrets, context.desk.now)?;
    let mut report = Report::of(outcome::Keygen {
        name: card.party.name.clone(),
        role: card.party.role,
        verifier: card.party.verifier.clone(),
        routine: card.party.routine.clone(),
        recipient: card.party.recipient.clone(),
    })
    .say(format!(
        "{} `{}`: secret key in {}",
        card.party.role.name(),
        card.party.name,
        path.join("secret.key").display()
    ))
    .say(format!("verifier {}", card.party.verifier))
    .say(format!("routine  {}", card.party.routine))
    .say("compare these verifiers with the other parties by another channel before you sign an agreement");
    if let Some(exchange) = &context.desk.exchange {
        let published = exchange.publish_card(&card).map_err(|mut failure| {
            failure.written =
                Some(format!("the home was made; copy its card to the exchange by hand: {}", path.display()));
            failure
        });
        let card = published?;
        report = report.say(format!("card published: {}", card.display()));
    }
    Ok(report.next("symbolon agreement draft PROTOCOL NAME, once every party's card is in the exchange"))
}

/// What can be done with an agreement.
#[derive(Subcommand, Debug)]
pub(crate) enum AgreementVerb {
    /// Lists the protocols that this program enforces, those that need more than it has, and what is refused for good
    Protocols,
    /// Writes the text of an agreement from the cards in the exchange
    Draft(Draft),
    /// Prices encodings for the real sizes of the lists, and chooses one that holds the limit of risk
    #[cfg(feature = "agency")]
    Design(super::design::DesignArgs),
    /// Lists what its protocol refuses in a draft and what is known to be weak; exit 1 on an error
    Lint {
        /// The draft or agreement; default: the exchange's
        file: Option<PathBuf>,
    },
    /// Says in plain words what is wider, narrower or neither in the second; exit 1 when it weakens
    Diff(super::diff::Diff),
    /// Says in plain words what an agreement allows, and who has signed
    Show {
        /// The draft or agreement; default: the exchange's
        file: Option<PathBuf>,
    },
    /// Shows the exchange's agreement, asks, and signs it with this home's consent key; what was signed before is only put back
    Sign(Sign),
}

/// What a signature is given to.
#[derive(Args, Debug)]
pub(crate) struct Sign {
    /// Digest of the text that was read, or its first 16 digits or more: needed where nobody sits at a terminal
    #[arg(long, value_name = "DIGEST")]
    pub(crate) read: Option<String>,
    /// Takes over the signatures of another copy of the same text
    #[arg(long, value_name = "FILE")]
    pub(crate) merge: Option<PathBuf>,
}

/// The parts of a draft that do not come from cards or protocol.
#[derive(Args, Debug)]
pub(crate) struct Draft {
    /// Protocol, such as fin-1
    pub(crate) protocol: String,
    /// Name of the agreement
    pub(crate) name: String,
    /// First day, `2026-12-01`; default: now
    #[arg(long)]
    pub(crate) begin: Option<jiff::civil::Date>,
    /// Length of the term in days; default: the protocol's maximum
    #[arg(long)]
    pub(crate) days: Option<u32>,
    /// Fields to compare; default: all that the protocol admits
    #[arg(long, value_delimiter = ',', value_parser = field)]
    pub(crate) fields: Vec<FieldKind>,
    /// Length of an encoding in bits
    #[arg(long, default_value_t = 1024)]
    pub(crate) length: u16,
    /// Positions that a token of unit weight sets; default: typical records fill 45 % of the inner filter
    #[arg(long)]
    pub(crate) insertions: Option<u16>,
    /// Degree of diffusion; default: the least that the protocol admits
    #[arg(long)]
    pub(crate) diffusion: Option<u16>,
    /// Tightens the cap on leads a pair and run
    #[arg(long)]
    pub(crate) leads: Option<u32>,
    /// Tightens the number of runs
    #[arg(long)]
    pub(crate) runs: Option<u32>,
    /// Sign-offs of reviewers that must be in force before a run goes on
    #[arg(long)]
    pub(crate) sign_offs: Option<u32>,
    /// Attestations of what attacks find that must cover what is encoded and compared
    #[arg(long)]
    pub(crate) attestations: Option<u32>,
    /// People in 1000 that an attack may find at most
    #[arg(long, value_name = "PERMILLE")]
    pub(crate) attack_limit: Option<u32>,
    /// Asks for the case file of each record of a person, not for a role alone
    #[arg(long)]
    pub(crate) case_file: bool,
    /// Signed agreement that this one amends, and may only tighten
    #[arg(long, value_name = "AGREEMENT")]
    pub(crate) amends: Option<PathBuf>,
}

/// Runs an `agreement` verb.
pub(crate) fn run(verb: &AgreementVerb, context: &Context) -> Result<Report, Failure> {
    match verb {
        AgreementVerb::Protocols => Ok(super::protocols::list()),
        AgreementVerb::Draft(args) => draft(args, context),
        #[cfg(feature = "agency")]
        AgreementVerb::Design(args) => super::design::run(args, context),
        AgreementVerb::Lint { file } => {
            let (path, bytes) = bytes(file.as_deref(), context)?;
            super::lint::run(&path, &bytes)
        }
        AgreementVerb::Diff(args) => super::diff::run(args),
        AgreementVerb::Show { file } => show(file.as_deref(), context),
        AgreementVerb::Sign(args) => sign(args, context),
    }
}

fn draft(args: &Draft, context: &Context) -> Result<Report, Failure> {
    let exchange = context.desk.exchange()?;
    let protocol = Protocol::find(&args.protocol)?;
    let mut terms = protocol.terms.clone();
    if !args.fields.is_empty() {
        terms.fields = args.fields.clone();
    }
    terms.max.term_days = args.days.unwrap_or(terms.max.term_days);
    terms.max.leads = args.leads.unwrap_or(terms.max.leads);
    terms.max.runs = args.runs.unwrap_or(terms.max.runs);
    terms.min.sign_offs = args.sign_offs.unwrap_or(terms.min.sign_offs);
    terms.min.attestations = args.attestations.unwrap_or(terms.min.attestations);
    terms.max.attack_permille = args.attack_limit.unwrap_or(terms.max.attack_permille);
    if args.case_file {
        terms.grounds = Grounds::CaseFile;
    }
    let parent = match &args.amends {
        Some(path) => {
            let bytes = files::read_given(path, note::MAX_BYTES as u64)?;
            Some((DraftAgreement::read(&bytes).map_err(|e| Failure::from(e).at(path))?, bytes))
        }
        None => None,
    };
    let not_before = match args.begin {
        Some(date) => jiff::tz::Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)),
        None => Timestamp::from_second(context.desk.now.as_second()),
    };
    let not_before = not_before.map_err(|_| Failure::new(ARGUMENT, "the first day is out of range"))?;
    let schema = Schema {
        normalisation: NORMALISATION.to_owned(),
        encoding: EncodingParams {
            length: args.length,
            insertions: args.insertions.unwrap_or_else(|| Schema::typical_insertions(&terms.fields, args.length)),
            diffusion: args.diffusion.unwrap_or(terms.min.diffusion as u16),
            min_tokens: terms.min.tokens as u16,
        },
        fields: terms.fields.clone(),
    };
    let mut parties: Vec<Party> = exchange.cards()?.into_iter().map(|card| card.party).collect();
    parties.sort_by(|a, b| (a.role, &a.name).cmp(&(b.role, &b.name)));
    let body = AgreementBody {
        symbolon: "agreement v2".to_owned(),
        name: args.name.clone(),
        protocol: protocol.citation(),
        parent: parent.as_ref().map(|(parent, _)| parent.note().digest()),
        not_before,
        expires: not_before + SignedDuration::from_hours(24 * i64::from(terms.max.term_days)),
        terms,
        schema,
        parties,
    };
    let draft = DraftAgreement::new(body)?;
    gate::judge_text(&draft, parent.as_ref().map(|(parent, _)| parent))?;
    if let Some((_, bytes)) = &parent {
        exchange.publish(&exchange.parent_path(), bytes)?;
    }
    let text = draft.note().to_string();
    let path = exchange.publish(&exchange.agreement_path(), text.as_bytes())?;
    Ok(Report::of(outcome::Draft {
        name: args.name.clone(),
        digest: draft.note().digest(),
        path: (&path).into(),
        parties: draft.body().parties.iter().map(|party| party.name.clone()).collect(),
    })
    .say(format!("draft `{}` under {}: {}", args.name, args.protocol, path.display()))
    .say(format!("{} parties must sign: read it first, it is plain text", draft.body().parties.len()))
    .next("symbolon agreement show, then every party: symbolon agreement sign"))
}

fn show(file: Option<&Path>, context: &Context) -> Result<Report, Failure> {
    let (path, bytes) = bytes(file, context)?;
    let draft = DraftAgreement::read(&bytes).map_err(|e| Failure::from(e).at(&path))?;
    let text = in_words(&draft)?;
    Ok(Report::of(outcome::Show {
        digest: draft.note().digest(),
        agreement: draft.body().clone(),
        not_signed: draft.unsigned()?.into_iter().map(str::to_owned).collect(),
    })
    .data(text))
}

/// What an agreement allows, and who has signed.
fn in_words(draft: &DraftAgreement) -> Result<String, Failure> {
    let unsigned = draft.unsigned()?;
    let (body, protocol) = (draft.body(), draft.protocol());
    let (max, min, encoding) = (&body.terms.max, &body.terms.min, &body.schema.encoding);
    let mut text = format!(
        "agreement {} (sha256:{})\nprotocol  {} {}\nserves    {} (a political text, not the legal basis)\nterm      {} to {}, at most {} runs\n",
        body.name,
        draft.note().digest(),
        protocol.code,
        protocol.title,
        protocol.clause,
        body.not_before,
        body.expires,
        max.runs
    );
    if let Some(parent) = body.parent {
        text += &format!("amends    sha256:{parent}, and may only tighten it\n");
    }
    let names = |list: Vec<&'static str>| list.join(", ");
    text += &format!("about     {}\n", names(body.terms.roles.iter().map(|r| r.name()).collect()));
    text += &format!("grounds   {}\n", body.terms.grounds.name());
    text += &format!("compares  {}\n", names(body.schema.fields.iter().map(|f| f.name()).collect()));
    text += &format!("from      {}\n", names(body.terms.sources.iter().map(|s| s.name()).collect()));
    text += &format!(
        "yields    at most {} leads a pair and run, at most {} in 1000 matched, each forgotten after {} days\n",
        max.leads, max.match_permille, max.lead_days
    );
    text += &format!(
        "lists     {} to {} records, at least {} tokens each\n",
        min.records, max.records, encoding.min_tokens
    );
    text += &format!(
        "encoding  {} bits, {} insertions a token, diffusion {}, {}\n",
        encoding.length, encoding.insertions, encoding.diffusion, body.schema.normalisation
    );
    text += &format!(
        "permits   at most {} hours; encodings to be destroyed within {} hours of a run's end: until every holder attests it,\n          nothing further is permitted or sent\n\n",
        max.permit_hours, max.retention_hours
    );
    for party in &body.parties {
        let signed = if unsigned.contains(&party.name.as_str()) { "NOT SIGNED" } else { "signed" };
        text += &format!(
            "{:<10} {:<24} {:<10} {} ({})\n",
            party.role.name(),
            party.name,
            signed,
            party.organisation,
            party.jurisdiction
        );
        for basis in &party.legal_basis {
            text += &format!("{:<10} basis: {}, {}\n", "", basis.instrument, basis.article);
        }
        if !party.onward.is_empty() {
            text += &format!("{:<10} passes on to: {}\n", "", party.onward.join(", "));
        }
        text += &format!("{:<10} {}\n{:<10} {}\n", "", party.verifier, "", party.routine);
    }
    text += &match body.of_role(PartyRole::Guardian).next() {
        Some(guardian) => format!("\npairs are screened, and leads issued, by `{}` alone\n", guardian.name),
        None => "\nnobody screens pairs: the operator issues the leads\n".to_owned(),
    };
    text += &format!(
        "each lead opens with the consent of an officer of either agency and of {} reviewers, one by one\n",
        min.release_reviewers
    );
    Ok(text)
}

fn sign(args: &Sign, context: &Context) -> Result<Report, Failure> {
    let mut shown = None;
    let read = |draft: &DraftAgreement| {
        let text = in_words(draft)?;
        was_read(args, draft, &text, context)?;
        shown = Some(text);
        Ok(())
    };
    let outcome = acts::sign::sign(&context.desk, args.merge.as_deref(), read)?;
    let (missing, again) = (outcome.not_signed.clone(), outcome.signed_before);
    let did = if again { "signed before, and its signature is there:" } else { "signed" };
    let words = format!("`{}` {did} sha256:{}", outcome.by, outcome.digest);
    let mut report = Report::of(outcome);
    if let Some(text) = shown.filter(|_| args.read.is_some()) {
        report.words.extend(text.lines().map(str::to_owned));
    }
    let report = report.say(words);
    Ok(if missing.is_empty() {
        report.say("everybody has signed").next("agencies: symbolon agency join")
    } else {
        report.say(format!("not signed yet: {}", missing.join(", ")))
    })
}

/// Refuses unless who signs has read this text: it is shown and asked about at a terminal, or else its digest was given.
fn was_read(args: &Sign, draft: &DraftAgreement, text: &str, context: &Context) -> Result<(), Failure> {
    let digest = draft.note().digest().to_string();
    if let Some(read) = &args.read {
        let read = read.strip_prefix("sha256:").unwrap_or(read).to_lowercase();
        if !(16..=64).contains(&read.len()) || !read.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Failure::new(ARGUMENT, "--read takes 16 to 64 hexadecimal digits of the text's SHA-256"));
        }
        if !digest.starts_with(&read) {
            let message = format!("the agreement is sha256:{digest}, which is not what was read");
            return Err(Failure::new(OTHER_TEXT, message));
        }
        return Ok(());
    }
    let question = "Type the first 8 digits of the digest behind the agreement's name to sign, anything else not to:";
    match output::ask(text, question) {
        Some(answer) if answer.trim().eq_ignore_ascii_case(&digest[..8]) => Ok(()),
        Some(_) => Err(Failure::new(NOT_READ, "not signed: the answer is not the first 8 digits of the digest")),
        None => {
            let message =
                "nobody at a terminal to read the agreement: symbolon agreement show, and then state what was read";
            Err(Failure::new(NOT_READ, message).next(sign_command(args, &digest, context)))
        }
    }
}

/// The command that signs this text, as a shell takes it.
fn sign_command(args: &Sign, digest: &str, context: &Context) -> String {
    let mut command = format!("symbolon agreement sign --read sha256:{digest}");
    let (home, exchange) = (context.desk.home.as_deref(), context.desk.exchange_path());
    for (option, path) in [("--merge", args.merge.as_deref()), ("--home", home), ("--exchange", exchange.as_deref())] {
        if let Some(path) = path {
            command += &format!(" {option} {}", quoted(path));
        }
    }
    command
}

fn bytes(file: Option<&Path>, context: &Context) -> Result<(PathBuf, Vec<u8>), Failure> {
    if let Some(path) = file {
        return Ok((path.to_owned(), files::read_given(path, note::MAX_BYTES as u64)?));
    }
    let exchange = context.desk.exchange()?;
    let name = exchange.agreement_path();
    Ok((exchange.place(&name), exchange.note_bytes(&name)?))
}

fn role(text: &str) -> Result<PartyRole, String> {
    super::word(text)
}

fn source(text: &str) -> Result<SourceKind, String> {
    super::word(text)
}

fn kind(text: &str) -> Result<ReviewerKind, String> {
    super::word(text)
}

fn field(text: &str) -> Result<FieldKind, String> {
    super::word(text)
}
