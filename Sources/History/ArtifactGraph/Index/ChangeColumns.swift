import Contracts
import GRDB

extension Change {
  /// `change`, `was` and `now` of `surface_changes`.
  var columns: (word: String, was: String?, now: String?) {
    switch kind {
    case .added: ("added", nil, nil)
    case .removed: ("removed", nil, nil)
    case .changed(let from, let to): ("changed", from, to)
    }
  }

  /// The columns that ``init(_:)`` reads, of the changes of one delta in order.
  static let query = """
    SELECT i.section, i.item, c.change, c.was, c.now FROM surface_changes AS c
    JOIN items AS i ON i.id = c.item WHERE c.delta = ? ORDER BY c.place
    """

  init(_ row: Row) throws {
    let kind: Kind? =
      switch row["change"] as String {
      case "added": .added
      case "removed": .removed
      case "changed": .changed(from: row["was"] ?? "", to: row["now"] ?? "")
      default: nil
      }
    guard let kind, let section = Section(rawValue: row["section"]) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "surface_changes")
    }
    self.init(section: section, kind: kind, item: row["item"])
  }
}
