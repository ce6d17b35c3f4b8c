import Contracts
import Digests
import Glibc
import JSON
import Ledger
import Synchronization

/// The facts of a line as they are indexed.
final class ReadFacts: Sendable {
  let contractSha: String
  let surface: Surface
  /// SHA-256 over the items of the surface, each section and each item with its length.
  let key: Digest

  init(_ facts: Facts) {
    contractSha = facts.contractSha
    surface = facts.surface
    key = Self.key(of: surface)
  }

  /// What a surface is known by in the index.
  static func key(of surface: Surface) -> Digest {
    var hasher = SHA256Hasher()
    var bytes: [UInt8] = []
    func append(_ count: Int) {
      withUnsafeBytes(of: UInt32(truncatingIfNeeded: count).bigEndian) {
        bytes.append(contentsOf: $0)
      }
    }
    for items in surface.sections {
      append(items.count)
      for item in items {
        append(item.utf8.count)
        bytes.append(contentsOf: item.utf8)
      }
    }
    hasher.update(bytes)
    return hasher.finalize()
  }

  /// What stands for a line without facts.
  static let missing = ReadFacts(Facts(json: .null))
}

/// What a line says.
enum Reading {
  case row(ScannedRow, ReadFacts)
  case blank
  /// No row, and why.
  case bad(String)
}

/// Facts that any of several readers has read, by their bytes.
final class SharedFacts: Sendable {
  private let known = Mutex(ByteTable<ReadFacts>())
  private static let limit = 1024

  func value(_ bytes: UnsafeBufferPointer<UInt8>) -> ReadFacts? {
    // Only looked at while the lock is held.
    nonisolated(unsafe) let bytes = bytes
    return known.withLock { $0.value(bytes) }
  }

  func set(_ bytes: UnsafeBufferPointer<UInt8>, _ facts: ReadFacts) {
    nonisolated(unsafe) let bytes = bytes
    known.withLock {
      if $0.count >= Self.limit { $0.removeAll() }
      $0.set(bytes, facts)
    }
  }
}

/// Reads lines, one thread its own reader: most lines repeat the facts of an earlier one of the same
/// service byte for byte, and are not read again then.
struct RowReader {
  private struct Known: Sendable {
    var bytes: [UInt8]
    var facts: ReadFacts
  }
  private var known = ByteTable<Known>()
  private let shared: SharedFacts
  // What is remembered is bounded in number and in bytes: a ledger may hold anything.
  private static let services = 2048
  private static let factBytes = 8 << 10

  init(sharing shared: SharedFacts = SharedFacts()) { self.shared = shared }

  /// - Parameter bytes: nil for a line longer than may be.
  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>?) -> Reading {
    guard let bytes else { return .bad("longer than \(LedgerFile.maxLineLength) bytes") }
    do throws(JSONError) {
      var found: ReadFacts?
      let row = try ScannedRow(bytes) { row, start in
        found = nil
        guard case .bytes(let name)? = row.service,
          let last = known.value(UnsafeBufferPointer(rebasing: bytes[name])),
          Self.repeats(last.bytes, bytes, at: start)
        else { return nil }
        found = last.facts
        return last.bytes.count
      }
      if let found { return .row(row, found) }
      return .row(row, try readFacts(of: row, bytes))
    } catch {
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { return .blank }
      return .bad(error.description)
    }
  }

  private static func repeats(
    _ facts: [UInt8], _ line: UnsafeBufferPointer<UInt8>, at start: Int
  ) -> Bool {
    guard let base = line.baseAddress, line.count - start >= facts.count else { return false }
    return memcmp(base + start, facts, facts.count) == 0
  }

  private mutating func readFacts(
    of row: ScannedRow, _ bytes: UnsafeBufferPointer<UInt8>
  ) throws(JSONError) -> ReadFacts {
    guard let range = row.facts else { return .missing }
    let value = UnsafeBufferPointer(rebasing: bytes[range])
    let isSmall = value.count <= Self.factBytes
    let found = isSmall ? shared.value(value) : nil
    let facts: ReadFacts
    if let found {
      facts = found
    } else {
      facts = ReadFacts(Facts(json: try JSONReader.lenient(value)))
      if isSmall { shared.set(value, facts) }
    }
    if case .bytes(let name)? = row.service, value.first == UInt8(ascii: "{"),
      isSmall
    {
      if known.count >= Self.services { known.removeAll() }
      known.set(
        UnsafeBufferPointer(rebasing: bytes[name]), Known(bytes: Array(value), facts: facts))
    }
    return facts
  }
}
