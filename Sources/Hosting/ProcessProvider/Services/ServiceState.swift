import Digests
import Encodings
import Files
import JSON

/// What is kept of a service on the disk, so that it comes back whatever ends: which version it is to
/// run, the processes that there are, and the environment, sealed.
struct ServiceState {
  /// What it is to run; nil while its first version has not answered yet.
  var order: ServiceOrder?
  /// The user that its processes run as, where it has one of its own.
  var user: UInt32?
  /// The process that answers.
  var active: Instance.Record?
  /// Those that are to end.
  var others: [Instance.Record] = []

  /// Most bytes of a state on the disk.
  static let limit = 4 << 20

  /// - Throws: where it was sealed by another key, or is no such document.
  init(_ bytes: [UInt8], name: String, seal: StateSeal) throws {
    let json = try JSONReader.strict(bytes)
    guard json["version"]?.integerValue == 1, json["name"]?.stringValue == name else {
      throw Launch.Failure(reason: "it is not the state of \(name)")
    }
    if let document = json["order"], document.objectValue != nil {
      let sealed = document["sealed"]?.stringValue.flatMap { Base64.decode($0.utf8) } ?? []
      let values = try JSONReader.strict(seal.open(sealed, service: name))
      guard let environment = ServiceOrder.environment(values),
        let order = ServiceOrder(json: document, environment: environment)
      else { throw Launch.Failure(reason: "it is not the state of \(name)") }
      self.order = order
    }
    user = json["user"]?.integerValue.flatMap { UInt32(exactly: $0) }
    active = json["active"].flatMap { Instance.Record(json: $0) }
    others = (json["others"]?.arrayValue ?? []).compactMap { Instance.Record(json: $0) }
  }

  init(
    order: ServiceOrder?, user: UInt32?, active: Instance.Record?, others: [Instance.Record]
  ) {
    self.order = order
    self.user = user
    self.active = active
    self.others = others
  }

  /// The document.
  func bytes(name: String, seal: StateSeal) throws -> [UInt8] {
    var out: JSONObject = ["version": 1, "name": .string(name)]
    if let order {
      var document = order.json
      let sealed = try seal.close(order.environmentJSON.minifiedBytes, service: name)
      document["sealed"] = .string(Base64.encode(sealed))
      out["order"] = .object(document)
    }
    out["user"] = user.map { .integer(Int64($0)) }
    out["active"] = active?.json
    out["others"] = .array(others.map(\.json))
    return JSONValue.object(out).minifiedBytes
  }
}

extension Instance.Record {
  /// nil for anything else.
  init?(json: JSONValue) {
    // Of an earlier start of the machine nothing runs.
    guard json["boot"]?.stringValue == ProcessIdentity.boot,
      let id = json["process"]?.integerValue.flatMap({ Int32(exactly: $0) }), id > 1,
      let start = json["start"]?.integerValue.flatMap({ UInt64(exactly: $0) }),
      let port = json["port"]?.integerValue.flatMap({ UInt16(exactly: $0) }),
      let pipe = json["pipe"]?.stringValue, FileNames.isPlain(pipe)
    else { return nil }
    self.init(process: ProcessIdentity(id: id, start: start), port: port, pipe: pipe)
  }

  var json: JSONValue {
    [
      "process": .integer(Int64(process.id)), "start": .integer(Int64(process.start)),
      "boot": .string(ProcessIdentity.boot), "port": .integer(Int64(port)), "pipe": .string(pipe),
    ]
  }
}

/// Names of files in folders of ours.
enum FileNames {
  /// What stands behind the last slash.
  static func last(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }

  /// Whether it leads nowhere else.
  static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && !name.utf8.contains(UInt8(ascii: "/")) && name.utf8.first != UInt8(ascii: ".")
  }
}
