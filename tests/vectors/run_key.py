"""Recomputes the known answer of `agreement::keys` with nothing but hmac and hashlib (RFC 5869)."""
import hashlib, hmac

def extract(salt, ikm):
    return hmac.new(salt, ikm, hashlib.sha256).digest()

def expand32(prk, info):
    return hmac.new(prk, info + b"\x01", hashlib.sha256).digest()

parts = [b"symbolon/v1/encode", b"\xb0" * 32, (1).to_bytes(4, "big"), b"\xc0" * 32, b"fiu-a", b"fiu-b"]
info = b"".join(len(p).to_bytes(4, "big") + p for p in parts)
ikm = b"".join(bytes([b]) * 32 for b in (1, 2, 3, 4))
print(expand32(extract(b"\xa0" * 32, ikm), info).hex())
