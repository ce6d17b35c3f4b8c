/// The URL of an outgoing request from what a handler wrote.
///
/// What can be sent is made of it as the URL standard does, before the host is held against the
/// contract: what is checked is what is sent. The few bytes that the standard lets stand and RFC 3986
/// does not are percent-encoded too.
/// Reference: URL standard, sections 1.3, 4.1 and 4.4.
enum FetchURL {
  /// Where a reference that was found at another URL leads; nil for what is no http or https URL.
  static func parse(_ reference: String, against base: URLParts) -> URLParts? {
    let text = cleaned(reference)
    let end = text.utf8.firstIndex { ":/?#".utf8.contains($0) } ?? text.endIndex
    if end < text.endIndex, text.utf8[end] == UInt8(ascii: ":") { return parse(text) }
    guard let scheme = base.scheme, let origin = base.origin else { return nil }
    if text.utf8.starts(with: "//".utf8) { return parse("\(scheme):\(text)") }
    switch text.utf8.first {
    case UInt8(ascii: "/"): return parse(origin + text)
    case UInt8(ascii: "?"): return parse(origin + base.path + text)
    case UInt8(ascii: "#"), nil: return parse(origin + base.requestTarget)
    default:
      let folder = base.path.utf8.lastIndex(of: UInt8(ascii: "/")).map { base.path[...$0] } ?? "/"
      return parse(origin + folder + text)
    }
  }

  /// Nil for what is no absolute http or https URL.
  static func parse(_ text: String) -> URLParts? {
    guard var url = URLParts(cleaned(text)), url.schemePort != nil else { return nil }
    url.path = encoded(withoutDots(url.path), "\"<>^`{|}")
    url.query = url.query.map { encoded($0, "\"'<>^`{|}") }
    return url
  }

  /// Without what stands around it and without line breaks and tabs; `\` is `/` up to the query.
  private static func cleaned(_ text: String) -> String {
    var bytes = Array(text.utf8)[...]
    while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    var out: [UInt8] = []
    var isPath = true
    for byte in bytes {
      switch byte {
      case 0x09, 0x0A, 0x0D: continue
      case 0...0x20, 0x7F: out += PercentCoding.encode([byte])
      case UInt8(ascii: "\\"): out += isPath ? [UInt8(ascii: "/")] : Array("%5C".utf8)
      default:
        if byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") { isPath = false }
        out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  // `.` and `..`, spelled out or percent-encoded.
  private static func withoutDots(_ path: String) -> String {
    let segments = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .dropFirst().map { String(decoding: $0, as: UTF8.self) }
    func dots(_ segment: String) -> Int {
      switch HTTPFields.lowered(segment) {
      case ".", "%2e": 1
      case "..", ".%2e", "%2e.", "%2e%2e": 2
      default: 0
      }
    }
    guard segments.contains(where: { dots($0) > 0 }) else { return path }
    var out: [String] = []
    for (index, segment) in segments.enumerated() {
      let count = dots(segment)
      if count == 0 { out.append(segment) }
      if count == 2, !out.isEmpty { out.removeLast() }
      // What ends with dots ends in a folder.
      if count > 0, index == segments.count - 1 { out.append("") }
    }
    return "/" + out.joined(separator: "/")
  }

  private static func encoded(_ text: String, _ set: String) -> String {
    func isEncoded(_ byte: UInt8) -> Bool {
      byte <= 0x20 || byte >= 0x7F || set.utf8.contains(byte)
    }
    guard text.utf8.contains(where: isEncoded) else { return text }
    var out: [UInt8] = []
    for byte in text.utf8 {
      if isEncoded(byte) { out += PercentCoding.encode([byte]) } else { out.append(byte) }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
