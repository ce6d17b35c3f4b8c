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

/// Reads lines as they are indexed, one thread its own reader: facts that a row repeats are not read
/// again.
struct IndexReader {
  private var lines = RowReader()
  // By the numbers that the reader gives.
  private var made: [ReadFacts] = []
  private let shared: SharedFacts
  // Larger ones are rare and would fill memory.
  private static let factBytes = 8 << 10

  init(sharing shared: SharedFacts = SharedFacts()) { self.shared = shared }

  /// - Parameter bytes: nil for a line longer than may be.
  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>?) -> Reading {
    switch lines.read(bytes) {
    case .blank: return .blank
    case .bad(let reason): return .bad(reason)
    case .row(let row, let number?): return .row(row, made[number])
    case .row(let row, nil):
      guard let bytes, let range = row.facts else { return .row(row, .missing) }
      do throws(JSONError) {
        let facts = try readFacts(UnsafeBufferPointer(rebasing: bytes[range]))
        if let number = lines.remember(row, of: bytes) {
          if number == made.count { made.append(facts) } else { made[number] = facts }
        }
        return .row(row, facts)
      } catch { return .bad(error.description) }
    }
  }

  private func readFacts(_ value: UnsafeBufferPointer<UInt8>) throws(JSONError) -> ReadFacts {
    let isSmall = value.count <= Self.factBytes
    if isSmall, let found = shared.value(value) { return found }
    let facts = ReadFacts(Facts(json: try JSONReader.lenient(value)))
    if isSmall { shared.set(value, facts) }
    return facts
  }
}
