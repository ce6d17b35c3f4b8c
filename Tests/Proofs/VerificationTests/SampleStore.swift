import Archive
import ContentStore
import Contracts
import Digests
import FileTesting
import Files
import Foundation
import Ledger
import OCIImage
import SystemPackage
import Testing

@testable import Verification

/// A store with deploys of small services, on a file system in memory or in a folder.
struct SampleStore {
  let store: ContentStore
  let fileSystem: any FileSystem
  let trust: LedgerTrust

  /// Keys on a disk that never crashes: the home folder is not the store's business.
  private static let keys = MemoryFileSystem()

  private static func makeTrust() -> LedgerTrust {
    for folder in ["/home", "/home/.zigttp", "/home/.zigttp/keys"] {
      try? keys.makeDirectory(folder, permissions: 0o700)
    }
    return LedgerTrust(home: "/home", stateFolder: nil, fileSystem: keys)
  }

  static let root = "/project/.zigttp"

  /// A new one in memory.
  init(_ memory: MemoryFileSystem) throws {
    if (try? memory.info("/project", followingLink: false)) == nil {
      try memory.makeDirectory("/project", permissions: 0o755)
      let parent = try memory.open("/", flags: 0, permissions: 0)
      try memory.synchronize(parent)
      memory.close(parent)
    }
    let layout = try StoreMaker(fileSystem: memory).make(at: Self.root, slug: "orders")
    fileSystem = memory
    trust = Self.makeTrust()
    store = try ContentStore(layout, fileSystem: memory)
  }

  /// What is there already.
  init(existing memory: MemoryFileSystem) {
    fileSystem = memory
    trust = Self.makeTrust()
    store = ContentStore(unchecked: StoreLayout(root: Self.root), fileSystem: memory)
  }

  /// A new one in a folder.
  init(folder: String) throws {
    let layout = try StoreMaker().make(at: folder + "/.zigttp", slug: "orders")
    fileSystem = LinuxFileSystem()
    trust = Self.makeTrust()
    store = try ContentStore(layout)
  }

  /// What a deploy adds.
  struct Packed {
    var image: Descriptor
    var record: Digest
    var contract: Digest
    var sources: Digest
    var binary: [UInt8]
  }

  /// Adds the objects of a deploy to a batch.
  static func pack(_ service: String, _ version: Int, into batch: BlobBatch) throws -> Packed {
    let runtime = Array("runtime".utf8)
    let runtimeTar = try TarWriter([.file("zigttp-runtime", runtime, mode: 0o755)]).bytes()
    let app = try TarWriter([.file("app/handler.ts", Array("\(service) \(version)".utf8))]).bytes()
    let layer = try batch.add(Gzip.compress(runtimeTar)).descriptor(MediaType.gzipLayer)
    let appLayer = try batch.add(app).descriptor(MediaType.layer)
    let config = try batch.add(Array("{\"service\":\"\(service)\"}".utf8))
    let manifest = Manifest(config: config.descriptor(MediaType.config), layers: [layer, appLayer])
    let image = try batch.add(manifest.bytes).descriptor(MediaType.manifest)
    let trailer = BinaryTrailer(offset: UInt64(runtime.count), tar: app)
    let binary = runtime + app + trailer.bytes
    var deploy = DeployConfig()
    deploy.service = service
    deploy.binary = .sha256(of: binary)
    deploy.proverVersion = "1"
    let sources = try batch.add(Array("sources \(service) \(version)".utf8))
    let contract = try batch.add(Array("{\"contract\":\"\(service) \(version)\"}".utf8))
    let record = Manifest(
      artifactType: RecordMediaType.deploy,
      config: try batch.add(deploy.bytes).descriptor(RecordMediaType.config),
      layers: [
        contract.descriptor(RecordMediaType.contract),
        sources.descriptor(RecordMediaType.sources),
      ], subject: image)
    let digest = try batch.add(record.bytes).digest
    return Packed(
      image: image, record: digest, contract: contract.digest,
      sources: sources.digest, binary: binary)
  }

  /// A deploy, in the order of writes of a real one.
  @discardableResult
  func deploy(_ service: String = "orders", _ version: Int = 1) throws -> Packed {
    let batch = try store.begin()
    defer { batch.end() }
    let packed = try Self.pack(service, version, into: batch)
    try batch.commit()
    let lock = try store.lockForWriting(command: "deploy") { _ in }
    var writer = try LedgerWriter(store, holding: lock, trust: trust)
    let row = LedgerRow(
      ts: Int64(version), kind: .deploy, handlerPath: "handler.ts", serviceName: service,
      facts: Facts(contractSha: packed.contract.hex),
      provenance: Provenance(sources: packed.sources, prover: "1"), target: "local",
      record: packed.record, image: packed.image.digest, binary: .sha256(of: packed.binary))
    try writer.prepare([row])
    try writer.appendLines()
    try store.writeBinary(of: service, from: [.bytes(packed.binary)])
    let record = try DeployRecord(packed.record, in: store.blobs)
    try store.index.update {
      $0.setNewest(of: service, image: packed.image, record: record.descriptor)
    }
    try store.shallow.remove(packed.record)
    try writer.finish()
    return packed
  }

  /// Adds bytes that nothing names.
  @discardableResult
  func add(_ text: String) throws -> Digest {
    let batch = try store.begin()
    defer { batch.end() }
    let blob = try batch.add(Array(text.utf8))
    try batch.commit()
    return blob.digest
  }

  func check(now: Int64 = 1_700_000_000) throws -> StoreReport {
    try StoreCheck(store, trust: trust, now: now * 1000, checksGraph: false).run()
  }

  func repair(now: Int64 = 1_700_000_000) throws -> StoreRepair.Outcome {
    var repair = StoreRepair(store, trust: trust, now: now * 1000, usesGraph: false)
    return try repair.run()
  }

  func collect(
    now: Int64 = 1_700_000_000, _ change: (inout GarbageCollection.Options) -> Void = { _ in }
  ) throws -> GarbageCollection.Outcome {
    var options = GarbageCollection.Options()
    change(&options)
    return try GarbageCollection(store, trust: trust, options, now: now * 1000).run()
  }

  func blob(_ digest: Digest) throws -> String { try store.layout.blob(digest) }
  func has(_ digest: Digest) throws -> Bool { try store.blobs.has(digest) }
}

extension StoreReport {
  var kinds: [FindingKind] { findings.map(\.kind) }
}
