import Contracts
import Digests
import JSON

/// What a running service says of itself at `/.well-known/zigttp`. Whoever answers there can say
/// anything.
///
/// Reference: schema/json/self-v1.schema.json.
public struct ServiceClaim: Sendable, Hashable {
  /// Where it is asked.
  public static let path = "/.well-known/zigttp"
  /// Most bytes of an answer that are read.
  public static let limit = 64 << 10

  /// SHA-256 of the contract, 64 hex digits.
  public var contractSha: String
  /// Of `app.json`.
  public var appDigest: String
  /// `complete`, `partial` or `none`.
  public var proofLevel: String
  /// By property.
  public var properties: [Property: Bool]

  /// From an answer; nil for one of another shape.
  public init?(_ bytes: [UInt8]) {
    guard let json = try? JSONReader.lenient(bytes),
      let contract = json["contractSha"]?.stringValue, Digest(sha256Hex: contract) != nil,
      let app = json["appDigest"]?.stringValue, Digest(app) != nil,
      let level = json["proofLevel"]?.stringValue
    else { return nil }
    contractSha = contract
    appDigest = app
    proofLevel = level
    properties = [:]
    for property in Property.allCases {
      properties[property] = json["properties"]?[property.rawValue]?.boolValue
    }
  }
}
