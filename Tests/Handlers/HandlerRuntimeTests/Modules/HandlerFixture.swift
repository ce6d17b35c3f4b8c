import Contracts
import Encodings
import HandlerLanguage
import Testing

@testable import HandlerRuntime

/// A handler from its source text, with services the test can look into.
final class HandlerFixture {
  let engine: HandlerEngine
  let log = LineBox()
  let hand = HandClock()

  /// - Parameters:
  ///   - source: of `handler.ts`.
  ///   - environment: what the process knows.
  ///   - schema: of `schema.sql`.
  ///   - database: file of the database; in memory without one.
  ///   - contract: what is allowed; the default allows nothing that has to be listed but the statements
  ///     that are named.
  init(
    _ source: String, environment: [ByteName: String] = [:], limits: Limits = Limits(),
    outbound: (any OutboundHTTP)? = nil, schema: String = "", database: String? = nil,
    contract edit: (inout Contract) -> Void = { _ in }
  ) throws {
    var contract = Contract(handlerPath: "handler.ts")
    let files = ["handler.ts": source, "schema.sql": schema]
    let result = Program.load(entry: "handler.ts") { files[$0].map { Array($0.utf8) } }
    let program = try #require(result.program, "\(result.diagnostics)")
    contract.sql.queries = program.statements.map {
      Contract.SQLQuery(
        name: $0.name, operation: $0.facts.operation.rawValue, statement: $0.text,
        tables: $0.facts.tables)
    }
    edit(&contract)
    let sql =
      try ContractPolicy(contract).needsDatabase
      ? SQLService(contract, path: database, schema: Array(schema.utf8)) : nil
    let log = log
    let services = HostServices(
      policy: ContractPolicy(contract), environment: environment, clock: hand.clock,
      cache: CacheService(maximumBytes: 1 << 20, clock: hand.clock),
      log: LogService(clock: hand.clock) { log.append($0) }, sql: sql, outbound: outbound)
    engine = try HandlerEngine(program: program, services: services, limits: limits)
  }

  func answer(
    _ method: String = "GET", _ target: String = "/",
    headers: [(name: String, value: String)] = [], body: String? = nil
  ) -> RuntimeResponse {
    engine.answer(
      RuntimeRequest(
        method: method, target: target, headers: headers, body: body.map { Array($0.utf8) }))
  }

  /// The body of the answer to one request.
  func text(
    _ method: String = "GET", _ target: String = "/",
    headers: [(name: String, value: String)] = [], body: String? = nil
  ) -> String {
    String(decoding: answer(method, target, headers: headers, body: body).body, as: UTF8.self)
  }
}

/// What an expression of the language prints as JSON, with a module's exports in scope.
func evaluate(
  _ expression: String, _ module: String, _ names: String,
  environment: [ByteName: String] = [:], contract: (inout Contract) -> Void = { _ in }
) throws -> String {
  let fixture = try HandlerFixture(
    """
    import { \(names) } from "zigttp:\(module)";
    export const handler = (req) => Response.json(\(expression));
    """, environment: environment, contract: contract)
  let answer = fixture.answer(
    "GET", "/a/b%20c?x=1&y=a+b&x=2",
    headers: [("Cookie", "s=1; t=%C3%A9"), ("Accept", "text/html;q=0.1, application/json")])
  guard answer.status == 200 else { return fixture.log.texts.joined() }
  return String(decoding: answer.body, as: UTF8.self)
}
