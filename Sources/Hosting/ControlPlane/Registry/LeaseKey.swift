import Crypto
import Digests
import Encodings
import OCIImage
import RegistryServer

/// Makes passwords for one repository that are over after some minutes, and knows them again without
/// having kept any: each says what it is for, and is sealed with a key that only the server has.
///
/// With another key, as after a restore, every one of before is void.
struct LeaseKey: Sendable {
  private static let prefix = "ztl_"
  private let key: SymmetricKey

  init(_ folder: DataFolder) throws {
    key = try KeyFile(folder.leaseKey, fileSystem: folder.fileSystem).key
  }

  /// A password.
  ///
  /// - Parameter expiresAt: milliseconds since 1970.
  func password(
    for repository: RepositoryName, _ rights: Set<RegistryRight>, expiresAt: Int64
  ) -> String {
    // A name has no space.
    let words = RegistryRight.allCases.filter(rights.contains).map(\.rawValue)
    let said = "\(repository) \(words.joined(separator: ",")) \(expiresAt)"
    let seal = HMAC<SHA256>.authenticationCode(for: Self.bytes(said), using: key)
    return "\(Self.prefix)\(Hex.encode(said.utf8))_\(Hex.encode(seal))"
  }

  private static func bytes(_ said: String) -> [UInt8] { Array("registry lease\n\(said)".utf8) }

  /// Who presents a password; nil for one that was not made with this key, or is over.
  ///
  /// - Parameter now: milliseconds since 1970.
  func holder(of secret: String, now: Int64) -> AccessToken? {
    guard secret.hasPrefix(Self.prefix) else { return nil }
    let parts = secret.dropFirst(Self.prefix.count).split(separator: "_")
    guard parts.count == 2, let bytes = Hex.decode(parts[0]), let seal = Hex.decode(parts[1]),
      let said = String(validating: bytes, as: UTF8.self),
      HMAC<SHA256>.isValidAuthenticationCode(
        seal, authenticating: Self.bytes(said), using: key)
    else { return nil }
    let words = said.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, let repository = RepositoryPattern(String(words[0])),
      let expiresAt = Int64(words[2]), now < expiresAt
    else { return nil }
    let rights = words[1].split(separator: ",").compactMap { RegistryRight(rawValue: String($0)) }
    return AccessToken(
      id: "lease", hash: .sha256(of: secret), rights: Set(rights), repositories: [repository])
  }
}
