/// A field of a value that is read, or stored to, by name.
struct ReceiverRead {
  var object: Expression
  var name: String
  var position: SourcePosition
  var isStore: Bool
}

/// What values are seen to be without running anything, as far as their methods go: a method can
/// only be called where it is named, and a Response, a Result and an element have the fields that
/// they have.
struct ReceiverKinds {
  /// The kinds that a value may have; empty where nothing is known.
  typealias Kinds = Set<BuiltinMethod.Receiver>

  private let references: [Reference?]
  private let bindings: [Binding]
  /// The values of constants, wherever they are declared.
  private var values: [Int: Expression] = [:]
  /// What parameters of callbacks are.
  private(set) var parameters: [Int: Kinds] = [:]
  /// The first parameters of the handler and of those that it leaves requests to.
  private(set) var requests: Set<Int> = []

  init(references: [Reference?], bindings: [Binding]) {
    self.references = references
    self.bindings = bindings
  }

  /// Remembers what a constant is bound to.
  mutating func remember(_ binding: Int, _ value: Expression) {
    if !bindings[binding].isReassigned { values[binding] = value }
  }

  /// Remembers what a callback's parameter is.
  mutating func remember(elements kinds: Kinds, _ binding: Int) {
    if !bindings[binding].isReassigned { parameters[binding] = kinds }
  }

  /// Remembers the parameter of the handler, or of one that it leaves requests to.
  mutating func remember(handler function: Function) {
    guard case .name(let name)? = function.parameters.first?.target,
      !bindings[name.binding].isReassigned
    else { return }
    requests.insert(name.binding)
  }

  /// What an identifier stands for.
  func reference(of expression: Expression) -> Reference? { references[expression.id] }

  /// The variable that an identifier names.
  func binding(of expression: Expression) -> Int? {
    guard case .binding(let binding)? = references[expression.id] else { return nil }
    return binding
  }

  /// How often each variable is named.
  func useCounts() -> [Int: Int] {
    var counts: [Int: Int] = [:]
    for case .binding(let binding)? in references { counts[binding, default: 0] += 1 }
    return counts
  }

  /// What a constant is bound to.
  func value(of binding: Int) -> Expression? { values[binding] }

  /// Whether a variable is a function that was declared.
  func isFunction(_ binding: Int) -> Bool {
    bindings[binding].kind == .function && !bindings[binding].isReassigned
  }

  /// What an expression may be.
  func kinds(of expression: Expression, depth: Int = 0) -> Kinds {
    guard depth < 24 else { return [] }
    func inner(_ expression: Expression) -> Kinds { kinds(of: expression, depth: depth + 1) }
    switch expression.kind {
    case .string, .template: return [.string]
    case .number: return [.number]
    case .boolean: return [.boolean]
    case .array: return [.array]
    case .logical(_, let left, let right): return inner(left).union(inner(right))
    case .conditional(_, let then, let otherwise): return inner(then).union(inner(otherwise))
    case .binary(.add, let left, let right):
      return inner(left).union(inner(right)).contains(.string) ? [.string] : []
    case .assign(_, let value): return inner(value)
    case .optionalChain(let chain): return inner(chain)
    case .identifier:
      guard case .binding(let binding)? = references[expression.id] else { return [] }
      if requests.contains(binding) { return [.request] }
      return values[binding].map(inner) ?? []
    case .member(let object, let name, _): return kinds(ofField: name, inner(object))
    case .call(let callee, _, _): return kinds(ofCall: callee, inner)
    default: return []
    }
  }

  private func kinds(ofField name: String, _ object: Kinds) -> Kinds {
    if object.contains(.request) || object.contains(.response), name == "headers" {
      return [.headers]
    }
    if object.contains(.request), ["method", "path", "url"].contains(name) { return [.string] }
    return []
  }

  private func kinds(ofCall callee: Expression, _ inner: (Expression) -> Kinds) -> Kinds {
    switch callee.kind {
    case .identifier:
      switch references[callee.id] {
      case .module(.fetch), .global(.fetchSync): return [.response]
      case .module(.env), .module(.cacheGet), .global(.string): return [.string]
      case .module(let function):
        switch ModuleTable.row(function).result {
        case .string, .stringOrUndefined: return [.string]
        case .number: return [.number]
        case .result: return [.result]
        default: return []
        }
      case .global(.range): return [.array]
      default: return []
      }
    case .member(let object, let name, _):
      if case .global(let global)? = references[object.id], case .identifier = object.kind {
        switch global {
        case .response: return [.response]
        case .json: return name == "tryParse" ? [.result] : name == "stringify" ? [.string] : []
        case .object: return name == "keys" || name == "values" || name == "entries" ? [.array] : []
        case .array: return name == "isArray" ? [] : [.array]
        default: return []
        }
      }
      let receiver = inner(object)
      if receiver == [.string] {
        return ["split"].contains(name)
          ? [.array]
          : ["trim", "slice", "concat"].contains(name)
            || name.hasPrefix("to") || name.hasPrefix("replace") ? [.string] : []
      }
      return []
    default: return []
    }
  }

  /// Reports methods that are read as values, and stores to fields that there are not.
  ///
  /// - Parameter handler: its first parameter is the request.
  static func check(_ resolver: Resolver, handler: Function?) -> DiagnosticSink {
    var known = ReceiverKinds(references: resolver.references, bindings: resolver.bindings)
    for (binding, value) in resolver.constants { known.remember(binding, value) }
    if let handler { known.remember(handler: handler) }
    known.remember(routesOf: resolver, calls: resolver.calls)
    known.remember(callbacksOf: resolver.calls)
    var diagnostics = resolver.diagnostics.emptied
    let stored = Set(resolver.reads.lazy.filter(\.isStore).map(\.name))
      .union(resolver.storedNames)
    let fields = RequestFields(
      stored: stored, mayGainAny: resolver.openStores.contains { known.mayBeRequest($0) })
    for read in resolver.reads {
      if known.isElement(read.object) {
        diagnostics.report(
          .fixedFields, "a JSX element has no field `\(read.name)`",
          "keep what you need beside the element: it can only be rendered", at: read.position)
        continue
      }
      let kinds = known.kinds(of: read.object)
      if kinds.isEmpty { continue }
      if read.isStore {
        guard !known.isAssignable(read.name, of: kinds) else { continue }
        diagnostics.report(
          .fixedFields,
          kinds == [.result]
            ? "a Result cannot be changed" : "a Response has no field `\(read.name)` to assign to",
          kinds == [.result]
            ? "make an object of your own" : "only status, headers and body can be assigned",
          at: read.position)
      } else if known.isMethod(read.name, of: kinds) {
        diagnostics.report(
          .methodAsValue, "`\(read.name)` is a method: it can only be called where it is named",
          "write `(x) => value.\(read.name)(x)`", at: read.position)
      } else if kinds == [.request] {
        fields.check(read.name, at: read.position, &diagnostics)
      }
    }
    if let handler, case .object(let properties, _)? = handler.parameters.first?.target {
      for property in properties {
        guard case .literal(let key) = property.key else { continue }
        let place = property.target.names.first?.position ?? handler.position
        fields.check(key.text, at: place, &diagnostics)
        guard known.isMethod(key.text, of: [.request]) else { continue }
        diagnostics.report(
          .methodAsValue, "`\(key.text)` is a method: it can only be called where it is named",
          "take the request as a whole and write `req.\(key.text)()`",
          at: place)
      }
    }
    known.checkCalls(
      resolver.calls, stored: stored, requestMayGainAny: fields.mayGainAny, &diagnostics)
    known.checkIterations(resolver.iterations, &diagnostics)
    known.checkFunctions(resolver.functionArguments, &diagnostics)
    return diagnostics
  }

  /// Whether a value can be the request: the handler's parameter, or a parameter that may get it.
  private func mayBeRequest(_ expression: Expression) -> Bool {
    guard case .binding(let binding)? = references[expression.id] else { return false }
    return bindings[binding].kind == .parameter || kinds(of: expression) == [.request]
  }

  /// Whether an expression is certainly a JSX element.
  func isElement(_ expression: Expression, depth: Int = 0) -> Bool {
    guard depth < 24 else { return false }
    switch expression.kind {
    case .jsx: return true
    case .identifier:
      guard case .binding(let binding)? = references[expression.id], let value = values[binding]
      else { return false }
      return isElement(value, depth: depth + 1)
    case .conditional(_, let then, let otherwise):
      return isElement(then, depth: depth + 1) && isElement(otherwise, depth: depth + 1)
    default: return false
    }
  }

  /// Whether a name read as a value is a method of what is read, not a field.
  func isMethod(_ name: String, of kinds: Kinds) -> Bool {
    kinds.contains { BuiltinMethod.method(of: $0, named: name) != nil }
  }

  /// Whether values of a kind have a field of a name that can be assigned to; nil where any can.
  func isAssignable(_ name: String, of kinds: Kinds) -> Bool {
    if kinds == [.response] { return ["status", "headers", "body"].contains(name) }
    return kinds != [.result]
  }
}
