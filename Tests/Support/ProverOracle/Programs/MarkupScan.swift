/// Looks for a word from outside where a browser would run or follow it.
enum MarkupScan {
  /// The word that the values of hostile requests are made around.
  static let word = "zzqinj"
  /// Values of hostile requests.
  static let values = [
    #""'><zzqinj a=">"#, "//zzqinj.example/", "javascript:zzqinj()", "https://zzqinj.example/",
  ]

  /// What is wrong with an answer; nil where nothing is.
  static func finding(_ seen: Seen) -> String? {
    for (name, value) in seen.headers where name == "location" || name == "refresh" {
      if let found = target(value) { return "\(name): \(found)" }
    }
    guard mayBeMarkup(seen) else { return nil }
    return finding(inMarkup: Array(seen.body.lowercased().utf8))
  }

  private static func mayBeMarkup(_ seen: Seen) -> Bool {
    guard let type = seen.headers.last(where: { $0.name == "content-type" })?.value else {
      return !seen.body.isEmpty
    }
    return ["html", "xml", "svg"].contains { type.contains($0) } || !type.contains("/")
  }

  /// A URL that leads where the word says.
  private static func target(_ value: String) -> String? {
    let text = value.lowercased().drop { $0 == " " || $0 == "\t" }
    let leads = ["//\(word)", "/\\\(word)", "javascript:\(word)", "https://\(word)", "\\\\\(word)"]
    return leads.contains { text.hasPrefix($0) } ? String(text.prefix(40)) : nil
  }

  private static let urls: Set<String> = [
    "href", "src", "action", "formaction", "poster", "data", "background", "cite", "xlink:href",
  ]

  private static func finding(inMarkup bytes: [UInt8]) -> String? {
    var scanner = Scanner(bytes: bytes)
    while let tag = scanner.nextTag() {
      if tag.name.hasPrefix(word) { return "<\(tag.name)" }
      for (name, value) in tag.attributes {
        if name.contains(word) { return "attribute \(name)" }
        if name.hasPrefix("on") || name.hasPrefix("hx-on"), value.contains(word) {
          return "\(name)=\(value)"
        }
        if urls.contains(name), let found = target(value) { return "\(name)=\(found)" }
      }
      if tag.name == "script" || tag.name == "style" {
        let text = scanner.rawText(until: tag.name)
        if text.contains(word) { return "<\(tag.name)>\(text)" }
      }
    }
    return nil
  }

  private struct Tag {
    var name: String
    var attributes: [(name: String, value: String)]
  }

  /// The tags of a page, in lower case.
  /// Reference: HTML, 13.2.5 "Tokenization", as far as it tells where a tag ends.
  private struct Scanner {
    var bytes: [UInt8]
    private var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    private func isAt(_ text: String) -> Bool { bytes[place...].starts(with: text.utf8) }
    private var byte: UInt8? { place < bytes.count ? bytes[place] : nil }
    private static func isSpace(_ byte: UInt8) -> Bool { byte <= 0x20 }

    mutating func nextTag() -> Tag? {
      while place < bytes.count {
        if isAt("<!--") {
          place += 4
          while place < bytes.count, !isAt("-->") { place += 1 }
        } else if bytes[place] == UInt8(ascii: "<"), place + 1 < bytes.count,
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[place + 1])
        {
          place += 1
          return readTag()
        }
        place += 1
      }
      return nil
    }

    private mutating func take(while isWanted: (UInt8) -> Bool) -> String {
      let start = place
      while let byte, isWanted(byte) { place += 1 }
      return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func readTag() -> Tag {
      let end = UInt8(ascii: ">")
      let slash = UInt8(ascii: "/")
      var tag = Tag(
        name: take { !Self.isSpace($0) && $0 != end && $0 != slash }, attributes: [])
      while let byte, byte != end {
        if Self.isSpace(byte) || byte == slash {
          place += 1
          continue
        }
        let name = take { !Self.isSpace($0) && $0 != end && $0 != slash && $0 != UInt8(ascii: "=") }
        if name.isEmpty { place += 1 }
        _ = take(while: Self.isSpace)
        guard self.byte == UInt8(ascii: "=") else {
          tag.attributes.append((name, ""))
          continue
        }
        place += 1
        _ = take(while: Self.isSpace)
        tag.attributes.append((name, value()))
      }
      return tag
    }

    private mutating func value() -> String {
      let end = UInt8(ascii: ">")
      guard let quote = byte, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
        return take { !Self.isSpace($0) && $0 != end }
      }
      place += 1
      let text = take { $0 != quote }
      place += 1
      return text
    }

    mutating func rawText(until name: String) -> String {
      let start = place
      while place < bytes.count, !isAt("</\(name)") { place += 1 }
      return String(decoding: bytes[min(start, bytes.count)..<place], as: UTF8.self)
    }
  }
}
