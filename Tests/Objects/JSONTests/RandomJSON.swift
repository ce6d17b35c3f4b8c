import JSON
import TestSupport

/// Values, and texts that say them, by seed.
struct RandomJSON {
  var random: SeededGenerator

  init(_ random: SeededGenerator = SeededGenerator()) { self.random = random }

  mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

  mutating func value(depth: Int = 4) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
    case 0: return .null
    case 1: return .bool(chance(2))
    case 2, 3: return .integer(integer())
    case 4: return .string(text())
    case 5, 6: return .object(object(depth: depth - 1))
    default:
      return .array(
        (0..<Int.random(in: 0...5, using: &random)).map { _ in value(depth: depth - 1) })
    }
  }

  /// Sometimes with more members than are looked through one by one.
  mutating func object(depth: Int) -> JSONObject {
    var object: JSONObject = [:]
    let count = chance(12) ? 40 : Int.random(in: 0...5, using: &random)
    for _ in 0..<count { object[text()] = value(depth: count > 5 ? 0 : depth) }
    return object
  }

  mutating func integer() -> Int64 {
    let limit: Int64 = (1 << 53) - 1
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return Int64.random(in: -9...9, using: &random)
    case 1: return chance(2) ? limit : -limit
    default: return Int64.random(in: -limit...limit, using: &random)
    }
  }

  mutating func text() -> String {
    var text = ""
    for _ in 0..<Int.random(in: 0...6, using: &random) { text.unicodeScalars.append(scalar()) }
    return text
  }

  mutating func scalar() -> Unicode.Scalar {
    let range: ClosedRange<UInt32> =
      switch Int.random(in: 0..<8, using: &random) {
      case 0: 0...0x1f
      case 1: 0x22...0x22
      case 2: 0x5c...0x5c
      case 3: 0x7f...0x9f
      case 4: 0x300...0x310
      case 5: 0xfff0...0x1_0010
      case 6: 0x1_f600...0x1_f610
      default: 0x20...0x7e
      }
    return Unicode.Scalar(UInt32.random(in: range, using: &random)) ?? "x"
  }

  // MARK: Texts

  /// A text of the value in no particular layout: blanks, escapes and the order of members vary.
  mutating func layout(_ value: JSONValue) -> String {
    blank() + spelled(value) + blank()
  }

  private mutating func spelled(_ value: JSONValue) -> String {
    switch value {
    case .null: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .integer(let number): return String(number)
    case .decimal(let text): return text
    case .string(let text): return quoted(text)
    case .array(let values):
      return "[" + list(values.map { layout($0) }) + "]"
    case .object(let object):
      let members = object.members.shuffled(using: &random)
      return "{" + list(members.map { blank() + quoted($0.key) + blank() + ":" + layout($0.value) })
        + "}"
    }
  }

  private mutating func list(_ items: [String]) -> String {
    items.isEmpty ? blank() : items.joined(separator: ",")
  }

  private mutating func blank() -> String {
    chance(3) ? [" ", "\n", "\t", "\r\n ", "  "].randomElement(using: &random) ?? "" : ""
  }

  private mutating func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      if scalar.value < 0x20 || scalar == "\"" || scalar == "\\" || chance(5) {
        out += escaped(scalar)
      } else {
        out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }

  private mutating func escaped(_ scalar: Unicode.Scalar) -> String {
    let short: [Unicode.Scalar: String] = [
      "\"": "\\\"", "\\": "\\\\", "/": "\\/", "\u{8}": "\\b", "\t": "\\t", "\n": "\\n",
      "\u{c}": "\\f", "\r": "\\r",
    ]
    if let short = short[scalar], chance(2) { return short }
    return String(Character(scalar)).utf16.map { unit in
      let digits = String(unit, radix: 16, uppercase: chance(2))
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  }

  /// One byte of it other than it was, or one more, or one less.
  mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    let any = Array("{}[]\",:\\u0123456789-+.eE tfn\u{1}\n".utf8) + [0x80, 0xc3, 0xed, 0xff]
    for _ in 0..<Int.random(in: 1...2, using: &random) {
      let at = Int.random(in: 0...bytes.count, using: &random)
      let byte = any.randomElement(using: &random) ?? 0
      switch Int.random(in: 0..<3, using: &random) {
      case 0: bytes.insert(byte, at: at)
      case 1: if at < bytes.count { bytes.remove(at: at) }
      default: if at < bytes.count { bytes[at] = byte }
      }
    }
    return bytes
  }
}
