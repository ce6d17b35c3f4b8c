#!/usr/bin/env python3
"""Usage: check_receipt.py VERIFIER-KEY RECEIPT [FOLDER]

Checks a receipt of `zigttp proofs receipt` with nothing but hashlib and cryptography, and prints the
row it proves. It shares no code with zigttp: it follows RFC 6962, C2SP signed-note, tlog-checkpoint
and tlog-proof alone. Ends with 1, and says why, unless everything holds; with 64 where the arguments
are not these.

With FOLDER it also writes key.der, text and signature there, for
`openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in text -sigfile signature`.
"""
import base64
import hashlib
import pathlib
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class NotProven(Exception):
    """Why a receipt proves nothing."""


def fail(reason):
    raise NotProven(reason)


def unbase64(text):
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError:
        fail(f"{text[:40]!r} is not base64")
    if base64.b64encode(value) != text:
        fail("base64 with another spelling")
    return value


def number(text):
    """A decimal of one spelling: ASCII digits, and no leading zero but in 0 itself."""
    if not re.fullmatch(rb"0|[1-9][0-9]*", text) or int(text) >= 1 << 63:
        fail(f"{text[:40]!r} is not a number")
    return int(text)


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


def key_name(name):
    """What signed-note lets a key be called: not empty, no space of Unicode's, no plus."""
    text = name.decode()
    if not text or "+" in text or any(c.isspace() or c < " " for c in text):
        fail(f"{text[:40]!r} is no name of a key")
    return name


def read_key(text):
    """Name, id and the 32 bytes of a verifier key."""
    parts = text.split(b"+", 2)
    if len(parts) != 3:
        fail("the verifier key is not NAME+ID+KEY")
    name, key_id, encoded = key_name(parts[0]), parts[1], unbase64(parts[2])
    if len(encoded) != 33 or encoded[0] != 1:
        fail("the verifier key is not Ed25519")
    if sha256(name, b"\n", encoded)[:4].hex().encode() != key_id:
        fail("the verifier key's id is not its own")
    return name, key_id, encoded[1:]


def read_proof(receipt):
    """Row, index and path of a tlog-proof, and the checkpoint behind its first empty line."""
    head, found, checkpoint = receipt.partition(b"\n\n")
    lines = head.split(b"\n")
    if not found or lines.pop(0) != b"c2sp.org/tlog-proof@v1":
        fail("not a tlog-proof")
    if not lines or not lines[0].startswith(b"extra "):
        fail("the receipt does not hold the row")
    row = unbase64(lines.pop(0)[6:])
    if not lines or not lines[0].startswith(b"index "):
        fail("no index")
    index = number(lines.pop(0)[6:])
    path = [unbase64(line) for line in lines]
    if any(len(node) != 32 for node in path):
        fail("a line of the proof is no SHA-256")
    return row, index, path, checkpoint


def read_note(note):
    """The text of a signed note and its signatures: name, id and bytes of each."""
    try:
        note.decode()
    except UnicodeDecodeError:
        fail("the note is not UTF-8")
    if any(byte < 0x20 and byte != 0x0a for byte in note):
        fail("a control character in the note")
    # The last empty line, behind which there is nothing but signatures.
    text, found, signatures = note.rpartition(b"\n\n")
    if not found or not signatures.endswith(b"\n"):
        fail("the note does not end in signature lines")
    read = []
    for line in signatures[:-1].split(b"\n"):
        parts = line.split(b" ")
        if len(parts) != 3 or parts[0] != "—".encode():
            fail("a line behind the text is no signature")
        value = unbase64(parts[2])
        if len(value) < 5:
            fail("a signature that is too short")
        read.append((key_name(parts[1]), value[:4].hex().encode(), value[4:]))
    return text + b"\n", read


def read_checkpoint(text):
    """Origin, size and root of a checkpoint's text."""
    lines = text[:-1].split(b"\n")
    if len(lines) < 3 or not all(lines):
        fail("the checkpoint has not three lines, or an empty one")
    root = unbase64(lines[2])
    if len(root) != 32:
        fail("the checkpoint's root is no SHA-256")
    return lines[0], number(lines[1]), root


def check(vkey, receipt):
    """The row that a receipt proves, with the key's bytes, the signed text and its signature.

    Raises NotProven unless everything holds.
    """
    name, key_id, key = read_key(vkey)
    row, index, path, checkpoint = read_proof(receipt)
    text, signatures = read_note(checkpoint)
    origin, size, root = read_checkpoint(text)
    if origin != name:
        fail(f"the checkpoint is of {origin.decode()}, the key of {name.decode()}")
    if index >= size:
        fail("the index is beyond the tree")
    if root_from(sha256(b"\0", row), index, size, path) != root:
        fail("the row does not lead to the root")
    own = [value for signer, id, value in signatures if (signer, id) == (name, key_id)]
    if not own:
        fail("the key did not sign")
    for value in own:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(value, text)
        except InvalidSignature:
            fail("the signature is wrong")
    return row, key, text, own[0]


def main(arguments):
    if len(arguments) not in (2, 3):
        print(__doc__, end="", file=sys.stderr)
        return 64
    try:
        receipt = pathlib.Path(arguments[1]).read_bytes()
        row, key, text, signature = check(arguments[0].encode(), receipt)
    except OSError as error:
        print(f"{arguments[1]}: {error.strerror}", file=sys.stderr)
        return 1
    except NotProven as reason:
        print(f"not proven: {reason}", file=sys.stderr)
        return 1
    if len(arguments) > 2:
        folder = pathlib.Path(arguments[2])
        (folder / "key.der").write_bytes(bytes.fromhex("302a300506032b6570032100") + key)
        (folder / "text").write_bytes(text)
        (folder / "signature").write_bytes(signature)
    sys.stdout.buffer.write(row + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
