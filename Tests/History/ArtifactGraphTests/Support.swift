import ArtifactGraph
import ContentStore
import Contracts
import Digests
import Foundation
import GRDB
import Ledger
import OCIImage
import StoreTesting

/// A store in a folder of its own, removed with the last reference.
final class TemporaryStore {
  let path: String
  let store: ContentStore

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("graph-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    store = try ContentStore(StoreMaker().make(at: path + "/.zigttp", slug: "test"))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Keys beside the store, and no memory.
  var trust: LedgerTrust { LedgerTrust(home: path, stateFolder: nil) }

  func append(_ rows: [LedgerRow]) throws { try append(lines: rows.map(\.bytes)) }

  func append(lines: [[UInt8]]) throws {
    var writer = try LedgerWriter(store, holding: lock(), trust: trust)
    try writer.prepare(lines: lines)
    try writer.appendLines()
    try writer.finish()
  }

  func graph() throws -> ArtifactGraph { try ArtifactGraph(store) }

  /// The objects of a deploy of its own; returns record and image.
  func deploy(_ seed: String) throws -> (record: Digest, image: Digest) {
    let batch = try store.begin()
    let config = try batch.add(Array("{\"os\":\"linux\",\"seed\":\"\(seed)\"}".utf8))
    let layers = try ["runtime", "app \(seed)"].map {
      try batch.add(Array($0.utf8)).descriptor(MediaType.layer)
    }
    let image = try batch.add(
      Manifest(config: config.descriptor(MediaType.config), layers: layers).bytes)
    var about = DeployConfig()
    about.service = seed
    let record = try batch.add(
      Manifest(
        artifactType: RecordMediaType.deploy,
        config: batch.add(about.bytes).descriptor(RecordMediaType.config),
        layers: [
          batch.add(Array("{\"contract\":\"\(seed)\"}".utf8)).descriptor(RecordMediaType.contract),
          batch.add(Array("tar of \(seed)".utf8)).descriptor(RecordMediaType.sources),
        ],
        subject: image.descriptor(MediaType.manifest)
      ).bytes)
    try batch.commit()
    batch.end()
    return (record.digest, image.digest)
  }

  func url(_ file: String) -> URL { URL(fileURLWithPath: store.layout.root + "/" + file) }

  func removeGraph() throws {
    for file in ["graph.sqlite", "graph.sqlite-wal", "graph.sqlite-shm"] {
      try? FileManager.default.removeItem(at: url(file))
    }
  }

  func removeBlob(_ digest: Digest) throws {
    try FileManager.default.removeItem(at: url("blobs/sha256/\(digest.hex)"))
  }

  /// The store as somebody sees it who may not write it.
  func readOnly() throws -> ContentStore { try ContentStore(store.layout, readOnly: true) }

  func lock() throws -> WriterLock { try store.lockForTest() }

  /// Signs rows that a test wrote by hand.
  func seal() throws { _ = try LedgerSealing(store, holding: lock(), trust: trust).seal() }

  /// Changes the index behind our back, with a connection that is not ours.
  func sqlite(_ sql: String) throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    try DatabaseQueue(path: store.layout.graph, configuration: configuration)
      .write { try $0.execute(sql: sql) }
  }

  /// Every line of a view, as text.
  func view(_ name: String) throws -> [String] {
    try DatabaseQueue(path: store.layout.graph).read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM \(name)").map { row in
        row.map { "\($0)=\($1)" }.joined(separator: " ")
      }
    }
  }
}

/// A row of ours.
func row(
  _ ts: Int64, _ kind: LedgerRow.Kind = .deploy, service: String? = "orders",
  target: String? = "local", env: [String] = [], sha: String? = nil, record: Digest? = nil,
  path: String = "handler.ts", sources: String? = nil, prover: String? = nil,
  image: Digest? = nil, binary: Digest? = nil
) -> LedgerRow {
  LedgerRow(
    ts: ts, kind: kind, handlerPath: path, serviceName: service,
    facts: Facts(
      contractSha: sha ?? Digest.sha256(of: env.joined(separator: ",")).hex, proofLevel: .complete,
      envKeys: env),
    provenance: Provenance(sources: sources.map { .sha256(of: $0) }, prover: prover),
    target: target, record: record, image: image, binary: binary)
}

private func text(_ event: GraphEvent) -> String {
  let row = String(decoding: event.row.bytes, as: UTF8.self)
  return "\(event.line) \(event.baseline ?? 0) \(event.verdict?.rawValue ?? "-") "
    + "\(event.isReproven) \(event.image?.hex ?? "-") \(event.lacksRecord) \(row)"
}

/// Every answer of a graph, to compare with the answers of another.
func answers(_ graph: ArtifactGraph, refs: [String] = []) throws -> [String] {
  var out: [String] = []
  let events = try graph.events()
  out += events.map(text)
  out += try graph.events(EventQuery(limit: 3, service: "orders")).map { "orders " + text($0) }
  out += try graph.events(EventQuery(kinds: [.deploy, .check])).map { "kinds " + text($0) }
  out += try graph.services().map { "service " + text($0) }
  out += try graph.badLines().map { "bad \($0)" }
  for event in events {
    out.append("delta \(event.line) \(String(describing: try graph.delta(line: event.line)))")
    let query = BaselineQuery(
      kind: event.row.kind, service: event.row.serviceName, handlerPath: event.row.handlerPath,
      target: event.row.target)
    let baseline = try graph.baseline(for: query, before: event.line)
    out.append("baseline \(event.line) \(String(describing: baseline?.line))")
    guard let record = event.row.record else { continue }
    out.append("lines \(try graph.lines(ofRecord: record))")
    out += try graph.references(of: record).map { "edge \($0)" }
    if let image = event.image {
      out += try graph.references(of: image).map { "edge \($0)" }
      out += try graph.referrers(to: image).map { "referrer \($0)" }
    }
  }
  let digests = events.flatMap { [$0.row.facts.contractSha, $0.row.record?.hex, $0.image?.hex] }
  for ref in refs + ["HEAD", "HEAD~1", "HEAD~999", "orders", "orders~1"]
    + digests.compactMap({ $0.map { String($0.prefix(8)) } })
  {
    do throws(GraphError) {
      out.append("ref \(ref) \(try graph.resolve(ref).line)")
    } catch { out.append("ref \(ref) \(error)") }
  }
  return out
}
