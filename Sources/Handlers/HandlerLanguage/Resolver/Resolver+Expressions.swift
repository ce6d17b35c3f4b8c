extension Resolver {
  mutating func walk(_ expression: Expression) {
    switch expression.kind {
    case .number, .string, .boolean, .null, .undefined: break
    case .identifier(let name): walkName(name, expression)
    case .template(_, let values): for value in values { walk(value) }
    case .array(let elements):
      for element in elements {
        switch element {
        case .value(let value), .spread(let value): walk(value)
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

  private mutating func walkMember(_ object: Expression, _ name: String, _ expression: Expression) {
    guard let global = global(object) else { return walk(object) }
    references[object.id] = .global(global)
    guard global.member(named: name) == nil else { return }
    let closest = Closest.match(name, among: global.memberNames)
    diagnostics.report(
      .unknownMember, "`\(global.rawValue).\(name)` is not part of the language",
      closest.map { "did you mean `\(global.rawValue).\($0)`?" }
        ?? (global.memberNames.isEmpty
          ? nil : "\(global.rawValue) has \(global.memberNames.joined(separator: ", "))"),
      at: expression.position)
  }

  /// The global that an expression names, if it is one and nothing here hides it.
  private func global(_ expression: Expression) -> BuiltinGlobal? {
    guard case .identifier(let name) = expression.kind,
      case .reference(.global(let global)) = lookUp(name), !global.isNumber
    else { return nil }
    return global
  }

  // MARK: Calls

  private mutating func walkCall(
    _ callee: Expression, _ arguments: [Argument], _ isOptional: Bool, _ expression: Expression
  ) {
    switch callee.kind {
    case .identifier(let name):
      resolve(name, callee)
      switch references[callee.id] {
      case .module(let called):
        check(called, arguments, expression)
        if called.module == "sql" {
          statementCalls.append(
            StatementCall(
              function: called, arguments: arguments, position: expression.position,
              isAtModuleLevel: function == nil))
        }
      case .global(let global):
        check(global, expression)
        checkMost(global.row.maximumArguments, global.rawValue, arguments, expression)
        if global == .h, let tag = arguments.first, !tag.isSpread { checkTag(tag.value) }
      default: break
      }
    case .member(let object, let name, _):
      walkMember(object, name, callee)
      if let global = global(object) {
        guard let member = global.member(named: name) else { break }
        check(member, expression)
        checkMost(member.row.maximumArguments, member.rawValue, arguments, expression)
        checkOptions(of: member, arguments)
      } else {
        calls.append(
          ReceiverCall(
            object: object, name: name, arguments: arguments, isOptional: isOptional,
            position: callee.position))
      }
    default: walk(callee)
    }
    for argument in arguments { walk(argument.value) }
  }

  private mutating func check(
    _ called: ModuleFunction, _ arguments: [Argument], _ expression: Expression
  ) {
    let row = ModuleTable.row(called)
    if arguments.count < row.required, !arguments.contains(where: \.isSpread) {
      let names = row.parameters.prefix(row.required).joined(separator: ", ")
      diagnostics.report(
        .tooFewArguments,
        "`\(called.name)` needs \(row.required) argument\(row.required == 1 ? "" : "s"), not \(arguments.count)",
        "write `\(called.name)(\(names))`", at: expression.position)
    }
    // A sequence has as many members as there are.
    if called != .composePipe {
      checkMost(row.parameters.count, called.name, arguments, expression)
    }
    if SchemaCall.functions.contains(called) {
      schemaCalls.append(
        SchemaCall(
          function: called, arguments: arguments, position: expression.position,
          isAtModuleLevel: function == nil))
    }
    if function == nil, called != .env, !row.isPure || row.capabilities == [.runtimeCallback] {
      reportModuleLevelCall(called.name, expression.position)
    }
  }

  /// An argument that nothing takes is a mistake, or meant for another function.
  private mutating func checkMost(
    _ most: Int?, _ name: String, _ arguments: [Argument], _ expression: Expression
  ) {
    guard let most, arguments.count > most, !arguments.contains(where: \.isSpread) else { return }
    diagnostics.report(
      .tooManyArguments, TooMany.message(name, most, arguments.count), TooMany.advice(name),
      at: expression.position)
  }

  /// `Response.json(value, 201)` fails each time.
  private mutating func checkOptions(of member: BuiltinMember, _ arguments: [Argument]) {
    guard member.global == .response, arguments.count == 2, !arguments.contains(where: \.isSpread)
    else { return }
    let options = arguments[1].value
    switch options.kind {
    case .number(let status):
      if member == .responseRedirect {
        guard ![301, 302, 303, 307, 308].contains(status) else { return }
        diagnostics.report(
          .unfitArgument, "a redirect has the status 301, 302, 303, 307 or 308", nil,
          at: options.position)
        return
      }
      diagnostics.report(
        .unfitArgument, "`\(member.rawValue)` takes `{ status, headers }`, not a number",
        "write `\(member.rawValue)(value, { status: … })`", at: options.position)
    case .string, .template, .boolean:
      if member == .responseRedirect {
        diagnostics.report(
          .unfitArgument, "the status of a redirect is a number",
          "write `Response.redirect(url, 303)`", at: options.position)
        return
      }
      diagnostics.report(
        .unfitArgument, "`\(member.rawValue)` takes `{ status, headers }` here",
        "write `\(member.rawValue)(value, { headers: { \"name\": \"value\" } })`",
        at: options.position)
    default: return
    }
  }

  private mutating func check(_ global: BuiltinGlobal, _ expression: Expression) {
    if !global.row.isCallable {
      diagnostics.report(
        .globalAsValue, "`\(global.rawValue)` is not a function",
        global.memberNames.first.map { "use its members, such as `\(global.rawValue).\($0)`" },
        at: expression.position)
    } else if function == nil, global.row.effect == .network {
      reportModuleLevelCall(global.rawValue, expression.position)
    }
  }

  private mutating func check(_ member: BuiltinMember, _ expression: Expression) {
    if !member.row.isCallable {
      diagnostics.report(
        .globalAsValue, "`\(member.rawValue)` is a number, not a function", nil,
        at: expression.position)
      return
    }
    switch member.row.effect {
    case .clock, .random, .log, .network:
      if function == nil { reportModuleLevelCall(member.rawValue, expression.position) }
    case .pure, .mutatesReceiver, .mutatesFirstArgument: break
    }
  }

  /// What is put into HTML as a tag stands in the source.
  private mutating func checkTag(_ tag: Expression) {
    switch tag.kind {
    case .string, .identifier, .member, .function: return
    default:
      diagnostics.report(
        .computedTag, "the tag of `h` is neither a literal nor a component",
        "write `h(\"p\", …)`, or name a component", at: tag.position)
    }
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

  private mutating func reportModuleLevelCall(_ name: String, _ position: SourcePosition) {
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
