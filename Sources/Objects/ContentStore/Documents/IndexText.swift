import JSON

/// Finds the entries in the text of an `index.json` by its brackets alone, however deep they go, so
/// that an entry can be kept as it stands whether or not anybody understands it.
struct IndexText {
  /// The members of the document but `manifests`, as they stand: a key with its quotes, a value.
  private(set) var members: [(key: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []
  /// The elements of `manifests`, as they stand.
  private(set) var entries: [ArraySlice<UInt8>] = []
  /// Whether the text is one object to its end, and `manifests` is an array where it is there.
  private(set) var isWhole = false

  private let text: ArraySlice<UInt8>
  private var at: Int

  /// As much of it as can be told apart.
  init(_ text: ArraySlice<UInt8>) {
    self.text = text
    at = text.startIndex
    isWhole = readObject()
  }

  private mutating func readObject() -> Bool {
    guard take("{") else { return false }
    if take("}") { return isAtEnd() }
    repeat {
      guard let key = string(), take(":") else { return false }
      if (try? JSONReader.lenient(key))?.stringValue == "manifests" {
        // Of a repeated key the last value counts.
        entries = []
        guard readEntries() else { return false }
      } else {
        guard let value = value() else { return false }
        members.append((key, value))
      }
    } while take(",")
    return take("}") && isAtEnd()
  }

  private mutating func readEntries() -> Bool {
    skipSpace()
    if text[at...].starts(with: "null".utf8) {
      at += 4
      return true
    }
    guard take("[") else { return false }
    if take("]") { return true }
    repeat {
      guard let value = value() else { return false }
      entries.append(value)
    } while take(",")
    return take("]")
  }

  private mutating func skipSpace() {
    while at < text.endIndex, [0x20, 0x09, 0x0a, 0x0d].contains(text[at]) { at += 1 }
  }

  private mutating func isAtEnd() -> Bool {
    skipSpace()
    return at == text.endIndex
  }

  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    skipSpace()
    guard at < text.endIndex, text[at] == UInt8(ascii: mark) else { return false }
    at += 1
    return true
  }

  /// A string with its quotes; nil where there is none or it does not end.
  private mutating func string() -> ArraySlice<UInt8>? {
    let start = at
    guard take("\"") else { return nil }
    let quote = at - 1
    while at < text.endIndex {
      switch text[at] {
      case UInt8(ascii: "\""):
        at += 1
        return text[quote..<at]
      case UInt8(ascii: "\\"): at += 2
      default: at += 1
      }
    }
    at = start
    return nil
  }

  /// A value to the bracket that closes it; nil where none does.
  private mutating func value() -> ArraySlice<UInt8>? {
    skipSpace()
    let start = at
    var depth = 0
    while at < text.endIndex {
      switch text[at] {
      case UInt8(ascii: "\""):
        guard string() != nil else { return nil }
        if depth == 0 { return text[start..<at] }
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        at += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return start < at ? text[start..<at] : nil }
        depth -= 1
        at += 1
        if depth == 0 { return text[start..<at] }
      case UInt8(ascii: ","), 0x20, 0x09, 0x0a, 0x0d:
        if depth == 0 { return start < at ? text[start..<at] : nil }
        at += 1
      default: at += 1
      }
    }
    return nil
  }
}
