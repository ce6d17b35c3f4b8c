import Contracts
import Digests
import GRDB

/// Holds surfaces of the index, and the differences between them, against what they are made of.
final class DeltaCheck {
  private let db: Database
  private let surfaces: SurfaceReader
  // By numbers of surfaces. An `Int`, as elsewhere: the first dictionary of each type costs a search
  // through all that the program conforms to.
  private var sound: [Int: Digest] = [:]
  // By the number of the surface that changed into another: few come from one.
  private var verdicts: [Int: [Known]] = [:]
  private var verdictCount = 0
  private static let remembered = 1 << 14

  private struct Known {
    var head: Int64
    var stored: Int64?
    var verdict: Verdict
  }

  init(_ db: Database) throws {
    self.db = db
    surfaces = try SurfaceReader(db)
  }

  /// Whether the items of a surface are those of its key.
  func isSound(_ id: Int64, _ key: Digest) throws -> Bool {
    if let known = sound[Int(id)] { return known == key }
    // What is no surface at all is none of that key.
    guard let surface = try? surfaces.surface(id), ReadFacts.key(of: surface) == key else {
      return false
    }
    if sound.count >= Self.remembered { sound = [:] }
    sound[Int(id)] = key
    return true
  }

  /// The verdict on what turns one surface into another.
  ///
  /// - Parameter stored: the number in `surface_deltas` that the index has for it.
  /// - Returns: nil where what is stored is something else.
  func verdict(from base: Int64, to head: Int64, stored: Int64?) throws -> Verdict? {
    if let known = verdicts[Int(base)]?.first(where: { $0.head == head }) {
      return known.stored == stored ? known.verdict : nil
    }
    let delta = Delta.between(try surfaces.surface(base), try surfaces.surface(head))
    guard try stored.map({ try holds($0, base, head, delta) }) ?? (base == head) else { return nil }
    if verdictCount >= Self.remembered { (verdicts, verdictCount) = ([:], 0) }
    verdicts[Int(base), default: []].append(
      Known(head: head, stored: stored, verdict: delta.verdict))
    verdictCount += 1
    return delta.verdict
  }

  private func holds(_ id: Int64, _ base: Int64, _ head: Int64, _ delta: Delta) throws -> Bool {
    let ends = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT base, head FROM surface_deltas WHERE id = ?"),
      arguments: [id])
    guard let ends, ends["base"] == base, ends["head"] == head else { return false }
    let changes = try Row.fetchAll(
      db.cachedStatement(sql: Change.query), arguments: [id]
    ).map(Change.init)
    return changes == delta.changes
  }
}
