import ArtifactGraph
import ContentStore
import Ledger
import OCIImage

/// The ledger, opened for one row of a hosted deploy, with what an interrupted deploy left finished.
struct HostedRecording: ~Copyable {
  /// Up to date with the ledger.
  let graph: ArtifactGraph
  private let publication: Publication
  private var writer: LedgerWriter
  private let tell: (DeployEvent) -> Void

  /// - Throws: whatever would keep a row from being written.
  init(
    _ store: ContentStore, holding lock: WriterLock, trust: LedgerTrust,
    _ tell: @escaping (DeployEvent) -> Void
  ) throws {
    let graph = try ArtifactGraph(store, holding: lock)
    for notice in graph.notices { tell(.graph(notice)) }
    var writer = try LedgerWriter(store, holding: lock, trust: trust, known: try graph.known())
    let publication = Publication(
      store: store, graph: graph, programsOf: LedgerRow.localTarget, tell: tell)
    try Recovery(publication: publication).finish(&writer)
    try graph.refresh()
    self.graph = graph
    self.publication = publication
    self.writer = writer
    self.tell = tell
  }

  /// Appends the row and names what it is about.
  ///
  /// - Returns: its line.
  mutating func append(
    _ row: LedgerRow, _ record: DeployRecord, image: Image
  ) throws -> Int {
    try writer.prepare([row])
    try writer.appendLines()
    try publication.name(record, image: image.descriptor, service: row.serviceName ?? "")
    try writer.finish()
    for notice in writer.notices { tell(.ledger(notice)) }
    let told = graph.notices.count
    try graph.refresh()
    for notice in graph.notices.dropFirst(told) { tell(.graph(notice)) }
    return writer.position.lineCount
  }

  /// Whether the row is in the ledger already.
  func has(_ row: LedgerRow) throws -> Bool {
    let wanted = EventQuery(limit: 1000, service: row.serviceName, kinds: [row.kind])
    return try graph.events(wanted).contains { $0.row == row }
  }
}
