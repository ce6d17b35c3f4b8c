import ContentStore
import Digests

extension StoreLayout {
  /// Keys that signed the ledger, one a line: a hint, never trusted.
  var publicKeys: String { history + "/keys.pub" }
}

/// `checkpoint` and `keys.pub`: how far the ledger is signed, and by whom it says.
struct SealFile {
  let folder: LedgerFolder

  /// What stands in the place of the checkpoint.
  enum Content {
    case absent
    case signed(SignedCheckpoint)
    case malformed(reason: String)
  }

  func read() throws(LedgerError) -> Content {
    switch try folder.contents(of: folder.store.layout.checkpoint, limit: SignedNote.maxLength) {
    case .absent: return .absent
    case .unfit: return .malformed(reason: "no regular file of a checkpoint's size")
    case .bytes(let bytes):
      do throws(LedgerError) { return .signed(try SignedCheckpoint(bytes)) } catch {
        return .malformed(reason: "\(error)")
      }
    }
  }

  /// Replaces the checkpoint and lets `keys.pub` name its signer.
  func write(_ checkpoint: SignedCheckpoint, by key: VerifierKey) throws(LedgerError) {
    try folder.replaceInOrder(folder.store.layout.checkpoint, with: checkpoint.bytes)
    // The checkpoint stands whatever becomes of the hint.
    try? name(key)
  }

  /// The keys in `keys.pub` that can be read.
  func hints() -> [VerifierKey] {
    let path = folder.store.layout.publicKeys
    guard case .bytes(let bytes)? = try? folder.contents(of: path, limit: 64 << 10) else {
      return []
    }
    return bytes.split(separator: 0x0a).compactMap { try? VerifierKey($0) }
  }

  /// Lets `keys.pub` name a signer; the newest is the last.
  func name(_ key: VerifierKey) throws(LedgerError) {
    let hints = hints()
    if hints.last == key { return }
    let keys = hints.filter { $0 != key }.suffix(63) + [key]
    try folder.replace(
      folder.store.layout.publicKeys, with: Array(keys.map { "\($0)\n" }.joined().utf8))
  }
}
