import HandlerLanguage

// Questions that are asked again where a constant holds their answer.
extension Evaluator {
  /// Whether what a question is about is what it was about when it was asked: no variable in it has
  /// another value by now.
  func isLasting(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .identifier:
      guard case .binding(let binding)? = program.references[expression.id] else { return true }
      return !program.bindings[binding].isReassigned
    case .member(let object, let name, _): return isLasting(object) && !mayBeAssigned(name)
    case .unary(_, let inner), .optionalChain(let inner): return isLasting(inner)
    case .binary(_, let left, let right), .logical(_, let left, let right):
      return isLasting(left) && isLasting(right)
    case .index(let left, let right, _):
      return isLasting(left) && isLasting(right) && !assignsAnyField
    case .template(_, let values): return values.allSatisfy(isLasting)
    case .array(let elements):
      return elements.allSatisfy {
        if case .value(let item) = $0 { isLasting(item) } else { false }
      }
    case .call(let callee, let arguments, _):
      guard case .member(let object, _, _) = callee.kind else { return false }
      return isLasting(object) && arguments.allSatisfy { isLasting($0.value) }
    default: return true
    }
  }
}
