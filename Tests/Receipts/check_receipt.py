#!/usr/bin/env python3
"""check_receipt.py VERIFIER-KEY RECEIPT [FOLDER]

Checks a receipt of `zigttp proofs receipt` with nothing but hashlib and cryptography, and prints the
row it proves. It shares no code with zigttp: it follows RFC 6962, C2SP signed-note, tlog-checkpoint
and tlog-proof alone. Ends with 1, and says why, unless everything holds.

With FOLDER it also writes key.der, text and signature there, for
`openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in text -sigfile signature`.
"""
import base64
import hashlib
import pathlib
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def fail(reason):
    sys.exit(f"not proven: {reason}")


def unbase64(text):
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError:
        fail(f"'{text[:40]}' is not base64")
    if base64.b64encode(value) != text:
        fail("base64 with another spelling")
    return value


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def root_from(leaf, index, size, path):
    """Walks from the leaf to the root of a tree of `size` leaves, as RFC 6962 numbers them."""
    def walk(low, high, rest):
        if high - low == 1:
            if rest:
                fail("the proof is too long")
            return leaf
        if not rest:
            fail("the proof is too short")
        split = 1
        while split * 2 < high - low:
            split *= 2
        *below, sibling = rest
        if index < low + split:
            return sha256(b"\1", walk(low, low + split, below), sibling)
        return sha256(b"\1", sibling, walk(low + split, high, below))

    return walk(0, size, path)


def main():
    vkey, receipt = sys.argv[1].encode(), pathlib.Path(sys.argv[2]).read_bytes()
    name, key_id, encoded = vkey.split(b"+", 2)
    algorithm_and_key = unbase64(encoded)
    if len(algorithm_and_key) != 33 or algorithm_and_key[0] != 1:
        fail("the verifier key is not Ed25519")
    if sha256(name, b"\n", algorithm_and_key)[:4].hex().encode() != key_id:
        fail("the verifier key's id is not its own")

    proof, checkpoint = receipt.split(b"\n\n", 1)
    lines = proof.split(b"\n")
    if lines.pop(0) != b"c2sp.org/tlog-proof@v1":
        fail("not a tlog-proof")
    if not lines or not lines[0].startswith(b"extra "):
        fail("the receipt does not hold the row")
    row = unbase64(lines.pop(0)[6:])
    word, index = lines.pop(0).split(b" ")
    if word != b"index" or str(int(index)).encode() != index:
        fail("no index")
    path = [unbase64(line) for line in lines]

    text, signatures = checkpoint.split(b"\n\n", 1)
    text += b"\n"
    origin, size, root = text.split(b"\n")[:3]
    if origin != name:
        fail(f"the checkpoint is of {origin.decode()}, the key of {name.decode()}")
    if not int(index) < int(size):
        fail("the index is beyond the tree")
    if root_from(sha256(b"\0", row), int(index), int(size), path) != unbase64(root):
        fail("the row does not lead to the root")

    dash = "— ".encode()
    for line in signatures.splitlines():
        if not line.startswith(dash):
            fail("a signature line without its dash")
        signer, value = line[len(dash):].split(b" ")
        value = unbase64(value)
        if signer == name and value[:4].hex().encode() == key_id:
            try:
                Ed25519PublicKey.from_public_bytes(algorithm_and_key[1:]).verify(value[4:], text)
            except InvalidSignature:
                fail("the signature is wrong")
            break
    else:
        fail("the key did not sign")

    if len(sys.argv) > 3:
        folder = pathlib.Path(sys.argv[3])
        (folder / "key.der").write_bytes(
            bytes.fromhex("302a300506032b6570032100") + algorithm_and_key[1:])
        (folder / "text").write_bytes(text)
        (folder / "signature").write_bytes(value[4:])
    sys.stdout.buffer.write(row + b"\n")


main()
