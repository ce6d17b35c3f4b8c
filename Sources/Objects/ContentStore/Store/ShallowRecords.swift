import Digests
import Files

/// `shallow`: the deploy records whose objects are deliberately elsewhere, a digest a line, sorted.
///
/// It is written before anything of theirs is dropped, and a line goes when the objects are back, so
/// that an object that is missing and not explained here is damage.
/// Reference: architecture.md, "Absent is not damaged".
public struct ShallowRecords: Sendable {
  let path: String
  let files: AtomicFile
  let fileSystem: any FileSystem

  /// Most bytes the file may have: a million records.
  static let limit = 72 << 20

  /// The records; none when there is no file.
  ///
  /// - Throws: `malformed` for a line that is no digest, `tooLarge`, `system`.
  public func read() throws(StoreError) -> Set<Digest> {
    let lines = try lines()
    if let bad = lines.first(where: { $0.digest == nil }) {
      throw StoreError(
        .malformed, path: path, expected: "a digest a line", found: "'\(bad.text.prefix(80))'")
    }
    return Set(lines.compactMap(\.digest))
  }

  /// The lines that are digests, whatever the others are.
  public func readable() throws(StoreError) -> Set<Digest> {
    Set(try lines().compactMap(\.digest))
  }

  /// Replaces the file, durably; removes it when there is nothing to say. The caller holds the
  /// writer lock.
  public func replace(with records: Set<Digest>) throws(StoreError) {
    guard !records.isEmpty else { return try storing(files.remove(path)) }
    let text = records.sorted().map { "\($0)\n" }.joined()
    try storing(files.replace(path, with: Array(text.utf8)))
  }

  /// Lists records, too. The caller holds the writer lock.
  public func add(_ more: Set<Digest>) throws(StoreError) {
    let records = try read()
    if !more.isSubset(of: records) { try replace(with: records.union(more)) }
  }

  /// Forgets a record whose objects are here again. The caller holds the writer lock.
  public func remove(_ record: Digest) throws(StoreError) { try remove([record]) }

  /// Forgets records whose objects are here again. The caller holds the writer lock.
  public func remove(_ returned: Set<Digest>) throws(StoreError) {
    guard try storing(fileSystem.infoIfAny(path)) != nil else { return }
    let records = try readable()
    if !returned.isDisjoint(with: records) { try replace(with: records.subtracting(returned)) }
  }

  private func lines() throws(StoreError) -> [(text: String, digest: Digest?)] {
    guard let bytes = try storing(fileSystem.contents(of: path, limit: Self.limit)) else {
      return []
    }
    return bytes.split(separator: UInt8(ascii: "\n")).map {
      let text = String(decoding: $0, as: UTF8.self)
      return (text, Digest(text))
    }
  }
}
