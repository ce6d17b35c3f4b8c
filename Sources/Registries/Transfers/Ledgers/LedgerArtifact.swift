import ContentStore
import Digests
import JSON
import Ledger
import OCIImage

/// The media types of a pushed ledger.
///
/// Reference: formats.md, "Media types".
public enum LedgerMediaType {
  /// The artifact.
  public static let artifact = "application/vnd.zigttp.ledger.v1"
  /// A run of lines, each with its newline.
  public static let lines = "application/vnd.zigttp.ledger.lines.v1"
  /// The signed checkpoint over all lines.
  public static let checkpoint = "application/vnd.zigttp.ledger.checkpoint.v1"
  /// The verifier key that signed it, a line.
  public static let key = "application/vnd.zigttp.ledger.key.v1"
}

/// A ledger as an artifact: a manifest with an empty config, whose layers are its lines, cut by
/// ``LedgerCuts``, its checkpoint, and the key that signed it. One ledger of one size is one artifact,
/// byte for byte, whoever makes it.
///
/// Nothing of the lines is in memory: they are read from the ledger when they are sent.
struct LedgerArtifact: BlobSource {
  /// What the artifact is of.
  let checkpoint: SignedCheckpoint
  /// Layers in the manifest's order.
  let layers: [Descriptor]
  /// The manifest, ready to be sent.
  let manifest: Descriptor

  private enum Content {
    case bytes([UInt8])
    case stretch(offset: Int64, length: Int64)
  }
  private let contents: [Digest: Content]
  private let ledger: OpenLedger

  static let emptyConfig = Array("{}".utf8)

  /// The artifact of the first lines of a ledger.
  ///
  /// - Throws: `refused` where the lines are not those of the checkpoint.
  init(
    _ file: LedgerFile, _ checkpoint: SignedCheckpoint, by key: VerifierKey
  ) throws {
    self.checkpoint = checkpoint
    let size = checkpoint.head.size
    guard let opened = try file.opened() else {
      throw LedgerError.refused(.rowsMissing(size: size, found: 0, change: nil))
    }
    ledger = opened
    let cuts = LedgerCuts.ranges(of: size)
    var places: [(offset: Int64, length: Int64)] = []
    var position = LedgerPosition()
    var start: Int64 = 0
    try file.read { line in
      guard position.lineCount < size else { return }
      position.advance(length: line.length, leafHash: line.leafHash)
      if position.lineCount == cuts[places.count].upperBound {
        places.append((start, position.offset - start))
        start = position.offset
      }
    }
    guard position.lineCount == size else {
      throw LedgerError.refused(
        .rowsMissing(size: size, found: position.lineCount, change: nil))
    }
    guard position.frontier.root == checkpoint.head.root else {
      throw LedgerError.refused(.rowsDiffer(size: size, change: nil))
    }
    var contents: [Digest: Content] = [:]
    var layers: [Descriptor] = []
    for (offset, length) in places {
      var hasher = SHA256Hasher()
      try opened.pieces(from: offset, count: length) { (piece) throws(StoreError) in
        hasher.update(piece)
      }
      let digest = hasher.finalize()
      contents[digest] = .stretch(offset: offset, length: length)
      layers.append(
        Descriptor(mediaType: LedgerMediaType.lines, digest: digest, size: UInt64(length)))
    }
    func add(_ bytes: [UInt8], _ mediaType: String) -> Descriptor {
      let digest = Digest.sha256(of: bytes)
      contents[digest] = .bytes(bytes)
      return Descriptor(mediaType: mediaType, digest: digest, size: UInt64(bytes.count))
    }
    layers.append(add(checkpoint.bytes, LedgerMediaType.checkpoint))
    layers.append(add(Array("\(key.text)\n".utf8), LedgerMediaType.key))
    let document = Manifest(
      artifactType: LedgerMediaType.artifact, config: add(Self.emptyConfig, MediaType.empty),
      layers: layers)
    manifest = add(document.bytes, MediaType.manifest)
    self.layers = layers
    self.contents = contents
  }

  /// Everything that the manifest names.
  var parts: [Descriptor] {
    [
      Descriptor(
        mediaType: MediaType.empty, digest: .sha256(of: Self.emptyConfig),
        size: UInt64(Self.emptyConfig.count))
    ] + layers
  }

  func size(of digest: Digest, mediaType: String?) throws(StoreError) -> UInt64? {
    switch contents[digest] {
    case nil: nil
    case .bytes(let bytes): UInt64(bytes.count)
    case .stretch(_, let length): UInt64(length)
    }
  }

  func transfer(
    _ digest: Digest, mediaType: String?,
    to body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(StoreError) {
    switch contents[digest] {
    case nil: throw StoreError(.missing, digest: digest)
    case .stretch(let offset, let length): try ledger.pieces(from: offset, count: length, to: body)
    case .bytes(let bytes): try bytes.withBytes(body)
    }
  }
}
