import ContentStore
import Digests
import Encodings
import Files
import JSON

/// A hosted deploy that was asked for and is not recorded yet: what a crash between the two leaves.
///
/// Written before the control plane is asked, removed when the row is in the ledger.
/// Reference: control-plane.md, "The client's order".
public struct PendingDeploy: Sendable, Hashable {
  /// The deploy record.
  public var record: Digest
  /// The session that was used.
  public var session: String
  /// When it was asked for, milliseconds since 1970.
  public var time: Int64
  /// As the row will have it.
  public var handlerPath: String
  /// The generation that was seen; nil where there was no service.
  public var ifGeneration: Int64?

  /// A pending deploy from its parts.
  public init(
    record: Digest, session: String, time: Int64, handlerPath: String, ifGeneration: Int64?
  ) {
    self.record = record
    self.session = session
    self.time = time
    self.handlerPath = handlerPath
    self.ifGeneration = ifGeneration
  }

  /// Canonical JSON.
  var bytes: [UInt8] {
    var out: JSONObject = [
      "handlerPath": .string(handlerPath), "record": .string(record.description),
      "session": .string(session), "time": .integer(time),
    ]
    out["ifGeneration"] = ifGeneration.map(JSONValue.integer)
    return JSONValue.object(out).canonicalBytes
  }

  /// From a file; nil for anything else.
  init?(_ bytes: [UInt8]) {
    guard let json = try? CanonicalJSON.parse(bytes),
      let record = json["record"]?.stringValue.flatMap({ Digest($0) }),
      let session = json["session"]?.stringValue, let time = json["time"]?.integerValue,
      let handlerPath = json["handlerPath"]?.stringValue
    else { return nil }
    self.init(
      record: record, session: session, time: time, handlerPath: handlerPath,
      ifGeneration: json["ifGeneration"]?.integerValue)
  }
}

/// The pending deploys of a store, a file a service. They change only under the writer's lock.
public struct PendingDeploys: Sendable {
  private let store: ContentStore
  private static let limit = 1 << 20

  /// Of a store.
  public init(_ store: ContentStore) { self.store = store }

  // A slug has no slash.
  private func path(_ service: String) -> String { "\(store.layout.pending)/\(service)" }

  private var files: AtomicFile {
    AtomicFile(fileSystem: store.fileSystem, temporary: store.layout.temporary)
  }

  /// The pending deploy of a service; nil where there is none.
  ///
  /// - Throws: ``StoreError`` with `malformed` for a file of another kind.
  public func read(_ service: String) throws -> PendingDeploy? {
    let path = path(service)
    guard let bytes = try storing(store.fileSystem.contents(of: path, limit: Self.limit)) else {
      return nil
    }
    guard let pending = PendingDeploy(bytes) else {
      throw StoreError(
        .malformed, path: path, expected: "a deploy that was asked for", found: "something else")
    }
    return pending
  }

  /// On the device when this returns.
  func write(_ pending: PendingDeploy, for service: String) throws {
    try storing(store.fileSystem.ensureFolders(store.layout.pending, permissions: 0o755))
    try storing(files.replace(path(service), with: pending.bytes))
  }

  func remove(_ service: String) throws { try storing(files.remove(path(service))) }
}
