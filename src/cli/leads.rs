//! `agency leads` and what follows from a lead: receipts, withdrawals, acknowledgements.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::output::Report;
use super::{Context, RunArg};
use crate::agreement::{AgreementError, PartyRole, RunNumber, SignedAgreement};
use crate::cleared::{Kind, by};
use crate::failure::{Failure, IO, NOT_A_FILE, NOTHING_FOUND};
use crate::log::Entry;
use crate::office::exchange::{Exchange, MAX_SEALED};
use crate::office::files::{self, Access, Existing};
use crate::office::home::Home;
use crate::office::partners;
use crate::office::seat::Office;
use crate::parcel::{Handle, container};
use crate::primitives;
use crate::release::{
    self, Band, Consents, Evidence, Lead, LeadList, Outcome, Receipt, Records, ReleaseError, Shares, Withdrawal,
    withdrawal,
};

/// In the home of an agency: ids of records that the reviewers planted in its file and had enrolled in the register, one a line.
const CANARIES: &str = "canaries.txt";

/// A lead, joined to the agency's own record.
pub(crate) struct OwnLead {
    pub(crate) partner: String,
    pub(crate) lead: Lead,
    pub(crate) slot: u32,
    pub(crate) row: u64,
    pub(crate) id: String,
}

/// This agency's leads of a run with all partners.
#[derive(Default)]
pub(crate) struct Leads {
    /// Those that are open.
    pub(crate) found: Vec<OwnLead>,
    /// Slots that opened to nothing, by partner.
    empty: Vec<(String, u32)>,
    /// Slots that nobody can open yet.
    sealed: u32,
    /// Slots whose lead is forgotten because the partner withdrew the record, by partner.
    withdrawn: Vec<(String, u32)>,
    /// What else there is to say.
    words: Vec<String>,
}

/// Where an agency acts, in a run.
struct Desk {
    home: Home,
    exchange: Exchange,
    agreement: SignedAgreement,
    own: String,
    run: RunNumber,
    records: Records,
    canaries: PathBuf,
}

impl Desk {
    fn open<K: Kind>(run: RunNumber, context: &Context) -> Result<Self, Failure> {
        let office = Office::open(&context.desk, Some(run))?;
        let _cleared = office.clear::<K>(run)?;
        let (agreement, own) = (office.agreement()?.clone(), office.own().to_owned());
        let records = office.run(run)?.withdrawals.clone()?;
        let (home, exchange) = (office.home, office.exchange);
        let canaries = context.desk.home_path()?.join(CANARIES);
        Ok(Self { home, exchange, agreement, own, run, records, canaries })
    }

    /// The list about one partner, if it is there, and what the log must hold before it is opened.
    fn list(&self, partner: &str) -> Result<Option<(LeadList, [Entry; 2])>, Failure> {
        let path = self.exchange.pair_path(self.run, &self.own, partner, "leads");
        let shares = self.exchange.shares(&self.agreement, self.run, &self.own, partner)?;
        let (Some(shares), true) = (shares, path.exists()) else { return Ok(None) };
        let from = &release::issuer(&self.agreement)?.name;
        let bytes = Exchange::sealed(&path, release::leads::most_bytes(&self.agreement), "list of leads", from)?;
        let (issuer, run) = (&release::issuer(&self.agreement)?.name, self.run.number());
        let manifest = container::split(&bytes.clone().into()).map_err(|e| Failure::from(e).at(&path))?.0;
        let logged = [
            Entry::new(crate::log::Kind::Leads, run, issuer, &self.own, manifest.digest()),
            Entry::new(crate::log::Kind::Shares, run, issuer, &shares.agencies[0], shares.issue),
        ];
        let list = LeadList::open(bytes, &self.agreement, self.run, &self.home.secrets, partner, shares);
        list.map(|list| Some((list, logged))).map_err(|e| Failure::from(e).at(&path))
    }

    /// Opens whatever everybody has consented to.
    fn leads(&self, context: &Context) -> Result<Leads, Failure> {
        let (mut lists, mut held) = (Vec::new(), Vec::new());
        let mut logged = vec![Entry::agreement(self.agreement.digest())];
        let names: Vec<String> = partners(self.agreement.body(), &self.own).map(|p| p.name.clone()).collect();
        for partner in &names {
            match self.list(partner)? {
                Some((list, entries)) => {
                    logged.extend(entries);
                    lists.push((partner, list));
                }
                None => held.push(partner.clone()),
            }
        }
        if held.len() == names.len() {
            let absent = AgreementError::Absent { artefact: "list of leads", from: held.swap_remove(0) };
            return Err(Failure::from(absent).next("wait for `symbolon guardian screen`; a held result has no list"));
        }
        let mut leads = Leads::default();
        for (partner, list) in &lists {
            self.of_list(partner, list, &mut leads, context)?;
        }
        leads.found.sort_by(|a, b| (a.row, &a.partner).cmp(&(b.row, &b.partner)));
        self.refuse_canaries(&leads)?;
        Ok(leads)
    }

    /// Refuses every lead if one is about a person that the reviewers planted, who is in the register: then screening is broken.
    fn refuse_canaries(&self, leads: &Leads) -> Result<(), Failure> {
        let path = &self.canaries;
        if path.symlink_metadata().is_err() {
            return Ok(());
        }
        let text = files::read_text(path, 1 << 20)?;
        let planted: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        match leads.found.iter().find(|own| planted.contains(&own.id.as_str())) {
            Some(own) => {
                Err(Failure::from(ReleaseError::CanarySeen { row: own.row, partner: own.partner.clone() }).at(path))
            }
            None => Ok(()),
        }
    }

    fn of_list(&self, partner: &str, list: &LeadList, leads: &mut Leads, context: &Context) -> Result<(), Failure> {
        let handles = self.handles(partner)?;
        let shares = list.shares();
        for slot in 1..=shares.slots {
            let consents = self.exchange.consents(&self.agreement, self.run, shares, slot)?;
            let all = match Consents::gather(shares, slot, &consents, &self.records, context.desk.now) {
                Ok(all) => all,
                Err(ReleaseError::Incomplete { .. }) => {
                    leads.sealed += 1;
                    continue;
                }
                Err(error @ (ReleaseError::Lapsed { .. } | ReleaseError::Frozen { .. })) => {
                    leads.sealed += 1;
                    let word = format!("with {partner}: {error}");
                    if !leads.words.contains(&word) {
                        leads.words.push(word);
                    }
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            match list.lead(&all, &self.home.secrets)? {
                None => leads.empty.push((partner.to_owned(), slot)),
                Some(lead) if self.records.withdrew(partner, lead.withdrawal) => {
                    leads.withdrawn.push((partner.to_owned(), slot));
                }
                Some(lead) => {
                    let Some((row, id)) = handles.get(&lead.handle.0).cloned() else {
                        let problem = "a lead on a handle that this agency never gave";
                        return Err(crate::parcel::ParcelError::Form(problem).into());
                    };
                    if row == 0 {
                        // A dummy: nobody is behind it.
                        leads.empty.push((partner.to_owned(), slot));
                        continue;
                    }
                    leads.found.push(OwnLead { partner: partner.to_owned(), lead, slot, row, id });
                }
            }
        }
        Ok(())
    }

    /// The rows and ids of this agency's handles for a partner.
    fn handles(&self, partner: &str) -> Result<HashMap<[u8; 16], (u64, String)>, Failure> {
        let directory = self.home.run_dir(&self.agreement, self.run)?;
        read_handles(&directory.join(format!("{partner}.handles.csv")))
    }

    fn receipt(
        &self,
        shares: &Shares,
        slot: u32,
        what: (Outcome, Option<Evidence>),
        context: &Context,
    ) -> Result<(), Failure> {
        let path = self.exchange.receipt_path(self.run, shares, slot, &self.own);
        let note = Receipt::issue(&self.agreement, shares, &self.home.secrets, slot, what, context.desk.now)?;
        self.exchange.publish(path, note.to_string().as_bytes()).map(drop)
    }

    /// Receipts for fillers and for withdrawn leads need no person: they are given as they are seen.
    fn close(&self, slots: &[(String, u32)], outcome: Outcome, context: &Context) -> Result<(), Failure> {
        for (partner, slot) in slots {
            let shares = self.exchange.shares(&self.agreement, self.run, &self.own, partner)?;
            let Some(shares) = shares else { continue };
            if !self.exchange.receipt_path(self.run, &shares, *slot, &self.own).exists() {
                self.receipt(&shares, *slot, (outcome, None), context)?;
            }
        }
        Ok(())
    }
}

/// Whether a lead that everybody has consented to is a filler.
#[cfg(feature = "lab")]
pub(crate) fn is_filler(run: RunNumber, partner: &str, slot: u32, context: &Context) -> Result<bool, Failure> {
    let desk = Desk::open::<by::Open>(run, context)?;
    let absent = || Failure::new(NOTHING_FOUND, "the list is not there");
    let (list, _) = desk.list(partner)?.ok_or_else(absent)?;
    let consents = desk.exchange.consents(&desk.agreement, run, list.shares(), slot)?;
    let all = Consents::gather(list.shares(), slot, &consents, &desk.records, context.desk.now)?;
    Ok(list.lead(&all, &desk.home.secrets)?.is_none())
}

/// Opens this agency's leads of a run.
#[cfg(feature = "lab")]
pub(crate) fn own_leads(run: RunNumber, context: &Context) -> Result<Leads, Failure> {
    Desk::open::<by::Open>(run, context)?.leads(context)
}

/// Runs `agency leads`.
pub(crate) fn leads(run: RunNumber, output: Option<&Path>, context: &Context) -> Result<Report, Failure> {
    let desk = Desk::open::<by::Open>(run, context)?;
    let leads = desk.leads(context)?;
    let screened = desk.agreement.body().of_role(PartyRole::Guardian).next().is_some();
    let mut list = csv::Writer::from_writer(Vec::new());
    let failed = |_| Failure::new(IO, "the leads could not be written to memory");
    list.write_record(["id", "row", "partner", "lead", "band", "expires"]).map_err(failed)?;
    for own in &leads.found {
        let band = match own.lead.band {
            Band::Strong => "strong",
            Band::Possible => "possible",
        };
        let (row, lead, expires) = (own.row.to_string(), own.lead.id_text(), own.lead.expires.to_string());
        list.write_record([own.id.as_str(), &row, &own.partner, &lead, band, &expires]).map_err(failed)?;
    }
    let list = list.into_inner().map_err(|_| failed(std::io::Error::from(std::io::ErrorKind::Other).into()))?;
    let found = &leads.found;
    let mut report = Report::new(json!({
        "symbolon": "agency leads v2", "run": run, "screened_by_guardian": screened,
        "leads_count": found.len(), "empty": leads.empty.len(), "sealed": leads.sealed, "withdrawn": leads.withdrawn.len(),
        "leads": if output.is_some() { Value::Null } else { found.iter().map(|own| json!({
            "id": own.id, "row": own.row, "partner": own.partner, "lead": own.lead.id_text(),
            "band": own.lead.band, "expires": own.lead.expires,
        })).collect() },
    }))
    .say(format!("{} leads: reasons to ask through an official channel, never grounds for a decision", found.len()))
    .say(format!("{} of {} places are sealed: they wait for consents", leads.sealed, {
        leads.sealed as usize + found.len() + leads.empty.len() + leads.withdrawn.len()
    }));
    if !leads.withdrawn.is_empty() {
        report = report.say(format!("{} leads forgotten: the partner withdrew the record", leads.withdrawn.len()));
    }
    report.words.extend(leads.words.iter().cloned());
    let report = match output {
        Some(path) => {
            files::write(path, &list, Access::Private, Existing::Refuse)?;
            report.say(format!("written to {}", path.display()))
        }
        None => report.content(String::from_utf8_lossy(&list).into_owned()),
    };
    desk.close(&leads.empty, Outcome::Empty, context)?;
    Ok(report
        .next("symbolon agency receipt LEAD --outcome OUTCOME, for each: without receipts no further run is permitted"))
}

/// What is said about an opened lead.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct ReceiptArgs {
    #[command(flatten)]
    pub(crate) run: RunArg,
    /// Id of the lead, 32 hexadecimal digits
    pub(crate) lead: String,
    /// verified, refuted, withdrawn or lapsed
    #[arg(long, value_parser = outcome)]
    pub(crate) outcome: Outcome,
    /// On what it rests: partner-answer, official-register, document or court-record
    #[arg(long, value_parser = evidence)]
    pub(crate) evidence: Option<Evidence>,
}

fn outcome(text: &str) -> Result<Outcome, String> {
    super::word(text)
}

fn evidence(text: &str) -> Result<Evidence, String> {
    super::word(text)
}

/// Runs `agency receipt`.
pub(crate) fn receipt(args: &ReceiptArgs, context: &Context) -> Result<Report, Failure> {
    let desk = Desk::open::<by::Open>(args.run.run, context)?;
    let leads = desk.leads(context)?;
    let found = leads.found.iter().find(|own| own.lead.id_text() == args.lead);
    let found = found.ok_or_else(|| Failure::new(NOTHING_FOUND, "this agency has no open lead of that id"))?;
    let shares = desk.exchange.shares(&desk.agreement, desk.run, &desk.own, &found.partner)?;
    let shares = shares.ok_or_else(|| Failure::new(NOTHING_FOUND, "the leads' shares are gone"))?;
    desk.receipt(&shares, found.slot, (args.outcome, args.evidence), context)?;
    Ok(Report::new(json!({
        "symbolon": "agency receipt v1", "run": args.run.run, "lead": args.lead, "outcome": args.outcome,
        "evidence": args.evidence,
    }))
    .say(format!("receipt for lead {} of {} and {}", found.slot, desk.own, found.partner)))
}

/// Runs `agency withdraw`: names one own record, by its row, in every list of the run.
pub(crate) fn withdraw(run: RunNumber, row: u64, context: &Context) -> Result<Report, Failure> {
    let desk = Desk::open::<by::Withdraw>(run, context)?;
    let names: Vec<String> = partners(desk.agreement.body(), &desk.own).map(|p| p.name.clone()).collect();
    let mut published = 0;
    for partner in &names {
        let own = desk
            .handles(partner)?
            .into_iter()
            .filter(|(_, (at, _))| *at == row && row > 0)
            .map(|(handle, _)| Handle(handle));
        for handle in own {
            let path = desk.exchange.withdrawal_path(run, &desk.own, withdrawal(handle));
            if !path.exists() {
                let note = Withdrawal::issue(&desk.agreement, run, &desk.home.secrets, handle, context.desk.now)?;
                desk.exchange.publish(path, note.to_string().as_bytes())?;
            }
            published += 1;
        }
    }
    if published == 0 {
        return Err(Failure::new(NOTHING_FOUND, "no encoding of this run is of that row"));
    }
    Ok(Report::new(json!({ "symbolon": "agency withdraw v1", "run": run, "withdrawn": published }))
        .say("withdrawn: before the leads are issued, operator and guardian drop the record; afterwards nothing more of that list is released until it is issued again")
        .next("partners: symbolon agency acknowledge; if leads were issued: symbolon guardian screen"))
}

/// Runs `agency acknowledge`: looks for the partners' withdrawn records among own leads, and says so to everybody.
pub(crate) fn acknowledge(run: RunNumber, context: &Context) -> Result<Report, Failure> {
    let desk = Desk::open::<by::Acknowledge>(run, context)?;
    let mut done = 0;
    // Where there is no list yet, there is nothing to forget.
    if let Ok(leads) = desk.leads(context) {
        desk.close(&leads.withdrawn, Outcome::Withdrawn, context)?;
    }
    for withdrawal in desk.records.withdrawals.iter().filter(|w| w.by != desk.own) {
        let path = desk.exchange.acknowledgement_path(run, withdrawal, &desk.own);
        if !path.exists() {
            let note = withdrawal.acknowledge(&desk.agreement, run, &desk.home.secrets, context.desk.now)?;
            desk.exchange.publish(path, note.to_string().as_bytes())?;
            done += 1;
        }
    }
    Ok(Report::new(json!({ "symbolon": "agency acknowledge v1", "run": run, "acknowledged": done }))
        .say(format!("{done} withdrawals acknowledged: `agency leads` shows nothing any more of what they concern"))
        .say("forget what was written down of them before: no program reaches that"))
}

fn read_handles(path: &Path) -> Result<HashMap<[u8; 16], (u64, String)>, Failure> {
    files::require_private(path)?;
    let unfit = || Failure::new(NOT_A_FILE, "the handle map is damaged").at(path);
    let bytes = zeroize::Zeroizing::new(files::read(path, MAX_SEALED)?);
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let mut handles = HashMap::new();
    for row in reader.records() {
        let row = row.map_err(|_| unfit())?;
        let (Some(handle), Some(number), Some(id)) = (row.get(0), row.get(1), row.get(2)) else { return Err(unfit()) };
        let handle = primitives::unhex(handle).and_then(|bytes| bytes.try_into().ok()).ok_or_else(unfit)?;
        handles.insert(handle, (number.parse().map_err(|_| unfit())?, id.to_owned()));
    }
    Ok(handles)
}
