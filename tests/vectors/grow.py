"""Appends made-up entries to a log without any code of this project: python3 tests/vectors/grow.py LOG KEY COUNT

LOG is the directory `log` of an exchange, KEY the operator's `routine.key`, COUNT how many entries there shall be. For measuring how long a
long log takes to verify, and for seeing that the program reads what another language wrote. Signs with the `openssl` program. Never
do this to a log that matters: the entries name nothing that exists.
"""

import base64
import hashlib
import os
import subprocess
import sys
import tempfile


def sha(data):
    return hashlib.sha256(data).digest()


def root(hashes):
    """The root of a list of hashes, by RFC 6962: levels from below, a last odd one goes up as it is."""
    while len(hashes) > 1:
        above = [sha(b"\x01" + hashes[i] + hashes[i + 1]) for i in range(0, len(hashes) - 1, 2)]
        hashes = above + hashes[len(hashes) & ~1:]
    return hashes[0]


def name(level, index, width):
    parts = ["%03d" % (index % 1000)]
    rest = index // 1000
    while rest:
        parts.insert(0, "x%03d" % (rest % 1000))
        rest //= 1000
    return "tile/%s/%s" % (level, "/".join(parts)) + (".p/%d" % width if width < 256 else "")


def write(log, path, data):
    path = os.path.join(log, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def sign(seed, message):
    with tempfile.TemporaryDirectory() as directory:
        key, text = os.path.join(directory, "key"), os.path.join(directory, "text")
        with open(os.open(key, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
            file.write(bytes.fromhex("302e020100300506032b657004220420") + seed)
        with open(text, "wb") as file:
            file.write(message)
        command = ["openssl", "pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", key, "-in", text]
        return subprocess.run(command, capture_output=True, check=True).stdout


def main():
    log, key, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with open(key, encoding="utf-8") as file:
        lines = file.read().splitlines()
    seed = next(base64.b64decode(line.split()[1]) for line in lines if line.startswith("SYMBOLON-ROUTINE-SEED-1"))
    verifier = next(line.split(": ", 1)[1] for line in lines if line.startswith("# verifier: "))
    with open(os.path.join(log, "checkpoint"), encoding="utf-8") as file:
        origin, size = file.read().split("\n")[:2]
    entries = []
    for index in range((int(size) + 255) // 256):
        with open(os.path.join(log, name("entries", index, min(256, int(size) - 256 * index))), "rb") as file:
            bundle = file.read()
        while bundle:
            length = int.from_bytes(bundle[:2], "big")
            entries.append(bundle[2:2 + length])
            bundle = bundle[2 + length:]
    model = entries[-1].split(b" ")
    entries += [b" ".join(model[:-1] + [b"%064x" % n]) for n in range(count - len(entries))]
    level, hashes = 0, [sha(b"\x00" + entry) for entry in entries]
    for at in range(0, count, 256):
        some = entries[at:at + 256]
        write(log, name("entries", at // 256, len(some)), b"".join(len(e).to_bytes(2, "big") + e for e in some))
    top, row = root(hashes), hashes
    while row:
        for at in range(0, len(row), 256):
            some = row[at:at + 256]
            write(log, name(level, at // 256, len(some)), b"".join(some))
        row = [root(row[at:at + 256]) for at in range(0, len(row) - 255, 256)]
        level += 1
    text = "%s\n%d\n%s\n" % (origin, count, base64.b64encode(top).decode())
    who, key_id, _ = verifier.split("+", 2)
    line = "\u2014 %s %s\n" % (who, base64.b64encode(bytes.fromhex(key_id) + sign(seed, text.encode())).decode())
    write(log, "checkpoint", (text + "\n" + line).encode())
    print("%s: %d entries" % (origin, count))


main()
