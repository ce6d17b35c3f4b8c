import ArtifactGraph
import ContentStore
import Contracts
import Ledger

/// A handler that took the place of another while it was written: what changed by it, and the row
/// about it. Nothing is packed.
public struct HandlerSwap {
  private let handler: ProvenHandler
  private let target: DeployTarget
  private let sourceDate: UInt64
  private let previous: ProvenHandler?

  /// - Parameters:
  ///   - handler: read and proven.
  ///   - previous: the one before in this run; where there was none, the newest deploy is the baseline.
  ///   - target: the store, or where to make it.
  ///   - sourceDate: `SOURCE_DATE_EPOCH`: seconds since 1970, 0 where it is not set.
  public init(
    _ handler: ProvenHandler, after previous: ProvenHandler?, in target: DeployTarget,
    sourceDate: UInt64
  ) {
    self.handler = handler
    self.previous = previous
    self.target = target
    self.sourceDate = sourceDate
  }

  /// What changed. Writes nothing.
  public func outcome() throws -> DeployOutcome {
    var outcome = try HandlerCheck(
      handler: handler, target: target, destination: LedgerRow.localTarget, sourceDate: sourceDate
    ).run()
    try takePrevious(&outcome)
    return outcome
  }

  /// Appends the row.
  /// - Parameters:
  ///   - trust: whose key signs it.
  ///   - now: Unix milliseconds.
  ///   - tell: gets each thing out of the ordinary, as it happens.
  public func record(
    trust: LedgerTrust, now: Int64, tell: @escaping (DeployEvent) -> Void
  ) throws -> DeployOutcome {
    let store = try openStore(tell)
    let lock = try store.lockForWriting(command: "dev") { tell(.waiting($0)) }
    let graph = try ArtifactGraph(store, holding: lock)
    for notice in graph.notices { tell(.graph(notice)) }
    var writer = try LedgerWriter(store, holding: lock, trust: trust, known: try graph.known())
    let publication = Publication(
      store: store, graph: graph, programsOf: LedgerRow.localTarget, tell: tell)
    try Recovery(publication: publication).finish(&writer)
    try graph.refresh()
    var outcome = try DeployOutcome(
      handler, to: LedgerRow.localTarget, in: target, sourceDate: sourceDate, graph)
    try takePrevious(&outcome)
    let row = LedgerRow(
      ts: now, kind: .swap, handlerPath: outcome.handlerPath, serviceName: outcome.service,
      facts: outcome.facts, provenance: outcome.provenance, target: LedgerRow.localTarget)
    try writer.prepare([row])
    try writer.appendLines()
    try writer.finish()
    for notice in writer.notices { tell(.ledger(notice)) }
    try graph.refresh()
    outcome.line = writer.position.lineCount
    outcome.timestamp = now
    return outcome
  }

  private func takePrevious(_ outcome: inout DeployOutcome) throws {
    guard let previous else { return }
    outcome.baseline = previous.facts
    outcome.baselineProvenance = try previous.provenance(sourceDate: sourceDate)
  }

  private func openStore(_ tell: (DeployEvent) -> Void) throws -> ContentStore {
    switch target {
    case .existing(let store): return store
    case .make(let folder):
      let layout = try StoreMaker().make(at: folder, slug: handler.project.service)
      tell(.madeStore(path: layout.root))
      return try ContentStore(layout)
    }
  }
}
