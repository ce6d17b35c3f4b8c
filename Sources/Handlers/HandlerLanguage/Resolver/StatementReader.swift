import Encodings
import HandlerSQL

/// Reads the statements that a program names, and has SQLite look at them.
///
/// What runs is known before anything runs: names and texts are literals, and every text is prepared
/// against the schema.
struct StatementReader {
  var diagnostics: DiagnosticSink
  private(set) var statements: [NamedStatement] = []

  private let calls: [StatementCall]
  private let texts: LiteralTexts
  private let schema: (path: String, bytes: [UInt8])?

  /// - Parameter schema: `schema.sql` beside the handler, where there is one.
  init(_ resolver: Resolver, files: [SourceFile], schema: SourceFile?) {
    calls = resolver.statementCalls
    texts = LiteralTexts(resolver)
    diagnostics = DiagnosticSink(files: files)
    self.schema = schema.map { ($0.path, $0.bytes) }
  }

  /// What is wrong in the schema; it belongs to none of the files of code.
  private(set) var schemaProblem: Diagnostic?

  mutating func read() {
    // Without a call there is nothing that would need the schema.
    guard !calls.isEmpty || schema != nil else { return }
    let review: StatementReview
    do throws(SQLFailure) { review = try StatementReview(schema: schema?.bytes ?? []) } catch {
      schemaProblem = diagnostic(of: error)
      return
    }
    var first: [ByteName: SourcePosition] = [:]
    for call in calls where call.function == .sql { name(call, review, &first) }
    let byName = Dictionary(
      statements.map { (ByteName($0.name), $0) }, uniquingKeysWith: { first, _ in first })
    for call in calls where call.function != .sql { check(call, first, byName) }
  }

  // MARK: Naming

  private mutating func name(
    _ call: StatementCall, _ review: StatementReview, _ first: inout [ByteName: SourcePosition]
  ) {
    guard call.isAtModuleLevel else {
      diagnostics.report(
        .misplacedSQL, "`sql` is called in a function",
        "name statements at module level: `sql(\"name\", \"SELECT …\");`", at: call.position)
      // It is not unknown because of that.
      if let name = call.argument(0).flatMap({ texts.text(of: $0) }) { first[name] = call.position }
      return
    }
    guard call.arguments.count >= 2 else { return }
    guard let name = call.argument(0).flatMap({ texts.text(of: $0) }) else {
      return report(.computedSQL, "the name of a statement is not a literal", call, 0)
    }
    guard let text = call.argument(1).flatMap({ texts.text(of: $0) }) else {
      return report(.computedSQL, "a statement is not a literal", call, 1)
    }
    if let other = first[name] {
      diagnostics.report(
        .duplicateSQL, "`\(name)` names two statements, first at \(diagnostics.describe(other))",
        "give one of them another name", at: call.position)
      return
    }
    first[name] = call.position
    do throws(SQLFailure) {
      let facts = try review.facts(of: text)
      statements.append(
        NamedStatement(name: name, text: text, position: call.position, facts: facts))
    } catch {
      diagnostics.report(
        .refusedSQL, "the statement `\(name)`: \(error.message)", error.advice ?? advice(error),
        at: call.argument(1)?.position ?? call.position)
    }
  }

  private mutating func report(
    _ code: DiagnosticCode, _ message: String, _ call: StatementCall, _ place: Int
  ) {
    diagnostics.report(
      code, message,
      "write it as text; what differs from call to call is a parameter, `:name`",
      at: call.argument(place)?.position ?? call.position)
  }

  private func advice(_ failure: SQLFailure) -> String? {
    guard failure.message.hasPrefix("no such table") else { return nil }
    return schema.map { "tables are made in \($0.path)" }
      ?? "tables are made in schema.sql beside the handler, and there is none"
  }

  // MARK: Use

  private mutating func check(
    _ call: StatementCall, _ named: [ByteName: SourcePosition],
    _ statements: [ByteName: NamedStatement]
  ) {
    guard let argument = call.argument(0), let name = texts.text(of: argument) else { return }
    guard named[name] != nil else {
      let closest = Closest.match(name, among: Set(named.keys).sortedTexts)
      diagnostics.report(
        .unknownSQL, "no statement is named `\(name)`",
        closest.map { "did you mean `\($0)`?" }
          ?? "name it at module level: `sql(\"\(name)\", \"SELECT …\");`",
        at: argument.position)
      return
    }
    // What SQLite has refused was said.
    guard let facts = statements[name]?.facts else { return }
    let reads = facts.operation == .select
    if reads == (call.function == .sqlExec) {
      diagnostics.report(
        .unfitSQL,
        reads
          ? "`\(name)` reads, and `sqlExec` gives no rows"
          : "`\(name)` changes something, and `\(call.function.name)` only reads",
        reads ? "use `sqlOne` or `sqlMany`" : "use `sqlExec`", at: argument.position)
    }
    checkParameters(call, name, facts)
  }

  /// The names of an object literal are held against those of the statement.
  private mutating func checkParameters(
    _ call: StatementCall, _ name: String, _ facts: StatementFacts
  ) {
    guard let given = names(of: call) else { return }
    let wanted = Set(facts.parameters.map { ByteName($0) })
    let place = call.argument(1)?.position ?? call.position
    let list = facts.parameters.map { ":\($0)" }.joined(separator: ", ")
    for extra in given.subtracting(wanted).sortedTexts.prefix(1) {
      diagnostics.report(
        .unfitParameter, "`\(name)` has no parameter `:\(extra)`",
        list.isEmpty ? "it has none" : "it has \(list)", at: place)
    }
    for missing in wanted.subtracting(given).sortedTexts.prefix(1) {
      diagnostics.report(
        .unfitParameter, "`\(name)` needs a value for `:\(missing)`",
        "give `{ \(missing): … }`; `null` is a value, too", at: place)
    }
  }

  /// The names of the parameters that a call certainly gives; nil where they are not all known.
  private func names(of call: StatementCall) -> Set<ByteName>? {
    if call.arguments.count == 1, call.argument(0) != nil { return [] }
    guard let value = call.argument(1), case .object(let members) = value.kind else { return nil }
    var names: Set<ByteName> = []
    for member in members {
      guard case .property(.literal(let key), _) = member else { return nil }
      names.insert(key.text)
    }
    return names
  }

  // MARK: The schema

  private func diagnostic(of failure: SQLFailure) -> Diagnostic {
    let bytes = schema?.bytes ?? []
    let before = bytes.prefix(failure.offset ?? 0)
    let line = before.count { $0 == 10 } + 1
    // Characters of UTF-8, as everywhere.
    let column = before.reversed().prefix { $0 != 10 }.count { $0 & 0xC0 != 0x80 } + 1
    return Diagnostic(
      code: DiagnosticCode.refusedDatabaseSchema.rawValue, message: failure.message,
      advice: failure.advice, path: schema?.path ?? "schema.sql", line: line, column: column)
  }
}
