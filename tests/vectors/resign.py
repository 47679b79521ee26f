"""Signs a note anew with the key in a key file, as a patched program would: python3 tests/vectors/resign.py NOTE KEYFILE

The signature lines that were there are dropped; the text stays. Signs with the `openssl` program.
"""

import base64
import os
import subprocess
import sys
import tempfile


def sign(seed, message):
    with tempfile.TemporaryDirectory() as directory:
        key, text = os.path.join(directory, "key.der"), os.path.join(directory, "text")
        with open(os.open(key, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
            file.write(bytes.fromhex("302e020100300506032b657004220420") + seed)
        with open(text, "wb") as file:
            file.write(message)
        command = ["openssl", "pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", key, "-in", text]
        return subprocess.run(command, capture_output=True, check=True).stdout


def main():
    note, key = sys.argv[1:3]
    with open(key, encoding="utf-8") as file:
        lines = file.read().splitlines()
    seed = next(base64.b64decode(line.split()[1]) for line in lines if line.startswith("SYMBOLON-"))
    verifier = next(line.split(": ", 1)[1] for line in lines if line.startswith("# verifier: "))
    with open(note, encoding="utf-8") as file:
        text = file.read().rpartition("\n\n")[0] + "\n"
    name, key_id, _ = verifier.split("+", 2)
    blob = bytes.fromhex(key_id) + sign(seed, text.encode())
    with open(note, "w", encoding="utf-8") as file:
        file.write("%s\n\u2014 %s %s\n" % (text, name, base64.b64encode(blob).decode()))
    print("%s signed by %s" % (note, name))


main()
