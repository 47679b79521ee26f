"""Verifies a log without any code of this project: python3 tests/vectors/log.py LOG VERIFIER [PROOF]

LOG is the directory `log` of an exchange, VERIFIER the operator's verifier key as its card has it. Hashes are Python's hashlib,
signatures are verified by the `openssl` program. PROOF is what `symbolon log prove` gives.
"""

import base64
import hashlib
import os
import subprocess
import sys
import tempfile


def sha(data):
    return hashlib.sha256(data).digest()


def tree(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha(b"")
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha(b"\x01" + tree(leaves[:k]) + tree(leaves[k:]))


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


def checkpoint(note, verifier):
    name, key_id, key = verifier.split("+", 2)
    public = base64.b64decode(key)[1:]
    assert sha(name.encode() + b"\n\x01" + public)[:4].hex() == key_id, "the verifier key contradicts itself"
    text, lines = note.split("\n\n")
    for line in lines.splitlines():
        who, blob = line.removeprefix("— ").split(" ")
        blob = base64.b64decode(blob)
        if who == name and blob[:4].hex() == key_id:
            assert ed25519(public, (text + "\n").encode(), blob[4:]), "the keeper's signature does not hold"
            origin, size, root = text.split("\n")
            return origin, int(size), base64.b64decode(root)
    raise AssertionError("the keeper has not signed")


def path(index):
    parts = ["%03d" % (index % 1000)]
    while index >= 1000:
        index //= 1000
        parts.insert(0, "x%03d" % (index % 1000))
    return "/".join(parts)


def read(log, level, count):
    for index in range((count + 255) // 256):
        width = min(256, count - 256 * index)
        name = "tile/%s/%s" % (level, path(index)) + (".p/%d" % width if width < 256 else "")
        with open(os.path.join(log, name), "rb") as file:
            yield width, file.read()


def included(leaf, index, size, proof):
    """The root that a proof leads to, by RFC 6962's recursion."""
    if size == 1:
        assert not proof, "the proof is too long"
        return leaf
    k = 1
    while 2 * k < size:
        k *= 2
    if index < k:
        return sha(b"\x01" + included(leaf, index, k, proof[:-1]) + proof[-1])
    return sha(b"\x01" + proof[-1] + included(leaf, index - k, size - k, proof[:-1]))


def main():
    log, verifier = sys.argv[1:3]
    with open(os.path.join(log, "checkpoint"), encoding="utf-8") as file:
        origin, size, root = checkpoint(file.read(), verifier)
    entries = []
    for width, bundle in read(log, "entries", size):
        before = len(entries)
        while bundle:
            length = int.from_bytes(bundle[:2], "big")
            entries.append(bundle[2:2 + length])
            bundle = bundle[2 + length:]
        assert len(entries) - before == width, "a bundle of another width"
    leaves = [sha(b"\x00" + entry) for entry in entries]
    assert b"".join(tile for _, tile in read(log, 0, size)) == b"".join(leaves), "tiles are not the entries' hashes"
    assert tree(leaves) == root, "another root"
    print("%s: %d entries give the signed root" % (origin, size))
    if len(sys.argv) > 3:
        with open(sys.argv[3], encoding="utf-8") as file:
            head, note = file.read().split("\n\n", 1)
        _, extra, index, *hashes = head.split("\n")
        _, size, root = checkpoint(note, verifier)
        leaf, index = sha(b"\x00" + base64.b64decode(extra.split(" ")[1])), int(index.split(" ")[1])
        assert included(leaf, index, size, [base64.b64decode(hash) for hash in hashes]) == root, "the proof does not hold"
        print("entry %d is in it" % index)


main()
