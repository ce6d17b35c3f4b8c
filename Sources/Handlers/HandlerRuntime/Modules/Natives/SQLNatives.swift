import Encodings
import HandlerLanguage
import HandlerSQL

/// `zigttp:sql`.
enum SQLNatives {
  static func register(in registry: inout NativeRegistry) {
    registry.modules[.sql] = { c throws(Fault) in
      let name = try c.swiftArgument(0, "name", of: "sql")
      let text = try c.swiftArgument(1, "statement", of: "sql")
      let found = try c.services().sql?.statement(name)
      guard let found, UTF8Order.equal(found.text, text) else {
        throw Fault("sql: the statement is not in the contract", kind: .refused)
      }
      return Value(true)
    }
    registry.modules[.sqlOne] = { c throws(Fault) in
      try rows(c, of: "sqlOne", atMost: 1).first ?? .undefined
    }
    registry.modules[.sqlMany] = { c throws(Fault) in
      Value(try c.heap.makeArray(try rows(c, of: "sqlMany", atMost: .max)))
    }
    registry.modules[.sqlExec] = execute
  }

  private static let execute: Native = { c throws(Fault) in
    let call = try SQLCall(c, of: "sqlExec")
    guard !call.statement.reads else {
      throw Fault("sqlExec: the statement only reads", kind: .refused)
    }
    let outcome = try call.run(c) { _ throws(Fault) in false }
    let object = try c.heap.makeObject(.plain, capacity: 2)
    try c.heap.setProperty(object, .changes, Value(outcome.changes))
    try c.heap.setProperty(
      object, .lastInsertRowid, try SQLCall.number(outcome.lastInsertRowid, of: "sqlExec"))
    return Value(object)
  }

  private static func rows(
    _ c: CallContext, of function: StaticString, atMost most: Int
  ) throws(Fault) -> [Value] {
    let call = try SQLCall(c, of: function)
    guard call.statement.reads else {
      throw Fault("\(function): the statement changes something", kind: .refused)
    }
    var keys: [StringRef] = []
    for column in call.statement.facts.columns { keys.append(try c.heap.string(column)) }
    var rows: [Value] = []
    _ = try call.run(c) { (row) throws(Fault) in
      let object = try c.heap.makeObject(.plain, capacity: keys.count)
      // Where the schema has changed meanwhile, there may be others.
      guard row.count == keys.count else { throw Fault("\(function): the schema has changed") }
      for (index, key) in keys.enumerated() {
        try c.heap.setProperty(object, key: key, try call.value(row[index], c))
      }
      rows.append(Value(object))
      return rows.count < most
    }
    return rows
  }
}

/// One call: a statement and the values for its parameters.
private struct SQLCall {
  let function: StaticString
  let statement: SQLService.Statement
  private let service: SQLService
  private let values: [SQLValue]

  init(_ c: CallContext, of function: StaticString) throws(Fault) {
    self.function = function
    let name = try c.swiftArgument(0, "name", of: function)
    guard let service = try c.services().sql, let statement = service.statement(name) else {
      throw Fault("\(function): the statement is not in the contract", kind: .refused)
    }
    self.service = service
    self.statement = statement
    values = try Self.values(c, statement.facts.parameters, function)
  }

  // MARK: Parameters

  private static func values(
    _ c: CallContext, _ names: [String], _ function: StaticString
  ) throws(Fault) -> [SQLValue] {
    let given = c.arguments[1]
    guard given.isUndefined || (given.isObject && given.object.objectClass == .plain) else {
      throw Fault(
        "\(function): parameters must be an object, not \(Conversion.kindName(of: given))")
    }
    var values: [SQLValue] = []
    for name in names {
      let found =
        given.isUndefined
        ? nil : try c.heap.property(given.object, key: try c.heap.string(name))
      guard let found, !found.isUndefined else {
        throw Fault("\(function): the parameter :\(name) has no value")
      }
      values.append(try value(found, name, c, function))
    }
    let count = given.isUndefined ? 0 : c.heap.propertyCount(given.object)
    guard count == names.count else {
      throw Fault(
        "\(function): \(count) values are given, and the statement has \(names.count) parameters")
    }
    return values
  }

  private static func value(
    _ value: Value, _ name: String, _ c: CallContext, _ function: StaticString
  ) throws(Fault) -> SQLValue {
    if value.isNull { return .null }
    if value.isBoolean { return .integer(c.toBoolean(value) ? 1 : 0) }
    if value.isNumber { return try number(value.number, name, function) }
    guard value.isString else {
      throw Fault(
        "\(function): the parameter :\(name) must be a text, a number, a boolean or null, not "
          + Conversion.kindName(of: value))
    }
    let bytes = try c.heap.utf8(value.string)
    try c.spend(bytes.count)
    return .text(bytes)
  }

  private static func number(
    _ number: Double, _ name: String, _ function: StaticString
  ) throws(Fault) -> SQLValue {
    guard number.isFinite else {
      throw Fault("\(function): the parameter :\(name) is not a finite number")
    }
    if number.magnitude <= largest, number == number.rounded(),
      !(number == 0 && number.sign == .minus)
    {
      return .integer(Int64(number))
    }
    return .real(number)
  }

  // MARK: Rows

  /// 2^53: whole numbers up to here are numbers here, too.
  private static let largest: Double = 9_007_199_254_740_992

  static func number(_ number: Int64, of function: StaticString) throws(Fault) -> Value {
    guard number.magnitude <= UInt64(largest) else {
      throw Fault("\(function): an integer of the row is beyond 2^53; CAST it AS TEXT")
    }
    return Value(Double(number))
  }

  func value(_ value: SQLRow.Value, _ c: CallContext) throws(Fault) -> Value {
    switch value {
    case .null: return .null
    case .integer(let number): return try Self.number(number, of: function)
    case .real(let number): return Value(number)
    case .text(let bytes):
      try c.spend(bytes.count)
      return Value(try c.heap.string(utf8: bytes))
    case .blob(let bytes):
      try c.spend(bytes.count)
      return try c.value(utf8: Base64.encodedUTF8(Array(bytes)))
    }
  }

  // MARK: Running

  /// Runs it; what SQLite executes counts as steps of the request.
  func run(
    _ c: CallContext, _ row: (SQLRow) throws(Fault) -> Bool
  ) throws(Fault) -> SQLOutcome {
    var fault: Fault?
    let outcome: SQLOutcome
    do throws(SQLFailure) {
      outcome = try service.database.run(
        statement.text, reads: statement.reads, values, steps: max(0, c.heap.state.pointee.steps)
      ) { found in
        do throws(Fault) { return try row(found) } catch {
          fault = error
          return false
        }
      }
    } catch {
      switch error.kind {
      case .steps: throw Fault.outOfSteps
      case .memory: throw Fault("\(function): \(error)", kind: .memory)
      case .refused: throw Fault("\(function): \(error)", kind: .refused)
      case .unavailable, .constraint, .failed: throw Fault("\(function): \(error)")
      }
    }
    if let fault { throw fault }
    try c.spend(outcome.steps)
    return outcome
  }
}
