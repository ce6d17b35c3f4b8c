import ArtifactGraph
import ContentStore
import Contracts
import Encodings
import Ledger
import Reports

/// The ledger and its index as a query reads them.
struct History {
  let store: ContentStore
  let graph: ArtifactGraph
  let console = Console()
  let invocation: Invocation
  // One damaged file can hold a million of them.
  static let namedLines = 20

  /// Opens the store that the options name, saying what is out of the ordinary.
  init(of options: GlobalOptions) throws {
    try self.init(of: options, in: Invocation.current(options))
  }

  /// The same for a command that asks more of its surroundings.
  init(of options: GlobalOptions, in invocation: Invocation) throws {
    self.invocation = invocation
    store = try invocation.existingStore(named: options.store)
    let line = ProgressLine("indexing")
    graph = try ArtifactGraph(store, progress: line.update)
    line.clear()
    for notice in graph.notices { console.warn(notice.wording) }
    try console.warnOfSeal(of: store, invocation, known: graph.frontier())
  }

  /// What was opened already.
  init(store: ContentStore, graph: ArtifactGraph, in invocation: Invocation) {
    self.invocation = invocation
    self.store = store
    self.graph = graph
  }

  /// A row with its baseline, as every renderer takes it.
  func report(of row: FoundRow) throws -> ProofReport {
    let baseline = try row.event.baseline.flatMap { try row.graph.event(line: $0) }
    return ProofReport(
      event: ProofEvent(row.event, of: row.origin), facts: row.event.row.facts,
      baseline: baseline?.row.facts, baselineProvenance: baseline?.row.provenance ?? Provenance())
  }

  /// One side of a diff.
  func side(_ ref: String, _ row: FoundRow) -> ProofDiff.Side {
    ProofDiff.Side(
      ref: ref, event: ProofEvent(row.event, of: row.origin), facts: row.event.row.facts)
  }

  /// Names what the answer lacks, lines that are no rows and records that are not in the store, and
  /// ends with a failure if there is any.
  ///
  /// - Parameter bad: the lines that are no rows, where the caller has asked for them.
  func finish(showing events: [GraphEvent], bad: [BadLine]? = nil) throws {
    if try !tellWhatLacks(showing: events, bad: bad) { throw Self.lacking }
  }

  /// How a command ends whose answer lacks something.
  static let lacking = CommandFailure(
    answered: .failure, "the answer lacks what the warnings name")

  /// Names what the answer lacks; returns whether it lacks nothing.
  func tellWhatLacks(showing events: [GraphEvent], bad: [BadLine]? = nil) throws -> Bool {
    let bad = try bad ?? graph.badLines()
    for line in bad.prefix(Self.namedLines) { console.warn(line.wording) }
    if bad.count > Self.namedLines {
      console.warn("\(bad.count - Self.namedLines) more lines of the ledger were skipped")
    }
    // What is deliberately elsewhere is not lacking.
    let shallow = (try? store.shallow.read()) ?? []
    let incomplete = events.filter { event in
      event.lacksRecord && !(event.row.record.map(shallow.contains) ?? false)
    }
    for event in incomplete {
      let record: SafeText = event.row.record.map { "\($0)" } ?? "its record"
      console.warn("line \(event.line): \(record) is not in the store, or is damaged")
    }
    return bad.isEmpty && incomplete.isEmpty
  }
}

extension ProofEvent {
  /// A row of the ledger.
  /// - Parameter origin: of another writer's ledger that it stands in.
  init(_ event: GraphEvent, of origin: String? = nil) {
    self.init(
      kind: event.row.kind.word, handlerPath: event.row.handlerPath,
      service: event.row.serviceName, line: event.line, timestamp: event.row.ts,
      target: event.row.target, record: event.row.record, image: event.image,
      binary: event.row.binary, provenance: event.row.provenance, origin: origin)
  }
}

extension ProofListEntry {
  /// A row of the ledger.
  /// - Parameter origin: of another writer's ledger that it stands in.
  init(_ event: GraphEvent, of origin: String? = nil) {
    self.init(
      event: ProofEvent(event, of: origin), contractSha: event.row.facts.contractSha,
      proofLevel: event.row.facts.proofLevel, verdict: event.verdict,
      isReproven: event.isReproven)
  }
}
