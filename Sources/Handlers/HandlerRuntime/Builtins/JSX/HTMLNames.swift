/// Which names are safe in HTML and which elements are special.
///
/// Reference: HTML Living Standard, 13.1.2 Elements.
enum HTMLNames {
  /// A letter, then letters, digits, `-`, `.`, `:` or `_`.
  static func isTag(_ name: FlatString) -> Bool {
    guard name.isASCII, let first = name.ascii.first, isLetter(first) else { return false }
    return name.ascii.allSatisfy { isLetter($0) || $0.isDecimalDigit || isMark($0) }
  }

  /// As a tag's name, but `@`, `:` and `_` may stand first.
  static func isAttribute(_ name: FlatString) -> Bool {
    guard name.isASCII, let first = name.ascii.first else { return false }
    guard
      isLetter(first) || first == UInt8(ascii: "@") || first == UInt8(ascii: ":")
        || first == UInt8(ascii: "_")
    else { return false }
    return name.ascii.dropFirst().allSatisfy {
      isLetter($0) || $0.isDecimalDigit || isMark($0)
    }
  }

  /// Elements that have no content and no end tag.
  static func isVoid(_ name: FlatString) -> Bool { contains(voidElements, name) }

  /// Elements whose content is no HTML.
  static func isRaw(_ name: FlatString) -> Bool { contains(["script", "style"], name) }

  private static let voidElements: [StaticString] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
  ]

  private static func contains(_ names: [StaticString], _ name: FlatString) -> Bool {
    guard name.isASCII, name.count <= 6 else { return false }
    return names.contains { candidate in
      candidate.utf8CodeUnitCount == name.count
        && (0..<name.count).allSatisfy {
          CaseMapping.asciiLower(name.ascii[$0]) == candidate.utf8Start[$0]
        }
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    let lower = byte | 0x20
    return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
  }

  private static func isMark(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":")
      || byte == UInt8(ascii: "_")
  }
}
