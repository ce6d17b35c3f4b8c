import Crypto
import Files
import Glibc

/// Seals what the supervisor keeps of environments: AES-GCM with the service's name as associated
/// data, so that a value can be put under no other service.
struct StateSeal: Sendable {
  private let key: SymmetricKey
  private static let length = 32

  /// A key file that cannot be used.
  struct BadKey: Error, CustomStringConvertible {
    var description: String
  }

  /// The key of a file that only its owner may read, made where there is none.
  init(_ path: String) throws {
    let files = LinuxFileSystem()
    let new = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
    _ = try AtomicFile(fileSystem: files, temporary: Paths.folder(of: path))
      .create(path, with: new, permissions: 0o600)
    let file = try files.openFile(path, .throughLinks)
    guard try file.info().permissions & 0o077 == 0 else {
      throw BadKey(description: "\(path) can be read by others, expected permissions 600")
    }
    let bytes = try file.contents(limit: 4096)
    guard bytes.count == Self.length else {
      throw BadKey(description: "\(path) has \(bytes.count) bytes, expected \(Self.length)")
    }
    key = SymmetricKey(data: bytes)
  }

  /// For the disk: other bytes each time.
  func close(_ bytes: [UInt8], service: String) throws -> [UInt8] {
    let box = try AES.GCM.seal(bytes, using: key, authenticating: Self.label(service))
    guard let sealed = box.combined else { throw CryptoKitError.incorrectParameterSize }
    return Array(sealed)
  }

  /// What was sealed.
  ///
  /// - Throws: where it was for another service or by another key, or changed since.
  func open(_ sealed: [UInt8], service: String) throws -> [UInt8] {
    let box = try AES.GCM.SealedBox(combined: sealed)
    return Array(try AES.GCM.open(box, using: key, authenticating: Self.label(service)))
  }

  // Not what the control plane's own values are labelled with, should both have one key.
  private static func label(_ service: String) -> [UInt8] { Array("supervised\n\(service)".utf8) }
}
