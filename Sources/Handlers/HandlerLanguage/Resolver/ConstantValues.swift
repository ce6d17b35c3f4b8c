import Encodings

/// What the values of constants are known to be: guards, plain functions, or neither. It decides
/// what each `|>` means.
struct ConstantValues {
  /// What is known of a value without running anything.
  enum Shape: Equatable {
    /// Made by `guard(…)`.
    case `guard`
    /// A function that is no guard.
    case plain
    /// Certainly no function.
    case data
    /// Anything.
    case unknown
  }

  var diagnostics: DiagnosticSink
  private let references: [Reference?]
  private let bindings: [Binding]
  /// Values of constants, and functions, by binding.
  private var values: [Int: Expression] = [:]
  private var functions: [Int: Function] = [:]
  /// Whether any file can make a guard at all.
  let hasGuards: Bool
  /// Every pipeline: its file, its place in ``ParsedModule/pipelines``, and itself.
  let pipelines: [(file: Int, ordinal: Int, expression: Expression)]

  init(loader: ProgramLoader, resolver: Resolver) {
    references = resolver.references
    bindings = resolver.bindings
    diagnostics = DiagnosticSink(files: loader.files)
    hasGuards = resolver.references.contains(.module(.composeGuard))
    pipelines = loader.units.enumerated().flatMap { file, unit in
      (unit?.module.pipelines ?? []).enumerated().map { (file, $0.offset, $0.element) }
    }
    for unit in loader.units {
      for statement in unit?.module.body ?? [] { collect(statement) }
    }
  }

  private mutating func collect(_ statement: Statement) {
    switch statement.kind {
    case .function(let name, let function): functions[name.binding] = function
    case .variables(.const, let declarators):
      for declarator in declarators {
        if case .name(let name) = declarator.pattern, let value = declarator.value {
          values[name.binding] = value
        }
      }
    default: break
    }
  }

  // MARK: Shapes

  /// What is known of the value of an expression.
  func shape(_ expression: Expression, depth: Int = 0) -> Shape {
    guard depth < 32 else { return .unknown }
    switch expression.kind {
    case .function: return .plain
    case .number, .string, .template, .boolean, .null, .undefined, .array, .object, .unary, .binary,
      .jsx, .compoundAssign:
      return .data
    case .identifier: return shape(of: references[expression.id], depth)
    case .conditional(_, let then, let otherwise):
      return Self.join(shape(then, depth: depth + 1), shape(otherwise, depth: depth + 1))
    case .logical(_, let left, let right):
      return Self.join(shape(left, depth: depth + 1), shape(right, depth: depth + 1))
    case .assign(_, let value): return shape(value, depth: depth + 1)
    case .pipeline(let pipeline):
      // A sequence is a handler; anything else is what its last function returns.
      let hasGuard = pipeline.members.contains { shape($0, depth: depth + 1) == .guard }
      return hasGuard ? .plain : .unknown
    case .call(let callee, _, _): return shapeOfCall(callee, depth)
    case .member(let object, let name, _): return shapeOfMember(object, name, depth)
    case .match(let match):
      let results = match.arms.map(\.value) + (match.otherwise.map { [$0] } ?? [])
      return results.map { shape($0, depth: depth + 1) }.reduce(nil as Shape?) { joined, next in
        joined.map { Self.join($0, next) } ?? next
      } ?? .data
    case .index, .optionalChain, .logicalAssign: return .unknown
    }
  }

  /// The function that a handler is, when it is one by itself.
  func function(of handler: Handler) -> Function? {
    switch handler {
    case .binding(let binding):
      if let function = functions[binding] { return function }
      if let value = values[binding], case .function(let function) = value.kind { return function }
      return nil
    case .defaultExport(let value):
      if case .function(let function) = value.kind { return function }
      guard case .binding(let binding)? = references[value.id] else { return nil }
      return self.function(of: .binding(binding))
    }
  }

  /// What is known of the value of a declared name.
  func shape(ofBinding binding: Int) -> Shape { shape(of: .binding(binding), 0) }

  private static func join(_ left: Shape, _ right: Shape) -> Shape {
    left == right ? left : .unknown
  }

  private func shape(of reference: Reference?, _ depth: Int) -> Shape {
    switch reference {
    case .binding(let binding):
      if let value = values[binding] { return shape(value, depth: depth + 1) }
      if functions[binding] != nil { return .plain }
      return bindings[binding].kind == .function ? .plain : .unknown
    case .module: return .plain
    case .global(let global): return global.row.isCallable ? .plain : .data
    case nil: return .unknown
    }
  }

  private func shapeOfCall(_ callee: Expression, _ depth: Int) -> Shape {
    if case .function(let function) = callee.kind { return shapeOfResult(function, depth) }
    switch references[callee.id] {
    case .module(.composeGuard): return .guard
    case .module(.composePipe): return .plain
    case .module, .global: return .data
    case .binding(let binding):
      if let function = functions[binding] { return shapeOfResult(function, depth) }
      if let value = values[binding], case .function(let function) = value.kind {
        return shapeOfResult(function, depth)
      }
      return .unknown
    case nil:
      // Methods of built-in objects never give functions of ours; others might.
      if case .member(let object, _, _) = callee.kind, case .global = references[object.id] {
        return .data
      }
      return .unknown
    }
  }

  /// What is known of a function's result from its `return` statements.
  private func shapeOfResult(_ function: Function, _ depth: Int) -> Shape {
    switch function.body {
    case .expression(let value): return shape(value, depth: depth + 1)
    case .block(let statements):
      let returned = statements.flatMap(\.returnedValues)
      guard let first = returned.first else { return .data }
      return returned.dropFirst().reduce(shape(first, depth: depth + 1)) {
        Self.join($0, shape($1, depth: depth + 1))
      }
    }
  }

  private func shapeOfMember(_ object: Expression, _ name: String, _ depth: Int) -> Shape {
    switch references[object.id] {
    case .global(let global):
      return global.member(named: name)?.row.isCallable == true ? .plain : .data
    case .binding(let binding):
      guard let value = values[binding], case .object(let members) = value.kind else {
        return .unknown
      }
      for case .property(.literal(let key), let field) in members.reversed()
      where ByteName(key.text) == ByteName(name) {
        return shape(field, depth: depth + 1)
      }
      return .unknown
    default: return .unknown
    }
  }
}

extension Statement {
  /// What its `return` statements give, those of inner functions left out.
  var returnedValues: [Expression] {
    switch kind {
    case .return(let value): value.map { [$0] } ?? []
    case .if(_, let then, let otherwise):
      then.returnedValues + (otherwise?.returnedValues ?? [])
    case .forOf(_, _, _, let body): body.returnedValues
    case .switch(_, let cases): cases.flatMap { $0.body.flatMap(\.returnedValues) }
    case .block(let statements): statements.flatMap(\.returnedValues)
    case .variables, .function, .expression, .break, .continue, .assert: []
    }
  }
}
