import Encodings

/// The one spelling of a JSON value that zigttp hashes: keys sorted by their UTF-8 bytes, no
/// spaces, raw UTF-8, integers only.
///
/// Reference: formats.md, "Canonical JSON".
public enum CanonicalJSON {
  /// Reads text in any layout, refusing whatever has no canonical spelling.
  public static func parse(_ bytes: some Collection<UInt8>) throws(JSONError) -> JSONValue {
    try JSONReader.strict(bytes)
  }

  /// Reads text and refuses it, too, when it is not the canonical spelling of its value.
  public static func parseExact(_ bytes: some Collection<UInt8>) throws(JSONError) -> JSONValue {
    let value = try JSONReader.strict(bytes)
    let canonical = value.canonicalBytes
    guard canonical.elementsEqual(bytes) else {
      let offset = zip(canonical, bytes).prefix { $0 == $1 }.count
      throw JSONError(.shape(path: "byte \(offset)", expected: "canonical JSON"), offset: offset)
    }
    return value
  }
}

extension JSONValue {
  /// Canonical JSON. A value made by hand must not hold a ``decimal(_:)`` or an integer beyond
  /// 2^53-1: those are written as they are and will be refused when read.
  public var canonicalBytes: [UInt8] {
    var writer = JSONWriter(sortsKeys: true)
    writer.write(self)
    return writer.bytes
  }

  /// No spaces, keys in the order they stand: the layout of ledger lines and labels.
  public var minifiedBytes: [UInt8] {
    var writer = JSONWriter(sortsKeys: false)
    writer.write(self)
    return writer.bytes
  }

  /// ``minifiedBytes`` as text.
  public var minified: String { String(decoding: minifiedBytes, as: UTF8.self) }
}

/// Appends JSON text to a buffer.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  let sortsKeys: Bool

  init(sortsKeys: Bool) { self.sortsKeys = sortsKeys }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    case .integer(let number): bytes.append(contentsOf: String(number).utf8)
    case .decimal(let text): bytes.append(contentsOf: text.utf8)
    case .string(let text): write(text)
    case .array(let values):
      bytes.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        write(value)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let object):
      let members =
        sortsKeys
        ? object.members.sorted { UTF8Order.precedes($0.key, $1.key) } : object.members
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        write(member.key)
        bytes.append(UInt8(ascii: ":"))
        write(member.value)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [0x5c, byte])
      case 0x08: bytes.append(contentsOf: "\\b".utf8)
      case 0x09: bytes.append(contentsOf: "\\t".utf8)
      case 0x0a: bytes.append(contentsOf: "\\n".utf8)
      case 0x0c: bytes.append(contentsOf: "\\f".utf8)
      case 0x0d: bytes.append(contentsOf: "\\r".utf8)
      case 0..<0x20:
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(contentsOf: Hex.encode([byte]).utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
