import Crypto
import Digests
import Encodings
import FoundationEssentials

/// The private half of a key that signs notes.
///
/// Nothing that prints a value prints the secret: neither its description nor a dump of its parts
/// holds it.
public struct SigningKey: Sendable {
  private static let head = "PRIVATE+KEY+"
  /// The longest file of a key that is read.
  static let maxLength = 4096

  /// The public half.
  public let verifier: VerifierKey
  private let key: Curve25519.Signing.PrivateKey

  /// A new key; nil for a name that no key may have.
  public init?(name: String) {
    self.init(name: name, key: Curve25519.Signing.PrivateKey())
  }

  /// From the seed of RFC 8032; nil for a name that no key may have, or other than 32 bytes.
  public init?(name: String, seed: [UInt8]) {
    guard seed.count == 32, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
    else { return nil }
    self.init(name: name, key: key)
  }

  private init?(name: String, key: Curve25519.Signing.PrivateKey) {
    guard let verifier = VerifierKey(name: name, publicKey: Array(key.publicKey.rawRepresentation))
    else { return nil }
    self.verifier = verifier
    self.key = key
  }

  /// Reads a key's file: one line, `PRIVATE+KEY+<name>+<8 hex digits>+<base64 of 0x01 and the seed>`.
  ///
  /// - Throws: `malformed`, with a reason that holds nothing of the secret.
  public init(_ bytes: some Collection<UInt8>) throws(LedgerError) {
    var line = Array(bytes)
    if line.last == 0x0a { line.removeLast() }
    guard line.starts(with: Self.head.utf8), !line.contains(0x0a) else {
      throw Self.malformed("expected one line that starts \(Self.head)")
    }
    let parts = line.dropFirst(Self.head.utf8.count).split(
      separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, KeyName.isValid(parts[0]) else {
      throw Self.malformed("expected \(Self.head)NAME+8 HEX DIGITS+BASE64")
    }
    guard let value = Base64.decode(parts[2]), value.count == 33,
      value[0] == VerifierKey.ed25519,
      let key = SigningKey(
        name: String(decoding: parts[0], as: UTF8.self), seed: Array(value.dropFirst()))
    else { throw Self.malformed("its key is not base64 of the byte 1 and a seed of 32 bytes") }
    guard key.verifier.hexID.utf8.elementsEqual(parts[1]) else {
      throw Self.malformed("its id is not the one that name and key have")
    }
    self = key
  }

  private static func malformed(_ reason: String) -> LedgerError {
    .malformed(.signingKey, reason: reason)
  }

  /// What stands in the key's file, the secret included.
  var fileBytes: [UInt8] {
    let secret = Base64.encode([VerifierKey.ed25519] + Array(key.rawRepresentation))
    return Array("\(Self.head)\(verifier.name)+\(verifier.hexID)+\(secret)\n".utf8)
  }

  /// Signs text that ends in a newline.
  ///
  /// - Throws: `malformed` for other text.
  public func sign(_ text: [UInt8]) throws(LedgerError) -> SignedNote {
    guard text.last == 0x0a else {
      throw .malformed(.signedNote, reason: "text without a newline at its end")
    }
    do {
      let signature = SignedNote.Signature(
        name: verifier.name, id: verifier.id, bytes: Array(try key.signature(for: text)))
      return SignedNote(text: text, signatures: [signature])
    } catch { throw .malformed(.signingKey, reason: "it does not sign") }
  }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
  /// The name and the id, nothing of the secret.
  public var description: String { "the private key of \(verifier.name)+\(verifier.hexID)" }

  /// Only the public half.
  public var customMirror: Mirror { Mirror(self, children: ["verifier": verifier]) }
}
