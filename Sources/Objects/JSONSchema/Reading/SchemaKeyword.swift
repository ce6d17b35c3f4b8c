/// The keywords of draft 2020-12.
enum SchemaKeyword: String, CaseIterable {
  case schema = "$schema"
  case id = "$id"
  case reference = "$ref"
  case anchor = "$anchor"
  case definitions = "$defs"
  case comment = "$comment"
  case type, `enum`, const
  case multipleOf, maximum, exclusiveMaximum, minimum, exclusiveMinimum
  case maxLength, minLength, pattern, format
  case maxItems, minItems, uniqueItems, maxContains, minContains
  case prefixItems, items, contains
  case maxProperties, minProperties, required, dependentRequired
  case properties, patternProperties, additionalProperties, propertyNames, dependentSchemas
  case allOf, anyOf, oneOf, not
  case condition = "if"
  case then
  case otherwise = "else"
  case title, description, `default`, examples, deprecated, readOnly, writeOnly

  /// Keywords of the standard, or of drafts before it, that are not taken, with what to write
  /// instead.
  static let refused: [String: String] = [
    "$dynamicRef": "write a `$ref` to the schema itself",
    "$dynamicAnchor": "write an `$anchor`",
    "$recursiveRef": "write `\"$ref\": \"#\"`",
    "$recursiveAnchor": "write an `$anchor`",
    "$vocabulary": "leave it out",
    "unevaluatedItems": "write `items: false` behind `prefixItems`",
    "unevaluatedProperties": "name all properties in one schema with `additionalProperties: false`",
    "contentEncoding": "check the text with a `pattern`, and decode it in the handler",
    "contentMediaType": "check the text in the handler",
    "contentSchema": "parse the text in the handler, and hold it against a schema of its own",
    "definitions": "write `$defs`",
    "additionalItems": "write `prefixItems` and `items`",
    "dependencies": "write `dependentRequired` or `dependentSchemas`",
    "id": "leave it out",
  ]

  /// The keyword that a misspelt one is near to.
  static func closest(to name: String) -> String? {
    let known = allCases.map(\.rawValue)
    let plain = name.lowercasedLetters
    if let same = known.first(where: { $0.lowercasedLetters == plain }) { return same }
    let near = known.map { ($0, distance(Array($0.utf8), Array(name.utf8))) }
      .min { $0.1 < $1.1 }
    guard let near, near.1 <= 2, near.1 < name.utf8.count / 2 else { return nil }
    return near.0
  }

  /// How many letters are added, left out, changed or swapped with their neighbour.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    guard a.count < 64, b.count < 64 else { return .max }
    var before = Array(0...b.count)
    var beforeThat = before
    for (i, x) in a.enumerated() {
      var row = [i + 1]
      for (j, y) in b.enumerated() {
        var best = min(before[j + 1] + 1, row[j] + 1, before[j] + (x == y ? 0 : 1))
        if i > 0, j > 0, x == b[j - 1], a[i - 1] == y { best = min(best, beforeThat[j - 1] + 1) }
        row.append(best)
      }
      (beforeThat, before) = (before, row)
    }
    return before[b.count]
  }
}

extension String {
  /// Its ASCII letters in lower case, and nothing else.
  fileprivate var lowercasedLetters: [UInt8] {
    utf8.compactMap { byte in
      switch byte | 0x20 {
      case 0x61...0x7A: byte | 0x20
      default: nil
      }
    }
  }
}
