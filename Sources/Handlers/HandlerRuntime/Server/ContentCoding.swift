import Archive

/// Whether an answer is sent compressed, and how that is told.
/// Reference: RFC 9110, sections 8.4, 8.8.3, 12.5.3 and 12.5.5.
enum ContentCoding {
  /// What is smaller costs more time than it saves.
  private static let least = 1024
  /// What is larger would hold its thread for long.
  private static let most = 4 << 20
  private static let level: Int32 = 4

  /// Compresses a body that is worth it for a client that takes it.
  static func apply(to response: inout RuntimeResponse, _ head: RequestHead) {
    guard (least...most).contains(response.body.count), isOpen(response) else { return }
    // Also where it is not compressed: another client's answer would be.
    addVary(&response)
    guard accepts(head), let body = compressed(response.body), body.count < response.body.count
    else { return }
    response.body = body
    response.headers.append(("content-encoding", "gzip"))
    for index in response.headers.indices where response.headers[index].name == "etag" {
      // The same text in other bytes.
      let tag = response.headers[index].value
      if !tag.utf8.starts(with: "W/".utf8) { response.headers[index].value = "W/\(tag)" }
    }
  }

  private static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
    do throws(ArchiveError) { return try Gzip.compress(bytes, level: level) } catch { return nil }
  }

  // Fields that say what the bytes are, or that nobody may change them.
  private static let closing: Set<String> = [
    "content-encoding", "content-range", "content-digest", "repr-digest", "digest", "content-md5",
  ]

  private static func isOpen(_ response: RuntimeResponse) -> Bool {
    guard ![204, 205, 206, 304].contains(response.status) else { return false }
    var isText = false
    for (name, value) in response.headers {
      if closing.contains(name) { return false }
      if name == "content-type" { isText = isCompressible(value) }
      if name == "cache-control", ListField.has(value, "no-transform") { return false }
    }
    return isText
  }

  private static let types: Set<String> = [
    "application/json", "application/javascript", "application/xml", "application/x-ndjson",
    "application/wasm", "application/graphql", "application/rtf", "application/sql",
    "application/toml", "application/yaml", "image/bmp", "image/x-icon",
    "image/vnd.microsoft.icon", "font/ttf", "font/otf",
  ]

  private static func isCompressible(_ type: String) -> Bool {
    let essence = HTTPFields.lowered(
      HTTPFields.parts(type, separator: UInt8(ascii: ";")).first ?? "")
    if essence == "text/event-stream" { return false }
    return essence.utf8.starts(with: "text/".utf8) || types.contains(essence)
      || essence.hasSuffix("+json") || essence.hasSuffix("+xml")
  }

  private static func addVary(_ response: inout RuntimeResponse) {
    var place: Int?
    for index in response.headers.indices where response.headers[index].name == "vary" {
      let value = response.headers[index].value
      if ListField.has(value, "*") || ListField.has(value, "accept-encoding") { return }
      place = index
    }
    if let place {
      response.headers[place].value += ", accept-encoding"
    } else {
      response.headers.append(("vary", "accept-encoding"))
    }
  }

  /// Whether a client takes gzip, and would not rather have the bytes as they are.
  static func accepts(_ head: RequestHead) -> Bool {
    var weights: [String: Double] = [:]
    for (name, value) in head.headers where HTTPFields.lowered(name) == "accept-encoding" {
      for member in HTTPFields.parts(value, separator: UInt8(ascii: ",")) {
        let parts = HTTPFields.parts(member, separator: UInt8(ascii: ";"))
        guard let coding = parts.first else { continue }
        weights[HTTPFields.lowered(coding)] = weight(parts.dropFirst())
      }
    }
    let gzip = weights["gzip"] ?? weights["x-gzip"] ?? weights["*"] ?? 0
    return gzip > 0 && gzip >= weights["identity"] ?? 0
  }

  private static func weight(_ parameters: some Sequence<String>) -> Double {
    for parameter in parameters {
      let pair = HTTPFields.parts(parameter, separator: UInt8(ascii: "="))
      guard pair.count == 2, HTTPFields.lowered(pair[0]) == "q" else { continue }
      // What is no weight is no wish.
      guard let weight = Double(pair[1]), (0...1).contains(weight) else { return 0 }
      return weight
    }
    return 1
  }
}

/// A field whose value is a list of words.
enum ListField {
  /// Whether a word is among them, in any case.
  static func has(_ value: String, _ word: String) -> Bool {
    HTTPFields.parts(value, separator: UInt8(ascii: ",")).contains {
      HTTPFields.lowered($0) == word
    }
  }
}
