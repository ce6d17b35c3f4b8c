import Encodings
import Files
import JSON
import SystemPackage

/// The tokens of a user, one for each control plane, in a file that nobody else can read.
///
/// A map from origin to `{token, email?}`; what else stands there stays.
/// Reference: control-plane.md.
public struct CredentialsFile: Sendable {
  /// What is known of one control plane.
  public struct Entry: Sendable, Hashable {
    /// Never shown.
    public var token: String
    /// Whose it is.
    public var email: String?

    /// From its parts.
    public init(token: String, email: String?) {
      self.token = token
      self.email = email
    }
  }

  /// Where it is.
  public let path: String
  private let fileSystem: any FileSystem
  private static let limit = 1 << 20

  /// The file of a user; nothing is made before something is saved.
  ///
  /// - Parameter home: the user's home folder.
  public init(home: String, fileSystem: any FileSystem = LinuxFileSystem()) {
    path = "\(home)/.zigttp/credentials"
    self.fileSystem = fileSystem
  }

  /// What there is for a control plane; nil for nothing.
  ///
  /// - Throws: `credentials` for a file that others can read, or that is none of ours.
  public func entry(for origin: String) throws -> Entry? {
    guard let found = try read()[origin] else { return nil }
    guard let token = found["token"]?.stringValue, Self.canBeSent(token) else {
      throw wrong("a token of \(origin)", "something else")
    }
    return Entry(token: token, email: found["email"]?.stringValue)
  }

  /// Keeps a token for a control plane, and for no other.
  public func save(_ entry: Entry, for origin: String) throws {
    guard Self.canBeSent(entry.token) else {
      throw wrong("a token of printable characters", "something else")
    }
    try change { all in
      var member: JSONObject = ["token": .string(entry.token)]
      member["email"] = entry.email.map(JSONValue.string)
      all[origin] = .object(member)
    }
  }

  /// Forgets the token of a control plane; whether there was one.
  @discardableResult
  public func forget(_ origin: String) throws -> Bool {
    guard try read()[origin] != nil else { return false }
    try change { $0[origin] = nil }
    return true
  }

  /// Whether a text can stand in a header.
  public static func canBeSent(_ token: String) -> Bool {
    (1...4096).contains(token.utf8.count) && token.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
  }

  private func read() throws -> JSONObject {
    guard let bytes = try contents() else { return [:] }
    guard let found = try? JSONReader.lenient(bytes), let object = found.objectValue else {
      throw wrong("an object of JSON", "something else")
    }
    return object
  }

  private func contents() throws -> [UInt8]? {
    do throws(FileError) {
      guard let file = try fileSystem.openFileIfAny(path) else { return nil }
      let mode = try file.info().permissions & 0o777
      if mode & 0o077 == 0 { return try file.contents(limit: Self.limit) }
      throw FileError(
        .malformed, path: path, expected: "a file that only its owner can read (0600)",
        found: "0" + String(mode, radix: 8))
    } catch { throw wrong(error) }
  }

  // One after the other: two who sign in at once both do.
  private func change(_ body: (inout JSONObject) -> Void) throws {
    let folder = Paths.folder(of: path)
    do {
      try fileSystem.ensureFolders(folder, permissions: 0o700)
      try close(folder)
      let lock = SharedFile(
        try fileSystem.openFile(path + ".lock", [.write, .create], permissions: 0o600))
      defer { withExtendedLifetime(lock) {} }
      _ = try lock.file.lock(wait: true)
      var all = try read()
      body(&all)
      try AtomicFile(fileSystem: fileSystem, temporary: folder).replace(
        path, with: JSONValue.object(all).minifiedBytes + [0x0a], permissions: 0o600)
    } catch let error as FileError { throw wrong(error) }
  }

  // Somebody else may have made it.
  private func close(_ folder: String) throws(FileError) {
    do throws(Errno) {
      guard try fileSystem.info(folder, followingLink: true).permissions & 0o077 != 0 else {
        return
      }
      try fileSystem.setPermissions(folder, to: 0o700)
    } catch {
      throw FileError(error, call: "chmod", path: folder)
    }
  }

  private func wrong(_ expected: String, _ found: String) -> ControlPlaneClientError {
    ControlPlaneClientError(.credentials, at: path, expected: expected, found: found)
  }

  // Never with what stands in it.
  private func wrong(_ error: FileError) -> ControlPlaneClientError {
    wrong(error.expected ?? "a file that can be read and written", error.found ?? "\(error)")
  }
}
