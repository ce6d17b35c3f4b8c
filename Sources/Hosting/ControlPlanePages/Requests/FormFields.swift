import Encodings

/// What stands in a form, or in a query.
///
/// Reference: URL standard, `application/x-www-form-urlencoded`.
struct FormFields: Sendable {
  private var fields: [(name: String, value: String)] = []

  /// From text; a field that is not UTF-8, or badly escaped, is left out.
  init(_ text: String) {
    for part in text.split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(pair[0]),
        let value = Self.decoded(pair.count > 1 ? pair[1] : "")
      else { continue }
      fields.append((name, value))
    }
  }

  private static func decoded(_ text: Substring) -> String? {
    PercentEncoding.decode(String(text.map { $0 == "+" ? " " : $0 }))
  }

  /// The first value of a name.
  subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

  /// A value without spaces around it; nil where there is none, or nothing else in it.
  func text(_ name: String) -> String? {
    guard let value = self[name] else { return nil }
    let isSpace: (Character) -> Bool = { $0.isWhitespace }
    let trimmed = value.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
    return trimmed.isEmpty ? nil : String(trimmed)
  }

  /// Every value of a name, as of boxes that were ticked.
  func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }
}
