/// Text from a ledger or a handler, made fit for one line of a terminal or a document.
///
/// Names in foreign rows may hold anything. What would move the cursor, end the line, hide or
/// reorder what stands beside it is written out as `\u{hex}`; everything else stays as it is.
public enum SafeText {
  /// The text with every control, format and separator character written out.
  public static func line(_ text: String) -> String {
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

  /// ``line(_:)`` of every line; the ends of lines stay.
  public static func lines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line(String($0)) }
      .joined(separator: "\n")
  }

  /// ``jsonLine(_:)`` of every line; the ends of lines stay.
  public static func jsonLines(_ documents: String) -> String {
    documents.split(separator: "\n", omittingEmptySubsequences: false).map { jsonLine(String($0)) }
      .joined(separator: "\n")
  }

  /// ``line(_:)`` of the text, cut to so many columns with `…` as the last of them.
  static func clipped(_ text: String, to columns: Int) -> String {
    let safe = line(text)
    if width(safe) <= columns { return safe }
    var out = ""
    var used = 0
    for character in safe {
      let next = width(String(character))
      if used + next > columns - 1 { break }
      out.append(character)
      used += next
    }
    return out + "…"
  }

  /// Columns that the text takes in a terminal: marks none, East Asian wide characters two.
  static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + columns(of: $1) }
  }

  /// A minified JSON document in which every character that ``line(_:)`` would write out stands as
  /// `\uxxxx`: the same document, fit for a terminal.
  /// Reference: RFC 8259, section 7.
  public static func jsonLine(_ document: String) -> String {
    var out = ""
    for scalar in document.unicodeScalars {
      if isHostile(scalar) {
        for unit in String(scalar).utf16 {
          let hex = String(unit, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }
      } else {
        out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  private static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
    // Noncharacters are not allowed in XML, whatever else they are.
    default: scalar.value & 0xfffe == 0xfffe || (0xfdd0...0xfdef).contains(scalar.value)
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
