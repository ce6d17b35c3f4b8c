import Encodings

/// A call of a function of `zigttp:sql`.
struct StatementCall {
  var function: ModuleFunction
  var arguments: [Argument]
  var position: SourcePosition
  var isAtModuleLevel: Bool

  /// The expression at a place; nil where a spread may stand there.
  func argument(_ index: Int) -> Expression? {
    guard !arguments.prefix(index + 1).contains(where: \.isSpread) else { return nil }
    return index < arguments.count ? arguments[index].value : nil
  }
}

/// Texts that stand in the source, without running anything.
struct LiteralTexts {
  private let references: [Reference?]
  private let bindings: [Binding]
  private var values: [Int: Expression] = [:]

  init(_ resolver: Resolver) {
    references = resolver.references
    bindings = resolver.bindings
    for (binding, value) in resolver.constants where bindings[binding].kind == .const {
      values[binding] = value
    }
  }

  /// The text of a literal, of a template or a sum of such, or of a constant that is one; nil for all
  /// else.
  func text(of expression: Expression, depth: Int = 0) -> String? {
    guard depth < 100 else { return nil }
    switch expression.kind {
    case .string(let literal): return literal.text
    case .template(let quasis, let expressions):
      var all = quasis.first?.text ?? ""
      for (quasi, value) in zip(quasis.dropFirst(), expressions) {
        guard let piece = text(of: value, depth: depth + 1) else { return nil }
        all += piece + quasi.text
        if all.utf8.count > Self.longest { return nil }
      }
      return all
    case .binary(.add, let left, let right):
      guard let first = text(of: left, depth: depth + 1),
        let second = text(of: right, depth: depth + 1),
        first.utf8.count + second.utf8.count <= Self.longest
      else { return nil }
      return first + second
    case .identifier:
      guard case .binding(let binding)? = references[expression.id], let value = values[binding]
      else { return nil }
      return text(of: value, depth: depth + 1)
    default: return nil
    }
  }

  /// Bytes of the longest text that is put together.
  static let longest = 1 << 20
}
