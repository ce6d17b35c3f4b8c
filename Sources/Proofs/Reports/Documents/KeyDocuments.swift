import Encodings
import JSON
import Ledger

/// What `key show` answers: the verifier key.
public struct KeyDocument: Document {
  /// `schema/json/key-show-v1.schema.json`.
  public static let schema = "key-show"
  private let origin: String
  private let key: VerifierKey

  /// Of the key that signs the ledger of an origin.
  public init(origin: String, key: VerifierKey) {
    self.origin = origin
    self.key = key
  }

  /// For people.
  public var text: SafeText { "\(key.text)\n" }
  /// `origin`, `key`.
  public var members: JSONObject { ["origin": .string(origin), "key": .string(key.text)] }
}

/// What `key import` answers: the verifier key of what was imported.
public struct ImportedKeyDocument: Document {
  /// `schema/json/key-import-v1.schema.json`.
  public static let schema = "key-import"
  private let key: VerifierKey

  /// Of the imported key, which names its ledger.
  public init(_ key: VerifierKey) { self.key = key }

  /// For people.
  public var text: SafeText { "\(key.text)\n" }
  /// `origin`, `key`.
  public var members: JSONObject { ["origin": .string(key.name), "key": .string(key.text)] }
}

/// What `key trust` answers: the keys that are trusted.
public struct TrustedKeysDocument: Document {
  /// `schema/json/key-trust-v1.schema.json`.
  public static let schema = "key-trust"
  private let keys: [VerifierKey]

  /// Of all that are.
  public init(_ keys: [VerifierKey]) { self.keys = keys }

  /// For people.
  public var text: SafeText { keys.map { "\($0.text)\n" }.joined() }
  /// `trusted`.
  public var members: JSONObject { ["trusted": .strings(keys.map(\.text))] }
}
