import Encodings
import HandlerLanguage

extension Evaluator {
  /// Names of request headers that hold credentials.
  static let credentialHeaders: Set<String> = [
    "authorization", "proxy-authorization", "cookie", "x-api-key",
  ]

  func evaluateMember(
    _ whole: Expression, _ object: Expression, _ name: String, _ isOptional: Bool,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    if case .global(let global)? = program.references[safely: object.id],
      case .identifier = object.kind
    {
      return globalMember(global, name)
    }
    let base = evaluate(object, &state, frame)
    if !isOptional { touch(base, at: object.position) }
    if name == "value" { noteResultUse(base, object, state, at: whole.position) }
    var value = load(base, name, at: whole.position)
    if name == "ok" { value.labels = value.labels.of(LabelKind.keptByComparison) }
    return refine(value, whole, state)
  }

  func evaluateIndex(
    _ object: Expression, _ index: Expression, _ isOptional: Bool, _ state: inout PathState,
    _ frame: Frame
  ) -> AbstractValue {
    let base = evaluate(object, &state, frame)
    let key = evaluate(index, &state, frame)
    consume(key, at: index.position)
    if !isOptional { touch(base, at: object.position) }
    var result = AbstractValue.nothing
    for name in fieldNames(key) {
      if name == nil || name == "value" { noteResultUse(base, object, state, at: object.position) }
      result.formUnion(load(base, name, at: object.position))
    }
    if key.isExactly(.methodAndPath) || key.isExactly(.requestPath) {
      noteDispatch(base, key, result)
    } else if !result.functions.isEmpty {
      noteUnreadPath(key)
    }
    return result.adding(key.labels.without([.missing]))
  }

  /// `table[req.path]`, `table[`${req.method} ${req.path}`]`: the keys are routes.
  private func noteDispatch(_ base: AbstractValue, _ key: AbstractValue, _ result: AbstractValue) {
    guard !result.functions.isEmpty || !result.objects.isEmpty else { return }
    for index in base.objects {
      if !heap[index].others.isNothing { findings?.routesAreDynamic = true }
      for name in heap[index].fields.keys {
        let routes = routeRefinement(key, equals: .text(name.text), at: heap[index].position)
        var state = PathState()
        state.routes = routes
        noteRoute(base, state)
      }
    }
  }

  /// The value must be an object, or the request ends here.
  func touch(_ base: AbstractValue, at position: SourcePosition) {
    consume(base, at: position)
    if base.mayBeNullish { addFault(base.labels) }
  }

  /// `base.name`; nil is a name that is not known.
  func load(_ base: AbstractValue, _ name: String?, at position: SourcePosition) -> AbstractValue {
    var result = AbstractValue.nothing
    for index in base.objects.sorted() {
      result.formUnion(loadField(index, name, at: position))
    }
    if base.mayBeString {
      if name == nil || name == "length" { result.kinds.insert(.number) }
      if name != "length" { result.kinds.formUnion([.string, .undefined]) }
      result.labels.formUnion(base.labels)
    } else if base.mayBeNumber || base.kinds.contains(.boolean) {
      result.kinds.insert(.undefined)
    }
    return result.adding(base.labels.without([.missing]))
  }

  private func loadField(_ index: Int, _ name: String?, at position: SourcePosition)
    -> AbstractValue
  {
    let object = heap[index]
    if index == requestHeaders { return loadRequestHeader(object, name, at: position) }
    if object.kind == .request, let name { notePlace(of: "req.\(name)", position) }
    if index == requestQuery { notePlace(of: "req.query", position) }
    var result = object.others
    if let name {
      let key = object.kind == .headers ? name.lowercasedASCII : name
      if let field = object.fields[key] { result.formUnion(field) }
      if !object.certain.contains(key) { result.kinds.insert(.undefined) }
      if name == "length", object.kind == .array || object.kind == .data {
        result.kinds.insert(.number)
      }
    } else {
      result = object.anyField.union(AbstractValue(kinds: [.undefined, .number]))
    }
    return result.adding(object.labels)
  }

  /// Request data is there from the beginning; a witness points at its first use.
  private func notePlace(of name: String, _ position: SourcePosition) {
    guard let source = sourceIndex[name], !sources[source].isPlaced else { return }
    sources[source].position = position
    sources[source].isPlaced = true
  }

  /// A header of the request: a credential when its name says so, or is not known.
  func loadRequestHeader(
    _ object: AbstractObject, _ name: String?, at position: SourcePosition
  ) -> AbstractValue {
    let key = name?.lowercasedASCII
    var kinds = LabelKind.raw.union([.request])
    if key.map(Self.credentialHeaders.contains) ?? true { kinds.insert(.credential) }
    var value = AbstractValue(kinds: [.string, .undefined])
    value.labels = labels(kinds, key ?? "headers", at: position)
    for (field, stored) in object.fields where key == nil || field == key.map({ ByteName($0) }) {
      value.formUnion(stored)
    }
    return value
  }

  /// Everything that iterating over a value can give.
  func elements(of value: AbstractValue) -> AbstractValue {
    var result = AbstractValue.nothing
    for index in value.objects { result.formUnion(heap[index].anyField.adding(heap[index].labels)) }
    if value.mayBeString { result.formUnion(.string) }
    return result.adding(value.labels.without([.missing]))
  }

  /// Stores into a field. Branches that decide whether it happens leave their mark on the value.
  func store(
    _ value: AbstractValue, in base: AbstractValue, field name: String?, _ state: PathState,
    _ frame: Frame, at position: SourcePosition
  ) {
    let value = value.adding(state.control)
    for index in base.objects.sorted() {
      noteStore(into: heap[index].phase, frame, "an object made at start is changed", at: position)
      if heap[index].kind == .headers {
        grow(index, field: name?.lowercasedASCII, value)
      } else {
        grow(index, field: name, value)
      }
    }
  }

  /// Only state that a request has made itself may be changed by it.
  func noteStore(
    into phase: Phase, _ frame: Frame, _ what: String, at position: SourcePosition
  ) {
    if phase == .start, frame.phase == .request {
      findings?.lose(.stateIsolated, what, at: position)
    }
  }

  /// The old value of an assignment's target.
  func evaluate(
    _ target: AssignmentTarget, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    switch target {
    case .variable(let name): evaluate(name, &state, frame)
    case .member(let object, let name):
      load(evaluate(object, &state, frame), name, at: object.position)
    case .index(let object, let index):
      evaluateIndex(object, index, false, &state, frame)
    }
  }

  /// `target = value`.
  func assign(
    _ value: AbstractValue, to target: AssignmentTarget, _ state: inout PathState, _ frame: Frame
  ) {
    switch target {
    case .variable(let name):
      guard case .binding(let binding)? = program.references[name.id],
        let owner = frame.owner(of: program.bindings[binding].function)
      else { return }
      noteStore(
        into: owner.phase, frame,
        "`\(program.bindings[binding].name)` of the module is assigned to",
        at: name.position)
      grow(owner, binding: binding, value.adding(state.control))
    case .member(let object, let name):
      let base = evaluate(object, &state, frame)
      touch(base, at: object.position)
      store(value, in: base, field: name, state, frame, at: object.position)
    case .index(let object, let index):
      let base = evaluate(object, &state, frame)
      let key = evaluate(index, &state, frame)
      consume(key, at: index.position)
      touch(base, at: object.position)
      let labels = key.labels.without([.missing])
      for name in fieldNames(key) {
        store(value.adding(labels), in: base, field: name, state, frame, at: object.position)
      }
    }
  }
}

extension Array {
  /// The element, or nil outside.
  fileprivate subscript<Wrapped>(safely index: Int) -> Wrapped? where Element == Wrapped? {
    indices.contains(index) ? self[index] : nil
  }
}

extension String {
  /// The text with `A`–`Z` in lower case, as header names and hosts are compared.
  var lowercasedASCII: String {
    String(
      decoding: utf8.map { 0x41...0x5A ~= $0 ? $0 + 0x20 : $0 }, as: UTF8.self)
  }
}
