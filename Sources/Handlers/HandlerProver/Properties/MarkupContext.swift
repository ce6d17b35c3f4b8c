/// Where in HTML the end of a text stands, as far as its literal parts show.
///
/// It follows the tokenizer of the HTML standard closely enough to tell text and harmless
/// attributes from places where a browser runs or follows what it reads.
/// Reference: https://html.spec.whatwg.org/multipage/parsing.html#tokenization
struct MarkupContext {
  private enum State: Equatable {
    case text
    /// Behind `<`, before the tag's name has ended.
    case tagName(String)
    /// In a tag, between attributes.
    case tag
    case attributeName(String)
    case afterName(String)
    /// Behind `name=`.
    case beforeValue(String)
    case value(String, quote: UInt8, start: String)
    case unquoted(String)
    /// Inside `<script>` or `<style>`: where its end tag has been read up to.
    case raw(String, seen: String)
    case comment(dashes: Int)
    case unknown
  }

  private var state = State.text
  private var element = ""

  /// Whether text that comes next is shown as text.
  var isText: Bool { state == .text }

  /// What is known is no longer enough.
  mutating func lose() { state = .unknown }

  /// Reads on.
  mutating func read(_ text: String) {
    for byte in text.utf8 { step(byte) }
  }

  /// Whether escaped data may stand here. Data in a URL must be encoded, too.
  func admits(encoded: Bool) -> Bool {
    switch state {
    case .text: return true
    case .value(let name, _, let start):
      if name.hasPrefix("on") || ElementRules.isCode(name) { return false }
      guard ElementRules.isURL(name) else { return true }
      return encoded && Evaluator.decidesTarget(start)
    default: return false
    }
  }

  private mutating func step(_ byte: UInt8) {
    let character = String(UnicodeScalar(byte))
    let isSpace = [0x20, 0x09, 0x0A, 0x0C, 0x0D].contains(byte)
    switch state {
    case .text:
      if byte == UInt8(ascii: "<") { state = .tagName("") }
    case .tagName(let name):
      if byte == UInt8(ascii: ">") {
        openElement(name)
      } else if isSpace {
        state = name.isEmpty ? .text : .tag
        element = name
      } else if name == "!-", byte == UInt8(ascii: "-") {
        state = .comment(dashes: 0)
      } else {
        state = .tagName(name + character.lowercasedASCII)
      }
    case .tag:
      if byte == UInt8(ascii: ">") {
        openElement(element)
      } else if !isSpace, byte != UInt8(ascii: "/") {
        state = .attributeName(character.lowercasedASCII)
      }
    case .attributeName(let name):
      if byte == UInt8(ascii: ">") {
        openElement(element)
      } else if byte == UInt8(ascii: "=") {
        state = .beforeValue(name)
      } else if isSpace {
        state = .afterName(name)
      } else if byte == UInt8(ascii: "/") {
        state = .tag
      } else {
        state = .attributeName(name + character.lowercasedASCII)
      }
    case .afterName(let name):
      if byte == UInt8(ascii: ">") {
        openElement(element)
      } else if byte == UInt8(ascii: "=") {
        state = .beforeValue(name)
      } else if !isSpace {
        state = byte == UInt8(ascii: "/") ? .tag : .attributeName(character.lowercasedASCII)
      }
    case .beforeValue(let name):
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        state = .value(name, quote: byte, start: "")
      } else if byte == UInt8(ascii: ">") {
        openElement(element)
      } else if !isSpace {
        state = .unquoted(name)
      }
    case .value(let name, let quote, let start):
      state = byte == quote ? .tag : .value(name, quote: quote, start: start + character)
    case .unquoted:
      if byte == UInt8(ascii: ">") { openElement(element) } else if isSpace { state = .tag }
    case .raw(let name, let seen):
      let next = (seen + character).lowercasedASCII
      if "</\(name)".hasPrefix(next) {
        state = next == "</\(name)" ? .tagName("/\(name)") : .raw(name, seen: next)
      } else {
        state = .raw(name, seen: byte == UInt8(ascii: "<") ? "<" : "")
      }
    case .comment(let dashes):
      if byte == UInt8(ascii: "-") {
        state = .comment(dashes: dashes + 1)
      } else {
        state = byte == UInt8(ascii: ">") && dashes >= 2 ? .text : .comment(dashes: 0)
      }
    case .unknown: break
    }
  }

  private mutating func openElement(_ name: String) {
    state = ["script", "style"].contains(name) ? .raw(name, seen: "") : .text
  }
}

/// What the attributes of HTML mean for data that is put into them.
enum ElementRules {
  private static let urls: Set<String> = [
    "href", "src", "action", "formaction", "poster", "cite", "data", "xlink:href", "background",
    "manifest", "ping", "srcset", "hx-get", "hx-post", "hx-put", "hx-delete", "hx-patch",
    "hx-push-url", "hx-replace-url",
  ]
  private static let code: Set<String> = [
    "style", "srcdoc", "hx-vals", "hx-vars", "hx-headers", "hx-request", "hx-trigger",
    "dangerouslysetinnerhtml", "innerhtml", "to", "from", "by", "values",
  ]

  /// Whether the attribute holds a URL that a browser follows or loads.
  static func isURL(_ name: String) -> Bool { urls.contains(plain(name)) }

  /// Whether the attribute's text is run, or parsed as more than text.
  static func isCode(_ name: String) -> Bool {
    let name = plain(name)
    return name.hasPrefix("on") || name.hasPrefix("hx-on") || code.contains(name)
  }

  /// htmx reads its attributes with a `data-` before them, too.
  private static func plain(_ name: String) -> String {
    let name = name.lowercasedASCII
    return name.hasPrefix("data-hx-") ? String(name.dropFirst(5)) : name
  }
}
