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
  static func isVoid(_ name: FlatString) -> Bool {
    switch packed(name) {
    case packed("br"), packed("hr"), packed("img"), packed("input"), packed("link"),
      packed("meta"), packed("area"), packed("base"), packed("col"), packed("embed"),
      packed("source"), packed("track"), packed("wbr"):
      true
    default: false
    }
  }

  /// Elements whose content is no HTML.
  static func isRaw(_ name: FlatString) -> Bool {
    let name = packed(name)
    return name == packed("script") || name == packed("style")
  }

  /// The bytes of a name of at most eight in one word, A to Z made small; 0 for all others.
  @inline(__always) private static func packed(_ name: FlatString) -> UInt64 {
    guard name.isASCII, name.count <= 8 else { return 0 }
    var word: UInt64 = 0
    for byte in name.ascii { word = word << 8 | UInt64(CaseMapping.asciiLower(byte)) }
    return word
  }

  @inline(__always) private static func packed(_ name: StaticString) -> UInt64 {
    var word: UInt64 = 0
    for index in 0..<name.utf8CodeUnitCount { word = word << 8 | UInt64(name.utf8Start[index]) }
    return word
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
