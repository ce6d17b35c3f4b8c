import Digests
import Encodings

/// Shows, without the ledger, that a line stands in it.
///
/// Reference: C2SP tlog-proof. The line itself is the extra data, which proves nothing until it has
/// been hashed to the leaf.
public struct InclusionReceipt: Sendable, Hashable {
  private static let head = "c2sp.org/tlog-proof@v1"
  /// The most bytes of a receipt that is read: a line in base64, and the rest.
  public static let maxLength = 4 << 20

  /// The line without its newline.
  public var line: [UInt8]?
  /// Of the leaf, from 0.
  public var index: Int
  /// Siblings from the leaf to the root.
  public var proof: [Digest]
  /// The tree's head.
  public var checkpoint: SignedCheckpoint

  /// A receipt from its parts.
  public init(line: [UInt8]?, index: Int, proof: [Digest], checkpoint: SignedCheckpoint) {
    self.line = line
    self.index = index
    self.proof = proof
    self.checkpoint = checkpoint
  }

  /// The receipt's bytes.
  public var bytes: [UInt8] {
    var lines = [Self.head]
    if let line { lines.append("extra " + Base64.encode(line)) }
    lines.append("index \(index)")
    lines += proof.map { Base64.encode($0.bytes) }
    return Array((lines.joined(separator: "\n") + "\n\n").utf8) + checkpoint.bytes
  }

  /// Reads a receipt's bytes.
  ///
  /// - Throws: `malformed`.
  public init(_ bytes: some Collection<UInt8>) throws(LedgerError) {
    guard bytes.count <= Self.maxLength else {
      throw Self.malformed("\(bytes.count) bytes, expected at most \(Self.maxLength)")
    }
    var rest = Array(bytes)[...]
    func next() throws(LedgerError) -> ArraySlice<UInt8> {
      guard let end = rest.firstIndex(of: 0x0a) else {
        throw Self.malformed("it ends in the middle")
      }
      defer { rest = rest[(end + 1)...] }
      return rest[..<end]
    }
    guard try next().elementsEqual(Self.head.utf8) else {
      throw Self.malformed("its first line is not \(Self.head)")
    }
    var current = try next()
    if current.starts(with: "extra ".utf8) {
      guard let extra = Base64.decode(current.dropFirst(6)) else {
        throw Self.malformed("its extra data is not base64")
      }
      line = extra
      current = try next()
    }
    guard current.starts(with: "index ".utf8), let index = Decimal.read(current.dropFirst(6)) else {
      throw Self.malformed("expected a line `index` with a number")
    }
    self.index = index
    proof = []
    while true {
      let line = try next()
      if line.isEmpty { break }
      guard let hash = Base64.decode(line), let digest = Digest(.sha256, bytes: hash),
        proof.count < 64
      else { throw Self.malformed("a line of its proof is not the base64 of 32 bytes") }
      proof.append(digest)
    }
    checkpoint = try SignedCheckpoint(rest)
  }

  private static func malformed(_ reason: String) -> LedgerError {
    .malformed(.receipt, reason: reason)
  }

  /// What is wrong with a receipt, signatures aside.
  public enum Defect: Sendable, Hashable {
    /// It does not hold the line.
    case noLine
    /// The index is not below the size of the checkpoint.
    case outside(index: Int, size: Int)
    /// Line and proof do not lead to the checkpoint's root.
    case otherRoot
  }

  /// nil when the line, by the proof, stands at the index in the checkpoint's tree.
  public var defect: Defect? {
    guard let line else { return .noLine }
    let head = checkpoint.head
    guard index < head.size else { return .outside(index: index, size: head.size) }
    let isThere = MerkleProof.includes(
      MerkleTree.leafHash(line), at: index, in: head.size, root: head.root, proof: proof)
    return isThere ? nil : .otherRoot
  }
}
