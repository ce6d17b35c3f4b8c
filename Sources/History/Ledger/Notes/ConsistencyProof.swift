import Digests
import JSON

/// Shows, without the ledger, that the ledger of one checkpoint goes on as that of another: nothing
/// was changed or taken out in between.
///
/// A JSON document of ours, since no public text exists; its hashes are RFC 6962's.
/// Reference: `schema/json/proofs-consistency-v1.schema.json`.
public struct ConsistencyProof: Sendable, Hashable {
  private static let schema = "https://zigttp.dev/schema/proofs-consistency-v1.json"
  /// The most bytes of a document that is read.
  public static let maxLength = 4 << 20

  /// Which trees a proof shall be about.
  public enum Wanted: Sendable, Hashable {
    /// The one over the first lines.
    case size(Int)
    /// The one that a checkpoint is of.
    case checkpoint(SignedCheckpoint)
  }

  /// One of the two trees.
  public struct Side: Sendable, Hashable {
    /// Number of leaves.
    public var size: Int
    /// Its root.
    public var root: Digest
    /// The checkpoint that says so; nil where none was at hand.
    public var checkpoint: SignedCheckpoint?

    /// A tree from its parts.
    public init(size: Int, root: Digest, checkpoint: SignedCheckpoint? = nil) {
      self.size = size
      self.root = root
      self.checkpoint = checkpoint
    }
  }

  /// Which ledger it is about.
  public var origin: String
  /// The earlier tree.
  public var old: Side
  /// The later tree.
  public var new: Side
  /// Nodes of the later tree.
  public var proof: [Digest]

  /// A proof from its parts.
  public init(origin: String, old: Side, new: Side, proof: [Digest]) {
    self.origin = origin
    self.old = old
    self.new = new
    self.proof = proof
  }

  /// Whether the proof shows what it says, signatures aside.
  public var holds: Bool {
    for side in [old, new] {
      guard let head = side.checkpoint?.head else { continue }
      if head.origin != origin || head.size != side.size || head.root != side.root { return false }
    }
    return MerkleProof.extends((old.size, old.root), to: (new.size, new.root), proof: proof)
  }

  /// The document's bytes, with a newline at the end.
  public var bytes: [UInt8] {
    let document: JSONValue = [
      "schema": .string(Self.schema), "origin": .string(origin), "old": Self.json(old),
      "new": Self.json(new), "proof": .strings(proof.map(\.hex)),
    ]
    return document.minifiedBytes + [0x0a]
  }

  private static func json(_ side: Side) -> JSONValue {
    var object: JSONObject = [
      "size": .integer(Int64(side.size)), "root": .string(side.root.hex),
    ]
    object["checkpoint"] = side.checkpoint.map {
      .string(String(decoding: $0.bytes, as: UTF8.self))
    }
    return .object(object)
  }

  /// Reads a document's bytes.
  ///
  /// - Throws: `malformed`.
  public init(_ bytes: some Collection<UInt8>) throws(LedgerError) {
    guard bytes.count <= Self.maxLength else {
      throw Self.malformed("\(bytes.count) bytes, expected at most \(Self.maxLength)")
    }
    let document: JSONValue
    do throws(JSONError) { document = try JSONReader.strict(bytes) } catch {
      throw Self.malformed("\(error)")
    }
    guard document["schema"]?.stringValue == Self.schema else {
      throw Self.malformed("its schema is not \(Self.schema)")
    }
    guard let origin = document["origin"]?.stringValue, let old = document["old"],
      let new = document["new"], let texts = document["proof"]?.arrayValue
    else { throw Self.malformed("expected origin, old, new and proof") }
    var proof: [Digest] = []
    for text in texts {
      guard let digest = text.stringValue.flatMap({ Digest(sha256Hex: $0) }), proof.count < 128
      else { throw Self.malformed("a hash of its proof is not 64 hex digits") }
      proof.append(digest)
    }
    self.init(origin: origin, old: try Self.side(old), new: try Self.side(new), proof: proof)
  }

  private static func side(_ value: JSONValue) throws(LedgerError) -> Side {
    guard let size = value["size"]?.integerValue, size >= 0,
      let root = value["root"]?.stringValue.flatMap({ Digest(sha256Hex: $0) })
    else { throw malformed("expected a size and a root of 64 hex digits") }
    let checkpoint = try value["checkpoint"]?.stringValue.map { (text) throws(LedgerError) in
      try SignedCheckpoint(Array(text.utf8))
    }
    return Side(size: Int(size), root: root, checkpoint: checkpoint)
  }

  private static func malformed(_ reason: String) -> LedgerError {
    .malformed(.consistencyProof, reason: reason)
  }
}
