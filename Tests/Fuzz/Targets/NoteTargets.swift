import Ledger

let noteTargets = [
  FuzzTarget("signed-note") { bytes in
    guard let note = accepted({ try SignedNote(bytes) }) else { return }
    let reread = try again("a note's own spelling") { try SignedNote(note.bytes) }
    try require(reread == note, "a note reads as another")
    try require(note.bytes == bytes, "a note has two spellings")
  },
  FuzzTarget("checkpoint") { bytes in
    guard let checkpoint = accepted({ try SignedCheckpoint(bytes) }) else { return }
    try require(checkpoint.head.size >= 0, "a tree of \(checkpoint.head.size) lines")
    try require(checkpoint.bytes == bytes, "a checkpoint has two spellings")
    try require(checkpoint.head.text == checkpoint.note.text, "a head has two spellings")
  },
  FuzzTarget("receipt") { bytes in
    guard let receipt = accepted({ try InclusionReceipt(bytes) }) else { return }
    try require(receipt.bytes == bytes, "a receipt has two spellings")
    // Whatever it claims, it is judged to an end.
    _ = receipt.defect
  },
  FuzzTarget("consistency") { bytes in
    guard let proof = accepted({ try ConsistencyProof(bytes) }) else { return }
    let reread = try again("a proof's own spelling") { try ConsistencyProof(proof.bytes) }
    try require(reread.bytes == proof.bytes, "a proof is no fixed point")
  },
  FuzzTarget("verifier-key") { bytes in
    guard let key = accepted({ try VerifierKey(bytes) }) else { return }
    let reread = try again("a key's own spelling") { try VerifierKey(key.text.utf8) }
    try require(reread == key, "a key reads as another")
    try require(key.text.utf8.elementsEqual(bytes), "a key has two spellings")
  },
  FuzzTarget("signing-key") { bytes in
    guard let key = accepted({ try SigningKey(bytes) }) else { return }
    let note = try again("signing") { try key.sign(Array("text\n".utf8)) }
    try require(note.signatures.count == 1, "one key, \(note.signatures.count) signatures")
    let signature = note.signatures[0]
    try require(
      key.verifier.isValid(signature.bytes, of: note.text), "a signature of its own is not valid")
  },
]
