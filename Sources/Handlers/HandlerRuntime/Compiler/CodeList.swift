/// Compiled pieces in order.
///
/// Swift keeps functions in arrays, tuples and other generic containers in a form that needs a
/// conversion at every call, and counts a reference for each; in a table of entries that cannot be
/// copied they stay as they are and are called where they stand.
final class CodeList {
  /// One piece.
  struct Entry: ~Copyable {
    private let body: Code
    init(_ body: @escaping Code) { self.body = body }
    @inline(__always)
    borrowing func run(_ frame: Registers) throws(Fault) -> Value { try body(frame) }
    /// The piece as a function of its own.
    borrowing func code() -> Code { body }
  }

  private(set) var entries: UnsafeMutablePointer<Entry>
  private(set) var count = 0
  private var capacity = 4

  init() { entries = .allocate(capacity: 4) }

  deinit {
    entries.deinitialize(count: count)
    entries.deallocate()
  }

  var isEmpty: Bool { count == 0 }

  /// The piece at an index.
  subscript(index: Int) -> Code { entries[index].code() }

  /// Puts a piece behind the others.
  func append(_ code: @escaping Code) {
    if count == capacity {
      let larger = UnsafeMutablePointer<Entry>.allocate(capacity: capacity * 2)
      larger.moveInitialize(from: entries, count: count)
      entries.deallocate()
      entries = larger
      capacity *= 2
    }
    (entries + count).initialize(to: Entry(code))
    count += 1
  }

  /// Puts every piece of another list behind the others.
  func append(_ other: CodeList) {
    for index in 0..<other.count { append(other[index]) }
  }

  /// The list as compiled code uses it, once it is complete.
  var fixed: FixedCodes { FixedCodes(owner: self, entries: entries, count: count) }
}

/// A complete ``CodeList``.
///
/// Invariant: the list is not appended to any more, so the entries stay where they are as long as
/// `owner` lives, and whoever captures this struct keeps it.
struct FixedCodes {
  private let owner: CodeList
  private let entries: UnsafeMutablePointer<CodeList.Entry>
  let count: Int

  fileprivate init(
    owner: CodeList, entries: UnsafeMutablePointer<CodeList.Entry>, count: Int
  ) {
    self.owner = owner
    self.entries = entries
    self.count = count
  }

  /// Runs the piece at an index below `count`.
  @inline(__always)
  func run(_ index: Int, _ frame: Registers) throws(Fault) -> Value {
    try entries[index].run(frame)
  }
}

/// A piece of code that gives one element, or all elements of what it gives.
struct SpreadableCode {
  let code: Code
  let isSpread: Bool

  /// The array of all that the parts give.
  static func array(
    of parts: [SpreadableCode], _ frame: Registers, _ site: Site
  ) throws(Fault) -> Value {
    let array = try site.here { () throws(Fault) in try site.heap.makeArray() }
    for part in parts {
      let value = try part.code(frame)
      try site.here { () throws(Fault) in
        if part.isSpread {
          try Spread.append(value, to: array, site.context(frame))
        } else {
          try site.heap.append(array, value)
        }
      }
    }
    return Value(array)
  }
}
