//! What the guardian's screening was measured to keep out, and the rule that rests on it.
//!
//! `recall.tsv` is written by `symbolon guardian measure --table`. Each line is a setting, identifiers and encoding, and says for each naming
//! system how many leads about protected people there would have been without a guardian, and how many of them it dropped. Only where
//! the lower end of the 95 % interval is [`LEAST`] or more for *every* naming system may an agreement that needs a guardian give leads
//! about people. Every party asks on its own machine, when it signs and before each act that leads depend on
//! ([`check_recall`](super::AgreementBody::check_recall)): a patched guardian cannot waive it.
//!
//! Between measured settings it is a box: a degree and a number of insertions count as measured if all four corners around them
//! hold. Identifiers and lengths count only as they were measured.

use std::sync::LazyLock;

use super::schema::Schema;
use crate::interval::wilson;
use crate::primitives::Digest;
use crate::protocol::FieldKind;

/// Least lower bound of recall, for each naming system.
pub const LEAST: f64 = 0.95;

/// Fewest leads of a naming system that a line must rest on.
const FEWEST: u64 = 200;

/// One measured setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The fields that say who a person is, in the vocabulary's order.
    pub identifiers: Vec<FieldKind>,
    /// Bits of an encoding: a multiple of 64 from 256 to 4096.
    pub length: u16,
    /// Degree of diffusion: inner bits that make one bit of an encoding, 2 to 12.
    pub diffusion: u16,
    /// Positions of a token of unit weight.
    pub insertions: u16,
    /// Naming system, leads about protected people that were dropped, and how many there would have been.
    pub systems: Vec<(String, u64, u64)>,
}

impl Measured {
    /// The naming system that is protected least, with the lower end of its interval.
    pub fn worst(&self) -> Option<(&str, f64)> {
        let low = |(system, dropped, leads): &'_ (String, u64, u64)| {
            let low = if *leads < FEWEST { 0.0 } else { wilson(*dropped, *leads).0 };
            (system.clone(), low)
        };
        let at =
            (0..self.systems.len()).min_by(|a, b| low(&self.systems[*a]).1.total_cmp(&low(&self.systems[*b]).1))?;
        Some((self.systems[at].0.as_str(), low(&self.systems[at]).1))
    }

    fn holds(&self) -> bool {
        self.worst().is_some_and(|(_, low)| low >= LEAST)
    }

    /// Its line in the table.
    pub fn line(&self) -> String {
        let names: Vec<&str> = self.identifiers.iter().map(|field| field.name()).collect();
        let systems: Vec<String> =
            self.systems.iter().map(|(system, hits, of)| format!("{system}={hits}/{of}")).collect();
        let Self { length, diffusion, insertions, .. } = self;
        format!("{}\t{length}\t{diffusion}\t{insertions}\t{}", names.join("+"), systems.join(" "))
    }

    fn parse(line: &str) -> Option<Self> {
        let mut cells = line.split('\t');
        let identifiers = cells.next()?.split('+').map(FieldKind::parse).collect::<Option<_>>()?;
        let mut number = || cells.next()?.parse().ok();
        let (length, diffusion, insertions) = (number()?, number()?, number()?);
        let system = |text: &str| {
            let (system, counts) = text.split_once('=')?;
            let (hits, of) = counts.split_once('/')?;
            Some((system.to_owned(), hits.parse().ok()?, of.parse().ok()?))
        };
        let systems = cells.next()?.split(' ').map(system).collect::<Option<Vec<_>>>()?;
        let sound = systems.iter().all(|(_, hits, of)| hits <= of);
        sound.then_some(Self { identifiers, length, diffusion, insertions, systems })
    }
}

/// Why a setting does not count as measured.
#[derive(Clone, Debug, PartialEq)]
pub enum Gap {
    /// Nobody measured these identifiers in such an encoding.
    Unmeasured,
    /// It was measured, and too many came out.
    Below {
        /// Of which naming system.
        system: String,
        /// Lower end of the interval of recall there.
        low: f64,
    },
}

/// Every measured setting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Digest of the encoding scheme and of the variants that were measured; nothing in a table that says none.
    pub scheme: Option<Digest>,
    /// The settings.
    pub settings: Vec<Measured>,
}

impl Table {
    /// The table of this program.
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<Table> = LazyLock::new(|| Table::parse(include_str!("recall.tsv")));
        &SHIPPED
    }

    /// Reads a table. A line that is not of its form is left out: what it would allow is then refused.
    pub fn parse(text: &str) -> Self {
        let scheme = text.lines().find_map(|line| line.strip_prefix("# scheme ")?.parse().ok());
        let settings = text.lines().filter(|line| !line.starts_with('#')).filter_map(Measured::parse).collect();
        Self { scheme, settings }
    }

    /// The table as a text.
    pub fn text(&self) -> String {
        let scheme = self.scheme.map(|scheme| scheme.to_string()).unwrap_or_default();
        let head = format!(
            "# written by `symbolon guardian measure --table`: leads about protected people that were dropped / that there would have been\n\
             # scheme {scheme}\n# identifiers\tlength\tdiffusion\tinsertions\tnaming systems\n"
        );
        self.settings.iter().fold(head, |text, setting| text + &setting.line() + "\n")
    }

    /// Whether leads about people may come out under this schema.
    pub fn holds(&self, schema: &Schema) -> Result<(), Gap> {
        let identifiers = identifiers(&schema.fields);
        let encoding = schema.encoding;
        let here = |m: &&Measured| m.identifiers == identifiers && m.length == encoding.length;
        let around = |of: fn(&Measured) -> u16, value: u16| {
            let all = || self.settings.iter().filter(here).map(of);
            Some((all().filter(|v| *v <= value).max()?, all().filter(|v| *v >= value).min()?))
        };
        let degrees = around(|m| m.diffusion, encoding.diffusion).ok_or(Gap::Unmeasured)?;
        let insertions = around(|m| m.insertions, encoding.insertions).ok_or(Gap::Unmeasured)?;
        for diffusion in [degrees.0, degrees.1] {
            for insertions in [insertions.0, insertions.1] {
                let corner = |m: &&Measured| m.diffusion == diffusion && m.insertions == insertions;
                let corner = self.settings.iter().filter(here).find(corner).ok_or(Gap::Unmeasured)?;
                if !corner.holds() {
                    let (system, low) = corner.worst().unwrap_or(("none", 0.0));
                    return Err(Gap::Below { system: system.to_owned(), low });
                }
            }
        }
        Ok(())
    }
}

/// The fields of a schema by which people are known, in the vocabulary's order.
pub fn identifiers(fields: &[FieldKind]) -> Vec<FieldKind> {
    FieldKind::ALL.into_iter().filter(|field| field.is_personal() && fields.contains(field)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::EncodingParams;
    use super::*;

    fn schema(fields: &[FieldKind], length: u16, diffusion: u16, insertions: u16) -> Schema {
        let encoding = EncodingParams { length, insertions, diffusion, min_tokens: 12 };
        Schema { normalisation: super::super::NORMALISATION.to_owned(), fields: fields.to_vec(), encoding }
    }

    const PERSON: [FieldKind; 2] = [FieldKind::PersonName, FieldKind::BirthDate];

    fn table(hits: u64) -> Table {
        let corner = |diffusion: u16, insertions: u16| {
            let hits = if (diffusion, insertions) == (8, 32) { hits } else { 1000 };
            format!("person-name+birth-date\t1024\t{diffusion}\t{insertions}\tarabic={hits}/1000 greek=1000/1000\n")
        };
        let text = [(3, 10), (3, 32), (8, 10), (8, 32)].map(|(t, q)| corner(t, q)).concat();
        Table::parse(&text)
    }

    #[test]
    fn a_setting_holds_between_corners_that_hold_and_nowhere_else() {
        let holds = |table: &Table, fields: &[FieldKind], length, t, q| table.holds(&schema(fields, length, t, q));
        let all = table(990);
        for (t, q) in [(3, 10), (5, 20), (8, 32), (3, 11)] {
            assert_eq!(holds(&all, &PERSON, 1024, t, q), Ok(()), "{t} {q}");
        }
        for (length, t, q) in [(1024, 2, 20), (1024, 9, 20), (1024, 5, 9), (1024, 5, 33), (2048, 5, 20)] {
            assert_eq!(holds(&all, &PERSON, length, t, q), Err(Gap::Unmeasured), "{length} {t} {q}");
        }
        // Fields that are no person's do not matter; another identifier does.
        assert_eq!(holds(&all, &[PERSON[1], FieldKind::CompanyName, PERSON[0]], 1024, 5, 20), Ok(()));
        assert_eq!(holds(&all, &[PERSON[0]], 1024, 5, 20), Err(Gap::Unmeasured));
        // 955 of 1000 is not 0.95 for sure.
        let refused = holds(&table(955), &PERSON, 1024, 5, 20).expect_err("below");
        assert!(matches!(refused, Gap::Below { ref system, low } if system == "arabic" && (0.93..0.95).contains(&low)));
    }

    #[test]
    fn without_a_table_or_with_a_damaged_one_nothing_holds() {
        let person = schema(&PERSON, 1024, 5, 20);
        assert_eq!(Table::default().holds(&person), Err(Gap::Unmeasured));
        for text in [
            "",
            "person-name+birth-date\t1024\t5\t20\tarabic=1001/1000",
            "person-name\t1024\t5",
            "face\t1\t1\t1\ta=1/1",
        ] {
            assert_eq!(Table::parse(text).settings, [], "{text}");
        }
        // Too few leads say nothing.
        let few = Table::parse("person-name+birth-date\t1024\t5\t20\tarabic=199/199");
        assert!(matches!(few.holds(&person), Err(Gap::Below { .. })));
    }

    #[test]
    fn the_shipped_table_reads_back_and_holds_for_what_a_draft_proposes() {
        let shipped = Table::shipped();
        assert_eq!(&Table::parse(&shipped.text()), shipped);
        assert_eq!(shipped.text(), include_str!("recall.tsv"));
        for fields in [&PERSON[..], &[PERSON[0], PERSON[1], FieldKind::Document]] {
            let typical = Schema::typical_insertions(fields, 1024);
            assert_eq!(shipped.holds(&schema(fields, 1024, 3, typical)), Ok(()));
        }
        for alone in [FieldKind::PersonName, FieldKind::BirthDate, FieldKind::Document] {
            assert_eq!(shipped.holds(&schema(&[alone], 1024, 3, 20)), Err(Gap::Unmeasured));
        }
    }
}
