/// A request's head as a client sent it, checked, by the places of its parts in the bytes.
///
/// What two servers could read in two ways is refused: that is how requests are smuggled past a proxy.
/// Reference: RFC 9112, sections 2.2, 3, 5, 6.1 and 11.2.
struct RequestHead {
  private(set) var method: Range<Int>
  /// Path and query, or `*`.
  private(set) var target: Range<Int>
  /// Of an absolute target without a path.
  private(set) var isRoot = false
  /// Of an absolute target; counts in place of the `host` field.
  private(set) var authority: Range<Int>?
  private(set) var fields: [FieldPlace] = []
  private(set) var framingFields = FramingFields()
  private(set) var framing = Framing.none
  private(set) var isVersion10 = false
  private(set) var keepsAlive = true
  private(set) var expectsContinue = false
  private(set) var asksForUpgrade = false
  private(set) var isHead = false
  /// Whether it may be sent again where nobody knows what became of it.
  /// Reference: RFC 9110, section 9.2.2.
  private(set) var isIdempotent = false
  private var host: Range<Int>?

  /// - Parameter bytes: from the first byte to the empty line, as ``HeadScanner`` found it.
  init(_ bytes: UnsafeRawBufferPointer, mostFields: Int) throws(Refusal) {
    var position = 0
    (method, target) = (0..<0, 0..<0)
    try readLine(bytes, &position)
    fields.reserveCapacity(16)
    var hosts = 0
    while let field = try FieldPlace.next(bytes, &position) {
      guard fields.count < mostFields else { throw .tooManyFields }
      switch field.kind {
      case .other: break
      case .host:
        hosts += 1
        host = field.value
      case .expect:
        let value = UnsafeRawBufferPointer(rebasing: bytes[field.value])
        guard ByteClasses.equal(value, "100-continue") else { throw .expectation }
        expectsContinue = true
      case .upgrade:
        let value = UnsafeRawBufferPointer(rebasing: bytes[field.value])
        asksForUpgrade = !ByteClasses.equal(value, "h2c")
      default: try framingFields.take(field, bytes)
      }
      fields.append(field)
    }
    try settle(hosts)
    try checkTarget(bytes)
  }

  /// Host and port as the client named them; empty where it named none.
  func host(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[authority ?? host ?? 0..<0])
  }

  // MARK: Request line

  private mutating func readLine(
    _ bytes: UnsafeRawBufferPointer, _ position: inout Int
  ) throws(Refusal) {
    var index = 0
    while ByteClasses.isToken(bytes[index]) { index += 1 }
    guard index > 0, bytes[index] == 0x20 else { throw .bad("malformed request line") }
    method = 0..<index
    let start = index + 1
    index = start
    while ByteClasses.isTarget(bytes[index]) { index += 1 }
    guard index > start, bytes[index] == 0x20 else { throw .bad("malformed request line") }
    target = start..<index
    try readVersion(bytes, index + 1)
    position = index + 11
    try readMethod(UnsafeRawBufferPointer(rebasing: bytes[method]))
    if bytes[start] != UInt8(ascii: "/") { try readAbsolute(bytes) }
  }

  private mutating func readVersion(
    _ bytes: UnsafeRawBufferPointer, _ at: Int
  ) throws(Refusal) {
    // What follows the line is at least an empty one, so this much is there.
    guard at + 10 <= bytes.count, bytes[at] == UInt8(ascii: "H"),
      bytes[at + 1] == UInt8(ascii: "T"),
      bytes[at + 2] == UInt8(ascii: "T"), bytes[at + 3] == UInt8(ascii: "P"),
      bytes[at + 4] == UInt8(ascii: "/"), ByteClasses.isDigit(bytes[at + 5]),
      bytes[at + 6] == UInt8(ascii: "."), ByteClasses.isDigit(bytes[at + 7]),
      bytes[at + 8] == UInt8(ascii: "\r")
    else { throw .bad("malformed request line") }
    guard bytes[at + 5] == UInt8(ascii: "1"), bytes[at + 7] <= UInt8(ascii: "1") else {
      throw .version
    }
    isVersion10 = bytes[at + 7] == UInt8(ascii: "0")
  }

  private mutating func readMethod(_ name: UnsafeRawBufferPointer) throws(Refusal) {
    switch name.count {
    // Methods are told apart by case: `get` is a method of its own, and safe to nobody.
    case 3 where name.elementsEqual("GET".utf8): isIdempotent = true
    case 3 where name.elementsEqual("PUT".utf8): isIdempotent = true
    case 4 where name.elementsEqual("HEAD".utf8): (isHead, isIdempotent) = (true, true)
    case 5 where name.elementsEqual("TRACE".utf8): throw .trace
    case 6 where name.elementsEqual("DELETE".utf8): isIdempotent = true
    case 7 where name.elementsEqual("OPTIONS".utf8): isIdempotent = true
    case 7 where name.elementsEqual("CONNECT".utf8): throw .connect
    default: break
    }
  }

  // `http://host/path`, and `*`.
  private mutating func readAbsolute(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
    if target.count == 1, bytes[target.lowerBound] == UInt8(ascii: "*") { return }
    let text = UnsafeRawBufferPointer(rebasing: bytes[target])
    let scheme =
      text.count > 7 && ByteClasses.equal(UnsafeRawBufferPointer(rebasing: text[..<7]), "http://")
      ? 7
      : text.count > 8
        && ByteClasses.equal(UnsafeRawBufferPointer(rebasing: text[..<8]), "https://") ? 8 : 0
    guard scheme > 0 else { throw .bad("malformed request target") }
    let start = target.lowerBound + scheme
    let end =
      bytes[start..<target.upperBound].firstIndex {
        $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?")
      } ?? target.upperBound
    guard end > start else { throw .bad("malformed request target") }
    authority = start..<end
    target = end..<target.upperBound
    isRoot = target.isEmpty || bytes[end] == UInt8(ascii: "?")
  }

  private func checkTarget(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
    guard !target.isEmpty, bytes[target.lowerBound] == UInt8(ascii: "*") else { return }
    guard bytes[method].elementsEqual("OPTIONS".utf8) else {
      throw .bad("malformed request target")
    }
  }

  // MARK: Framing

  private mutating func settle(_ hosts: Int) throws(Refusal) {
    guard hosts == 1 || hosts == 0 && isVersion10 else {
      throw .bad(hosts == 0 ? "host is missing" : "more than one host")
    }
    if framingFields.isChunked {
      guard framingFields.length == nil else {
        throw .bad("content-length beside transfer-encoding")
      }
      guard !isVersion10 else { throw .bad("transfer-encoding in HTTP/1.0") }
      framing = .chunked
    } else if let length = framingFields.length {
      framing = .length(length)
    }
    keepsAlive = !framingFields.closes && (!isVersion10 || framingFields.keepsAlive)
    // Nobody who speaks 1.0 knows of 100.
    expectsContinue = expectsContinue && !isVersion10 && framing != .none && framing != .length(0)
    // Asked for by two fields, as it has to be; anything else is an old `upgrade` of another hop.
    asksForUpgrade =
      asksForUpgrade && framingFields.named.contains { $0.elementsEqual("upgrade".utf8) }
  }
}
