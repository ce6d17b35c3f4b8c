/// The functions of `zigttp:text`, over UTF-16 units as the language counts them.
enum TextTools {
  private static func units(_ text: String) -> [UInt16] { Array(text.utf16) }
  private static let amp = units("&amp;")
  private static let lt = units("&lt;")
  private static let gt = units("&gt;")
  private static let quot = units("&quot;")
  private static let apos = units("&#39;")

  /// `& < > " '` as character references.
  static func escapeHTML(_ text: [UInt16]) -> [UInt16] {
    var out: [UInt16] = []
    out.reserveCapacity(text.count)
    for unit in text {
      switch unit {
      case 0x26: out += amp
      case 0x3C: out += lt
      case 0x3E: out += gt
      case 0x22: out += quot
      case 0x27: out += apos
      default: out.append(unit)
      }
    }
    return out
  }

  /// Reads the references ``escapeHTML(_:)`` writes, `&apos;`, `&nbsp;` and numeric ones; any other
  /// `&` stands for itself.
  static func unescapeHTML(_ text: [UInt16]) -> [UInt16] {
    var out: [UInt16] = []
    out.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      if text[index] == 0x26, let found = reference(text[(index + 1)...]) {
        out += found.units
        index += found.length + 1
      } else {
        out.append(text[index])
        index += 1
      }
    }
    return out
  }

  private static let named: [String: UInt16] = [
    "amp": 0x26, "lt": 0x3C, "gt": 0x3E, "quot": 0x22, "apos": 0x27, "nbsp": 0xA0,
  ]

  private static func reference(
    _ rest: ArraySlice<UInt16>
  ) -> (units: [UInt16], length: Int)? {
    guard let end = rest.prefix(12).firstIndex(of: 0x3B) else { return nil }
    let name = String(decoding: rest[..<end], as: UTF16.self)
    let length = end - rest.startIndex + 1
    if let unit = named[name] { return ([unit], length) }
    guard name.hasPrefix("#") else { return nil }
    let digits = name.dropFirst()
    let code =
      digits.first == "x" || digits.first == "X"
      ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    guard let code, code > 0, let scalar = Unicode.Scalar(code), digits.first != "+" else {
      return nil
    }
    return (Array(String(Character(scalar)).utf16), length)
  }

  /// Lower-case ASCII letters and digits, with single dashes between the words. Latin letters lose
  /// their marks (`é` is `e`, `ß` is `ss`); everything else separates words.
  static func slugify(_ text: [UInt16]) -> [UInt16] {
    var out: [UInt16] = []
    var isPending = false
    for unit in text {
      let folded = fold(unit)
      if folded.isEmpty {
        // An apostrophe joins: "don't" is one word.
        if unit != 0x27 && unit != 0x2019 && !(0x300...0x36F).contains(unit) { isPending = true }
        continue
      }
      if isPending && !out.isEmpty { out.append(0x2D) }
      isPending = false
      out += folded
    }
    return out
  }

  // Latin-1 and Latin Extended-A letters in order of their code, with what remains of each.
  private static let latin1 = Array(
    "aaaaaa?ceeeeiiiidnooooo?ouuuuy??aaaaaa?ceeeeiiiidnooooo?ouuuuy?y".utf16)
  private static let latinA = Array(
    ("aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii??jjkkklllllllll"
      + "lnnnnnnnnnoooooo??rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs").utf16)

  private static func fold(_ unit: UInt16) -> [UInt16] {
    switch unit {
    case 0x30...0x39, 0x61...0x7A: return [unit]
    case 0x41...0x5A: return [unit + 0x20]
    case 0xC6, 0xE6: return units("ae")
    case 0xDE, 0xFE: return units("th")
    case 0xDF: return units("ss")
    case 0x132, 0x133: return units("ij")
    case 0x152, 0x153: return units("oe")
    case 0xC0...0xFF:
      let letter = latin1[Int(unit) - 0xC0]
      return letter == 0x3F ? [] : [letter]
    case 0x100...0x17F:
      let letter = latinA[Int(unit) - 0x100]
      return letter == 0x3F ? [] : [letter]
    default: return []
    }
  }

  /// Text that has at most `limit` units stays; longer text is cut so that it and the ellipsis
  /// together have that many. A surrogate pair is never cut apart.
  static func truncate(_ text: [UInt16], limit: Int, ellipsis: [UInt16]) -> [UInt16] {
    guard text.count > limit else { return text }
    let kept = max(0, limit - ellipsis.count)
    var head = text.prefix(kept)
    if let last = head.last, (0xD800...0xDBFF).contains(last) { head.removeLast() }
    return Array(head) + ellipsis.prefix(limit)
  }

  /// The last `visible` units behind stars, one star for each unit that is not shown. Nothing is
  /// shown of text shorter than four times `visible`.
  static func mask(_ text: [UInt16], visible: Int) -> [UInt16] {
    let shown = text.count >= 4 * visible ? visible : 0
    return Array(repeating: 0x2A, count: text.count - shown) + text.suffix(shown)
  }
}
