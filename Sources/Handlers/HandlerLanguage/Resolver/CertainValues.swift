/// What values certainly are, without running anything.
extension ReceiverKinds {
  /// Nil where it cannot be told.
  func certain(_ expression: Expression, depth: Int = 0) -> CertainValue? {
    guard depth < 24 else { return nil }
    switch expression.kind {
    case .string, .template: return .kinds([.string])
    case .number: return .kinds([.number])
    case .boolean: return .kinds([.boolean])
    case .array: return .kinds([.array])
    case .function: return .function
    case .object(let members): return literal(members)
    case .unary(let operation, _): return Self.result(of: operation)
    case .binary(let operation, let left, let right):
      return result(of: operation, left, right, depth)
    case .logical(_, let left, let right): return either(left, right, depth)
    case .conditional(_, let then, let otherwise): return either(then, otherwise, depth)
    case .assign(_, let value): return certain(value, depth: depth + 1)
    case .optionalChain(let chain): return certain(chain, depth: depth + 1)
    case .identifier: return variable(expression, depth)
    case .member(let object, let name, _): return field(name, certain(object, depth: depth + 1))
    case .call(let callee, _, _): return call(callee, depth)
    default: return nil
    }
  }

  private func either(_ one: Expression, _ other: Expression, _ depth: Int) -> CertainValue? {
    guard case .kinds(let some)? = certain(one, depth: depth + 1),
      case .kinds(let others)? = certain(other, depth: depth + 1)
    else { return nil }
    return .kinds(some.union(others))
  }

  private func literal(_ members: [ObjectMember]) -> CertainValue? {
    var fields: Set<String> = []
    for member in members {
      guard case .property(.literal(let key), _) = member else { return nil }
      fields.insert(key.text)
    }
    return .object(fields)
  }

  private static func result(of operation: UnaryOperator) -> CertainValue? {
    switch operation {
    case .typeOf: .kinds([.string])
    case .not: .kinds([.boolean])
    case .minus, .plus, .bitNot: .kinds([.number])
    default: nil
    }
  }

  private func result(
    of operation: BinaryOperator, _ left: Expression, _ right: Expression, _ depth: Int
  ) -> CertainValue? {
    switch operation {
    case .add:
      for side in [left, right] {
        if case .kinds([.string])? = certain(side, depth: depth + 1), !mayBeNullish(side) {
          return .kinds([.string])
        }
      }
      return nil
    case .subtract, .multiply, .divide, .remainder, .power: return .kinds([.number])
    default: return nil
    }
  }

  // What is null or undefined is added as a number is.
  private func mayBeNullish(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .string, .template: false
    default: true
    }
  }

  private func variable(_ expression: Expression, _ depth: Int) -> CertainValue? {
    if case .global(let global)? = reference(of: expression), global.isNumber {
      return .kinds([.number])
    }
    guard let binding = binding(of: expression) else { return nil }
    if requests.contains(binding) { return .kinds([.request]) }
    if let kinds = parameters[binding] { return .kinds(kinds) }
    if isFunction(binding) { return .function }
    return value(of: binding).flatMap { certain($0, depth: depth + 1) }
  }

  private func field(_ name: String, _ object: CertainValue?) -> CertainValue? {
    guard case .kinds(let kinds)? = object else { return nil }
    if kinds == [.request] {
      switch name {
      case "headers": return .kinds([.headers])
      case "method", "path", "url": return .kinds([.string])
      case "query": return .record
      default: return nil
      }
    }
    return name == "length" && kinds.isSubset(of: [.string, .array]) ? .kinds([.number]) : nil
  }

  // MARK: Calls

  private func call(_ callee: Expression, _ depth: Int) -> CertainValue? {
    switch callee.kind {
    case .identifier:
      switch reference(of: callee) {
      case .module(let function): return Self.result(of: function)
      case .global(let global): return Self.result(of: global)
      default: return nil
      }
    case .member(let object, let name, _):
      if case .identifier = object.kind, case .global(let global)? = reference(of: object) {
        return global.member(named: name).flatMap(Self.result)
      }
      guard case .kinds(let kinds)? = certain(object, depth: depth + 1), kinds.count == 1,
        let kind = kinds.first, let method = BuiltinMethod.method(of: kind, named: name)
      else { return nil }
      return Self.result(of: method)
    default: return nil
    }
  }

  private static func result(of function: ModuleFunction) -> CertainValue? {
    switch function {
    case .env, .cacheGet: return .kinds([.string])
    case .fetch: return .kinds([.response])
    default: break
    }
    switch ModuleTable.row(function).result {
    case .string, .stringOrUndefined: return .kinds([.string])
    case .number: return .kinds([.number])
    case .boolean: return .kinds([.boolean])
    case .record: return .record
    default: return nil
    }
  }

  private static func result(of global: BuiltinGlobal) -> CertainValue? {
    switch global {
    case .string, .encodeURIComponent, .decodeURIComponent, .encodeURI, .decodeURI,
      .renderToString:
      .kinds([.string])
    case .number, .parseInt, .parseFloat: .kinds([.number])
    case .boolean, .isNaN, .isFinite: .kinds([.boolean])
    case .range: .kinds([.array])
    case .fetchSync: .kinds([.response])
    default: nil
    }
  }

  private static func result(of member: BuiltinMember) -> CertainValue? {
    switch member.global {
    case .response: return .kinds([.response])
    case .math: return .kinds([.number])
    case .string: return .kinds([.string])
    case .date: return .kinds([.number])
    default: break
    }
    switch member {
    case .jsonTryParse: return .kinds([.result])
    case .jsonStringify: return .kinds([.string])
    case .objectKeys, .objectValues, .objectEntries, .arrayFrom, .arrayOf: return .kinds([.array])
    case .objectHasOwn, .objectIs, .arrayIsArray, .numberIsNaN, .numberIsFinite, .numberIsInteger,
      .numberIsSafeInteger:
      return .kinds([.boolean])
    case .numberParseFloat, .numberParseInt: return .kinds([.number])
    default: return nil
    }
  }

  // By the table's names: what is not here may give anything.
  private static func result(of method: BuiltinMethod) -> CertainValue? {
    switch method.receiver {
    case .string:
      switch method.name {
      case "split": return .kinds([.array])
      case "includes", "startsWith", "endsWith": return .kinds([.boolean])
      case "charCodeAt", "codePointAt", "indexOf", "lastIndexOf", "localeCompare":
        return .kinds([.number])
      default: return .kinds([.string])
      }
    case .array:
      switch method.name {
      case "concat", "copyWithin", "entries", "fill", "filter", "flat", "flatMap", "keys", "map",
        "reverse", "slice", "sort", "splice", "toReversed", "toSorted", "toSpliced", "values",
        "with":
        return .kinds([.array])
      case "join", "toString": return .kinds([.string])
      case "every", "includes", "some": return .kinds([.boolean])
      case "findIndex", "findLastIndex", "indexOf", "lastIndexOf", "push", "unshift":
        return .kinds([.number])
      default: return nil
      }
    case .number: return method.name == "valueOf" ? .kinds([.number]) : .kinds([.string])
    case .boolean: return method.name == "valueOf" ? .kinds([.boolean]) : .kinds([.string])
    case .request, .response: return method.name == "text" ? .kinds([.string]) : nil
    default: return nil
    }
  }
}
