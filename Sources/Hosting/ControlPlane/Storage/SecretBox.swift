import Crypto
import Encodings
import FoundationEssentials
import GRDB

/// Seals env values for the disk: AES-GCM, with service and name as associated data, so that a value
/// can be put under no other name.
struct SecretBox: Sendable {
  private let key: SymmetricKey

  /// The key of a file that only its owner may read, made where there is none and nothing was sealed
  /// yet.
  ///
  /// - Throws: where the values in the database were sealed with another key.
  init(_ folder: DataFolder, _ database: ControlPlaneDatabase) throws {
    let sealed = try database.pool.read { db in
      try Data.fetchOne(
        db, sql: "SELECT value FROM settings WHERE name = ?", arguments: [Self.check])
    }
    key = try KeyFile(
      folder.secretsKey, mayMake: sealed == nil, fileSystem: folder.fileSystem
    ).key
    if let sealed {
      guard (try? open(Array(sealed), service: "", name: Self.check)) != nil else {
        throw ControlPlaneError(
          500, "\(folder.secretsKey) is not the key that env values were sealed with")
      }
    } else {
      let sealed = Data(try seal("", service: "", name: Self.check))
      try database.pool.write { db in
        try db.execute(
          sql: "INSERT INTO settings(name, value) VALUES (?, ?)", arguments: [Self.check, sealed])
      }
    }
  }

  // No service has an empty name.
  private static let check = "secrets-check"

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
