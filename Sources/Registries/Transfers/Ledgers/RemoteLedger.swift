import ContentStore
import Digests
import Ledger
import OCIImage
import OCIRegistry

/// The ledgers that a repository's tags claim to be there.
struct RemoteLedgers {
  private let claims: [String: [LedgerTag]]
  // Somebody may have made any number of tags; the ledger is among the largest, or hidden on purpose.
  private static let most = 16

  /// - Parameter tags: of the repository.
  init(_ tags: [TagName]) {
    claims = Dictionary(grouping: tags.compactMap { LedgerTag($0) }, by: \.ledger)
      .mapValues { Array($0.sorted { $0.size > $1.size }.prefix(Self.most)) }
  }

  /// Asks a repository; one that is not there has no tags.
  init(of client: RegistryClient) throws(RegistryError) {
    do throws(RegistryError) {
      self.init(try client.tags())
    } catch {
      guard error.code == .missing else { throw error }
      self.init([])
    }
  }

  /// SHA-256 hex of each origin, sorted.
  var names: [String] { claims.keys.sorted() }

  /// The largest claims of a ledger, the largest first.
  func claims(of name: String) -> [LedgerTag] { claims[name] ?? [] }
}

/// A ledger as a registry has it, without its lines: what its artifact says fits its tag, and its key
/// signed its checkpoint. Whether that key is to be believed is not asked yet.
struct RemoteLedger {
  let checkpoint: SignedCheckpoint
  let key: VerifierKey
  /// One for each of ``LedgerCuts/ranges(of:)``.
  let lines: [Descriptor]
  /// Digests of everything that the manifest names.
  let parts: Set<Digest>

  /// Reads the artifact of a tag.
  ///
  /// - Throws: ``LedgerTrouble``, and what the registry fails with.
  init(_ tag: LedgerTag, in blobs: RegistryBlobs) throws {
    guard let name = tag.name else { throw LedgerTrouble.malformed(reason: "no tag") }
    let manifest = try Self.manifest(name, blobs)
    let count = LedgerCuts.count(of: tag.size)
    guard manifest.artifactType == LedgerMediaType.artifact else {
      throw LedgerTrouble.malformed(
        reason: "it is a \(manifest.artifactType ?? manifest.config.mediaType)")
    }
    let types =
      Array(repeating: LedgerMediaType.lines, count: count)
      + [LedgerMediaType.checkpoint, LedgerMediaType.key]
    guard manifest.layers.map(\.mediaType) == types else {
      throw LedgerTrouble.malformed(
        reason: "its layers are not \(count) runs of lines, a checkpoint and a key")
    }
    lines = Array(manifest.layers.prefix(count))
    parts = Set((manifest.layers + [manifest.config]).map(\.digest))
    let seal = try Self.read(manifest.layers[count], SignedNote.maxLength, blobs)
    let vouched = try Self.read(manifest.layers[count + 1], 4096, blobs)
    do throws(LedgerError) {
      checkpoint = try SignedCheckpoint(seal)
      key = try VerifierKey(vouched.last == 0x0a ? vouched.dropLast() : vouched[...])
    } catch { throw LedgerTrouble.malformed(reason: "\(error)") }
    let head = checkpoint.head
    guard Digest.sha256(of: head.origin).hex == tag.ledger, head.size == tag.size,
      StoreOrigin.isValid(Array(head.origin.utf8))
    else {
      throw LedgerTrouble.malformed(
        reason: "its checkpoint is of \(head.size) lines of \(head.origin)")
    }
    guard key.name == head.origin, checkpoint.note.judge(key) == .signed else {
      throw LedgerTrouble.notSigned(by: key)
    }
  }

  private static func manifest(_ name: TagName, _ blobs: RegistryBlobs) throws -> Manifest {
    let found: RegistryManifest
    do throws(RegistryError) {
      found = try blobs.client.manifest(.tag(name), limit: Manifest.limit)
    } catch {
      switch error.code {
      case .missing, .malformed, .tooLarge:
        throw LedgerTrouble.malformed(reason: error.description)
      case .corrupt: throw LedgerTrouble.corrupt(StoreError(error))
      default: throw error
      }
    }
    do throws(StoreError) { return try Manifest(found.bytes) } catch {
      throw LedgerTrouble.malformed(
        reason: [error.expected.map { "expected \($0)" }, error.found].compactMap(\.self)
          .joined(separator: ", "))
    }
  }

  private static func read(
    _ descriptor: Descriptor, _ limit: Int, _ blobs: RegistryBlobs
  ) throws -> [UInt8] {
    do throws(StoreError) {
      return try blobs.read(descriptor.digest, mediaType: descriptor.mediaType, limit: limit)
    } catch {
      guard error.isOfTheObject else { throw error }
      throw LedgerTrouble.corrupt(error)
    }
  }
}
