//! What a party with a patched program can do: sign any text with its own keys and seal anything to anybody. Nothing here goes through
//! the functions of the library that make artefacts: they ask for the gate's witness, and a patched program asks nobody.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::Ed25519KeyPair;

use crate::world::World;

/// The text of a note, signed with the consent key that lies in this party's home.
pub(crate) fn sign(world: &World, who: &str, text: &str) -> String {
    let file = world.text(format!("homes/{who}/secret.key"));
    let line = |start: &str| file.lines().find_map(|line| line.strip_prefix(start)).expect("a key file").to_owned();
    let seed = line("SYMBOLON-").rsplit(' ').next().map(|seed| STANDARD.decode(seed).expect("base64"));
    let key = Ed25519KeyPair::from_seed_unchecked(&seed.expect("a seed")).expect("a seed");
    let verifier = line("# verifier: ");
    let id = verifier.split('+').nth(1).expect("an id");
    let id = u32::from_str_radix(id, 16).expect("eight digits").to_be_bytes();
    let signature = [&id, key.sign(text.as_bytes()).as_ref()].concat();
    format!("{text}\n\u{2014} {who} {}\n", STANDARD.encode(signature))
}

/// An armoured age file to these recipients.
pub(crate) fn seal(recipients: &[String], plain: &[u8]) -> String {
    let recipients: Vec<age::x25519::Recipient> =
        recipients.iter().map(|text| text.parse().expect("an age recipient")).collect();
    let recipients = recipients.iter().map(|recipient| recipient as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(recipients).expect("at least one");
    let armor = age::armor::ArmoredWriter::wrap_output(Vec::new(), age::armor::Format::AsciiArmor).expect("memory");
    let mut writer = encryptor.wrap_output(armor).expect("memory");
    std::io::Write::write_all(&mut writer, plain).expect("memory");
    let bytes = writer.finish().and_then(age::armor::ArmoredWriter::finish).expect("memory");
    String::from_utf8(bytes).expect("an armour is ASCII")
}
