import Digests
import JSON
import Synchronization

/// The last checkpoint that this user saw of each ledger and signer, kept outside of every store: who
/// rolls a ledger back together with its checkpoint cannot roll this back as well.
public struct CheckpointMemory: Sendable {
  /// What was seen.
  public struct Entry: Sendable, Hashable {
    /// Who signed.
    public var key: VerifierKey
    /// What was signed.
    public var checkpoint: SignedCheckpoint
    /// The store's folder at that time.
    public var folder: String

    /// An entry from its parts.
    public init(key: VerifierKey, checkpoint: SignedCheckpoint, folder: String) {
      self.key = key
      self.checkpoint = checkpoint
      self.folder = folder
    }
  }

  private let folder: String
  private let files: PrivateFiles
  private let judged: JudgedEntry

  init(folder: String, files: PrivateFiles, judged: JudgedEntry) {
    self.folder = folder
    self.files = files
    self.judged = judged
  }

  /// What was seen of an origin, the longest first.
  public func entries(of origin: String) throws(LedgerError) -> [Entry] {
    try read { $0.hasPrefix(Self.prefix(of: origin)) }
      .filter { $0.key.name == origin }
  }

  /// What was last seen in a store's folder, of whatever origin.
  public func entries(in storeFolder: String) throws(LedgerError) -> [Entry] {
    try read { _ in true }.filter { $0.folder == storeFolder }
  }

  /// Every origin of which something is remembered, sorted.
  public func origins() throws(LedgerError) -> [String] {
    Set(try read { _ in true }.map(\.key.name)).sorted()
  }

  /// Keeps what was seen, unless as much of that ledger and signer is remembered. Other ledgers are
  /// no longer expected in the folder.
  public func remember(_ entry: Entry) throws(LedgerError) {
    let path = "\(folder)/\(Self.name(of: entry.key))"
    if let old = try? read(path) {
      if old.checkpoint.head.size > entry.checkpoint.head.size { return }
      if old == entry { return }
    } else {
      for other in try entries(in: entry.folder) where other.key.name != entry.key.name {
        let moved = Entry(key: other.key, checkpoint: other.checkpoint, folder: "")
        try files.replaceSoon("\(folder)/\(Self.name(of: other.key))", with: Self.bytes(moved))
      }
    }
    let bytes = Self.bytes(entry)
    try files.replaceSoon(path, with: bytes)
    judged.keep(entry, bytes)
  }

  /// Drops what is remembered of an origin.
  ///
  /// - Returns: what was dropped.
  @discardableResult
  public func forget(_ origin: String) throws(LedgerError) -> [Entry] {
    // What cannot be read any more is dropped as well.
    let entries = (try? entries(of: origin)) ?? []
    for name in try files.names(in: folder) where name.hasPrefix(Self.prefix(of: origin)) {
      try files.remove("\(folder)/\(name)")
    }
    return entries
  }

  private static func prefix(of origin: String) -> String { Digest.sha256(of: origin).hex + "-" }

  private static func name(of key: VerifierKey) -> String {
    prefix(of: key.name) + Digest.sha256(of: key.text).hex.prefix(16) + ".json"
  }

  private func read(
    where isWanted: (String) -> Bool
  ) throws(LedgerError) -> [Entry] {
    var entries: [Entry] = []
    for name in try files.names(in: folder) where name.hasSuffix(".json") && isWanted(name) {
      if let entry = try read("\(folder)/\(name)") { entries.append(entry) }
    }
    return entries.sorted { $0.checkpoint.head.size > $1.checkpoint.head.size }
  }

  private func read(_ path: String) throws(LedgerError) -> Entry? {
    guard let file = try files.read(path, limit: SignedNote.maxLength * 2) else { return nil }
    // What a crash may leave of a file that was not waited for.
    if file.bytes.isEmpty { return nil }
    if let known = judged.entry(file.bytes) { return known }
    let entry: Entry
    do {
      let document = try JSONReader.strict(file.bytes)
      guard let key = document["key"]?.stringValue,
        let checkpoint = document["checkpoint"]?.stringValue,
        let folder = document["folder"]?.stringValue
      else { throw LedgerError.malformedFile(path: path, reason: "not what zigttp writes there") }
      entry = Entry(
        key: try VerifierKey(Array(key.utf8)),
        checkpoint: try SignedCheckpoint(Array(checkpoint.utf8)), folder: folder)
    } catch LedgerError.malformedFile(let path, let reason) {
      throw .malformedFile(path: path, reason: reason)
    } catch { throw .malformedFile(path: path, reason: "\(error)") }
    guard entry.checkpoint.note.judge(entry.key) == .signed else {
      throw .malformedFile(path: path, reason: "its checkpoint is not signed by its key")
    }
    judged.keep(entry, file.bytes)
    return entry
  }

  private static func bytes(_ entry: Entry) -> [UInt8] {
    let document: JSONValue = [
      "checkpoint": .string(String(decoding: entry.checkpoint.bytes, as: UTF8.self)),
      "folder": .string(entry.folder), "key": .string(entry.key.text),
    ]
    return document.canonicalBytes + [0x0a]
  }
}

/// The entry that was read or written last: a command looks at the same one several times, and to
/// judge its signature takes longer than all else about it.
final class JudgedEntry: Sendable {
  private let known = Mutex<(bytes: [UInt8], entry: CheckpointMemory.Entry)?>(nil)

  /// What these bytes of a file say, where they were judged already.
  func entry(_ bytes: [UInt8]) -> CheckpointMemory.Entry? {
    known.withLock { $0?.bytes == bytes ? $0?.entry : nil }
  }

  func keep(_ entry: CheckpointMemory.Entry, _ bytes: [UInt8]) {
    known.withLock { $0 = (bytes, entry) }
  }
}
