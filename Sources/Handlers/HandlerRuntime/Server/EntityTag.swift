import Digests

/// Tags of answers, and the answer to a client that has it already.
/// Reference: RFC 9110, sections 8.8.3, 13.1.2, 13.2.2 and 15.4.5.
enum EntityTag {
  private static let digits = 32

  /// Gives an answer to GET or HEAD a tag where the handler gave none, and takes its body back where
  /// the client has it.
  static func apply(to response: inout RuntimeResponse, _ head: RequestHead) {
    guard head.method == "GET" || head.method == "HEAD", response.status == 200 else { return }
    guard let tag = tag(of: &response), isKnown(tag, head) else { return }
    response.status = 304
    response.body = []
    response.headers.removeAll { name, _ in
      name.utf8.starts(with: "content-".utf8) && name != "content-location"
    }
  }

  private static func tag(of response: inout RuntimeResponse) -> String? {
    for (name, value) in response.headers {
      if name == "etag" { return value }
      if name == "cache-control", ListField.has(value, "no-store") { return nil }
    }
    // An answer to HEAD may have no body although the one to GET has.
    guard !response.body.isEmpty else { return nil }
    // Weak, since the same text may go out compressed.
    let tag = "W/\"\(Digest.sha256(of: response.body).hex.prefix(digits))\""
    response.headers.append(("etag", tag))
    return tag
  }

  private static func isKnown(_ tag: String, _ head: RequestHead) -> Bool {
    head.headers.contains { name, value in
      HTTPFields.lowered(name) == "if-none-match" && names(tag, value)
    }
  }

  /// Whether a list of tags, or `*`, names one. Tags are compared weakly.
  static func names(_ tag: String, _ list: String) -> Bool {
    let bytes = Array(list.utf8)
    if bytes.filter({ $0 != 0x20 && $0 != 0x09 }) == [UInt8(ascii: "*")] { return true }
    let quote = UInt8(ascii: "\"")
    guard let wanted = opaque(Array(tag.utf8)) else { return false }
    var rest = bytes[...]
    // Between the quotes anything may stand, commas too.
    while let open = rest.firstIndex(of: quote) {
      guard let close = rest[(open + 1)...].firstIndex(of: quote) else { return false }
      if rest[(open + 1)..<close].elementsEqual(wanted) { return true }
      rest = rest[(close + 1)...]
    }
    return false
  }

  private static func opaque(_ tag: [UInt8]) -> ArraySlice<UInt8>? {
    let quote = UInt8(ascii: "\"")
    guard let open = tag.firstIndex(of: quote), let close = tag.lastIndex(of: quote), open < close
    else { return nil }
    return tag[(open + 1)..<close]
  }
}
