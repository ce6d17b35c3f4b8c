/// Calls: what is called, and with what.
extension Resolver {
  mutating func walkCall(
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
        if global.row.isCallable {
          checkMost(global.row.maximumArguments, global.rawValue, arguments, expression)
        }
        if global == .h, let tag = arguments.first, !tag.isSpread { checkTag(tag.value) }
        if global == .h { checkAttributes(ofCall: arguments) }
        if global == .fetchSync {
          checkLiterals(
            of: name, [.text, ParameterShape.fetchOptions], names: ["url", "init"], arguments)
        }
      default: break
      }
    case .member(let object, let name, _):
      walkMember(object, name, callee)
      if let global = global(object) {
        guard let member = global.member(named: name) else { break }
        check(member, expression)
        checkMost(member.row.maximumArguments, member.rawValue, arguments, expression)
        checkOptions(of: member, arguments)
        checkBody(of: member, arguments)
        checkLiterals(
          of: member.rawValue, ParameterShape.parameters(of: member), names: ["value", "init"],
          arguments)
        if let first = arguments.first {
          if member == .objectFromEntries {
            iterations.append(Iteration(value: first.value, use: .fromEntries))
          }
          if member == .objectAssign { openStores.append(first.value) }
        }
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
    checkLiterals(
      of: called.name, ParameterShape.parameters(of: called), names: row.parameters, arguments)
    if let argument = FunctionArgument.among(arguments, of: called) {
      functionArguments.append(argument)
    }
    if called == .routerMatch, let table = arguments.first, !table.isSpread {
      routeTables.append(table.value)
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
        Self.insteadOfCalling(global),
        at: expression.position)
    } else if function == nil, global.row.effect == .network {
      reportModuleLevelCall(global.rawValue, expression.position)
    }
  }

  private static func insteadOfCalling(_ global: BuiltinGlobal) -> String? {
    switch global {
    case .array: "write `Array.from({ length: 3 })`, or a literal"
    case .object: "write `{}`"
    case .date: "write `Date.now()`"
    default: global.memberNames.first.map { "use its members, such as `\(global.rawValue).\($0)`" }
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
}
