/// The fields that decide where a request ends and what becomes of its connection, gathered while
/// the fields are read.
/// Reference: RFC 9112, sections 3.2, 6.3 and 9.3.
struct FramingFields {
  private var length: Int?
  private var isChunked = false
  private var hosts = 0
  private var closes = false
  private var keepsAlive = false
  private var expects = false

  /// Notes a field when it is one of these.
  mutating func take(_ name: UnsafeRawBufferPointer, _ value: String) throws(RequestRefusal) {
    switch name.count {
    case 4 where Self.equal(name, "host"):
      hosts += 1
      guard Self.isHost(value) else { throw .bad("malformed host") }
    case 6 where Self.equal(name, "expect"):
      guard HTTPFields.lowered(value) == "100-continue" else { throw .expectation }
      expects = true
    case 10 where Self.equal(name, "connection"):
      for option in HTTPFields.parts(value, separator: UInt8(ascii: ",")) {
        switch HTTPFields.lowered(option) {
        case "close": closes = true
        case "keep-alive": keepsAlive = true
        default: break
        }
      }
    case 14 where Self.equal(name, "content-length"):
      guard length == nil else { throw .bad("more than one content-length") }
      length = try Self.length(value)
    case 17 where Self.equal(name, "transfer-encoding"):
      guard !isChunked else { throw .bad("more than one transfer-encoding") }
      guard HTTPFields.lowered(value) == "chunked" else { throw .coding }
      isChunked = true
    default: break
    }
  }

  /// Writes what was noted into the head.
  func settle(_ head: inout RequestHead) throws(RequestRefusal) {
    guard hosts == 1 || hosts == 0 && head.isVersion10 else {
      throw .bad(hosts == 0 ? "host is missing" : "more than one host")
    }
    if isChunked {
      guard length == nil else { throw .bad("content-length beside transfer-encoding") }
      guard !head.isVersion10 else { throw .bad("transfer-encoding in HTTP/1.0") }
      head.framing = .chunked
    } else if let length {
      head.framing = length == 0 ? .none : .length(length)
    }
    if head.target == "*" && head.method != "OPTIONS" { throw .bad("malformed request target") }
    head.keepsAlive = !closes && (!head.isVersion10 || keepsAlive)
    head.expectsContinue = expects && !head.isVersion10 && head.framing != .none
  }

  private static func length(_ value: String) throws(RequestRefusal) -> Int {
    let digits = value.utf8
    guard !digits.isEmpty, digits.count <= 18,
      digits.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(value)
    else { throw .bad("malformed content-length") }
    return number
  }

  // An empty one says that the target has no host.
  private static func isHost(_ value: String) -> Bool {
    Authority.isPlainName(value.utf8) || Authority.isValid(value.utf8)
  }

  // Setting bit 0x20 lowers a letter and leaves a dash; what else it would change into one of the
  // letters of these names, a field name cannot hold.
  private static func equal(_ name: UnsafeRawBufferPointer, _ lower: StaticString) -> Bool {
    for index in 0..<name.count where name[index] | 0x20 != lower.utf8Start[index] { return false }
    return true
  }
}
