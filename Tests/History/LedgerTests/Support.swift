import ContentStore
import Contracts
import Digests
import Foundation
import Ledger
import StoreTesting

/// A store in a folder of its own, removed with the last reference.
final class TemporaryStore {
  let path: String
  let store: ContentStore

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("ledger-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    store = try ContentStore(StoreMaker().make(at: path + "/.zigttp", slug: "test"))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var ledger: LedgerFile { LedgerFile(store) }

  /// Keys and memory beside the store.
  var trust: LedgerTrust { LedgerTrust(home: path, stateFolder: path + "/state") }

  var origin: String {
    get throws { try store.origin() ?? "" }
  }

  func writer() throws -> LedgerWriter {
    try LedgerWriter(store, holding: lock(), trust: trust)
  }

  func lock() throws -> WriterLock { try store.lockForTest() }

  /// Appends lines in one go.
  func append(_ lines: [String]) throws {
    var writer = try writer()
    if !writer.recovery.rows.isEmpty { try writer.finish() }
    try writer.prepare(lines: lines.map { Array($0.utf8) })
    try writer.appendLines()
    try writer.finish()
  }

  /// What a verification says.
  func verify(_ trust: LedgerTrust? = nil) throws -> LedgerReport {
    try LedgerVerification(store, trust: trust ?? self.trust).run()
  }

  func bytes(_ file: String) -> [UInt8]? {
    FileManager.default.contents(atPath: store.layout.root + "/" + file).map(Array.init)
  }

  func write(_ bytes: [UInt8]?, to file: String) throws {
    let url = URL(fileURLWithPath: store.layout.root + "/" + file)
    if let bytes {
      try Data(bytes).write(to: url)
    } else {
      try? FileManager.default.removeItem(at: url)
    }
  }

  /// Names and contents of `quarantine/`.
  var quarantine: [String: [UInt8]] {
    let folder = store.layout.quarantine
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return Dictionary(uniqueKeysWithValues: names.map { ($0, bytes("quarantine/\($0)") ?? []) })
  }

  func lines() throws -> [LedgerLine] {
    var lines: [LedgerLine] = []
    try ledger.read { lines.append($0) }
    return lines
  }
}

/// A row of ours.
func row(_ ts: Int64, service: String = "orders", sha: String = "ab") -> LedgerRow {
  LedgerRow(
    ts: ts, kind: .deploy, handlerPath: "handler.ts", serviceName: service,
    facts: Facts(contractSha: sha), target: "local", record: .sha256(of: "\(ts)"))
}

func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
