/// Where in HTML the end of a text stands, as far as its literal parts show.
///
/// It follows the tokenizer of the HTML standard closely enough to tell text and harmless
/// attributes from places where a browser runs or follows what it reads. What is odd, a comment
/// that ends early or a tag that is none, is not followed: behind it nothing is known.
/// Reference: https://html.spec.whatwg.org/multipage/parsing.html#tokenization
struct MarkupContext: Hashable {
  private enum State: Hashable {
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
    /// Inside `<script>`, `<style>`, `<title>` or `<textarea>`: where its end tag has been read up
    /// to.
    case raw(String, seen: String)
    case comment(dashes: Int, isNew: Bool)
    /// `<!doctype …`
    case doctype
    /// `<?xml …?>`, which a page takes for a comment.
    case declaration(isEnding: Bool)
    case unknown
  }

  private var state = State.text
  private var element = ""
  /// Whether `svg` or `math` was opened: in there, elements are parsed in other ways.
  private var isForeign = false

  // A URL decides where it leads within so many characters.
  private static let longestStart = 300

  /// Whether text that comes next is shown as text.
  var isText: Bool {
    switch state {
    case .text: true
    default: false
    }
  }

  /// Whether a text begins and ends between tags.
  static func isWhole(_ text: String) -> Bool {
    guard text.utf8.contains(UInt8(ascii: "<")) else { return true }
    var context = MarkupContext()
    context.read(text)
    return context.isText && !context.isForeign
  }

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
    case .raw(let name, let seen):
      return ElementRules.plainText.contains(name) && seen.isEmpty
    case .value(let name, _, let start):
      if name.hasPrefix("on") || ElementRules.isCode(name) { return false }
      if ElementRules.deciding.contains(element) || ElementRules.opaque.contains(element) {
        return false
      }
      guard ElementRules.isURL(name) else { return true }
      return encoded && Evaluator.decidesTarget(start)
    default: return false
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    0x41...0x5A ~= byte || 0x61...0x7A ~= byte
  }
  private static func isSpace(_ byte: UInt8) -> Bool {
    [0x20, 0x09, 0x0A, 0x0C, 0x0D].contains(byte)
  }
  private static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
  }

  private mutating func step(_ byte: UInt8) {
    let character = String(UnicodeScalar(byte)).lowercasedASCII
    switch state {
    case .text:
      if byte == UInt8(ascii: "<") { state = .tagName("") }
    case .tagName(let name): stepInName(name, byte, character)
    case .tag:
      if byte == UInt8(ascii: ">") {
        openElement()
      } else if Self.isQuote(byte) || byte == UInt8(ascii: "<") || byte == UInt8(ascii: "=") {
        state = .unknown
      } else if !Self.isSpace(byte), byte != UInt8(ascii: "/") {
        state = .attributeName(character)
      }
    case .attributeName(let name), .afterName(let name): stepInAttribute(name, byte, character)
    case .beforeValue(let name):
      if Self.isQuote(byte) {
        state = .value(name, quote: byte, start: "")
      } else if byte == UInt8(ascii: ">") {
        openElement()
      } else if !Self.isSpace(byte) {
        state = .unquoted(name)
      }
    case .value(let name, let quote, let start):
      if byte == quote {
        state = .tag
      } else if ElementRules.isURL(name), start.utf8.count < Self.longestStart {
        state = .value(name, quote: quote, start: start + String(UnicodeScalar(byte)))
      }
    case .unquoted:
      if byte == UInt8(ascii: ">") {
        openElement()
      } else if Self.isSpace(byte) {
        state = .tag
      } else if Self.isQuote(byte) || byte == UInt8(ascii: "<") {
        state = .unknown
      }
    case .raw(let name, let seen): stepInRaw(name, seen + character, byte)
    case .comment(let dashes, let isNew):
      if byte == UInt8(ascii: "-") {
        state = .comment(dashes: dashes + 1, isNew: isNew)
      } else if byte == UInt8(ascii: ">"), dashes >= 2, !isNew {
        state = .text
      } else if (isNew && byte == UInt8(ascii: ">")) || (byte == UInt8(ascii: "!") && dashes >= 2) {
        state = .unknown
      } else {
        state = .comment(dashes: 0, isNew: false)
      }
    case .doctype:
      if byte == UInt8(ascii: ">") { state = .text }
    case .declaration(let isEnding):
      // A page and XML agree on its end only where it is the first of its kind.
      if byte == UInt8(ascii: ">") {
        state = isEnding ? .text : .unknown
      } else {
        state = .declaration(isEnding: byte == UInt8(ascii: "?"))
      }
    case .unknown: break
    }
  }

  private mutating func stepInName(_ name: String, _ byte: UInt8, _ character: String) {
    if name.isEmpty {
      switch byte {
      case _ where Self.isLetter(byte), UInt8(ascii: "/"), UInt8(ascii: "!"), UInt8(ascii: "?"):
        state = .tagName(character)
      case UInt8(ascii: "<"): break
      // `<3` is text.
      default: state = .text
      }
      return
    }
    if name.hasPrefix("?") {
      let next = name + character
      if name == "?xml" {
        state = Self.isSpace(byte) ? .declaration(isEnding: false) : .unknown
      } else {
        state = "?xml".hasPrefix(next) ? .tagName(next) : .unknown
      }
      return
    }
    if name.hasPrefix("!") {
      let next = name + character
      if next == "!--" {
        state = .comment(dashes: 0, isNew: true)
      } else if next == "!doctype" {
        state = .doctype
      } else if "!--".hasPrefix(next) || "!doctype".hasPrefix(next) {
        state = .tagName(next)
      } else {
        state = .unknown
      }
      return
    }
    element = name
    if byte == UInt8(ascii: ">") {
      if name == "/" { state = .unknown } else { openElement() }
    } else if Self.isSpace(byte) || (byte == UInt8(ascii: "/") && name != "/") {
      state = name == "/" ? .unknown : .tag
    } else if name == "/", !Self.isLetter(byte) {
      state = .unknown
    } else if Self.isLetter(byte) || 0x30...0x39 ~= byte || byte == UInt8(ascii: "-") {
      state = .tagName(name + character)
    } else {
      // A tag with such a name is none that anybody writes.
      state = .unknown
    }
  }

  private mutating func stepInAttribute(_ name: String, _ byte: UInt8, _ character: String) {
    let isAfter = if case .afterName = state { true } else { false }
    if byte == UInt8(ascii: ">") {
      openElement()
    } else if byte == UInt8(ascii: "=") {
      state = .beforeValue(name)
    } else if Self.isSpace(byte) {
      state = .afterName(name)
    } else if byte == UInt8(ascii: "/") {
      state = .tag
    } else if Self.isQuote(byte) || byte == UInt8(ascii: "<") {
      state = .unknown
    } else {
      state = .attributeName(isAfter ? character : name + character)
    }
  }

  private mutating func stepInRaw(_ name: String, _ next: String, _ byte: UInt8) {
    if "</\(name)".hasPrefix(next) {
      state = next == "</\(name)" ? .tagName("/\(name)") : .raw(name, seen: next)
    } else if ElementRules.codeText.contains(name), "<!--".hasPrefix(next) {
      // A script in a comment in a script ends somewhere else.
      state = next == "<!--" ? .unknown : .raw(name, seen: next)
    } else {
      state = .raw(name, seen: byte == UInt8(ascii: "<") ? "<" : "")
    }
  }

  private mutating func openElement() {
    let name = element
    if ElementRules.foreign.contains(name) { isForeign = true }
    if name == "/svg" || name == "/math" { isForeign = false }
    if ElementRules.opaque.contains(name) {
      state = .unknown
    } else if ElementRules.codeText.contains(name) || ElementRules.plainText.contains(name) {
      state = isForeign ? .unknown : .raw(name, seen: "")
    } else {
      state = .text
    }
  }
}
