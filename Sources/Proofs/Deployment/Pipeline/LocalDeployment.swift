import ArtifactGraph
import ContentStore
import Contracts
import Digests
import Ledger
import OCIImage

/// `zigttp deploy --local`: objects, ledger row, runnable binary, in the one order of writes that a
/// crash cannot spoil.
///
/// Reference: architecture.md, "Order of writes".
public struct LocalDeployment {
  private let destination = LedgerRow.localTarget
  private let handler: ProvenHandler
  private let runtime: RuntimeParts
  private let target: DeployTarget
  private let trust: LedgerTrust
  private let sourceDate: UInt64
  private let now: Int64

  /// A deploy to come.
  /// - Parameters:
  ///   - handler: read and proven.
  ///   - runtime: what is packed with it.
  ///   - target: the store, or where to make it.
  ///   - trust: whose key signs the row.
  ///   - sourceDate: `SOURCE_DATE_EPOCH`: seconds since 1970, 0 where it is not set.
  ///   - now: Unix milliseconds.
  public init(
    handler: ProvenHandler, runtime: RuntimeParts, target: DeployTarget, trust: LedgerTrust,
    sourceDate: UInt64, now: Int64
  ) {
    self.handler = handler
    self.runtime = runtime
    self.target = target
    self.trust = trust
    self.sourceDate = sourceDate
    self.now = now
  }

  /// Deploys.
  /// - Parameter tell: gets each step and each thing out of the ordinary, as it happens.
  public func run(tell: @escaping (DeployEvent) -> Void) throws -> DeployOutcome {
    try handler.requireDeployable()
    if let untried = try tryOut() { tell(untried) }
    let store = try openStore(tell)
    let batch = try store.begin()
    defer { batch.end() }
    let packed =
      try packing
      .pack(into: batch) { content in
        let (layer, origin) = try RuntimeLayer.add(
          content, installed: runtime.installedLayer, to: batch, of: store)
        if origin == .compressed { tell(.compressedRuntimeLayer) }
        return layer
      } stage: { binary, app in
        // An app that the store has may stand in its place already, and is compared with it later.
        try store.blobs.has(app) ? nil : binary.stage(in: store)
      }
    try batch.commit()
    for digest in batch.replaced { tell(.replacedDamaged(digest)) }

    let lock = try store.lockForWriting(command: "deploy") { tell(.waiting($0)) }
    let graph = try ArtifactGraph(store, holding: lock)
    for notice in graph.notices { tell(.graph(notice)) }

    var writer = try LedgerWriter(
      store, holding: lock, trust: trust, known: try graph.known())
    let publication = Publication(
      store: store, graph: graph, programsOf: destination, tell: tell)
    try Recovery(publication: publication).finish(&writer)
    // Only now is the baseline what the ledger says: a recovered row may be the newest.
    try graph.refresh()
    var outcome = try outcome(graph)
    let row = LedgerRow(
      ts: now, kind: .deploy, handlerPath: outcome.handlerPath, serviceName: outcome.service,
      facts: outcome.facts, provenance: outcome.provenance, target: destination,
      record: packed.record.descriptor.digest, image: packed.image.descriptor.digest,
      binary: packed.binaryDigest)
    try writer.prepare([row])
    try writer.appendLines()
    let aside = try packed.binary.write(
      for: outcome.service, in: store, staged: packed.staged)
    if let aside { tell(.movedAside(path: aside)) }
    try publication.name(
      packed.record, image: packed.image.descriptor, service: outcome.service)
    try writer.finish()
    for notice in writer.notices { tell(.ledger(notice)) }
    tell(.recorded(line: writer.position.lineCount))
    let told = graph.notices.count
    try graph.refresh()
    for notice in graph.notices.dropFirst(told) { tell(.graph(notice)) }

    outcome.image = packed.image.descriptor.digest
    outcome.record = packed.record.descriptor.digest
    outcome.line = writer.position.lineCount
    outcome.timestamp = now
    outcome.binary = store.layout.binary(of: outcome.service)
    outcome.binaryDigest = packed.binaryDigest
    return outcome
  }

  /// Does everything but write: packs into a store that is thrown away. Fails where a deploy would.
  public func rehearse() throws -> DeployOutcome {
    try handler.requireDeployable()
    _ = try tryOut()
    let graph = try rehearseRecording()
    var outcome = try outcome(graph)
    let scratch = try ScratchStore()
    defer { scratch.remove() }
    let batch = try scratch.store.begin()
    let packed =
      try packing
      .pack(into: batch) { content in
        if let store = target.store, let layer = try RuntimeLayer.existing(content, in: store) {
          return layer
        }
        return try RuntimeLayer.add(
          content, installed: runtime.installedLayer, to: batch, of: scratch.store
        ).layer
      }
    outcome.image = packed.image.descriptor.digest
    outcome.binaryDigest = packed.binaryDigest
    return outcome
  }

  // Before anything is written, so that what is refused leaves nothing behind.
  private func tryOut() throws -> DeployEvent? {
    try handler.tryOut(with: runtime, sourceDate: sourceDate)
  }

  private var packing: Packing {
    Packing(
      handler: handler, runtime: runtime, sourceDate: sourceDate, destination: destination)
  }

  // What keeps a row from being recorded: the store, the ledger, the key.
  private func rehearseRecording() throws -> ArtifactGraph? {
    switch target {
    case .existing(let store):
      try store.rehearseWriting()
      let graph = try ArtifactGraph(store)
      try LedgerWriter.rehearse(store, trust: trust, known: graph.known())
      return graph
    case .make(let folder):
      try StoreMaker().rehearse(at: folder)
      try LedgerWriter.rehearse(origin: handler.project.service, trust: trust)
      return nil
    }
  }

  private func outcome(_ graph: ArtifactGraph?) throws -> DeployOutcome {
    try DeployOutcome(handler, to: destination, in: target, sourceDate: sourceDate, graph)
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
