extension Resolver {
  mutating func walk(_ expression: Expression) {
    switch expression.kind {
    case .number, .string, .boolean, .null, .undefined: break
    case .identifier(let name): walkName(name, expression)
    case .template(_, let values): for value in values { walk(value) }
    case .array(let elements):
      for element in elements {
        switch element {
        case .value(let value): walk(value)
        case .spread(let value):
          walk(value)
          iterations.append(Iteration(value: value, use: .spread))
        }
      }
    case .object(let members): for member in members { walk(member) }
    case .function(let function): walk(function)
    case .unary(_, let operand): walk(operand)
    case .binary(_, let left, let right), .logical(_, let left, let right):
      walk(left)
      walk(right)
    case .conditional(let test, let then, let otherwise):
      walk(test)
      walk(then)
      walk(otherwise)
    case .assign(let target, let value), .compoundAssign(let target, _, let value),
      .logicalAssign(let target, _, let value):
      walk(target)
      walk(value)
    case .member(let object, let name, _):
      walkMember(object, name, expression)
      noteRead(name, of: object, at: expression.position)
    case .index(let object, let index, _):
      walk(object)
      walk(index)
    case .call(let callee, let arguments, let isOptional):
      walkCall(callee, arguments, isOptional, expression)
    case .optionalChain(let inner): walk(inner)
    case .pipeline(let pipeline): for member in pipeline.members { walk(member) }
    case .match(let match): walk(match)
    case .jsx(let element): walk(element)
    }
  }

  private mutating func walk(_ member: ObjectMember) {
    switch member {
    case .property(let key, let value):
      if case .computed(let key) = key { walk(key) }
      warnOfConversion(key, value)
      walk(value)
    case .spread(let value): walk(value)
    }
  }

  /// Objects have no conversions of their own: a function under one of these names is a field like any
  /// other, and is not called where JavaScript would.
  private mutating func warnOfConversion(_ key: PropertyKey, _ value: Expression) {
    guard case .function(let function) = value.kind, case .literal(let name) = key,
      ["toJSON", "toString", "valueOf"].contains(name.text)
    else { return }
    diagnostics.report(
      .ownConversion,
      "`\(name.text)` is called by nobody: objects have no conversions of their own",
      name.text == "toJSON"
        ? "write `JSON.stringify(convert(value))`"
        : "call a function where the conversion is needed",
      at: function.position, severity: .warning)
  }

  private mutating func walk(_ match: Match) {
    walk(match.subject)
    for arm in match.arms {
      inScope(arm.pattern.names) { resolver in
        resolver.markInitialized(arm.pattern.names)
        resolver.walk(arm.value)
      }
    }
    if let otherwise = match.otherwise { walk(otherwise) }
  }

  private mutating func walk(_ element: JSXElement) {
    if case .component(let component) = element.tag { walk(component) }
    checkAttributes(of: element)
    for attribute in element.attributes {
      switch attribute {
      case .named(_, let value): if let value { walk(value) }
      case .spread(let value): walk(value)
      }
    }
    for case .expression(let child) in element.children { walk(child) }
  }

  // MARK: Globals

  /// A name used as a value. Globals such as `Math` are no values: only their members are.
  private mutating func walkName(_ name: String, _ expression: Expression) {
    resolve(name, expression)
    if references[expression.id] == .module(.sql) {
      diagnostics.report(
        .misplacedSQL, "`sql` is used as a value", "call it: `sql(\"name\", \"SELECT …\");`",
        at: expression.position)
    }
    guard case .global(let global)? = references[expression.id], global.row.form == .namespace
    else { return }
    let example = global.memberNames.first ?? ""
    diagnostics.report(
      .globalAsValue, "`\(name)` is not a value of its own",
      "use its members by name, such as `\(name).\(example)`", at: expression.position)
  }

  mutating func walkMember(_ object: Expression, _ name: String, _ expression: Expression) {
    guard let global = global(object) else {
      if case .identifier(let spelled) = object.kind, case .undeclared = lookUp(spelled),
        let advice = UnavailableNames.advice(spelled, member: name)
      {
        diagnostics.report(
          .unavailableGlobal, "`\(spelled).\(name)` is not part of the language", advice,
          at: object.position)
        return
      }
      return walk(object)
    }
    references[object.id] = .global(global)
    guard global.member(named: name) == nil else { return }
    let closest = Closest.match(name, among: global.memberNames)
    if let advice = UnavailableNames.advice(global, member: name) {
      diagnostics.report(
        .unknownMember, "`\(global.rawValue).\(name)` is not part of the language", advice,
        at: expression.position)
      return
    }
    diagnostics.report(
      .unknownMember, "`\(global.rawValue).\(name)` is not part of the language",
      closest.map { "did you mean `\(global.rawValue).\($0)`?" }
        ?? (global.memberNames.isEmpty
          ? nil : "\(global.rawValue) has \(global.memberNames.joined(separator: ", "))"),
      at: expression.position)
  }

  /// The global that an expression names, if it is one and nothing here hides it.
  func global(_ expression: Expression) -> BuiltinGlobal? {
    guard case .identifier(let name) = expression.kind,
      case .reference(.global(let global)) = lookUp(name), !global.isNumber
    else { return nil }
    return global
  }

  /// A field that is read as a value; whether it is one is seen when all constants are known.
  mutating func noteRead(_ name: String, of object: Expression, at position: SourcePosition) {
    guard global(object) == nil, BuiltinMethod.isName(name) || Self.isMadeHere(object) else {
      return
    }
    reads.append(ReceiverRead(object: object, name: name, position: position, isStore: false))
  }

  /// A constant, or an element that stands there: fields of elements are looked for in these.
  private static func isMadeHere(_ object: Expression) -> Bool {
    switch object.kind {
    case .identifier, .jsx: true
    default: false
    }
  }

  mutating func reportModuleLevelCall(_ name: String, _ position: SourcePosition) {
    diagnostics.report(
      .moduleLevelCall, "`\(name)` cannot be called at module level",
      "call it inside of the handler: module level runs once, before there is a request",
      at: position)
  }

  // MARK: Assignments

  private mutating func walk(_ target: AssignmentTarget) {
    switch target {
    case .variable(let variable):
      guard case .identifier(let name) = variable.kind else { return }
      resolve(name, variable)
      checkAssignment(to: name, variable)
    case .member(let object, let name):
      if let global = global(object) {
        diagnostics.report(
          .assignmentToConstant, "`\(global.rawValue).\(name)` cannot be assigned to", nil,
          at: object.position)
        return
      }
      walk(object)
      noteChange(object)
      reads.append(
        ReceiverRead(object: object, name: name, position: object.position, isStore: true))
    case .index(let object, let index):
      walk(object)
      noteChange(object)
      walk(index)
      switch index.kind {
      case .string(let name): storedNames.insert(name.text)
      case .number: break
      default: openStores.append(object)
      }
    }
  }

  private mutating func noteChange(_ object: Expression) {
    switch object.kind {
    case .identifier:
      if case .binding(let binding)? = references[object.id] { changedObjects.insert(binding) }
    case .member(let outer, _, _), .index(let outer, _, _): noteChange(outer)
    default: break
    }
  }

  private mutating func checkAssignment(to name: String, _ variable: Expression) {
    guard let reference = references[variable.id] else { return }
    guard case .binding(let index) = reference else {
      diagnostics.report(
        .assignmentToConstant, "`\(name)` cannot be assigned to", "choose another name",
        at: variable.position)
      return
    }
    let binding = bindings[index]
    if binding.file != variable.position.file {
      diagnostics.report(
        .assignmentToConstant, "the import `\(name)` cannot be assigned to",
        "declare a variable of your own", at: variable.position)
      return
    }
    switch binding.kind {
    case .const, .function, .functionSelf, .matchField:
      diagnostics.report(
        .assignmentToConstant, "`\(name)` cannot be assigned to: it is \(binding.kind.described)",
        binding.kind == .const ? "declare it with `let`" : "use a variable of your own",
        at: variable.position)
    case .let, .parameter:
      if binding.function == nil && function != nil {
        diagnostics.report(
          .assignmentAtRequestTime,
          "`\(name)` belongs to the module and cannot be assigned to in a function",
          "requests share nothing: use a local variable, or \"zigttp:cache\"",
          at: variable.position)
      }
      bindings[index].isReassigned = true
    }
  }
}

extension Binding.Kind {
  /// What it is called in messages.
  var described: String {
    switch self {
    case .const: "a constant"
    case .let: "a variable"
    case .function, .functionSelf: "a function"
    case .parameter: "a parameter"
    case .matchField: "a field of a pattern"
    }
  }
}

extension MatchPattern {
  /// Every name it binds, in source order.
  public var names: [BindingName] {
    guard case .object(let fields) = self else { return [] }
    return fields.flatMap { field in
      switch field.value {
      case .bind(let name): [name]
      case .pattern(let pattern): pattern.names
      }
    }
  }
}
