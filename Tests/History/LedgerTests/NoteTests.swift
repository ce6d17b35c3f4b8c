import Digests
import Encodings
import Foundation
import JSON
import Ledger
import TestSupport
import Testing

/// Notes, keys, checkpoints and receipts as bytes.
@Suite struct NoteTests {
  private static let origin = "orders.zigttp/00112233445566778899aabbccddeeff"

  private func vector() throws -> JSONValue {
    try #require(try Vectors.lines("checkpoint.jsonl").first)
  }

  private func key() throws -> SigningKey {
    let hex = try #require(try vector()["seed"]?.stringValue)
    let seed = try #require(Hex.decode(hex))
    return try #require(SigningKey(name: Self.origin, seed: seed))
  }

  @Test func agreesWithTheVector() throws {
    let vector = try vector()
    let key = try key()
    #expect(key.verifier.text == vector["vkey"]?.stringValue)
    #expect(try VerifierKey(Array(key.verifier.text.utf8)) == key.verifier)
    let root = try #require(vector["root"]?.stringValue.flatMap { Digest(sha256Hex: $0) })
    let size = Int(try #require(vector["size"]?.integerValue))
    let made = try SignedCheckpoint(
      Checkpoint(origin: Self.origin, size: size, root: root), by: key)
    #expect(text(made.bytes) == vector["note"]?.stringValue)
    let read = try SignedCheckpoint(made.bytes)
    #expect(read == made)
    #expect(read.note.judge(key.verifier) == .signed)
    let other = try #require(SigningKey(name: Self.origin))
    #expect(read.note.judge(other.verifier) == .absent)
  }

  /// The signature of Go's note package over its own example text, under its published key.
  @Test func readsAForeignNote() throws {
    let key = try VerifierKey(
      Array("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".utf8))
    let note = try SignedNote(
      Array(
        """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

        """.utf8))
    #expect(note.judge(key) == .signed)
    var changed = note
    changed.text[0] ^= 1
    #expect(changed.judge(key) == .forged)
  }

  @Test func malformedNotesAreRefused() throws {
    let good = try SignedCheckpoint(
      Checkpoint(origin: "a", size: 1, root: MerkleTree.emptyRoot), by: key()
    ).bytes
    let whole = try #require(text(good))
    let line = try #require(whole.split(separator: "\n").last.map(String.init))
    let bad = [
      "", "\n", "\n\n", "a\n", "a\n\n", "a\n\n\n", String(whole.dropLast()),
      whole.replacingOccurrences(of: "— ", with: "- "),
      whole.replacingOccurrences(of: "— ", with: "—"), whole + "x", whole + "\n", "\u{1}" + whole,
      whole.replacingOccurrences(of: "\n\n", with: "\n\r\n"),
      "a\n\n— n AAAA\n", "a\n\n— n !!!!!!!!\n", "a\n\n— +n AAAAAAAA\n", "a\n\n—  AAAAAAAA\n",
      "a\n\n" + String(repeating: "— n AAAAAAAA\n", count: 65),
    ]
    for text in bad {
      #expect(throws: LedgerError.self, "\(text)") { _ = try SignedNote(Array(text.utf8)) }
    }
    #expect(throws: LedgerError.self) { _ = try SignedNote(good + [0xff]) }
    // What is signed may have empty lines and more signers than one.
    let several = try SignedNote(Array("a\n\nb\n\n\(line)\n— other AAAAAAAA\n".utf8))
    #expect(text(several.text) == "a\n\nb\n")
    #expect(several.signatures.map(\.name) == [Self.origin, "other"])
  }

  @Test func malformedCheckpointsAreRefused() throws {
    let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    for text in [
      "a\n1\n\(root)", "a\n1\n", "\n1\n\(root)\n", "a\n01\n\(root)\n", "a\n-1\n\(root)\n",
      "a\n1 \n\(root)\n", "a\n99999999999999999999\n\(root)\n", "a\n1\n\(root.dropLast())\n",
      "a\n1\nAAAA\n", "a\n1\n\(root)\n\nx\n", "",
    ] {
      #expect(throws: LedgerError.self, "\(text)") {
        _ = try Checkpoint(text: Array(text.utf8))
      }
    }
    let extended = try Checkpoint(text: Array("a b\n0\n\(root)\nmore\n".utf8))
    #expect(extended.extensions == ["more"] && extended.size == 0)
    #expect(text(extended.text) == "a b\n0\n\(root)\nmore\n")
  }

  @Test func malformedKeysAreRefused() throws {
    let good = try key().verifier.text
    for text in [
      "", "+", "a+b", good.replacingOccurrences(of: "+20663098", with: "+20663099"),
      good.replacingOccurrences(of: "+20663098", with: "+2066309"), good + "=",
      String(good.dropLast()),
      good.replacingOccurrences(of: "+AQ", with: "+Ag"), " " + good, good + "\n", "x" + good,
    ] {
      #expect(throws: LedgerError.self, "\(text)") { _ = try VerifierKey(Array(text.utf8)) }
      #expect(throws: LedgerError.self) { _ = try SigningKey(Array("PRIVATE+KEY+\(text)".utf8)) }
      #expect(throws: LedgerError.self) { _ = try SigningKey(Array(text.utf8)) }
    }
  }

  @Test func aSigningKeyShowsNothingOfItsSecret() throws {
    let key = try key()
    let hex = try #require(try vector()["seed"]?.stringValue)
    var shown = "\(key) \(String(reflecting: key))"
    dump(key, to: &shown)
    #expect(shown.contains(key.verifier.hexID))
    let seed = try #require(Hex.decode(hex))
    #expect(!shown.contains(hex))
    #expect(!shown.contains(Data(seed).base64EncodedString()))
    #expect(!shown.contains("\(seed)"))
  }

  @Test func receiptsComeBackAsTheyWere() throws {
    var leaves = LeafHashes()
    let lines = (0..<9).map { Array("{\"ts\":\($0)}".utf8) }
    for line in lines { leaves.append(MerkleTree.leafHash(line)) }
    let checkpoint = try SignedCheckpoint(
      Checkpoint(origin: Self.origin, size: 9, root: leaves.root(of: 0..<9)), by: key())
    for index in 0..<9 {
      let proof = try #require(leaves.inclusion(of: index, in: 9))
      let receipt = InclusionReceipt(
        line: lines[index], index: index, proof: proof, checkpoint: checkpoint)
      #expect(receipt.defect == nil)
      #expect(try InclusionReceipt(receipt.bytes) == receipt)
      var other = receipt
      other.line = lines[(index + 1) % 9]
      #expect(other.defect == .otherRoot)
      other.line = nil
      #expect(other.defect == .noLine)
      #expect(try InclusionReceipt(other.bytes) == other)
      other = receipt
      other.index = 9
      #expect(other.defect == .outside(index: 9, size: 9))
    }
  }

  /// Nothing that is read crashes the reader, and what is read is written as it was.
  @Test func mutatedBytesNeverCrash() throws {
    var random = SeededGenerator(seed: 99)
    let checkpoint = try SignedCheckpoint(
      Checkpoint(origin: Self.origin, size: 1, root: MerkleTree.leafHash([0x7b, 0x7d])), by: key())
    let receipt = InclusionReceipt(line: [0x7b, 0x7d], index: 0, proof: [], checkpoint: checkpoint)
    let consistency = ConsistencyProof(
      origin: Self.origin, old: .init(size: 1, root: checkpoint.head.root, checkpoint: checkpoint),
      new: .init(size: 1, root: checkpoint.head.root), proof: [])
    for _ in 0..<3000 {
      var bytes = [receipt.bytes, checkpoint.bytes, consistency.bytes].randomElement(
        using: &random)!
      for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        default: bytes.insert([0x0a, 0x20, 0x2b].randomElement(using: &random)!, at: place)
        }
      }
      if let read = try? InclusionReceipt(bytes) { #expect(read.bytes == bytes) }
      if let read = try? SignedNote(bytes) { #expect(read.bytes == bytes) }
      if let read = try? SignedCheckpoint(bytes) { #expect(read.bytes == bytes) }
      if let read = try? ConsistencyProof(bytes), read.holds {
        #expect(read.new.root == checkpoint.head.root || read.old.size == 0)
      }
      _ = try? VerifierKey(bytes)
      _ = try? SigningKey(bytes)
    }
  }
}
