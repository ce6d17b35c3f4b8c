import ContentStore
import Digests
import Files
import Glibc
import JSON
import Synchronization

/// The tokens of a registry, in a file that only its owner may read.
///
/// The server reads it again whenever it was replaced, so that a token that is made or revoked beside
/// it counts from the next request on.
public final class TokenFile: TokenHolders {
  private struct Known {
    var stamp: Stamp?
    var tokens: [AccessToken] = []
  }
  private struct Stamp: Equatable {
    var inode: UInt64
    var modified: Int64
    var size: UInt64
  }

  private let path: String
  private let fileSystem: any FileSystem
  private let known = Mutex(Known())

  private static let limit = 16 << 20
  private static let prefix = "ztr_"

  /// The tokens of the registry in a folder, which need not be there yet.
  public init(_ layout: RegistryLayout, fileSystem: any FileSystem = LinuxFileSystem()) {
    path = layout.tokens
    self.fileSystem = fileSystem
  }

  /// The tokens, oldest first.
  public func all() throws(RegistryError) -> [AccessToken] {
    guard let info = try onDisk(fileSystem.infoIfAny(path)) else { return [] }
    let stamp = Stamp(inode: info.inode, modified: info.modified, size: info.size)
    if let tokens = known.withLock({ $0.stamp == stamp ? $0.tokens : nil }) { return tokens }
    let tokens = try read()
    known.withLock { $0 = Known(stamp: stamp, tokens: tokens) }
    return tokens
  }

  private func read() throws(RegistryError) -> [AccessToken] {
    guard let bytes = try onDisk(fileSystem.contents(of: path, limit: Self.limit)) else {
      return []
    }
    guard let list = (try? JSONReader.strict(bytes))?["tokens"]?.arrayValue else {
      throw RegistryError(StoreError(.malformed, path: path, expected: "a list of tokens"))
    }
    return list.compactMap { AccessToken($0) }
  }

  /// Makes a token.
  ///
  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - note: what it is for.
  /// - Returns: the token, 256 random bits, which nobody can be told again, and what is kept of it.
  public func create(
    rights: Set<RegistryRight>, repositories: [RepositoryPattern], note: String = "", now: Int64
  ) throws(RegistryError) -> (token: String, kept: AccessToken) {
    let secret = Self.prefix + (try onDisk(RandomName.make())) + (try onDisk(RandomName.make()))
    let kept = AccessToken(
      id: String(try onDisk(RandomName.make()).prefix(12)), hash: .sha256(of: secret),
      rights: rights, repositories: repositories, created: now, note: note)
    try change { $0.append(kept) }
    return (secret, kept)
  }

  /// Revokes a token.
  ///
  /// - Returns: false where there is none with this id.
  public func revoke(_ id: String) throws(RegistryError) -> Bool {
    var isFound = false
    try change { tokens in
      isFound = tokens.contains { $0.id == id }
      tokens.removeAll { $0.id == id }
    }
    return isFound
  }

  // Two that change it at once take turns.
  private func change(_ body: (inout [AccessToken]) -> Void) throws(RegistryError) {
    let folder = Paths.folder(of: path)
    try onDisk(fileSystem.ensureFolders(folder, permissions: 0o700))
    let lock = try onDisk(
      fileSystem.openFile(path + ".lock", [.write, .create], permissions: 0o600))
    _ = try onDisk(lock.lock(wait: true))
    var tokens = try read()
    body(&tokens)
    let document: JSONValue = ["tokens": .array(tokens.map(\.json))]
    let files = AtomicFile(fileSystem: fileSystem, temporary: folder)
    try onDisk(
      files.replace(path, with: [.bytes(document.canonicalBytes)], permissions: 0o600))
  }

  /// Who presents a token; nil for one that is not known.
  ///
  /// Looks at every token to its end, so that the time it takes tells nothing about any of them.
  public func holder(of secret: String) throws(RegistryError) -> AccessToken? {
    let hash = Digest.sha256(of: secret)
    var found: AccessToken?
    for token in try all() where Self.equal(token.hash, hash) { found = token }
    return found
  }

  private static func equal(_ a: Digest, _ b: Digest) -> Bool {
    zip(a.bytes, b.bytes).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
