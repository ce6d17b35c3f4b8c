import Contracts
import Digests
import Encodings
import HandlerLanguage
import HandlerProver
import HandlerRuntime
import JSON
import TestSupport

/// Runs a program and says which properties were seen broken.
///
/// Running can refute a property, never show it. For each, what is looked at and what is not:
///
/// | property | seen broken when |
/// |---|---|
/// | `readOnly` | a request leaves the cache, the table or a counter other than it was, or sends what is neither GET nor HEAD |
/// | `deterministic` | with another clock, other chance and another answer of the network, an answer, the cache, the table or a request that may change something is another |
/// | `retrySafe` | sent again with other chance, a request leaves something else than it did the first time, or sends something else; or what it sends depends on what the cache held |
/// | `idempotent` | it is claimed and one of these two is not, or one of them is broken |
/// | `stateIsolated` | a store into what was made at start is tried; or, where nothing is stored, answers depend on the order of requests |
/// | `noSecretLeakage` | a piece of a secret's word stands in an answer, a log, the cache, the table, a counter's key, a URL or body that is sent, a header of unknown name or to plain HTTP; or, where the program asks nothing, one of these is another with another secret |
/// | `noCredentialLeakage` | the same with the words of credentials; or a session token stands anywhere but in the body or `set-cookie` of an answer |
/// | `inputValidated` | a piece of a request's word (letters: no number) stands in the cache, the table, a counter's key, a URL or body that is sent, and nothing is held against a schema |
/// | `injectionSafe` | a hostile value opens a tag, stands in a script, a style or an `on…` attribute, or decides where a URL leads |
/// | `piiContained` | a piece of a request's word stands in a log or in anything that is sent; or, where the program asks nothing, one of these is another with another request |
/// | `resultsSafe` | the value of a Result that has failed is used, or unwrapped |
/// | `faultCovered` | a call has failed and the answer is 2xx |
///
/// What a branch alone reveals is not held against the six that follow data: pieces of words do not
/// come from branches, and only programs that ask nothing are compared with themselves.
public struct Oracle {
  /// What running a program has shown.
  public struct Verdict: Sendable {
    /// What the prover claims.
    public var claimed: Set<Property> = []
    /// What was seen broken, and how.
    public var broken: [Property: String] = [:]
    /// What could have been seen broken: something that the property is about has happened.
    public var looked: Set<Property> = []
    /// What the contract does not say and the program needed; that it answers no Response and the
    /// proof is complete; that it answers one and is refused because it answers none.
    public var contradictions: [String] = []
    /// Properties that are claimed and were seen broken.
    public var refuted: [Property] {
      Property.allCases.filter { claimed.contains($0) && broken[$0] != nil }
    }
  }

  private let application: Application
  private let contract: Contract
  private let isStraight: Bool
  private let source: String
  private let functions: Set<String>
  private let isComplete: Bool
  /// Whether the prover says that no request is answered.
  private let isSilent: Bool
  private let world: World
  private let other: World
  private var verdict = Verdict()

  /// Proves, runs and compares.
  ///
  /// - Returns: nil where the program does not load or does not start; `refused` is told why.
  public static func verdict(
    on program: ArbitraryProgram, seed: UInt64, refused: (String) -> Void = { _ in }
  ) -> Verdict? {
    do {
      var oracle = try Oracle(program, seed)
      try oracle.look()
      return oracle.verdict
    } catch {
      refused("\(error)")
      return nil
    }
  }

  private struct Refusal: Error, CustomStringConvertible { var description: String }

  private init(_ program: ArbitraryProgram, _ seed: UInt64) throws {
    let bytes = Array(program.text.utf8)
    let loaded = Program.load(entry: "handler.tsx") { path in
      ["handler.tsx": bytes, "schema.sql": Array(Prelude.schema.utf8)][path]
    }
    guard let tree = loaded.program else {
      throw Refusal(description: loaded.diagnostics.map(\.description).joined(separator: "\n"))
    }
    let proof = Prover.prove(tree, handlerPath: "handler.tsx")
    contract = proof.contract
    for property in Property.allCases where contract.properties[property] == true {
      verdict.claimed.insert(property)
    }
    application = try Self.application(contract, bytes)
    isStraight = program.isStraight
    source = program.text
    functions = Set(contract.functions)
    isComplete = contract.proofLevel == .complete
    isSilent = !proof.refusals.isEmpty
    var random = SeededGenerator(seed: seed ^ 0x5eed)
    world = World(&random)
    var other = World(&random)
    while !other.words.hasOtherLengths(than: world.words) { other = World(&random) }
    self.other = other
  }

  private static func application(_ contract: Contract, _ source: [UInt8]) throws -> Application {
    var files: [ByteName: [UInt8]] = [
      "contract.json": contract.canonicalBytes, "source/handler.tsx": source,
      "source/schema.sql": Array(Prelude.schema.utf8),
    ]
    var listing = JSONObject()
    for (path, bytes) in files { listing[path.text] = .string(Digest.sha256(of: bytes).hex) }
    files["app.json"] = JSONValue.object(listing).canonicalBytes
    let payload = try Payload(files: files)
    let clock = HostClock.system
    var limits = Application.Limits()
    limits.steps = 300_000
    limits.memoryBytes = 16 << 20
    return try Application(
      payload,
      services: HostServices(
        policy: ContractPolicy(contract), clock: clock, cache: CacheService(maximumBytes: 1 << 10),
        log: LogService { _ in },
        sql: try SQLService(contract, path: nil, schema: Array(Prelude.schema.utf8))),
      limits: limits)
  }

  private func run(_ world: World, _ requests: [RuntimeRequest]? = nil) throws -> [Seen] {
    try Run(application, contract, world).answer(requests ?? world.requests)
  }

  private mutating func breaks(_ property: Property, _ how: String) {
    if verdict.broken[property] == nil { verdict.broken[property] = how }
  }

  // MARK: what is looked at

  private mutating func look() throws {
    let base = try run(world)
    contradictions(base)
    effects(base)
    words(base)
    results(base)
    try determinism(base)
    try repetition()
    try order(base)
    try failures()
    try injections()
    if isStraight { try comparisons(base) }
    if verdict.claimed.contains(.idempotent) {
      for part in [Property.retrySafe, .deterministic] {
        if !verdict.claimed.contains(part) { breaks(.idempotent, "\(part) is not claimed") }
      }
    }
    for part in [Property.retrySafe, .deterministic] {
      if let how = verdict.broken[part] { breaks(.idempotent, how) }
      if verdict.looked.contains(part) { verdict.looked.insert(.idempotent) }
    }
  }

  private mutating func contradictions(_ base: [Seen]) {
    if isSilent, let answered = base.first(where: \.faults.isEmpty) {
      verdict.contradictions.append("no request is answered, and one was: \(answered.answer)")
    }
    for fault in base.flatMap(\.faults) {
      if fault.kind == "refused" { verdict.contradictions.append(fault.message) }
      if isComplete, fault.message.hasPrefix("the handler returned") {
        verdict.contradictions.append("the proof is complete, and \(fault.message)")
      }
    }
  }

  private mutating func effects(_ base: [Seen]) {
    for seen in base {
      if !seen.kept.isEmpty || !seen.rateKeys.isEmpty || !seen.sentWrites.isEmpty {
        breaks(.readOnly, "\(seen.kept) \(seen.rateKeys) \(seen.sentWrites)")
      }
      if seen.faults.contains(where: { $0.kind == "frozen" }) {
        breaks(.stateIsolated, "a store into what was made at start")
      }
    }
    if functions.contains(where: { $0.hasPrefix("cache.") || $0.hasPrefix("fetch.") })
      || !functions.isDisjoint(with: ["ratelimit.rateReset", "sql.sqlExec"])
    {
      verdict.looked.insert(.readOnly)
    }
    if source.contains("KEPT") { verdict.looked.insert(.stateIsolated) }
  }

  /// Everything that leaves or stays, but for headers that are for credentials.
  private static func leaks(_ seen: Seen) -> [String] {
    [seen.body, "\(seen.status)"] + seen.headers.flatMap { [$0.name, $0.value] } + seen.logs
      + seen.kept + seen.rateKeys + seen.sent.flatMap(sentOpenly)
  }
  private static func sentOpenly(_ request: OutboundRequest) -> [String] {
    let headers = request.headers.flatMap { header in
      request.url.scheme == "https" ? [header.name] : [header.name, header.value]
    }
    return [Seen.url(request), Seen.body(request)] + headers
  }
  private static func stored(_ seen: Seen) -> [String] {
    seen.kept + seen.rateKeys + seen.sent.flatMap { [Seen.url($0), Seen.body($0)] }
  }
  private static func toldOthers(_ seen: Seen) -> [String] {
    seen.logs + seen.sent.map { Seen.text($0, true) }
  }

  private static let validating: Set<String> = [
    "validate.validateJson", "validate.validateObject", "validate.coerceJson",
  ]

  private mutating func words(_ base: [Seen]) {
    let leaks = Words.Letters(base.flatMap(Self.leaks))
    let stored = Words.Letters(base.flatMap(Self.stored))
    let told = Words.Letters(base.flatMap(Self.toldOthers))
    let words = world.words
    if Words.stands(words.secret, in: leaks) { breaks(.noSecretLeakage, words.secret) }
    if Words.stands(words.credential, in: leaks) { breaks(.noCredentialLeakage, words.credential) }
    // What a schema was asked about is validated; which of it was is not looked at.
    let validates = functions.contains {
      $0.hasPrefix("decode.") || Self.validating.contains($0)
    }
    if !validates {
      for word in [words.request, words.credential] where Words.stands(word, in: stored) {
        breaks(.inputValidated, word)
      }
    }
    for word in [words.request, words.credential, words.claims] where Words.stands(word, in: told) {
      breaks(.piiContained, word)
    }
    // The header of a token that the handler has made; those of the requests begin otherwise.
    let others = base.flatMap { seen in
      Self.stored(seen) + Self.toldOthers(seen) + ["\(seen.status)"]
        + seen.headers.filter { $0.name != "set-cookie" }.flatMap { [$0.name, $0.value] }
    }
    if Words.Letters(others).holds("eyjhbgcioijiuzi") {
      breaks(.noCredentialLeakage, "a session token")
    }
    let hasOutput = base.contains { $0.faults.isEmpty }
    let hasTold = base.contains { !$0.logs.isEmpty || !$0.sent.isEmpty }
    let hasStored = base.contains { !Self.stored($0).isEmpty }
    let readsRequest = source.contains("req.query") || source.contains("req.body")
    if hasOutput, source.contains("_KEY\"") || source.contains("DB_PASSWORD") {
      verdict.looked.insert(.noSecretLeakage)
    }
    if hasOutput, source.contains("headers") { verdict.looked.insert(.noCredentialLeakage) }
    if hasTold, readsRequest { verdict.looked.insert(.piiContained) }
    if hasStored, readsRequest, !validates { verdict.looked.insert(.inputValidated) }
  }

  private mutating func results(_ seen: [Seen]) {
    for one in seen {
      if one.logs.contains(where: { $0.contains("zz-unchecked") })
        || one.faults.contains(where: { $0.message.hasPrefix("unwrap of a Result that holds an") })
      {
        breaks(.resultsSafe, "the value of a Result that has failed")
      }
      let hasFailed = one.logs.contains { $0.contains("zz-failed") }
      if hasFailed { verdict.looked.formUnion([.resultsSafe, .faultCovered]) }
      if hasFailed, one.faults.isEmpty, 200..<300 ~= one.status {
        breaks(.faultCovered, "a failure is answered \(one.status)")
      }
    }
  }

  private mutating func determinism(_ base: [Seen]) throws {
    var elsewhere = world
    elsewhere.clock = World.late
    elsewhere.chance = 77
    elsewhere.network = .answersOtherwise
    let again = try run(elsewhere)
    results(again)
    for (a, b) in zip(base, again) {
      if a.answer != b.answer { breaks(.deterministic, "\(a.answer)\n\(b.answer)") }
      if a.kept != b.kept { breaks(.deterministic, "\(a.kept)\n\(b.kept)") }
      if a.sentWrites != b.sentWrites { breaks(.deterministic, "\(a.sentWrites) \(b.sentWrites)") }
    }
    let asks = [
      "Math.random", "Date.now", "uuid()", "ulid()", "nanoid(", "jwtVerify(", "rateCheck(",
    ]
    if base.contains(where: { !$0.sent.isEmpty })
      || asks.contains(where: { source.split(separator: "\n").dropFirst(14).joined().contains($0) })
    {
      verdict.looked.insert(.deterministic)
    }
  }

  private mutating func repetition() throws {
    let run = try Run(application, contract, world)
    for (number, request) in world.requests.enumerated() {
      let first = run.answer(request)
      run.hands.move(chance: 1000 + UInt64(number))
      let second = run.answer(request)
      results([first, second])
      if first.kept != second.kept { breaks(.retrySafe, "\(first.kept)\n\(second.kept)") }
      if first.sentWrites != second.sentWrites {
        breaks(.retrySafe, "\(first.sentWrites)\n\(second.sentWrites)")
      }
      if !first.kept.isEmpty || !first.sentWrites.isEmpty { verdict.looked.insert(.retrySafe) }
    }
    var filled = world
    filled.isFilled = true
    let request = Array(world.requests.prefix(1))
    let (a, b) = (try self.run(world, request), try self.run(filled, request))
    if a[0].sentWrites != b[0].sentWrites {
      breaks(.retrySafe, "\(a[0].sentWrites)\n\(b[0].sentWrites)")
    }
    if b[0].sent.isEmpty, b[0].faults.isEmpty {
      // What a request has taken away from what was there.
      let places = World.places.map { "\($0.0) \($0.1) 1" }.sorted()
      if b[0].cache != places { breaks(.readOnly, "\(b[0].cache)") }
    }
  }

  private mutating func order(_ base: [Seen]) throws {
    let keeping = ["cache.", "ratelimit.", "sql.sqlOne", "sql.sqlMany", "sql.sqlExec"]
    guard !functions.contains(where: { name in keeping.contains { name.hasPrefix($0) } }),
      verdict.claimed.contains(.deterministic)
    else { return }
    let backwards = try run(world, world.requests.reversed())
    for (a, b) in zip(base, backwards.reversed()) where a.answer != b.answer {
      breaks(.stateIsolated, "the order decides: \(a.answer)\n\(b.answer)")
    }
  }

  private mutating func failures() throws {
    guard functions.contains("fetch.fetch") else { return }
    var failing = world
    failing.network = .fails
    let seen = try run(failing)
    results(seen)
    for one in seen where !one.sent.isEmpty {
      verdict.looked.insert(.faultCovered)
      if one.faults.isEmpty, 200..<300 ~= one.status {
        breaks(.faultCovered, "a fetch has failed and the answer is \(one.status)")
      }
    }
  }

  private mutating func injections() throws {
    for value in MarkupScan.values {
      var hostile = world
      hostile.instead = value
      for seen in try run(hostile) {
        results([seen])
        if let found = MarkupScan.finding(seen) { breaks(.injectionSafe, found) }
        if seen.body.lowercased().contains(MarkupScan.word) {
          verdict.looked.insert(.injectionSafe)
        }
        if seen.headers.contains(where: { $0.name == "location" }) {
          verdict.looked.insert(.injectionSafe)
        }
      }
    }
  }

  /// Programs that ask nothing: other data in, other data out, or there is no flow.
  private mutating func comparisons(_ base: [Seen]) throws {
    func compare(_ change: (inout Words) -> Void, _ outputs: (Seen) -> [String]) throws -> String? {
      var changed = world
      change(&changed.words)
      let seen = try run(changed)
      guard base.allSatisfy(\.faults.isEmpty), seen.allSatisfy(\.faults.isEmpty) else { return nil }
      for (a, b) in zip(base, seen) where outputs(a) != outputs(b) {
        return "\(outputs(a))\n\(outputs(b))"
      }
      return nil
    }
    let words = other.words
    if let how = try compare({ $0.secret = words.secret }, Self.leaks) {
      breaks(.noSecretLeakage, how)
    }
    if let how = try compare({ $0.credential = words.credential }, Self.leaks) {
      breaks(.noCredentialLeakage, how)
    }
    if let how = try compare(
      { ($0.request, $0.credential) = (words.request, words.credential) }, Self.toldOthers)
    {
      breaks(.piiContained, how)
    }
  }
}
