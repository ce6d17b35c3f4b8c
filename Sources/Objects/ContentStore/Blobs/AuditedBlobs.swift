import Digests

/// What an audit found under each of very many names, and a number for every name: nine bytes an
/// object beside the name, and more only for what is wrong with one.
///
/// Names that somebody refers to and that are not in the store can be given numbers, too.
public struct AuditedBlobs: Sendable {
  /// The names by number; those that were looked for come first, in their order.
  public private(set) var names: DigestPool
  /// How many names were looked for.
  public var count: Int { sizes.count }

  private var sizes: [UInt64]
  private var states: [State]
  private var problems: [Int: BlobAudit.Problem] = [:]

  private struct State: OptionSet, Sendable {
    let rawValue: UInt8
    static let there = State(rawValue: 1)
    static let writable = State(rawValue: 2)
    static let bad = State(rawValue: 4)
    static let document = State(rawValue: 8)
  }

  /// Nothing found under any of the names.
  public init(_ names: DigestPool = DigestPool()) {
    self.names = names
    sizes = Array(repeating: 0, count: names.count)
    states = Array(repeating: [], count: names.count)
  }

  /// Takes in what was found under the name with a number.
  public mutating func set(_ entry: BlobAudit.Entry, at number: Int) {
    sizes[number] = entry.size
    states[number] = entry.isWritable ? [.there, .writable] : .there
    problems[number] = entry.problem
    if entry.problem != nil { states[number].insert(.bad) }
    if entry.beginsLikeDocument { states[number].insert(.document) }
  }

  /// What was found under the name with a number; nil where there is nothing.
  public subscript(number: Int) -> BlobAudit.Entry? {
    guard number < count, states[number].contains(.there) else { return nil }
    return BlobAudit.Entry(
      digest: names[number], size: sizes[number], isWritable: states[number].contains(.writable),
      beginsLikeDocument: states[number].contains(.document),
      problem: states[number].contains(.bad) ? problems[number] : nil)
  }

  /// What was found under a name; nil where there is nothing.
  public subscript(digest: Digest) -> BlobAudit.Entry? {
    names.number(of: digest).flatMap { self[$0] }
  }

  /// Whether there is an object with nothing wrong under the name with a number.
  public func isSound(_ number: Int) -> Bool {
    number < count && states[number].contains(.there) && !states[number].contains(.bad)
  }

  /// The size of what is there; nil where there is nothing.
  public func size(_ number: Int) -> UInt64? {
    number < count && states[number].contains(.there) ? sizes[number] : nil
  }

  /// The numbers of those that somebody may write or with which something is wrong, ascending.
  public var remarkable: [Int] {
    states.indices.filter { !states[$0].isDisjoint(with: [.writable, .bad]) }
  }

  /// Those that are there, and their bytes.
  public var total: (objects: Int, bytes: UInt64) {
    var out = (objects: 0, bytes: UInt64(0))
    for number in states.indices where states[number].contains(.there) {
      out.objects += 1
      out.bytes += sizes[number]
    }
    return out
  }

  /// The number of a name, a new one where it has none yet.
  public mutating func number(of digest: Digest) -> Int { names.insert(digest).number }
}
