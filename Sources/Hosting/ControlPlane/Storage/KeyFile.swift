import Crypto
import Files

/// 32 random bytes in a file that only its owner may read.
struct KeyFile {
  private static let length = 32

  let key: SymmetricKey

  /// The key of a file.
  ///
  /// - Parameter mayMake: whether it is made where there is none.
  /// - Throws: for a file that is not there, that others may read, or that is no key.
  init(_ path: String, mayMake: Bool = true, fileSystem: any FileSystem) throws {
    if mayMake {
      let files = AtomicFile(fileSystem: fileSystem, temporary: Paths.folder(of: path))
      let new = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
      _ = try files.create(path, with: new, permissions: 0o600)
    }
    guard let file = try fileSystem.openFileIfAny(path, .throughLinks) else {
      throw ControlPlaneError(500, "the key file \(path) is not there")
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
}
