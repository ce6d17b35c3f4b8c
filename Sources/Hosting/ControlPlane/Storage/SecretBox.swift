import Crypto
import Encodings
import Files

/// Seals env values for the disk: AES-GCM, with service and name as associated data, so that a value
/// can be put under no other name.
struct SecretBox: Sendable {
  private let key: SymmetricKey

  private static let length = 32

  /// The key of a file that only its owner may read, made where there is none.
  init(_ folder: DataFolder) throws {
    let path = folder.secretsKey
    let files = AtomicFile(fileSystem: folder.fileSystem, temporary: Paths.folder(of: path))
    let new = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
    _ = try files.create(path, with: new, permissions: 0o600)
    guard let file = try folder.fileSystem.openFileIfAny(path, .throughLinks) else {
      throw ControlPlaneError(500, "\(path) is gone")
    }
    guard try file.info().permissions & 0o077 == 0 else {
      throw ControlPlaneError(500, "\(path) can be read by others, expected permissions 600")
    }
    let bytes = try file.contents(limit: Self.length)
    guard bytes.count == Self.length else {
      throw ControlPlaneError(500, "\(path) has \(bytes.count) bytes, expected \(Self.length)")
    }
    key = SymmetricKey(data: bytes)
  }

  /// A value for the disk: another text each time.
  func seal(_ value: String, service: String, name: String) throws -> [UInt8] {
    let sealed = try AES.GCM.seal(
      Array(value.utf8), using: key, authenticating: Self.label(service, name))
    guard let bytes = sealed.combined else { throw CryptoKitError.incorrectParameterSize }
    return Array(bytes)
  }

  /// The value.
  ///
  /// - Throws: where the bytes were sealed for another service or name, or changed since.
  func open(_ sealed: [UInt8], service: String, name: String) throws -> String {
    let box = try AES.GCM.SealedBox(combined: sealed)
    let bytes = try AES.GCM.open(box, using: key, authenticating: Self.label(service, name))
    return String(decoding: bytes, as: UTF8.self)
  }

  // The grammar of a service's name has no line feed.
  private static func label(_ service: String, _ name: String) -> [UInt8] {
    Array("\(service)\n\(name)".utf8)
  }
}
