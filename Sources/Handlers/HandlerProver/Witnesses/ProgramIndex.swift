import HandlerLanguage

/// The program's tree by number: what stands where, what is bound by what, and what is stored where.
struct ProgramIndex {
  /// Where a name gets a value.
  struct Definition {
    var value: Expression
    /// Of the name that is bound.
    var position: SourcePosition
  }
  /// Which parameter of which function a name is, or is taken out of.
  struct Parameter {
    var place: Int
    var isRest: Bool
  }
  /// Something is put into an object or an array.
  struct Write {
    var position: SourcePosition
    var base: Expression
    var values: [Expression]
  }
  /// The function number of what stands at module level.
  static let module = -1

  private(set) var expressions: [Int: Expression] = [:]
  /// The function each expression stands in.
  private(set) var functionOf: [Int: Int] = [:]
  private(set) var definitions: [Int: [Definition]] = [:]
  private(set) var parameters: [Int: Parameter] = [:]
  private(set) var writes: [Write] = []
  private(set) var at: [SourcePosition: [Int]] = [:]
  private(set) var functionsAt: [SourcePosition: [Int]] = [:]
  /// What decides which way a function goes, in the order in which it was met.
  private(set) var tests: [Int: [Expression]] = [:]
  /// For each function in a `|>` row: the member whose value it is called with.
  private(set) var piped: [Int: Expression] = [:]
  /// Calls of functions of modules by their names.
  private(set) var moduleCalls: [Int: (function: ModuleFunction, arguments: [Expression])] = [:]
  /// Function names, as they are declared.
  private(set) var names: [Int: String] = [:]

  /// Methods that put their arguments into the receiver.
  private static let filling: Set<String> = ["push", "unshift", "splice", "fill", "set", "append"]

  // The tree is walked with a list of what is still to be seen: it can be deep.
  private enum Item {
    case statement(Statement, Int)
    case expression(Expression, Int)
  }
  private var todo: [Item] = []
  private let references: [Reference?]

  init(_ program: Program) {
    references = program.references
    for module in program.modules { add(module.body, Self.module) }
    if case .defaultExport(let expression) = program.handler { add(expression, Self.module) }
    while let item = todo.popLast() {
      switch item {
      case .statement(let statement, let function): read(statement, function)
      case .expression(let expression, let function): read(expression, function)
      }
    }
    for function in tests.keys {
      tests[function]?.sort { Self.isBefore($0.position, $1.position) }
    }
  }

  /// Whether a place stands before another one of the same file.
  static func isBefore(_ a: SourcePosition, _ b: SourcePosition) -> Bool {
    (a.file, a.line, a.column) < (b.file, b.line, b.column)
  }

  // MARK: reading

  private mutating func add(_ statements: [Statement], _ function: Int) {
    todo += statements.map { .statement($0, function) }
  }
  private mutating func add(_ expression: Expression, _ function: Int) {
    todo.append(.expression(expression, function))
  }
  private mutating func add(test: Expression, _ function: Int) {
    tests[function, default: []].append(test)
    add(test, function)
  }

  private mutating func read(_ statement: Statement, _ function: Int) {
    switch statement.kind {
    case .variables(_, let declarators):
      for declarator in declarators {
        guard let value = declarator.value else { continue }
        add(value, function)
        define(declarator.pattern, value, function)
      }
    case .function(_, let declared): enter(declared)
    case .expression(let expression): add(expression, function)
    case .return(let expression): if let expression { add(expression, function) }
    case .if(let test, let then, let otherwise):
      add(test: test, function)
      add([then], function)
      if let otherwise { add([otherwise], function) }
    case .forOf(_, let pattern, let iterable, let body):
      add(test: iterable, function)
      define(pattern, iterable, function)
      add([body], function)
    case .break, .continue: break
    case .switch(let subject, let cases):
      add(test: subject, function)
      for item in cases {
        for test in item.tests { add(test: test, function) }
        add(item.body, function)
      }
    case .block(let statements): add(statements, function)
    case .assert(let condition, let message):
      add(test: condition, function)
      if let message { add(message, function) }
    }
  }

  private mutating func read(_ expression: Expression, _ function: Int) {
    expressions[expression.id] = expression
    functionOf[expression.id] = function
    at[expression.position, default: []].append(expression.id)
    switch expression.kind {
    case .function(let made): enter(made)
    case .logical(_, let left, _): tests[function, default: []].append(left)
    case .conditional(let test, _, _): add(test: test, function)
    case .assign(let target, let value), .logicalAssign(let target, _, let value),
      .compoundAssign(let target, _, let value):
      store(value, in: target, at: expression.position)
    case .call(let callee, let arguments, _): readCall(expression, callee, arguments)
    case .pipeline(let pipeline) where pipeline.role == .apply:
      for (member, before) in zip(pipeline.members.dropFirst(), pipeline.members) {
        piped[member.id] = before
      }
      todo += pipeline.members.dropLast().map { .expression($0, function) }
    case .match(let match):
      add(test: match.subject, function)
      for arm in match.arms { define(arm.pattern, match.subject) }
    default: break
    }
    todo += expression.operands.map { .expression($0, function) }
  }

  private mutating func readCall(
    _ call: Expression, _ callee: Expression, _ arguments: [Argument]
  ) {
    let values = arguments.map(\.value)
    switch callee.kind {
    case .identifier:
      if case .module(let function)? = references[callee.id] {
        moduleCalls[call.id] = (function, values)
      }
    case .member(let base, let name, _):
      if case .identifier("Object") = base.kind, name == "assign", let target = values.first {
        writes.append(
          Write(position: call.position, base: target, values: Array(values.dropFirst())))
      } else if Self.filling.contains(name) {
        writes.append(Write(position: call.position, base: base, values: values))
      }
    default: break
    }
  }

  private mutating func store(
    _ value: Expression, in target: AssignmentTarget, at position: SourcePosition
  ) {
    switch target {
    case .variable(let name):
      guard case .binding(let binding)? = references[name.id] else { return }
      definitions[binding, default: []].append(.init(value: value, position: name.position))
    case .member(let base, _):
      writes.append(Write(position: position, base: base, values: [value]))
    case .index(let base, let key):
      writes.append(Write(position: position, base: base, values: [value, key]))
    }
  }

  private mutating func enter(_ function: Function) {
    functionsAt[function.position, default: []].append(function.id)
    names[function.id] = function.name
    for (place, parameter) in function.parameters.enumerated() {
      declare(parameter.target, .init(place: place, isRest: false))
      if let fallback = parameter.fallback {
        add(fallback, function.id)
        define(parameter.target, fallback, function.id)
      } else {
        readFallbacks(of: parameter.target, function.id)
      }
    }
    if let rest = function.rest {
      declare(rest, .init(place: function.parameters.count, isRest: true))
      readFallbacks(of: rest, function.id)
    }
    switch function.body {
    case .block(let statements): add(statements, function.id)
    case .expression(let expression): add(expression, function.id)
    }
  }

  // MARK: patterns

  private mutating func declare(_ pattern: Pattern, _ parameter: Parameter) {
    for name in pattern.names { parameters[name.binding] = parameter }
  }

  private mutating func define(_ pattern: Pattern, _ value: Expression, _ function: Int) {
    for name in pattern.names {
      definitions[name.binding, default: []].append(.init(value: value, position: name.position))
    }
    readFallbacks(of: pattern, function)
  }

  private mutating func readFallbacks(of pattern: Pattern, _ function: Int) {
    for (target, fallback) in pattern.fallbacks {
      add(fallback, function)
      for name in target.names {
        definitions[name.binding, default: []].append(
          .init(value: fallback, position: name.position))
      }
    }
    for key in pattern.computedKeys { add(key, function) }
  }

  private mutating func define(_ pattern: MatchPattern, _ subject: Expression) {
    guard case .object(let fields) = pattern else { return }
    for field in fields {
      switch field.value {
      case .pattern(let inner): define(inner, subject)
      case .bind(let name):
        definitions[name.binding, default: []].append(
          .init(value: subject, position: name.position))
      }
    }
  }
}
