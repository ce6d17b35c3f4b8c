import Digests
import FileTesting
import Files
import OCIImage
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import RegistryServer

/// The power goes before every change of a sequence, and of what was not synchronised any part is lost,
/// kept or torn; or a call fails. Whoever comes next finds everything that was acknowledged, and can
/// push again.
struct PowerLossTests {
  private static let folder = "/registry"
  private static let subject = Digest.sha256(of: "subject")

  /// What was acknowledged, as a line.
  private enum Fact {
    case blob(Digest)
    case manifest(Digest)
    case tag(String, Digest)

    var line: String {
      switch self {
      case .blob(let digest): "blob \(digest)"
      case .manifest(let digest): "manifest \(digest)"
      case .tag(let tag, let digest): "tag \(tag) \(digest)"
      }
    }
  }

  private static func name(_ text: String) throws -> RepositoryName {
    try #require(RepositoryName(text))
  }

  private static func push(_ bytes: [UInt8], to store: RegistryStore) throws {
    let repository = try store.makeRepository(name("a/b"))
    let id = try store.uploads.begin(in: repository)
    for piece in [bytes.prefix(bytes.count / 2), bytes.dropFirst(bytes.count / 2)] {
      let upload = try store.uploads.take(id, in: repository)
      defer { upload.rest() }
      try Array(piece).withUnsafeBytes { try upload.append($0) }
      try upload.synchronize()
    }
    try store.uploads.take(id, in: repository).finish(as: .sha256(of: bytes))
  }

  private static func image(_ content: String) -> (blobs: [[UInt8]], manifest: [UInt8]) {
    let blobs = ["config of \(content)", "layer of \(content)"].map { Array($0.utf8) }
    let manifest = Documents.image(
      config: blobs[0], layers: [blobs[1]], subject: subject, saysType: content != "first")
    return (blobs, manifest)
  }

  private static func push(
    _ content: String, tag: String, to store: RegistryStore, _ tell: (Fact) -> Void
  ) throws {
    let image = image(content)
    for blob in image.blobs {
      try push(blob, to: store)
      tell(.blob(.sha256(of: blob)))
    }
    let manifest = try PushedManifest(
      image.manifest, contentType: Documents.imageType, named: nil)
    try store.makeRepository(name("a/b")).push(manifest, tags: [tag])
    tell(.manifest(manifest.digest))
    tell(.tag(tag, manifest.digest))
  }

  /// What of the facts is not so.
  private static func missing(_ facts: [String], in store: RegistryStore) throws -> [String] {
    let repository = store.repository(try name("a/b"))
    return try facts.filter { fact in
      let words = fact.split(separator: " ").map(String.init)
      let digest = try #require(Digest(words.last ?? ""))
      switch words[0] {
      case "blob":
        guard let blob = try repository?.blob(digest) else { return true }
        return try blob.file.file.contents(limit: 4096) != bytes(of: digest)
      case "manifest":
        let found = try repository?.manifest(.digest(digest))
        let list = try repository?.referrers(
          of: subject, artifactType: nil, after: nil, count: 100, size: 1 << 20)
        return found.map { Digest.sha256(of: $0.bytes) != digest } ?? true
          || found?.mediaType != Documents.imageType
          || list?.descriptors.contains { $0["digest"]?.stringValue == "\(digest)" } != true
      default: return try repository?.digest(of: words[1]) != digest
      }
    }
  }

  private static func bytes(of digest: Digest) -> [UInt8]? {
    ["first", "second"].flatMap { image($0).blobs }.first { .sha256(of: $0) == digest }
  }

  @Test(arguments: [[], [.links]] as [Set<MemoryFileSystem.Naming>])
  func pushesAndACollection(lacking: Set<MemoryFileSystem.Naming>) throws {
    let memory = MemoryFileSystem(lacking: lacking)
    memory.startRecording()
    do {
      let store = try RegistryStore(folder: Self.folder, fileSystem: memory)
      for content in ["first", "second"] {
        try Self.push(content, tag: content, to: store) { memory.acknowledge($0.line) }
      }
      try Self.push(Array("stray".utf8), to: store)
      _ = try RegistryCollection(store, grace: .zero).run()
    }
    let disks = memory.stopRecording()
    var random = SeededGenerator(seed: 11)
    var cases = 0
    for (number, disk) in disks.enumerated() {
      for left in disk.crashes(limit: 2, using: &random) {
        cases += 1
        let store = try RegistryStore(
          folder: Self.folder, fileSystem: MemoryFileSystem(left, lacking: lacking))
        let missing = try Self.missing(disk.acknowledged, in: store)
        #expect(missing == [], "after \(number) of \(disks.count - 1) changes")
        var facts: [String] = []
        for content in ["first", "second"] {
          try Self.push(content, tag: content, to: store) { facts.append($0.line) }
        }
        _ = try RegistryCollection(store, grace: .zero, uploadAge: 0).run()
        #expect(try Self.missing(facts, in: store) == [], "again after \(number)")
        #expect(store.uploads.count == 0, "uploads after \(number)")
      }
    }
    print("power loss, registry: \(cases) cases over \(disks.count) moments")
    #expect(cases > 200)
  }

  /// Every call that changes something fails once, full or broken; the same push again succeeds.
  @Test(arguments: [Errno.noSpace, .ioError]) func aCallThatFails(_ errno: Errno) throws {
    let changing: Set = [
      "open", "link", "write", "synchronize", "rename", "remove", "makeDirectory",
      "setPermissions",
    ]
    var failures = 0
    for number in 0... {
      let scratch = try Scratch()
      let faulty = FaultyFileSystem()
      let store = try RegistryStore(folder: scratch.path + "/registry", fileSystem: faulty)
      let first = faulty.calls.count
      let places = Countdown(number)
      faulty.state.withLock { state in
        state.fault = { changing.contains($0.name) && places.isNow() ? errno : nil }
      }
      var facts: [String] = []
      do {
        try Self.push("first", tag: "first", to: store) { facts.append($0.line) }
        if !places.isOver { break }
      } catch let error as RegistryError {
        #expect(error.status == (errno == .noSpace ? 507 : 500), "\(number)")
        failures += 1
      }
      faulty.state.withLock { $0.fault = { _ in nil } }
      #expect(faulty.calls.count > first)
      #expect(try Self.missing(facts, in: store) == [], "\(number)")
      try Self.push("first", tag: "first", to: store) { facts.append($0.line) }
      #expect(try Self.missing(facts, in: store) == [], "again after \(number)")
    }
    print("faults, registry: \(failures) calls that failed with \(errno)")
    #expect(failures > 30)
  }
}

/// Says yes once, to the call of a number.
private final class Countdown: Sendable {
  private let left: Mutex<Int>

  init(_ number: Int) { left = Mutex(number) }

  func isNow() -> Bool {
    left.withLock { left in
      left -= 1
      return left == -1
    }
  }

  var isOver: Bool { left.withLock { $0 < 0 } }
}
