import NIOCore

/// A request's head as it goes to a service: the client's fields without those of its connection, the
/// framing remade, and who asked, by our own word.
///
/// Reference: RFC 9110, sections 7.6.1 and 7.6.3; RFC 7239.
struct RequestForwarding {
  /// What one client is told of.
  struct Client {
    /// `192.0.2.1` or `2001:db8::1`.
    var address: String
    /// Whether what it says of others counts: a proxy of ours.
    var isTrusted: Bool

    /// As RFC 7239 has it.
    var node: String { address.utf8.contains(UInt8(ascii: ":")) ? "\"[\(address)]\"" : address }
  }

  let client: Client

  /// Writes the head.
  func write(_ head: RequestHead, _ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer) {
    out.writeBytes(bytes[head.method])
    out.writeInteger(UInt8(ascii: " "))
    if head.isRoot { out.writeInteger(UInt8(ascii: "/")) }
    out.writeBytes(bytes[head.target])
    out.writeStaticString(" HTTP/1.1\r\nhost: ")
    let host = head.host(in: bytes)
    out.writeBytes(host)
    out.writeStaticString("\r\n")
    for field in head.fields where !head.framingFields.drops(field, bytes) {
      out.writeBytes(bytes[field.name])
      out.writeStaticString(": ")
      out.writeBytes(bytes[field.value])
      out.writeStaticString("\r\n")
    }
    switch head.framing {
    case .none, .untilClose: break
    case .length(let length): out.writeString("content-length: \(length)\r\n")
    case .chunked: out.writeStaticString("transfer-encoding: chunked\r\n")
    }
    tellOfClient(head, bytes, host, to: &out)
    out.writeStaticString("via: 1.1 zigttp\r\n\r\n")
  }

  private func tellOfClient(
    _ head: RequestHead, _ bytes: UnsafeRawBufferPointer, _ host: UnsafeRawBufferPointer,
    to out: inout ByteBuffer
  ) {
    out.writeStaticString("x-forwarded-for: ")
    tell(.forwardedFor, head, bytes, to: &out, all: true, before: ", ")
    out.writeString(client.address)
    out.writeStaticString("\r\nx-forwarded-proto: ")
    if !tell(.forwardedProto, head, bytes, to: &out) { out.writeStaticString("http") }
    out.writeStaticString("\r\nx-forwarded-host: ")
    if !tell(.forwardedHost, head, bytes, to: &out) { out.writeBytes(host) }
    out.writeStaticString("\r\nforwarded: ")
    tell(.forwarded, head, bytes, to: &out, all: true, before: ", ")
    out.writeStaticString("for=")
    out.writeString(client.node)
    out.writeStaticString(";host=\"")
    // No quote or backslash can stand in a host.
    out.writeBytes(host)
    out.writeStaticString("\";proto=http\r\n")
  }

  // What a proxy of ours says, from one field or from all of a kind; whether there was any.
  @discardableResult
  private func tell(
    _ kind: FieldKind, _ head: RequestHead, _ bytes: UnsafeRawBufferPointer,
    to out: inout ByteBuffer, all: Bool = false, before separator: StaticString = ""
  ) -> Bool {
    guard client.isTrusted else { return false }
    var found = false
    for field in head.fields where field.kind == kind && !field.value.isEmpty {
      if found, !all { break }
      out.writeBytes(bytes[field.value])
      out.writeStaticString(separator)
      found = true
    }
    return found
  }
}
