import ContentStore
import Digests
import Files

/// Where a user's keys and memory are, and what they say: who may sign, whom to believe.
///
/// The library reads no environment: whoever makes one says where home is.
/// Reference: formats.md, "Trust".
public struct LedgerTrust: Sendable {
  /// The user's home folder; nil where there is none.
  public var home: String?
  /// The folder for state of XDG's base directories; nil where there is none.
  public var stateFolder: String?
  /// The signing key's file, where one was named to be used instead of one below home.
  let namedKey: NamedKey?
  let files: PrivateFiles
  private let judged = JudgedEntry()

  /// Trust from its places.
  /// - Parameters:
  ///   - home: keys are in `.zigttp/keys`, trusted ones in `.zigttp/trusted-keys` below it.
  ///   - stateFolder: what was seen is in `zigttp/checkpoints` below it.
  ///   - keyFile: the signing key's file, whatever the origin; read once, so that it may be a pipe.
  public init(
    home: String?, stateFolder: String?, keyFile: String? = nil,
    fileSystem: any FileSystem = LinuxFileSystem()
  ) {
    self.home = home
    self.stateFolder = stateFolder
    files = PrivateFiles(fileSystem: fileSystem)
    namedKey = keyFile.map { [files] in NamedKey($0, files: files) }
  }

  /// Why a key is believed.
  public enum Anchor: String, Sendable, Hashable {
    /// The caller named it.
    case named
    /// It is the user's own.
    case own
    /// It stands in `trusted-keys`.
    case trusted
  }

  /// The keys that are believed for an origin: the named ones alone where there are any, else the
  /// user's own and the trusted ones.
  public func anchors(
    for origin: String, naming named: [VerifierKey] = []
  ) throws(LedgerError) -> [(key: VerifierKey, anchor: Anchor)] {
    if !named.isEmpty { return named.map { ($0, .named) } }
    var anchors: [(key: VerifierKey, anchor: Anchor)] = []
    if let own = try signingKey(for: origin) { anchors.append((own.verifier, .own)) }
    for key in try trustedKeys() where key.name == origin { anchors.append((key, .trusted)) }
    return anchors
  }

  /// What is remembered of ledgers; nil where there is no place for it.
  public var memory: CheckpointMemory? {
    stateFolder.map {
      CheckpointMemory(folder: $0 + "/zigttp/checkpoints", files: files, judged: judged)
    }
  }
}
