//! Normalisation of names: stand-ins until the real steps arrive, which keep the signatures.

/// Romanised parts of the cells of a person's name.
pub fn person_name(cells: &[&str]) -> Vec<String> {
    cells.iter().flat_map(|cell| parts(cell)).collect()
}

/// Romanised parts of a company's name.
pub fn company_name(text: &str) -> Vec<String> {
    parts(text)
}

/// Romanised parts of a place name.
pub fn place(text: &str) -> Vec<String> {
    parts(text)
}

fn parts(text: &str) -> Vec<String> {
    any_ascii::any_ascii(text)
        .to_ascii_uppercase()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}
