import Encodings

/// What a template is filled with. Every text goes through ``mustache``, so that no page can forget to
/// make it fit to be shown.
enum PageValue: Sendable {
  case text(String)
  case flag(Bool)
  case list([PageValue])
  case object([String: PageValue])

  /// A text where there is one; nothing, which a template can ask for, where there is none.
  static func optional(_ text: String?) -> PageValue { text.map(PageValue.text) ?? .flag(false) }

  /// As the templates take it.
  var mustache: Any {
    switch self {
    case .text(let text): Self.shown(text)
    case .flag(let flag): flag
    case .list(let values): values.map(\.mustache)
    case .object(let members): members.mapValues(\.mustache)
    }
  }

  /// The text with everything written out that hides or reorders what stands beside it, and with
  /// every sign of HTML standing alone: the templates' escaping looks at characters as people count
  /// them, and would pass over a quote that a combining mark is put on.
  static func shown(_ text: String) -> String {
    let safe = SafeText(escaping: text).text
    guard safe.utf8.contains(where: { $0 >= 0x80 }) else { return safe }
    var out = ""
    for character in safe {
      let scalars = character.unicodeScalars
      guard scalars.count > 1, scalars.contains(where: isSign) else {
        out.append(character)
        continue
      }
      for scalar in scalars {
        if isSign(scalar) {
          out.unicodeScalars.append(scalar)
        } else {
          out += "\\u{" + String(scalar.value, radix: 16) + "}"
        }
      }
    }
    return out
  }

  private static func isSign(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "<", ">", "&", "\"", "'": true
    default: false
    }
  }
}

extension PageValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral value: String) { self = .text(value) }
  init(booleanLiteral value: Bool) { self = .flag(value) }
  init(arrayLiteral elements: PageValue...) { self = .list(elements) }
  init(dictionaryLiteral elements: (String, PageValue)...) {
    self = .object(Dictionary(elements) { $1 })
  }
}
