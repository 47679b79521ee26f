//! The JSON Schemas of outcomes, made from their types: they are those in `docs/schemas`, or a test fails.
//!
//! Only tests make them: the program carries no schema. Here and not beside the outcomes, as this room may import them all.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::agreement::RunNumber;
use crate::note::Verifier;
use crate::office::files::{self, Access, Existing};
use crate::outcome::*;
use crate::primitives::{Digest, Recipient};
use crate::protocol::Citation;

/// Gives types that write their own form a schema.
macro_rules! forms {
    ($($type:ty: $name:literal = $schema:tt;)+) => {
        $(impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        })+
    };
}

forms! {
    Digest: "Digest" = { "type": "string", "description": "A SHA-256 digest", "pattern": "^[0-9a-f]{64}$" };
    Verifier: "Verifier" = { "type": "string", "description": "A key of signed notes (C2SP)", "pattern": "^[^+ ]+\\+[0-9a-f]{8}\\+[A-Za-z0-9+/=]+$" };
    Recipient: "Recipient" = { "type": "string", "description": "To whom age seals", "pattern": "^age1[0-9a-z]+$" };
    Citation: "Citation" = { "type": "string", "description": "A protocol and the digest of its text", "pattern": "^[a-z0-9-]+@sha256:[0-9a-f]{64}$" };
    RunNumber: "RunNumber" = { "type": "integer", "description": "Number of a run under an agreement, counted from 1", "minimum": 1 };
}

impl<T: Outcome + JsonSchema> JsonSchema for Labelled<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("labelled {}", T::KIND).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        let members = schema.ensure_object();
        let kind = serde_json::json!({ "const": T::KIND, "description": "Verb and version" });
        members.entry("properties").or_insert_with(|| serde_json::json!({}))["symbolon"] = kind;
        let required = members.entry("required").or_insert_with(|| serde_json::json!([]));
        if let Some(list) = required.as_array_mut() {
            list.insert(0, "symbolon".into());
        }
        schema
    }
}

/// The schema of an outcome, as it is written and printed. Further members may come within a version, so none is forbidden.
fn schema<T: Outcome + JsonSchema>() -> (&'static str, String) {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<Labelled<T>>();
    RecursiveTransform(|schema: &mut Schema| {
        if schema.get("additionalProperties").is_some_and(|more| more == false) {
            schema.remove("additionalProperties");
        }
        // Widths of numbers are the machine's; the formats of texts are for readers.
        if schema.get("format").is_some_and(|format| format != "date-time") {
            schema.remove("format");
        }
    })
    .transform(&mut schema);
    schema.insert("title".to_owned(), T::KIND.into());
    (T::KIND, format!("{:#}\n", schema.as_value()))
}

macro_rules! schemas {
    ($($outcome:ty),+ $(,)?) => {
        [$(schema::<$outcome>()),+]
    };
}

/// Every outcome.
fn schemas() -> Vec<(&'static str, String)> {
    schemas![
        agency::Check,
        agency::Encode,
        agency::Join,
        agency::Send,
        agreement::Design,
        agreement::Diff,
        agreement::Draft,
        agreement::Keygen,
        agreement::Lint,
        agreement::Protocols,
        agreement::Show,
        agreement::Sign,
        bench::Encode,
        bench::Match,
        bench::Pipeline,
        demo::Demo,
        error::Refusal,
        guardian::Measure,
        guardian::Screen,
        guardian::Table,
        laboratory::Evaluate,
        laboratory::Frontier,
        laboratory::Synth,
        log::Cosign,
        log::Prove,
        log::Show,
        log::Verify,
        log::Watch,
        operator::Link,
        operator::Log,
        program::Acts,
        program::Explain,
        program::Inspect,
        program::Text,
        purge::Purge,
        release::Acknowledged,
        release::Answered,
        release::Consented,
        release::Opened,
        release::Queue,
        release::Withdrawn,
        reviewer::Attack,
        reviewer::Attest,
        reviewer::Calibration,
        reviewer::CheckAttestation,
        reviewer::Dossier,
        reviewer::DossierCheck,
        reviewer::Dpia,
        reviewer::Fishing,
        reviewer::SignOff,
        status::Status,
        steward::Grant,
        steward::Permit,
        steward::Resume,
        steward::Stop,
    ]
    .into()
}

/// `agency encode v1` is in `agency-encode.v1.json`.
fn file_name(kind: &str) -> String {
    let (verb, version) = kind.rsplit_once(' ').expect("a kind ends with its version");
    format!("{}.{version}.json", verb.replace(' ', "-"))
}

#[test]
fn the_schemas_of_the_documents_are_those_of_the_types() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (committed, made) = (root.join("docs/schemas"), root.join("target/schemas"));
    files::make_dir(&made, Access::Public).expect("a directory");
    let (mut names, mut differ) = (vec!["README.md".to_owned()], Vec::new());
    for (kind, text) in schemas() {
        let name = file_name(kind);
        let there = files::read_text(&committed.join(&name), 1 << 20).unwrap_or_default();
        files::write(&made.join(&name), text.as_bytes(), Access::Public, Existing::Replace).expect("written");
        if there != text {
            differ.push(PathBuf::from("docs/schemas").join(&name).display().to_string());
        }
        names.push(name);
    }
    assert!(
        differ.is_empty(),
        "not what the types say: {}\nA member that is removed, renamed or means something else makes another version of its kind.\n\
         To take what the types say, after reading `diff -r docs/schemas target/schemas`: cp target/schemas/*.json docs/schemas/",
        differ.join(", ")
    );
    names.sort();
    let found = files::names(&committed).expect("a directory");
    let distinct = names.windows(2).all(|pair| pair[0] != pair[1]);
    assert!(distinct, "two outcomes of one kind");
    assert_eq!(found, names, "files of docs/schemas");
}

#[test]
fn a_schema_asks_for_the_kind_wherever_an_outcome_stands() {
    let (kind, text) = schema::<demo::Demo>();
    let schema: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((kind, &schema["properties"]["symbolon"]["const"]), ("demo v1", &"demo v1".into()));
    assert_eq!(schema["$defs"]["Link"]["properties"]["symbolon"]["const"], "operator link v1");
    for asked in [&schema["required"], &schema["$defs"]["Link"]["required"]] {
        assert!(asked.as_array().is_some_and(|members| members.contains(&"symbolon".into())), "{asked}");
    }
}
