/// Where a message's body ends.
enum Framing: Sendable, Hashable {
  case none
  case length(Int)
  case chunked
  /// With the connection: of an answer alone.
  case untilClose
}

/// The fields that decide where a message ends and what becomes of its connection, gathered while the
/// fields are read.
///
/// Reference: RFC 9112, sections 6.1, 6.3, 9.3 and 11.2.
struct FramingFields {
  private(set) var length: Int?
  private(set) var isChunked = false
  private(set) var closes = false
  private(set) var keepsAlive = false
  /// What `connection` names besides: fields of this connection alone, in lower case.
  private(set) var named: [[UInt8]] = []

  /// Notes a field when it is one of these.
  mutating func take(_ field: FieldPlace, _ bytes: UnsafeRawBufferPointer) throws(Refusal) {
    let value = UnsafeRawBufferPointer(rebasing: bytes[field.value])
    switch field.kind {
    case .contentLength:
      guard length == nil else { throw .bad("more than one content-length") }
      guard let number = ByteClasses.number(value) else { throw .bad("malformed content-length") }
      length = number
    case .transferEncoding:
      guard !isChunked else { throw .bad("more than one transfer-encoding") }
      guard ByteClasses.equal(value, "chunked") else { throw .coding }
      isChunked = true
    case .connection: takeOptions(value)
    default: break
    }
  }

  private mutating func takeOptions(_ value: UnsafeRawBufferPointer) {
    var rest = value[...]
    while !rest.isEmpty {
      let part = rest.prefix { $0 != UInt8(ascii: ",") }
      rest = rest[part.endIndex...].dropFirst()
      let option = ByteClasses.trimmed(UnsafeRawBufferPointer(rebasing: part))
      if option.isEmpty { continue }
      if ByteClasses.equal(option, "close") {
        closes = true
      } else if ByteClasses.equal(option, "keep-alive") {
        keepsAlive = true
      } else {
        named.append(option.map { ByteClasses.lowered($0) })
      }
    }
  }

  /// Whether a field belongs to this connection alone, or is one that is made anew.
  func drops(_ field: FieldPlace, _ bytes: UnsafeRawBufferPointer) -> Bool {
    guard field.kind == .other else { return true }
    guard !named.isEmpty else { return false }
    let name = bytes[field.name]
    return named.contains { other in
      other.count == name.count && zip(other, name).allSatisfy { $0 == ByteClasses.lowered($1) }
    }
  }
}
