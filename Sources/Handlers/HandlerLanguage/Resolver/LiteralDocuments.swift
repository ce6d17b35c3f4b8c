import Encodings
import JSON

/// Values that stand in the source, as JSON: what a `JSON.stringify` of them gives.
struct LiteralDocuments {
  private let references: [Reference?]
  private let bindings: [Binding]
  private var values: [Int: Expression] = [:]
  /// Constants that something is stored into after they were made.
  private let changed: Set<Int>

  init(_ resolver: Resolver) {
    references = resolver.references
    bindings = resolver.bindings
    changed = resolver.changedObjects
    for (binding, value) in resolver.constants { values[binding] = value }
  }

  // Deeper than a document may be that is read from text.
  private static let deepest = 256

  /// The text that an expression certainly is; nil where it is not a literal.
  func text(_ expression: Expression) -> String? {
    value(expression, 0)?.stringValue
  }

  /// The document that a schema is given as: its text, or the value itself.
  /// - Throws: what of the text is no JSON.
  func document(_ expression: Expression) throws(JSONError) -> JSONValue? {
    guard let value = value(expression, 0) else { return nil }
    guard case .string(let text) = value else { return value }
    return try JSONReader.lenient(text.utf8)
  }

  private func value(_ expression: Expression, _ depth: Int) -> JSONValue? {
    guard depth < Self.deepest else { return nil }
    switch expression.kind {
    case .null: return .null
    case .boolean(let isTrue): return .bool(isTrue)
    case .number(let number): return Self.number(number)
    case .unary(.minus, let operand):
      guard case .number(let number) = operand.kind else { return nil }
      return Self.number(-number)
    case .string(let literal): return .string(literal.text)
    case .template(let quasis, let values):
      var text = quasis.first?.text ?? ""
      for (inner, quasi) in zip(values, quasis.dropFirst()) {
        guard let part = value(inner, depth + 1)?.stringValue else { return nil }
        text += part + quasi.text
      }
      return .string(text)
    case .binary(.add, let left, let right):
      guard let start = value(left, depth + 1)?.stringValue,
        let end = value(right, depth + 1)?.stringValue
      else { return nil }
      return .string(start + end)
    case .array(let elements): return array(elements, depth)
    case .object(let members): return object(members, depth)
    case .identifier: return constant(expression, depth)
    case .member(let object, let name, false):
      return value(object, depth + 1)?[name]
    case .call(let callee, let arguments, _):
      guard isStringify(callee), arguments.count == 1, !arguments[0].isSpread,
        let inner = value(arguments[0].value, depth + 1)
      else { return nil }
      return .string(JSONText.text(of: inner))
    default: return nil
    }
  }

  private static func number(_ number: Double) -> JSONValue? {
    guard number.isFinite else { return nil }
    if let whole = Int64(exactly: number), whole.magnitude < 1 << 53 { return .integer(whole) }
    return .decimal(number.description)
  }

  private func array(_ elements: [ArrayElement], _ depth: Int) -> JSONValue? {
    var found: [JSONValue] = []
    for element in elements {
      switch element {
      case .value(let inner):
        guard let one = value(inner, depth + 1) else { return nil }
        found.append(one)
      case .spread(let inner):
        guard let several = value(inner, depth + 1)?.arrayValue else { return nil }
        found += several
      }
    }
    return .array(found)
  }

  private func object(_ members: [ObjectMember], _ depth: Int) -> JSONValue? {
    var found = JSONObject()
    for member in members {
      switch member {
      case .property(.literal(let key), let inner):
        guard let one = value(inner, depth + 1) else { return nil }
        found[key.text] = one
      case .property(.computed(let key), let inner):
        guard let name = value(key, depth + 1)?.stringValue, let one = value(inner, depth + 1)
        else { return nil }
        found[name] = one
      case .spread(let inner):
        guard let several = value(inner, depth + 1)?.objectValue else { return nil }
        for member in several.members { found[member.key] = member.value }
      }
    }
    return .object(found)
  }

  private func constant(_ expression: Expression, _ depth: Int) -> JSONValue? {
    guard case .binding(let binding)? = references[expression.id],
      bindings[binding].kind == .const, !changed.contains(binding),
      let found = values[binding]
    else { return nil }
    return value(found, depth + 1)
  }

  private func isStringify(_ callee: Expression) -> Bool {
    guard case .member(let object, "stringify", false) = callee.kind,
      case .global(.json)? = references[object.id]
    else { return false }
    return true
  }
}

/// Documents as text, fractions and all.
private enum JSONText {
  static func text(of value: JSONValue) -> String {
    switch value {
    case .decimal(let text): return text
    case .array(let values): return "[\(values.map(text).joined(separator: ","))]"
    case .object(let object):
      let members = object.members.map { "\(text(of: .string($0.key))):\(text(of: $0.value))" }
      return "{\(members.joined(separator: ","))}"
    default: return String(decoding: value.canonicalBytes, as: UTF8.self)
    }
  }
}
