import ContentStore
import Encodings
import JSON

/// What `store ls` answers: every object with its size.
public struct ObjectsDocument: Document {
  /// `schema/json/store-ls-v1.schema.json`.
  public static let schema = "store-ls"
  private let objects: [Blob]

  /// In the order to print them.
  public init(_ objects: [Blob]) { self.objects = objects }

  /// For people.
  public var text: SafeText { objects.map(AddedDocument.line).joined() }

  /// `objects`.
  public var members: JSONObject {
    let rows = objects.map { object -> JSONValue in
      ["digest": .named(object.digest), "size": .count(object.size)]
    }
    return ["objects": .array(rows)]
  }
}

/// What `store add` answers: what was added, and what could not be.
public struct AddedDocument: Document {
  /// `schema/json/store-add-v1.schema.json`.
  public static let schema = "store-add"
  private var added: [(path: String, blob: Blob)] = []
  private var failures: [(path: String, reason: SafeText)] = []

  /// Nothing yet.
  public init() {}

  /// One more object.
  public mutating func add(_ path: String, _ blob: Blob) { added.append((path, blob)) }

  /// One more file that could not be added.
  public mutating func miss(_ path: String, _ reason: SafeText) {
    failures.append((path, reason))
  }

  /// The line of one object, as it is printed once it is durable.
  public static func line(_ blob: Blob) -> SafeText { "\(blob.digest)  \(blob.size)\n" }

  /// For people.
  public var text: SafeText { added.map { Self.line($0.blob) }.joined() }

  /// `objects`, `failures`.
  public var members: JSONObject {
    let objects = added.map { path, blob -> JSONValue in
      ["path": .string(path), "digest": .named(blob.digest), "size": .count(blob.size)]
    }
    let failures = failures.map { path, reason -> JSONValue in
      ["path": .string(path), "reason": .string(reason.text)]
    }
    return ["objects": .array(objects), "failures": .array(failures)]
  }
}
