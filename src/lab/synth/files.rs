//! Writing a population down: each agency's files in its own dialect, its column map, and the truth.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::company::COMPANY_COLUMNS;
use super::style::{Dialect, NameColumns, Role, RoleWords};
use super::{AgencyData, Population};

/// Writes an agency's file of people, in its dialect.
pub fn write_people(agency: &AgencyData, mut out: impl Write) -> io::Result<()> {
    let columns = agency.style.columns();
    let mut builder = csv::WriterBuilder::new();
    builder.flexible(true);
    match agency.style.dialect {
        Dialect::Ndjson => return write_ndjson(agency, &columns, out),
        Dialect::Csv => {}
        Dialect::Tabs => {
            builder.delimiter(b'\t');
        }
        Dialect::Semicolons => {
            out.write_all("\u{feff}".as_bytes())?;
            builder.delimiter(b';').terminator(csv::Terminator::CRLF);
        }
    }
    let mut writer = builder.from_writer(out);
    writer.write_record(&columns)?;
    for row in &agency.people {
        writer.write_record(&row.cells)?;
    }
    writer.flush()
}

/// One object a row; empty values are `null`. A row with too few or too many cells is a line cut off in the middle.
fn write_ndjson(agency: &AgencyData, columns: &[&str], mut out: impl Write) -> io::Result<()> {
    let mut line = String::new();
    for row in &agency.people {
        line.clear();
        for (column, cell) in columns.iter().zip(&row.cells) {
            let value = if cell.is_empty() { None } else { Some(cell) };
            line.push(if line.is_empty() { '{' } else { ',' });
            line.push_str(&serde_json::to_string(column)?);
            line.push(':');
            line.push_str(&serde_json::to_string(&value)?);
        }
        line.push('}');
        if row.cells.len() != columns.len() {
            let cut = line.char_indices().nth(line.chars().count() / 2).map_or(0, |(at, _)| at);
            line.truncate(cut);
        }
        line.push('\n');
        out.write_all(line.as_bytes())?;
    }
    out.flush()
}

/// Writes an agency's file of companies and accounts: comma-separated for every agency.
pub fn write_companies(agency: &AgencyData, out: impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COMPANY_COLUMNS)?;
    for row in &agency.companies {
        writer.write_record(&row.cells)?;
    }
    writer.flush()
}

/// Writes which records of people are about the same person, one pair a row.
pub fn write_truth(population: &Population, out: impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record([
        "left_agency",
        "left_id",
        "right_agency",
        "right_id",
        "system",
        "left_script",
        "right_script",
        "left_mistakes",
        "right_mistakes",
    ])?;
    for pair in &population.truth {
        let mistakes =
            |list: &[super::Mistake]| list.iter().map(|mistake| mistake.name()).collect::<Vec<_>>().join(" ");
        writer.write_record([
            pair.left_agency.as_str(),
            &pair.left_id,
            &pair.right_agency,
            &pair.right_id,
            pair.system.name(),
            pair.left_script.name(),
            pair.right_script.name(),
            &mistakes(&pair.left_mistakes),
            &mistakes(&pair.right_mistakes),
        ])?;
    }
    writer.flush()
}

/// Writes which records of companies and accounts are about the same one, one pair a row.
pub fn write_company_truth(population: &Population, out: impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["left_agency", "left_id", "right_agency", "right_id", "subject"])?;
    for pair in &population.company_truth {
        let subject = pair.subject.name();
        writer.write_record([pair.left_agency.as_str(), &pair.left_id, &pair.right_agency, &pair.right_id, subject])?;
    }
    writer.flush()
}

/// The column map of an agency's file of people, as TOML.
pub fn columns_toml(agency: &AgencyData) -> String {
    let style = &agency.style;
    let [reference, role, born, number, country] = style.headings;
    let format = if style.dialect == Dialect::Ndjson { "ndjson" } else { "csv" };
    let mut out = format!("id = \"{reference}\"\nformat = \"{format}\"\n\n[role]\ncolumn = \"{role}\"\n");
    if style.roles == RoleWords::German {
        out.push_str("\n[role.values]\n");
        for role in Role::ADMITTED {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "\"{}\" = \"{}\"", style.roles.word(role), role.name());
        }
    }
    let names = match style.names {
        NameColumns::Single(name) => format!("\"{name}\""),
        NameColumns::Two(names) => quoted(&names),
        NameColumns::Three(names) => quoted(&names),
    };
    let _ = writeln!(out, "\n[person-name]\ncolumns = [{names}]");
    let _ = writeln!(out, "\n[birth-date]\ncolumns = [\"{born}\"]\nformat = \"{}\"", style.dates.pattern());
    let _ = writeln!(out, "\n[document]\ncolumns = [\"{number}\", \"{country}\"]");
    out
}

/// The column map of every agency's file of companies and accounts, as TOML.
pub fn company_columns_toml() -> String {
    let [reference, role, name, number, country, lei, iban, wallet] = COMPANY_COLUMNS;
    format!(
        "id = \"{reference}\"\nformat = \"csv\"\n\n[role]\ncolumn = \"{role}\"\n\n\
         [company-name]\ncolumns = [\"{name}\"]\n\n[registration]\ncolumns = [\"{number}\", \"{country}\"]\n\n\
         [lei]\ncolumns = [\"{lei}\"]\n\n[iban]\ncolumns = [\"{iban}\"]\n\n[wallet]\ncolumns = [\"{wallet}\"]\n"
    )
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::{Options, generate};
    use super::*;

    fn population() -> Population {
        generate(&Options {
            people: 400,
            shared: 100,
            agencies: 4,
            companies: 60,
            shared_companies: 20,
            ..Options::default()
        })
        .unwrap()
    }

    fn text(agency: &AgencyData) -> String {
        let mut out = Vec::new();
        write_people(agency, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_agency_has_its_dialect() {
        let population = population();
        let files: Vec<String> = population.agencies.iter().map(text).collect();
        assert!(files[0].starts_with("ref,role,family,given,patronymic,dob,doc_no,doc_country\n"));
        assert!(files[1].starts_with("\u{feff}aktenzeichen;rolle;name;geburtsdatum;"));
        assert!(files[1].lines().count() == 401 && files[1].contains("\r\n"));
        assert!(files[2].starts_with("{\"case_id\":\"c"));
        assert!(files[3].starts_with("id\trole\tfull_name\t"));
    }

    #[test]
    fn every_well_formed_line_of_json_is_an_object_with_all_columns() {
        let population = population();
        let agency = &population.agencies[2];
        let columns = agency.style.columns();
        for (row, line) in agency.people.iter().zip(text(agency).lines()) {
            let object = serde_json::from_str::<serde_json::Value>(line);
            if row.cells.len() == columns.len() {
                assert!(columns.iter().all(|column| object.as_ref().unwrap().get(column).is_some()), "{line}");
            } else {
                assert!(object.is_err());
            }
        }
    }

    #[test]
    fn the_column_map_names_columns_of_the_file() {
        for agency in &population().agencies {
            let map = columns_toml(agency);
            for column in agency.style.columns() {
                assert!(map.contains(&format!("\"{column}\"")), "{column} in {map}");
            }
        }
    }

    #[test]
    fn the_truth_file_has_a_row_a_pair_and_a_heading() {
        let population = population();
        let mut out = Vec::new();
        write_truth(&population, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap().lines().count(), 1 + population.truth.len());
        let mut out = Vec::new();
        write_company_truth(&population, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap().lines().count(), 1 + population.company_truth.len());
    }
}
