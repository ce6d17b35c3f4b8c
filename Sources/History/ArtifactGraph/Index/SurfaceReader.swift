import Contracts
import GRDB

/// Reads what handlers showed back from the index.
final class SurfaceReader {
  private let items: SQLStatement
  private static let all = Change.Section.allCases

  init(_ db: Database) throws {
    items = try SQLStatement(
      db,
      """
      SELECT i.section, i.item FROM surfaces AS s JOIN json_each(s.items) AS one
      JOIN items AS i ON i.id = one.value WHERE s.id = ? ORDER BY one.key
      """)
  }

  /// The place of a section in a surface.
  static func place(_ section: Change.Section) -> Int { all.firstIndex(of: section) ?? 0 }

  /// The surface with a number in `surfaces`.
  func surface(_ id: Int64) throws -> Surface {
    var sections: [[String]] = Change.Section.allCases.map { _ in [] }
    items.bind(1, id)
    try items.each {
      guard let section = Change.Section(rawValue: items.text(0)) else { return }
      sections[Self.place(section)].append(items.text(1))
    }
    guard let surface = Surface(sections: sections) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "surfaces")
    }
    return surface
  }
}
