import Crypto
import Digests
import Encodings
import FoundationEssentials

/// The public half of a key that signs notes: what an auditor is given.
///
/// Reference: C2SP signed-note, "Ed25519 signatures"; the spelling `name+id+key` is that of Go's
/// note package.
public struct VerifierKey: Sendable, Hashable {
  // The one algorithm, as the formats number it.
  static let ed25519: UInt8 = 1

  /// Of a ledger's key, the ledger's origin.
  public let name: String
  /// The 32 bytes of RFC 8032.
  public let publicKey: [UInt8]
  /// The first four bytes of the SHA-256 of name, newline, algorithm and key.
  public let id: UInt32

  /// nil for a name that no key may have, or a key that has not 32 bytes.
  public init?(name: String, publicKey: [UInt8]) {
    guard KeyName.isValid(Array(name.utf8)), publicKey.count == 32 else { return nil }
    self.name = name
    self.publicKey = publicKey
    let hash = Digest.sha256(of: Array(name.utf8) + [0x0a, Self.ed25519] + publicKey)
    id = hash.bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Reads `<name>+<8 hex digits>+<base64 of 0x01 and the key>`.
  ///
  /// - Throws: `malformed`.
  public init(_ text: some Collection<UInt8>) throws(LedgerError) {
    let parts = Array(text).split(
      separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, KeyName.isValid(parts[0]) else {
      throw Self.malformed("expected NAME+8 HEX DIGITS+BASE64")
    }
    guard let value = Base64.decode(parts[2]), value.count == 33, value[0] == Self.ed25519,
      let key = VerifierKey(
        name: String(decoding: parts[0], as: UTF8.self), publicKey: Array(value.dropFirst()))
    else { throw Self.malformed("its key is not base64 of the byte 1 and 32 bytes of Ed25519") }
    guard key.hexID.utf8.elementsEqual(parts[1]) else {
      throw Self.malformed("its id is not \(key.hexID), which name and key have")
    }
    self = key
  }

  private static func malformed(_ reason: String) -> LedgerError {
    .malformed(.verifierKey, reason: reason)
  }

  /// The id as eight hex digits.
  public var hexID: String {
    let digits = String(id, radix: 16)
    return String(repeating: "0", count: 8 - digits.utf8.count) + digits
  }

  /// The spelling that ``init(_:)-(Collection<UInt8>)`` reads.
  public var text: String { "\(name)+\(hexID)+\(Base64.encode([Self.ed25519] + publicKey))" }

  /// Whether `signature` is this key's over `text`.
  public func isValid(_ signature: [UInt8], of text: [UInt8]) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else {
      return false
    }
    return key.isValidSignature(signature, for: text)
  }
}

extension VerifierKey: CustomStringConvertible {
  /// The spelling that can be given to others.
  public var description: String { text }
}
