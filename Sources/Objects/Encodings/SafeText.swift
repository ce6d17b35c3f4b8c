/// Text that a terminal or a page shows and does not obey.
///
/// Names in foreign rows, files and arguments may hold anything. What would move the cursor, end the
/// line, hide or reorder what stands beside it is written out as `\u{hex}`; everything else stays as
/// it is. Literals are the program's own words and are taken as they are, ends of lines included;
/// every value that is interpolated is escaped:
///
///     let line: SafeText = "line \(number) of \(path)\n"
public struct SafeText: Sendable, Hashable {
  /// The text itself.
  public private(set) var text: String

  /// Anybody's text, on one line.
  @inlinable
  public init(escaping text: some StringProtocol) { self.init(escaping: String(text)) }

  /// Anybody's text, on one line. Not generic: a program that prints one line looks for no
  /// conformances at run time.
  public init(escaping text: String) { self.text = Self.escaped(text) }

  /// Anybody's text whose lines stay lines.
  public init(escapingLines text: String) {
    self.text = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { Self.escaped(String($0)) }
      .joined(separator: "\n")
  }

  /// A minified JSON document in which every character that would be written out stands as `\uxxxx`:
  /// the same document, fit for a terminal.
  /// Reference: RFC 8259, section 7.
  public init(minifiedJSON document: String) {
    guard document.unicodeScalars.contains(where: Self.isHostile) else {
      text = document
      return
    }
    text = ""
    for scalar in document.unicodeScalars {
      if Self.isHostile(scalar) {
        for unit in String(scalar).utf16 {
          text += "\\u" + Hex.encode([UInt8(unit >> 8), UInt8(unit & 0xff)])
        }
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }

  /// Whether there is none.
  public var isEmpty: Bool { text.isEmpty }

  /// Columns that it takes in a terminal: marks none, East Asian wide characters two.
  public var width: Int { text.unicodeScalars.reduce(0) { $0 + Self.columns(of: $1) } }

  /// Cut to so many columns, with `…` as the last of them.
  public func clipped(to columns: Int) -> SafeText {
    if width <= columns { return self }
    var out: SafeText = ""
    var used = 0
    for character in text {
      let next = character.unicodeScalars.reduce(0) { $0 + Self.columns(of: $1) }
      if used + next > columns - 1 { break }
      out.text.append(character)
      used += next
    }
    return out + "…"
  }

  /// With as many spaces behind it, or before it, as fill so many columns.
  public func padded(to columns: Int, atStart: Bool = false) -> SafeText {
    let space = SafeText.spaces(columns - width)
    return atStart ? space + self : self + space
  }

  /// So many spaces; none for a negative number.
  public static func spaces(_ count: Int) -> SafeText {
    var out: SafeText = ""
    out.text = String(repeating: " ", count: max(0, count))
    return out
  }

  /// Without spaces at its end.
  public func trimmed() -> SafeText {
    var out = self
    while out.text.utf8.last == UInt8(ascii: " ") { out.text.removeLast() }
    return out
  }

  private static func escaped(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return text }
    var out = ""
    for scalar in text.unicodeScalars {
      if isHostile(scalar) {
        out += "\\u{" + String(scalar.value, radix: 16) + "}"
      } else {
        out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  private static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value >= 0x20, scalar.value < 0x7f { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return true
    // Noncharacters are not allowed in XML, whatever else they are.
    default: return scalar.value & 0xfffe == 0xfffe || (0xfdd0...0xfdef).contains(scalar.value)
    }
  }

  private static func columns(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20..<0x300: return 1
    case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
      0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
      return 2
    default: break
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: return 1
    }
  }
}

extension SafeText: ExpressibleByStringInterpolation, CustomStringConvertible {
  /// The program's own words. To be called by the compiler: what is not a literal goes through
  /// ``init(escaping:)``.
  public init(stringLiteral value: String) { text = value }

  /// What the compiler gathered.
  public init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  /// Literals as they are, values escaped.
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    /// An empty one.
    public init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + interpolationCount * 8)
    }

    /// The program's own words.
    public mutating func appendLiteral(_ literal: String) { text += literal }

    /// What is safe already.
    public mutating func appendInterpolation(_ value: SafeText) { text += value.text }

    /// Anything else that has a description.
    public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      text += SafeText.escaped(value.description)
    }
  }

  /// The text itself.
  public var description: String { text }
}

extension SafeText {
  /// One behind the other.
  public static func + (left: SafeText, right: SafeText) -> SafeText {
    var out = left
    out.text += right.text
    return out
  }

  /// Appends.
  public static func += (left: inout SafeText, right: SafeText) { left.text += right.text }
}

extension Sequence<SafeText> {
  /// All of them, one behind the other.
  public func joined(separator: SafeText = "") -> SafeText {
    var out: SafeText = ""
    var isFirst = true
    for part in self {
      if !isFirst { out += separator }
      isFirst = false
      out += part
    }
    return out
  }
}
