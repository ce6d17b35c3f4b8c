import Encodings
import JSON
import JSONSchema

/// A call of `zigttp:validate` or `zigttp:decode` by name.
struct SchemaCall {
  var function: ModuleFunction
  var arguments: [Argument]
  var position: SourcePosition
  /// Whether it stands at module level, outside of any function.
  var isAtModuleLevel: Bool

  static let functions: Set<ModuleFunction> = [
    .schemaCompile, .schemaDrop, .validateJson, .validateObject, .coerceJson, .decodeJson,
    .decodeForm, .decodeQuery,
  ]
}

/// Checks what a program's schemas say before it runs: a schema that is not taken is refused here,
/// and not when the handler starts.
struct SchemaDeclarations {
  private let literals: LiteralDocuments
  private var diagnostics: DiagnosticSink
  private var declared: [ByteName: SourcePosition] = [:]
  private var dropped: Set<ByteName> = []
  /// Whether there is a schema whose name is not known: then any name may be one.
  private var isOpen = false

  static func check(_ resolver: Resolver) -> DiagnosticSink {
    var checking = SchemaDeclarations(
      literals: LiteralDocuments(resolver), diagnostics: resolver.diagnostics.emptied)
    for call in resolver.schemaCalls where call.function == .schemaCompile {
      checking.declare(call)
    }
    for call in resolver.schemaCalls where call.function == .schemaDrop { checking.drop(call) }
    for call in resolver.schemaCalls
    where call.function != .schemaCompile && call.function != .schemaDrop {
      checking.use(call)
    }
    return checking.diagnostics
  }

  private init(literals: LiteralDocuments, diagnostics: DiagnosticSink) {
    (self.literals, self.diagnostics) = (literals, diagnostics)
  }

  private mutating func refuse(_ message: String, _ advice: String?, at position: SourcePosition) {
    isOpen = true
    diagnostics.report(.schemaDeclaration, message, advice, at: position)
  }

  private mutating func declare(_ call: SchemaCall) {
    guard call.isAtModuleLevel else {
      return refuse(
        "`schemaCompile` is called inside of a function",
        "call it at module level: schemas are the same for all requests", at: call.position)
    }
    guard call.arguments.count == 2, !call.arguments.contains(where: \.isSpread) else { return }
    let (name, schema) = (call.arguments[0].value, call.arguments[1].value)
    guard let text = literals.text(name) else {
      return refuse(
        "the name of a schema is not a literal here", "write `schemaCompile(\"name\", …)`",
        at: name.position)
    }
    if let first = declared[text] {
      return refuse(
        "the schema `\(text)` is named twice, first at \(diagnostics.describe(first))",
        "give one of them another name", at: name.position)
    }
    declared[text] = name.position
    let document: JSONValue
    do throws(JSONError) {
      guard let found = try literals.document(schema) else {
        return refuse(
          "the schema `\(text)` is not a literal here",
          "write it as one: `JSON.stringify({ … })`, of literals and constants",
          at: schema.position)
      }
      document = found
    } catch {
      diagnostics.report(
        .refusedSchema, "the schema `\(text)` is not JSON: \(error)",
        "write `JSON.stringify({ … })`", at: schema.position)
      return
    }
    do throws(SchemaError) { _ = try Schema(document) } catch {
      let place = error.pointer.isEmpty ? "" : " at \(error.pointer)"
      diagnostics.report(
        .refusedSchema, "the schema `\(text)` is not taken\(place): \(error.what)", error.advice,
        at: schema.position)
    }
  }

  private mutating func drop(_ call: SchemaCall) {
    guard call.isAtModuleLevel else {
      return refuse(
        "`schemaDrop` is called inside of a function",
        "call it at module level: schemas are the same for all requests", at: call.position)
    }
    guard let name = call.arguments.first?.value, let text = literals.text(name) else { return }
    dropped.insert(ByteName(text))
  }

  private mutating func use(_ call: SchemaCall) {
    guard let name = call.arguments.first, !name.isSpread, !isOpen,
      let text = literals.text(name.value)
    else { return }
    if declared[text] != nil, !dropped.contains(ByteName(text)) { return }
    let known = declared.keys.filter { !dropped.contains($0) }.map(\.text)
      .sorted(by: UTF8Order.precedes)
    diagnostics.report(
      .unknownSchema, "there is no schema `\(text)`",
      Closest.match(text, among: known).map { "did you mean `\($0)`?" }
        ?? "name it at module level: `schemaCompile(\"\(text)\", …)`",
      at: name.value.position)
  }
}
