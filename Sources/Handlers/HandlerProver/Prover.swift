import Contracts
import Encodings
import HandlerLanguage
import Threads

/// Finds out what a handler can do and what it cannot.
///
/// Everything that is said is an over-approximation of what can happen: a property holds only
/// where no path of the program speaks against it, and a list in the contract is complete unless
/// its section is dynamic.
public struct Prover {
  /// Proves one program.
  ///
  /// - Parameters:
  ///   - program: as it was loaded; the same one runs.
  ///   - handlerPath: path of the entry file relative to the project root, for the contract.
  ///   - secretOverrides: `zigttp.env` of `package.json`: whether an env name is a secret; other
  ///     names are judged by `SecretNames`.
  ///   - explains: whether witnesses of data that flows name every step from its source to its sink,
  ///     and not only the two. It costs time, and changes nothing else.
  /// - Returns: contract, witnesses of lost properties, warnings. It does not fail: what cannot be
  ///   shown is false, what cannot be read is dynamic.
  public static func prove(
    _ program: Program, handlerPath: String, secretOverrides: [ByteName: Bool] = [:],
    explains: Bool = false
  ) -> Proof {
    prove(
      program, handlerPath: handlerPath, secretOverrides: secretOverrides, explains: explains,
      trial: nil)
  }

  /// The same, with a weakness, for those who try the tests.
  package static func prove(
    _ program: Program, handlerPath: String, secretOverrides: [ByteName: Bool] = [:],
    explains: Bool = false, trial: WeaknessTrial?
  ) -> Proof {
    // The analysis nests as deeply as a parsed program does.
    LargeStack.run {
      let evaluator = Evaluator(program: program, secretOverrides: secretOverrides)
      if explains { evaluator.trace = Trace() }
      evaluator.trial = trial
      let findings = evaluator.run()
      evaluator.checkAnswers(findings)
      evaluator.checkRoutes(findings)
      let seen = Seen(findings: findings, sources: evaluator.sources)
      let losses = Dictionary(
        uniqueKeysWithValues: Property.allCases.map { property in
          var seen = seen
          if let trial {
            seen.isSeen = { !trial.hides(.rule(property, kind: "\($0)")) }
          }
          return (property, property.rule.losses(seen))
        })
      let told = (program.warnings + findings.warnings).sorted(by: isBefore)
      return Proof(
        contract: contract(program, handlerPath, findings, losses),
        witnesses: witnesses(evaluator, findings, losses),
        leaks: leaks(losses),
        warnings: told.filter { $0.severity == .warning },
        refusals: told.filter { $0.severity == .error })
    }
  }

  private static func contract(
    _ program: Program, _ handlerPath: String, _ findings: Findings, _ losses: Losses
  ) -> Contract {
    var contract = Contract(handlerPath: handlerPath)
    contract.modules = sorted(program.virtualModules.map { "zigttp:\($0)" })
    contract.functions = sorted(findings.functions.map(\.rawValue))
    contract.capabilities = sorted(findings.capabilities)
    contract.env.literal = sorted(findings.envNames)
    contract.env.required = sorted(findings.envRequired.intersection(findings.envNames))
    contract.env.secret = sorted(findings.envSecret)
    contract.env.dynamic = !findings.isClosed(.env)
    contract.egress.hosts = sorted(findings.hosts)
    contract.egress.credentials = findings.egressCredentials.sorted {
      isBefore([$0.source, $0.host, $0.header], [$1.source, $1.host, $1.header])
    }
    contract.egress.dynamic = !findings.isClosed(.egress)
    contract.cache.namespaces = sorted(findings.cacheNamespaces)
    contract.cache.dynamic = !findings.isClosed(.cache)
    contract.sql.queries = program.statements.map {
      Contract.SQLQuery(
        name: $0.name, operation: $0.facts.operation.rawValue, statement: $0.text,
        tables: $0.facts.tables)
    }.sorted { UTF8Order.precedes($0.name, $1.name) }
    contract.api.routes = findings.routes.sorted {
      isBefore([$0.path, $0.method], [$1.path, $1.method])
    }
    contract.api.routesDynamic = findings.routesAreDynamic
    contract.declaredSpecs = sorted(findings.declaredSpecs)
    for (property, ways) in losses { contract.properties[property] = ways.isEmpty }
    contract.proofLevel = proofLevel(findings, losses)
    return contract
  }

  /// `complete` when every path returns a Response, Results are safe, and every section is
  /// literal.
  private static func proofLevel(_ findings: Findings, _ losses: Losses) -> ProofLevel {
    findings.gaps.isEmpty && losses[.resultsSafe, default: []].isEmpty ? .complete : .partial
  }

  /// How each property is lost.
  private typealias Losses = [Property: Set<[Findings.Place]>]

  private static func witnesses(
    _ evaluator: Evaluator, _ findings: Findings, _ losses: Losses
  ) -> [Witness] {
    let files = evaluator.program.files
    let flows = FlowSearch(evaluator, findings).map(FlowSteps.init)
    func witness(_ subject: Witness.Subject, _ places: [Findings.Place]) -> Witness {
      Witness(
        of: subject,
        leak: places.last?.leak,
        steps: places.map { place in
          Witness.Step(
            what: place.what, path: files[place.position.file].path,
            line: place.position.line, column: place.position.column)
        })
    }
    func witnesses(_ subject: Witness.Subject, _ ways: Set<[Findings.Place]>?) -> [Witness] {
      Flows.distinct(ways ?? [], handlerAt: evaluator.handlerAt)
        .map { (places: $0, witness: witness(subject, $0)) }
        .sorted { isBefore($0.witness.steps, $1.witness.steps) }
        .prefix(Proof.mostWitnesses)
        .map { way in
          guard let flows, way.places.count == 2 else { return way.witness }
          return witness(subject, flows.steps(from: way.places[0], to: way.places[1]))
        }
    }
    let level = Witness.Subject.proofLevel(proofLevel(findings, losses))
    return Findings.Gap.allCases.flatMap { witnesses(level, findings.gaps[$0]) }
      + witnesses(level, losses[.resultsSafe])
      + Property.allCases.filter { $0 != .idempotent }.flatMap {
        witnesses(.property($0), losses[$0])
      }
  }

  private static func leaks(_ losses: Losses) -> [Leak] {
    let all = Leak.properties.flatMap { (losses[$0] ?? []).compactMap { $0.last?.leak } }
    return Set(all).sorted { UTF8Order.precedes($0.text, $1.text) }
  }

  // MARK: orders

  private static func sorted(_ texts: some Sequence<String>) -> [String] {
    UTF8Order.sortedUnique(texts)
  }
  private static func sorted(_ names: Set<ByteName>) -> [String] { sorted(names.map(\.text)) }

  private static func isBefore(_ a: [String], _ b: [String]) -> Bool {
    a.lexicographicallyPrecedes(b, by: UTF8Order.precedes)
  }

  private static func isBefore(_ a: [Witness.Step], _ b: [Witness.Step]) -> Bool {
    a.lexicographicallyPrecedes(b) { x, y in
      if !UTF8Order.equal(x.path, y.path) { return UTF8Order.precedes(x.path, y.path) }
      if (x.line, x.column) != (y.line, y.column) { return (x.line, x.column) < (y.line, y.column) }
      return UTF8Order.precedes(x.what, y.what)
    }
  }

  private static func isBefore(_ a: Diagnostic, _ b: Diagnostic) -> Bool {
    if !UTF8Order.equal(a.path, b.path) { return UTF8Order.precedes(a.path, b.path) }
    if (a.line, a.column) != (b.line, b.column) { return (a.line, a.column) < (b.line, b.column) }
    return UTF8Order.precedes(a.message, b.message)
  }
}
