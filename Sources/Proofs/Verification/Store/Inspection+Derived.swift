import ArtifactGraph
import ContentStore
import Digests
import Files
import Ledger
import OCIImage
import ProjectFiles

extension LedgerSurvey {
  /// The newest deploy of each service with a record, oldest first, as `index.json` names them.
  var newestToPublish: [(service: String, record: Digest)] {
    newestDeploys.compactMap { row in
      guard let service = row.service, Slug.make(service) == service, let record = row.record
      else { return nil }
      return (service, record)
    }
  }

  /// The newest local deploy of each service with a record.
  var newestLocal: [String: Digest] {
    var newest: [String: Digest] = [:]
    for row in rows where row.isDeploy && row.isLocal {
      guard let service = row.service, Slug.make(service) == service else { continue }
      newest[service] = row.record
    }
    return newest
  }
}

extension Inspection {
  /// `deploy/<service>` is the program that its newest local deploy recorded.
  mutating func checkBinaries() throws {
    guard let ledger = reliableLedger else { return }
    let newest = ledger.newestLocal
    for (service, digest) in newest.sorted(by: { $0.key < $1.key }) {
      // Where the record is not here, nobody knows what the program should be.
      guard let record = try? DeployRecord(digest, in: store.blobs),
        let wanted = try? record.config(in: store.blobs).binary
      else { continue }
      try checkBinary(of: service, is: wanted)
    }
    let names = (try? store.fileSystem.names(in: store.layout.deployFolder)) ?? []
    for name in names.sorted() where newest[name] == nil {
      note(
        Finding(
          .binaryUnknown, "deploy/\(name)", expected: "a service that the ledger deployed"))
    }
  }

  private mutating func checkBinary(of service: String, is wanted: Digest) throws {
    let path = store.layout.binary(of: service)
    var affects = Finding.Affected()
    affects.services = [service]
    guard let info = try storing(store.fileSystem.infoIfAny(path)) else {
      return note(
        Finding(
          .binaryMissing, "deploy/\(service)", expected: "\(wanted)", found: "no file",
          affects: affects))
    }
    guard info.kind == .file else {
      return note(
        Finding(
          .binaryMismatch, "deploy/\(service)", expected: "a regular file",
          found: info.kind.words, affects: affects))
    }
    let found = try store.digest(ofFile: path)
    if found != wanted {
      note(
        Finding(
          .binaryMismatch, "deploy/\(service)", expected: "\(wanted)", found: "\(found)",
          affects: affects))
    }
  }

  /// The graph against the ledger. A file that is not there is made when it is needed.
  mutating func checkGraph(holding lock: WriterLock?) throws {
    guard let problem = try store.problemOfGraphFile() else {
      return try compareGraph(holding: lock)
    }
    note(
      Finding(
        .graphUnusable, "graph.sqlite", expected: "an index of zigttp", found: problem))
    report.findings.sort(by: Self.precedes)
  }

  private mutating func compareGraph(holding lock: WriterLock?) throws {
    if ledger != nil { try compareGraph(of: store, holding: lock) }
    for other in try OtherLedgers(store).all() { try compareGraph(of: other.store, holding: lock) }
    report.findings.sort(by: Self.precedes)
  }

  private mutating func compareGraph(
    of store: ContentStore, holding lock: WriterLock?
  ) throws {
    let exists = try storing(store.fileSystem.infoIfAny(store.layout.graph)) != nil
    guard exists, !store.isReadOnly else { return }
    let name = relative(store.layout.graph)
    let graph = try ArtifactGraph(store, holding: lock)
    for notice in graph.notices {
      switch notice {
      case .rebuiltDamaged(let reason), .unopenable(let reason):
        note(
          Finding(
            .graphUnusable, name, expected: "an index of zigttp", found: reason))
      default: break
      }
    }
    if let difference = try graph.differenceFromFresh() {
      note(
        Finding(
          .graphStale, name,
          expected: "\(difference.expected ?? "nothing") in \(difference.table)",
          found: difference.found ?? "nothing"))
    }
  }
}

extension ContentStore {
  /// The SHA-256 of a file of the store.
  func digest(ofFile path: String) throws(StoreError) -> Digest {
    let file = try storing(fileSystem.openFile(path))
    let buffer = FileBuffer(1 << 20)
    var hasher = SHA256Hasher()
    var offset: UInt64 = 0
    while let piece = try storing(file.next(&offset, in: buffer.bytes)) { hasher.update(piece) }
    return hasher.finalize()
  }

  /// Why `graph.sqlite` cannot be the index, by its kind and its first bytes; nil where it can, or
  /// is not there.
  func problemOfGraphFile() throws(StoreError) -> String? {
    guard let info = try storing(fileSystem.infoIfAny(layout.graph)) else { return nil }
    guard info.kind == .file else { return info.kind.words }
    if info.size == 0 { return nil }
    let header = try bytes(of: layout.graph, at: 0, count: 100)
    guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else {
      return "no database"
    }
    // The application id at offset 68: "zigt".
    return Array(header[68..<72]) == Array("zigt".utf8) ? nil : "the database of something else"
  }
}
