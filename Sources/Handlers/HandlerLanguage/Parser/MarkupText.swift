/// The text between tags: white space around line ends folds, entities stand for characters.
enum MarkupText {
  /// Folds a text as JSX does: what stands at the start of a line (but the first) and at the end of
  /// one (but the last) is dropped, empty lines too, and what is left is joined by single spaces.
  static func fold(_ bytes: ArraySlice<UInt8>) -> [UInt16] {
    let lines = split(bytes)
    var units: [UInt16] = []
    for (index, line) in lines.enumerated() {
      var line = line
      if index > 0 { line = line.drop(while: isBlank) }
      if index < lines.count - 1 {
        while let last = line.last, isBlank(last) { line.removeLast() }
      }
      if line.isEmpty { continue }
      if !units.isEmpty { units.append(0x20) }
      units += decodeEntities(line)
    }
    return units
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == Ascii.space || byte == Ascii.tab }

  private static func split(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    var index = start
    while index < bytes.endIndex {
      let byte = bytes[index]
      if byte == Ascii.lineFeed || byte == Ascii.carriageReturn {
        lines.append(bytes[start..<index])
        if byte == Ascii.carriageReturn, index + 1 < bytes.endIndex,
          bytes[index + 1] == Ascii.lineFeed
        {
          index += 1
        }
        start = index + 1
      }
      index += 1
    }
    lines.append(bytes[start..<bytes.endIndex])
    return lines
  }

  /// Replaces `&name;`, `&#10;` and `&#xA;` by the characters they stand for, with any number of leading
  /// zeros, and the `x` a small one, as TypeScript has it. What is no entity stays as it is.
  static func decodeEntities(_ bytes: ArraySlice<UInt8>) -> [UInt16] {
    var units: [UInt16] = []
    var plainStart = bytes.startIndex
    var index = bytes.startIndex
    while index < bytes.endIndex {
      guard bytes[index] == Ascii.ampersand, let (scalar, end) = entity(in: bytes, at: index)
      else {
        index += 1
        continue
      }
      units += String(decoding: bytes[plainStart..<index], as: UTF8.self).utf16
      units += String(Character(scalar)).utf16
      index = end
      plainStart = end
    }
    units += String(decoding: bytes[plainStart...], as: UTF8.self).utf16
    return units
  }

  /// The entity that starts at an ampersand, and where it ends.
  private static func entity(
    in bytes: ArraySlice<UInt8>, at start: Int
  ) -> (Unicode.Scalar, Int)? {
    let isPart = { (byte: UInt8) in Ascii.isWordByte(byte) || byte == UInt8(ascii: "#") }
    let rest = bytes[(start + 1)...]
    let end = rest.firstIndex { !isPart($0) } ?? rest.endIndex
    guard end < bytes.endIndex, bytes[end] == Ascii.semicolon else { return nil }
    let name = String(decoding: bytes[start + 1..<end], as: UTF8.self)
    let scalar: Unicode.Scalar?
    if name.hasPrefix("#x") {
      scalar = number(name.dropFirst(2), radix: 16)
    } else if name.hasPrefix("#") {
      scalar = number(name.dropFirst(1), radix: 10)
    } else {
      scalar = HTMLEntities.scalars[name]
    }
    return scalar.map { ($0, end + 1) }
  }

  private static func number(_ digits: Substring, radix: Int) -> Unicode.Scalar? {
    let value = digits.drop { $0 == "0" }
    if value.isEmpty { return digits.isEmpty ? nil : "\0" }
    return value.count > 8 ? nil : UInt32(value, radix: radix).flatMap(Unicode.Scalar.init)
  }
}
