import Glibc

/// A name in a folder: bytes, which the system does not ask to be text.
public enum FileName: Sendable, Hashable {
  /// UTF-8, by which a path can be made.
  case text(String)
  /// Anything else. No path of ours leads there: a repaired name would be another file's.
  case bytes([UInt8])

  /// From what C ends with a NUL.
  public init(cString: UnsafePointer<CChar>) {
    self =
      String(validatingCString: cString).map(FileName.text)
      ?? .bytes(Array(UnsafeRawBufferPointer(start: cString, count: strlen(cString))))
  }

  /// From bytes.
  public init(_ bytes: ArraySlice<UInt8>) {
    self = String(validating: bytes, as: UTF8.self).map(FileName.text) ?? .bytes(Array(bytes))
  }

  /// The name, nil where it is not UTF-8.
  public var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  /// Its bytes.
  public var bytes: [UInt8] {
    switch self {
    case .text(let text): Array(text.utf8)
    case .bytes(let bytes): bytes
    }
  }

  /// For a person: what is not UTF-8 as `\xNN`.
  public var shown: String {
    switch self {
    case .text(let text): text
    case .bytes(let bytes): Self.shown(bytes)
    }
  }

  /// Bytes for a person, what is not UTF-8 among them as `\xNN`.
  public static func shown(_ bytes: [UInt8]) -> String {
    var out = ""
    var rest = bytes[...]
    while let first = rest.first {
      let length = (1...4).first { String(validating: rest.prefix($0), as: UTF8.self) != nil }
      if let length, let text = String(validating: rest.prefix(length), as: UTF8.self) {
        out += text
        rest = rest.dropFirst(length)
      } else {
        let digits = String(first, radix: 16, uppercase: true)
        out += "\\x" + (digits.utf8.count == 1 ? "0" : "") + digits
        rest = rest.dropFirst()
      }
    }
    return out
  }
}
