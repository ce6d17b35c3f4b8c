/// What the parameters of callbacks certainly are: the elements of the array whose method calls them.
extension ReceiverKinds {
  /// Remembers the first parameters of functions that are written where an array's method takes them,
  /// `["a"].map((text) => …)`: nothing else can call those.
  ///
  /// - Parameter calls: in the order of the source, outer ones first.
  mutating func remember(callbacksOf calls: [ReceiverCall]) {
    for call in calls where Self.givesElements(call.name) {
      guard let first = call.arguments.first, !first.isSpread,
        case .function(let function) = first.value.kind, function.selfBinding == nil,
        case .name(let name)? = function.parameters.first?.target,
        case .kinds([.array])? = certain(call.object), let kinds = elements(of: call.object)
      else { continue }
      remember(elements: kinds, name.binding)
    }
  }

  private static func givesElements(_ method: String) -> Bool {
    switch method {
    case "every", "filter", "find", "findIndex", "findLast", "findLastIndex", "flatMap", "forEach",
      "map", "some", "sort", "toSorted":
      true
    default: false
    }
  }

  // Of arrays that are made here alone: one that has a name may be given other elements.
  private func elements(of array: Expression, depth: Int = 0) -> Kinds? {
    guard depth < 24 else { return nil }
    switch array.kind {
    case .array(let elements): return kinds(ofAll: elements)
    case .optionalChain(let chain): return self.elements(of: chain, depth: depth + 1)
    case .call(let callee, _, _):
      if case .identifier = callee.kind {
        return reference(of: callee) == .global(.range) ? [.number] : nil
      }
      guard case .member(let object, let name, _) = callee.kind else { return nil }
      if case .identifier = object.kind, case .global(.object)? = reference(of: object) {
        return name == "keys" ? [.string] : nil
      }
      switch certain(object) {
      case .kinds([.string])? where name == "split": return [.string]
      case .kinds([.array])?:
        switch name {
        case "filter", "reverse", "slice", "sort", "toReversed", "toSorted":
          return self.elements(of: object, depth: depth + 1)
        default: return nil
        }
      default: return nil
      }
    default: return nil
    }
  }

  private func kinds(ofAll elements: [ArrayElement]) -> Kinds? {
    var all: Kinds = []
    for element in elements {
      guard case .value(let value) = element, case .kinds(let kinds)? = certain(value) else {
        return nil
      }
      all.formUnion(kinds)
    }
    return all.isEmpty ? nil : all
  }
}
