"""Verifies a signed note without any code of this project: python3 tests/vectors/note.py NOTE VERIFIER...

Each VERIFIER is a key as a party's card has it, NAME+KEYID+BASE64. Every one of them must have signed the note's text (C2SP signed
note, Ed25519), and no line may be by anybody else. Hashes are Python's hashlib, signatures are verified by the `openssl` program.
"""

import base64
import hashlib
import os
import subprocess
import sys
import tempfile


def ed25519(public, message, signature):
    with tempfile.TemporaryDirectory() as directory:
        def write(name, data):
            path = os.path.join(directory, name)
            with open(path, "wb") as file:
                file.write(data)
            return path
        key = write("key", bytes.fromhex("302a300506032b6570032100") + public)
        command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", key]
        command += ["-in", write("message", message), "-sigfile", write("signature", signature)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


def main():
    with open(sys.argv[1], "rb") as file:
        note = file.read()
    # The signatures follow the last empty line.
    at = note.rindex(b"\n\n")
    text, lines = note[:at + 1], note[at + 2:].decode()
    keys = {}
    for verifier in sys.argv[2:]:
        name, key_id, key = verifier.split("+", 2)
        public = base64.b64decode(key)
        assert public[0] == 1, "not an Ed25519 key"
        assert hashlib.sha256(name.encode() + b"\n" + public).digest()[:4].hex() == key_id, "the key contradicts its id"
        keys[name, bytes.fromhex(key_id)] = public[1:]
    for line in lines.splitlines():
        assert line.startswith("\u2014 "), "not a signature line"
        name, blob = line[2:].split(" ")
        blob = base64.b64decode(blob)
        public = keys.pop((name, blob[:4]), None)
        assert public is not None, "a line by somebody else, or twice: " + name
        assert ed25519(public, text, blob[4:]), "the signature does not hold: " + name
    assert not keys, "not signed by all"
    print("%d signatures hold" % len(sys.argv[2:]))


main()
