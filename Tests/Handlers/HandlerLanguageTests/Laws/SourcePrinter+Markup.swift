import HandlerLanguage

import struct TestSupport.SeededGenerator

extension SourcePrinter {
  // MARK: Markup

  mutating func print(_ element: JSXElement) -> String {
    let name =
      switch element.tag {
      case .fragment: ""
      case .element(let name): name
      case .component(let component): Self.path(of: component)
      }
    var text = "<" + name
    for attribute in element.attributes {
      text += blank(false)
      switch attribute {
      case .spread(let value): text += "{" + join([Piece("...")] + print(value, 0)) + "}"
      case .named(let name, nil): text += name
      case .named(let name, let value?):
        text += name + "="
        switch value.kind {
        case .string(let literal) where StringLiteral(literal.text) == literal && chance(2):
          text += "\"" + entities(literal.text, quotes: true) + "\""
        case .jsx(let inner) where chance(2): text += print(inner)
        default: text += "{" + join(print(value, 0)) + "}"
        }
      }
    }
    if element.children.isEmpty, !name.isEmpty, chance(2) { return text + " />" }
    text += ">"
    for child in element.children {
      if isWild, chance(4) { text += "{/* } */}" }
      switch child {
      case .text(let literal): text += folded(literal.text)
      case .expression(let value):
        // Blanks with a line end between children are nothing.
        if isWild, chance(4), !text.hasSuffix("\u{0}") { text += "{}" }
        if case .jsx(let inner) = value.kind, chance(2) {
          text += print(inner)
        } else {
          text += "{" + join(print(value, 0)) + "}"
        }
      }
    }
    return text + "</" + name + ">"
  }

  static func path(of component: Expression) -> String {
    switch component.kind {
    case .identifier(let name): name
    case .member(let object, let name, _): "\(path(of: object)).\(name)"
    default: ""
    }
  }

  /// Text as markup writes it; a single blank inside may be a line end with what stands around it.
  mutating func folded(_ text: String) -> String {
    var out = ""
    let characters = Array(text)
    for (index, character) in characters.enumerated() {
      let isBetween =
        character == " " && index > 0 && index + 1 < characters.count
        && characters[index - 1] != " " && characters[index + 1] != " "
      out += isBetween && chance(2) ? " \n\t " : entities(String(character), quotes: false)
    }
    // At the ends, a line end and what stands on its other side is dropped.
    if isWild, characters.first != " ", chance(3) { out = "\n  " + out }
    if isWild, characters.last != " ", chance(3) { out += "  \r\n\n " }
    return out
  }

  mutating func entities(_ text: String, quotes: Bool) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case "{", "}", "\n": out += "&#x\(String(scalar.value, radix: 16));"
      case "\"" where quotes: out += "&quot;"
      default:
        if scalar != " ", chance(6) {
          out += "&#\(scalar.value);"
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    return out
  }

  // MARK: Literals

  mutating func spelled(_ number: Double) -> String {
    if number == 255 {
      return pick(["255", "0xFF", "0b1111_1111", "0o377", "2_55", "255.", "25.5e1"])
    }
    if number == 0.5 { return pick(["0.5", ".5", "5e-1", "0.50"]) }
    let plain = "\(number)"
    return plain.hasSuffix(".0") && chance(2) ? String(plain.dropLast(2)) : plain
  }

  mutating func quoted(_ literal: StringLiteral) -> String {
    let quote = pick(["\"", "'"])
    return quote + escaped(literal, quote: quote) + quote
  }

  mutating func escaped(_ literal: StringLiteral, quote: String) -> String {
    var out = ""
    var index = 0
    let units = literal.units
    while index < units.count {
      let unit = units[index]
      index += 1
      if isWild, chance(12) { out += pick(["\\\n", "\\\r\n", "\\\u{2028}"]) }
      if UTF16.isLeadSurrogate(unit), index < units.count, UTF16.isTrailSurrogate(units[index]),
        chance(2)
      {
        out += String(decoding: [unit, units[index]], as: UTF16.self)
        index += 1
        continue
      }
      out += escaped(unit, quote)
    }
    return out
  }

  mutating func escaped(_ unit: UInt16, _ quote: String) -> String {
    let scalar = Unicode.Scalar(unit)
    let short: [UInt16: String] = [0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t", 0x5C: "\\\\"]
    if let short = short[unit] {
      return unit == 0x0A && quote == "`" && chance(2) ? "\n" : short
    }
    guard let scalar, unit >= 0x20, !chance(8) else {
      let digits = String(unit, radix: 16)
      let padding = String(repeating: "0", count: 4 - digits.count)
      return chance(2) ? "\\u\(padding)\(digits)" : "\\u{\(digits)}"
    }
    let text = String(Character(scalar))
    return text == quote || text == "$" ? "\\" + text : text
  }
}
