import ContentStore
import Crypto
import Digests
import Encodings

/// A ledger's name, which its checkpoints and its keys carry.
///
/// Reference: formats.md, "Merkle tree, checkpoint, receipts".
enum Origin {
  /// 1 to 200 printable ASCII bytes without space and plus.
  static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
    (1...200).contains(bytes.count)
      && bytes.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "+") }
  }

  /// What the file `origin` says; nil when there is none, or it says nothing that can be one.
  static func read(_ folder: LedgerFolder) throws(LedgerError) -> String? {
    guard case .bytes(let bytes) = try folder.contents(of: folder.store.layout.origin, limit: 201),
      bytes.last == 0x0a, isValid(bytes.dropLast())
    else { return nil }
    return String(decoding: bytes.dropLast(), as: UTF8.self)
  }

  /// Writes the file.
  static func write(_ origin: String, _ folder: LedgerFolder) throws(LedgerError) {
    try folder.replace(folder.store.layout.origin, with: Array("\(origin)\n".utf8))
  }

  /// What the file says. A store that lost it has its name in what was signed; one without both gets
  /// a new name.
  ///
  /// - Returns: the origin, and whether the file was written.
  static func ensure(_ folder: LedgerFolder) throws(LedgerError) -> (String, isWritten: Bool) {
    let (origin, isThere) = try find(folder)
    if !isThere { try write(origin, folder) }
    return (origin, !isThere)
  }

  /// The same without writing.
  static func find(_ folder: LedgerFolder) throws(LedgerError) -> (origin: String, isThere: Bool) {
    if let origin = try read(folder) { return (origin, true) }
    if let origin = try signed(folder) { return (origin, false) }
    return (random(), false)
  }

  /// The name in what was signed; nil where nothing was, so that the ledger may get a new one.
  ///
  /// - Throws: `badOrigin` for a name that no origin may have; `refused` where a checkpoint is there
  ///   and cannot be read: another name would make it somebody else's.
  static func signed(_ folder: LedgerFolder) throws(LedgerError) -> String? {
    var origin = try AppendNext.read(folder)?.checkpoint.head.origin
    switch try SealFile(folder: folder).read() {
    case .absent: break
    case .signed(let checkpoint): origin = checkpoint.head.origin
    case .malformed(let reason):
      if origin == nil { throw .refused(.checkpointMalformed(reason: reason)) }
    }
    if let origin, !isValid(Array(origin.utf8)) { throw .badOrigin(origin) }
    return origin
  }

  // A name that no other ledger has.
  private static func random() -> String {
    let bytes = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
    return "store.zigttp/\(Hex.encode(bytes))"
  }
}
