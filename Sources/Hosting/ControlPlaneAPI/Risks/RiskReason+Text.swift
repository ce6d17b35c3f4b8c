import Contracts
import Encodings

/// The sentences by which reasons are exchanged. What is written is read as the same reason, whatever
/// bytes its names have: a backslash, a control character, and what would make two names of a
/// sentence run together are escaped as `\\` and `\xNN`.
extension RiskReason: CustomStringConvertible {
  private static let pair = " to "

  /// The sentence.
  public var description: String {
    switch self {
    case .newEnvRead(let name): "new env read: " + Self.escaped(name)
    case .newEgressHost(let host): "new egress host: " + Self.escaped(host)
    case .newCacheNamespace(let name): "new cache namespace: " + Self.escaped(name)
    case .newCapability(let name): "new capability: " + Self.escaped(name)
    case .newSecretSent(let source, let host):
      "new secret sent: " + Self.half(source) + Self.pair + Self.half(host)
    case .newAllowedLeak(let source, let sink):
      "new allowed leak: " + Self.half(source) + Self.pair + Self.half(sink)
    case .secretDeclaredConfig(let name): "secret declared config: " + Self.escaped(name)
    case .newWriteEffect: "new effect: write"
    case .propertyLost(let property): "property lost: " + property.label
    case .proofLevelLowered(let from, let to):
      "proof level lowered: " + from.rawValue + Self.pair + to.rawValue
    case .dynamicAccess(let section): "dynamic \(section.rawValue) access"
    case .other(let text): text.text
    }
  }

  /// The reason that a sentence tells; ``other(_:)`` for one that is not exactly as we write it.
  public init(_ sentence: String) {
    let known = Self.known(sentence)
    let isExact = known.map { UTF8Order.equal($0.description, sentence) } ?? false
    self = isExact ? known ?? .other(ByteName(sentence)) : .other(ByteName(sentence))
  }

  private static func known(_ sentence: String) -> RiskReason? {
    if sentence == "new effect: write" { return .newWriteEffect }
    if let section = Section.allCases.first(where: { sentence == "dynamic \($0.rawValue) access" })
    {
      return .dynamicAccess(section)
    }
    let units = Array(sentence.utf8)
    guard let colon = units.firstIndex(of: UInt8(ascii: ":")),
      units[(colon + 1)...].first == UInt8(ascii: " ")
    else { return nil }
    let rest = units[(colon + 2)...]
    switch String(decoding: units[..<colon], as: UTF8.self) {
    case "new env read": return unescaped(rest).map { .newEnvRead($0) }
    case "new egress host": return unescaped(rest).map { .newEgressHost($0) }
    case "new cache namespace": return unescaped(rest).map { .newCacheNamespace($0) }
    case "new capability": return unescaped(rest).map { .newCapability($0) }
    case "new secret sent": return halves(rest).map { .newSecretSent($0, to: $1) }
    case "new allowed leak": return halves(rest).map { .newAllowedLeak($0, to: $1) }
    case "secret declared config": return unescaped(rest).map { .secretDeclaredConfig($0) }
    case "property lost":
      return Property(label: String(decoding: rest, as: UTF8.self)).map { .propertyLost($0) }
    case "proof level lowered":
      guard let (from, to) = halves(rest), let from = ProofLevel(rawValue: from.text),
        let to = ProofLevel(rawValue: to.text)
      else { return nil }
      return .proofLevelLowered(from: from, to: to)
    default: return nil
    }
  }

  // MARK: Names in sentences

  private static func escaped(_ name: ByteName) -> String {
    escaped(name) { $0 < 0x20 || $0 == 0x7f }
  }

  // A name beside another one: where one of its words is the one between them, its words are tied
  // together.
  private static func half(_ name: ByteName) -> String {
    let text = name.text
    if text == "to" { return "\\x74o" }
    let words = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    let isTied = words.contains { $0.elementsEqual("to".utf8) }
    return escaped(name) { $0 < (isTied ? 0x21 : 0x20) || $0 == 0x7f }
  }

  private static func escaped(_ name: ByteName, _ isEscaped: (UInt8) -> Bool) -> String {
    var out: [UInt8] = []
    for unit in name.text.utf8 {
      if unit == UInt8(ascii: "\\") {
        out += [unit, unit]
      } else if isEscaped(unit) {
        out += Array("\\x".utf8) + [Hex.digit(unit >> 4), Hex.digit(unit & 15)]
      } else {
        out.append(unit)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func halves(_ units: ArraySlice<UInt8>) -> (ByteName, ByteName)? {
    let between = Array(pair.utf8)
    guard units.count >= between.count,
      let at = (units.startIndex...units.endIndex - between.count).first(where: {
        units[$0...].starts(with: between)
      }), let first = unescaped(units[..<at]),
      let second = unescaped(units[(at + between.count)...])
    else { return nil }
    return (first, second)
  }

  private static func unescaped(_ units: ArraySlice<UInt8>) -> ByteName? {
    var out: [UInt8] = []
    var rest = units.makeIterator()
    while let unit = rest.next() {
      guard unit == UInt8(ascii: "\\") else {
        out.append(unit)
        continue
      }
      switch rest.next() {
      case UInt8(ascii: "\\"): out.append(unit)
      case UInt8(ascii: "x"):
        guard let high = rest.next().flatMap(Hex.value), let low = rest.next().flatMap(Hex.value)
        else { return nil }
        out.append(high << 4 | low)
      default: return nil
      }
    }
    return String(validating: out, as: UTF8.self).map { ByteName($0) }
  }
}
