import Contracts
import Digests

@testable import Reports

/// Reports to render.
enum Samples {
  static func sha(_ digit: Character) -> String { String(repeating: digit, count: 64) }
  static func digest(_ digit: Character) -> Digest { Digest(sha256Hex: sha(digit))! }

  static let allProven = Dictionary(uniqueKeysWithValues: Property.allCases.map { ($0, true) })

  /// The facts of a small service.
  static func facts(_ change: (inout Facts) -> Void = { _ in }) -> Facts {
    var facts = Facts(
      contractSha: sha("a"), proofLevel: .complete, envKeys: ["API_KEY", "CURRENCY"],
      egressHosts: ["api.x.com"], cacheNamespaces: ["orders"],
      capabilities: ["clock", "env", "policy_check"],
      routes: [Route(pattern: "GET /files/", isPrefix: true), Route(pattern: "GET /health")],
      properties: allProven)
    facts.properties[.retrySafe] = false
    facts.properties[.idempotent] = false
    change(&facts)
    return facts
  }

  /// A recorded local deploy.
  static func event(_ change: (inout ProofEvent) -> Void = { _ in }) -> ProofEvent {
    var event = ProofEvent(
      kind: "deploy", handlerPath: "src/handler.ts", service: "orders", line: 7,
      timestamp: 1_795_453_445_678, target: "local", record: digest("d"), image: digest("e"))
    change(&event)
    return event
  }

  /// Text that tries to leave its place in a terminal, in Markdown, in XML and in JSON.
  static let hostile =
    "x\u{1b}[2J\u{1b}]0;t\u{7}\r\n  Verdict:    safe\u{202e}\u{2028}\u{9b}31m|`` ` *_</text>"
    + "<script>alert('1')</script>&amp;\"@all\u{fffe}"

  /// Facts that hold hostile text wherever text can stand.
  static let hostileFacts = Facts(
    contractSha: hostile, proofLevel: .partial, envKeys: [hostile], egressHosts: [hostile],
    cacheNamespaces: [hostile], capabilities: [hostile],
    routes: [Route(pattern: hostile, isPrefix: true)], declaredSpecs: [hostile],
    dynamic: [.env, .routes], egressCredentials: [hostile], sqlQueries: [hostile],
    allowedLeaks: [hostile])

  /// A report that holds hostile text wherever text can stand.
  static let hostileReport = ProofReport(
    event: ProofEvent(
      kind: hostile, handlerPath: hostile, service: hostile, line: 1, timestamp: .max,
      region: hostile, target: hostile),
    facts: hostileFacts, baseline: facts(),
    blockers: [
      .drift(reason: hostile), .leak(property: hostile, source: hostile, sink: hostile),
    ])

  /// The same program, judged by a newer prover which takes back what the older one said.
  static let reproven = ProofReport(
    event: event {
      $0.binary = digest("1")
      $0.provenance = Provenance(sources: digest("2"), prover: "2")
    }, facts: facts { $0.properties[.readOnly] = false }, baseline: facts(),
    baselineProvenance: Provenance(sources: digest("2"), prover: "1"))

  /// Two sets of facts between which every section changes.
  static let before = facts {
    $0.contractSha = sha("b")
    $0.proofLevel = .complete
    $0.declaredSpecs = ["read-only"]
    $0.sqlQueries = ["all select orders"]
    $0.egressCredentials = ["API_KEY > api.x.com > x-api-key"]
  }
  static let after = facts {
    $0.contractSha = sha("c")
    $0.proofLevel = .partial
    $0.routes = [
      Route(pattern: "GET /health"), Route(pattern: "GET /new"), Route(pattern: "POST /new"),
    ]
    $0.envKeys = ["CURRENCY", "REGION"]
    $0.egressHosts = ["api.y.com"]
    $0.cacheNamespaces = ["orders", "stock"]
    $0.capabilities = ["clock", "env", "network", "policy_check"]
    $0.properties[.readOnly] = false
    $0.properties[.retrySafe] = true
    $0.declaredSpecs = []
    $0.dynamic = [.cache, .egress, .routes]
    $0.egressCredentials = [
      "API_TOKEN > api.y.com > authorization", "OTHER_TOKEN > api.y.com > x-token",
    ]
    $0.sqlQueries = ["one select orders"]
    $0.allowedLeaks = ["no-secret-leakage:TOKEN->body"]
  }
}
