import Archive
import ContentStore
import Contracts
import Digests
import Foundation
import TestSupport
import Testing

@testable import OCIImage

@Suite struct AppLayerTests {
  let contract = Array(#"{"version":1}"#.utf8)

  @Test func holdsSourcesContractAndDigests() throws {
    let app = try AppLayer(sources: Sample.sources, contract: contract)
    let files = try TarReader.files(in: MemorySource(app.tar), limit: 9999)
    #expect(
      files.map(\.path) == [
        "app/app.json", "app/contract.json", "app/source/lib/util.ts",
        "app/source/src/handler.ts",
      ])
    let hex = { (bytes: [UInt8]) in Digest.sha256(of: bytes).hex }
    #expect(
      text(files[0].bytes) == """
        {"contract.json":"\(hex(contract))",\
        "source/lib/util.ts":"\(hex(Sample.sources[1].bytes))",\
        "source/src/handler.ts":"\(hex(Sample.sources[0].bytes))"}
        """)
    #expect(app.appDigest == .sha256(of: files[0].bytes))
    #expect(app.digest == .sha256(of: app.tar))
  }

  @Test func orderOfSourcesDoesNotMatterAndTimeDoes() throws {
    let one = try AppLayer(sources: Sample.sources, contract: contract)
    let two = try AppLayer(sources: Sample.sources.reversed(), contract: contract)
    let later = try AppLayer(sources: Sample.sources, contract: contract, modified: 5)
    #expect(one.tar == two.tar)
    #expect(later.tar != one.tar && later.appDigest == one.appDigest)
  }

  @Test func comesBack() throws {
    let app = try AppLayer(sources: Sample.sources, contract: contract)
    let contents = try AppContents(MemorySource(app.tar))
    #expect(contents.appDigest == app.appDigest && contents.contract == contract)
    #expect(Set(contents.sources) == Set(Sample.sources))
  }

  @Test func unsafeAndDuplicateSourcesAreRefused() {
    for path in ["../up.ts", "/etc/passwd", "a/../b"] {
      let error = imageError {
        _ = try AppLayer(sources: [.init(path: path, bytes: [])], contract: contract)
      }
      #expect(error == .archive(.unsafePath("app/source/\(path)")))
    }
    let twice = [AppLayer.File(path: "a", bytes: []), .init(path: "a", bytes: [1])]
    #expect(
      imageError { _ = try AppLayer(sources: twice, contract: contract) }
        == .archive(.duplicatePath("app/source/a")))
  }

  /// A layer whose files do not fit its `app.json`.
  func layer(_ change: (inout [String: [UInt8]]) -> Void) throws -> [UInt8] {
    let app = try AppLayer(sources: Sample.sources, contract: contract)
    let entries = try TarReader.files(in: MemorySource(app.tar), limit: 9999)
    var files = Dictionary(uniqueKeysWithValues: entries.map { ($0.path, $0.bytes) })
    change(&files)
    return try TarWriter(files.map { .file($0.key, $0.value) }).bytes()
  }

  @Test func everyDeviationIsNamed() throws {
    func error(_ change: (inout [String: [UInt8]]) -> Void) throws -> ImageError? {
      let tar = try layer(change)
      return imageError { _ = try AppContents(MemorySource(tar)) }
    }
    #expect(
      try error { $0["app/source/lib/util.ts"] = [1] }
        == .appFileChanged(
          path: "source/lib/util.ts", expected: .sha256(of: Sample.sources[1].bytes),
          found: .sha256(of: [1])))
    #expect(
      try error { $0["app/source/lib/util.ts"] = nil } == .appFileMissing("source/lib/util.ts"))
    #expect(try error { $0["app/source/new.ts"] = [] } == .appFileUnexpected("source/new.ts"))
    #expect(try error { $0["etc/passwd"] = [] } == .appFileUnexpected("etc/passwd"))
    #expect(try error { $0["app/app.json"] = nil } == .appFileMissing("app.json"))
    #expect(try error { $0["app/contract.json"] = nil } == .appFileMissing("contract.json"))
    #expect(try error { $0["app/app.json"] = Array("{\"a\":1}".utf8) }?.field == "app.json")
    #expect(try error { $0["app/app.json"] = Array("[]".utf8) }?.field == "app.json")
  }

  @Test func layerThatListsNoContractIsRefused() throws {
    let tar = try TarWriter([.file("app/app.json", Array("{}".utf8))]).bytes()
    #expect(
      imageError { _ = try AppContents(MemorySource(tar)) } == .appFileMissing("contract.json"))
  }
}

@Suite struct RuntimeLayerTests {
  @Test func platformIsReadFromTheHeader() throws {
    let scratch = try Scratch()
    #expect(try Sample.runtime(scratch).platform.architecture == "amd64")
    #expect(try Sample.runtime(scratch, Sample.elf(machine: 183)).platform.architecture == "arm64")
    #expect(try Sample.runtime(scratch).platform.os == "linux")
  }

  @Test func otherFilesAreNoRuntime() throws {
    let scratch = try Scratch()
    var big = Sample.elf()
    big[5] = 2
    var narrow = Sample.elf()
    narrow[4] = 1
    let carrying =
      Sample.elf(size: 1000)
      + BinaryTrailer(offset: 1000, tar: []).bytes
    for bytes in [[], Array("#!/bin/sh\n".utf8), Sample.elf(machine: 3), big, narrow, carrying] {
      let error = imageError { _ = try Sample.runtime(scratch, bytes) }
      guard case .badRuntime = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
    let missing = imageError { _ = try RuntimeFile(path: scratch.path + "/missing") }
    #expect(missing?.storeCode == .system)
  }

  /// The reason of `badRuntime`.
  func refusal(_ path: String) -> String? {
    guard case .badRuntime(path, let reason) = imageError({ _ = try RuntimeFile(path: path) })
    else { return nil }
    return reason
  }

  @Test(.timeLimit(.minutes(1))) func foldersAndPipesAreNoRuntime() throws {
    let scratch = try Scratch()
    #expect(refusal(scratch.path) == "it is not a file")
    let pipe = scratch.path + "/pipe"
    #expect(mkfifo(pipe, 0o644) == 0)
    #expect(refusal(pipe) == "it is not a file")
    #expect(refusal("/dev/null") == "it is not a file")
  }

  @Test func otherProgramsAreNoRuntime() throws {
    let scratch = try Scratch()
    let reason = "a program, but not zigttp-runtime"
    // The program of this very test, whatever it is linked with.
    #expect(refusal("/bin/sh") == reason)
    #expect(refusal(try scratch.write("a", Sample.elf(owner: "zigtt"))) == reason)
    var withoutNotes = Sample.elf()
    withoutNotes[120] = 6
    #expect(refusal(try scratch.write("b", withoutNotes)) == reason)
    var otherType = Sample.elf()
    otherType[288] = 2
    #expect(refusal(try scratch.write("c", otherType)) == reason)
  }

  @Test(
    arguments: [
      (32, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), (54, [1, 0]), (56, [0, 0]),
      (56, [0xff, 0xff]), (128, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
      (152, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), (152, [11]), (152, [0]),
      (256, [0xff, 0xff, 0xff, 0xff]), (260, [0xff, 0xff, 0xff, 0xff]),
    ] as [(Int, [UInt8])])
  func lyingHeadersAreNoRuntime(place: Int, bytes: [UInt8]) throws {
    let scratch = try Scratch()
    var program = Sample.elf()
    program.replaceSubrange(place..<(place + bytes.count), with: bytes)
    #expect(refusal(try scratch.write("x", program)) == "a program, but not zigttp-runtime")
  }

  @Test func layerHoldsRuntimeAndCertificates() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let batch = try store.begin()
    let runtime = try Sample.runtime(scratch)
    let (layer, origin) = try RuntimeLayer.add(
      .init(runtime: runtime, certificates: Sample.certificates), installed: nil, to: batch,
      of: store)
    try batch.commit()
    #expect(origin == .compressed)
    #expect(layer.descriptor.mediaType == MediaType.gzipLayer)
    let packed = try store.blobs.read(layer.descriptor, limit: 1 << 20)
    let tar = try Gzip.decompress(packed, limit: 1 << 20)
    #expect(layer.diffID == .sha256(of: tar))
    var reader = TarReader(tar)
    var modes: [String: UInt16] = [:]
    while let item = try reader.next() { modes[item.path] = item.mode }
    #expect(modes["zigttp-runtime"] == 0o755)
    #expect(modes["etc/ssl/certs/ca-certificates.crt"] == 0o644 && modes["etc/ssl"] == 0o755)
    #expect(
      try TarReader.files(in: MemorySource(tar), limit: 1 << 20).map(\.bytes)
        == [Sample.certificates, Sample.elf()])
  }

  @Test func secondDeployFindsItByItsDiffID() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let first = try Sample.deploy(scratch, in: store)
    let blobs = try store.blobs.list()
    let second = try Sample.deploy(scratch, in: store)
    #expect(first.origin == .compressed && second.origin == .store)
    #expect(second.image == first.image && second.record == first.record)
    #expect(try store.blobs.list() == blobs)
    let other = try Sample.deploy(scratch, in: store, service: "other")
    #expect(other.origin == .store && other.image == first.image)
  }

  @Test func missingOrCutLayerIsNotFound() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let first = try Sample.deploy(scratch, in: store)
    let path = try store.layout.blob(first.image.layers[0].digest)
    try FileManager.default.removeItem(atPath: path)
    let again = try Sample.deploy(scratch, in: store)
    #expect(again.origin == .compressed && again.image == first.image)
  }

  @Test func damagedLayerIsNotReused() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let first = try Sample.deploy(scratch, in: store)
    let layer = first.image.layers[0]
    let path = try store.layout.blob(layer.digest)
    var changed = try store.blobs.read(layer, limit: 1 << 20)
    changed[changed.count / 2] ^= 1
    try FileManager.default.removeItem(atPath: path)
    try Data(changed).write(to: URL(fileURLWithPath: path))
    let content = RuntimeLayer.Content(
      runtime: try Sample.runtime(scratch), certificates: Sample.certificates)
    #expect(try RuntimeLayer.existing(content, in: store) == nil)
    let batch = try store.begin()
    let added = try RuntimeLayer.add(content, installed: nil, to: batch, of: store)
    try batch.commit()
    #expect(added.origin == .compressed && added.layer.descriptor == layer)
    #expect(batch.replaced == [layer.digest])
    try first.image.verifyLayers(in: store.blobs)
    #expect(try RuntimeLayer.existing(content, in: store) == added.layer)
  }

  @Test func brokenIndexHidesTheLayerOnly() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let first = try Sample.deploy(scratch, in: store)
    try Data("garbage".utf8).write(to: URL(fileURLWithPath: store.layout.index))
    let content = RuntimeLayer.Content(
      runtime: try Sample.runtime(scratch), certificates: Sample.certificates)
    let batch = try store.begin()
    let added = try RuntimeLayer.add(content, installed: nil, to: batch, of: store)
    try batch.commit()
    #expect(added.layer.descriptor == first.image.layers[0] && batch.replaced == [])
  }

  @Test func installedLayerDecidesTheBytes() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let runtime = try Sample.runtime(scratch)
    let content = RuntimeLayer.Content(runtime: runtime, certificates: Sample.certificates)
    var tar: [UInt8] = []
    try content.write { (piece) throws(ImageError) in tar += piece }
    let otherLevel = try Gzip.compress(tar, level: 1)
    let batch = try store.begin()
    let found = try RuntimeLayer.add(
      content, installed: try scratch.write("layer", otherLevel), to: batch, of: store)
    #expect(found.origin == .installedFile)
    #expect(found.layer.descriptor.digest == .sha256(of: otherLevel))
    #expect(found.layer.diffID == .sha256(of: tar))
  }

  @Test func installedFileIsWhatCompressionMakes() throws {
    let scratch = try Scratch()
    let content = RuntimeLayer.Content(
      runtime: try Sample.runtime(scratch), certificates: Sample.certificates)
    var tar: [UInt8] = []
    try content.write { (piece) throws(ImageError) in tar += piece }
    var file: [UInt8] = []
    try content.writeCompressed { (piece) throws(ImageError) in file += piece }
    #expect(try file == Gzip.compress(tar))
    let path = try scratch.write("layer", file)
    #expect(try RuntimeLayer.diffID(ofInstalled: path) == content.diffID())
  }

  @Test func installedLayerOfAnotherRuntimeIsNotTaken() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let content = RuntimeLayer.Content(
      runtime: try Sample.runtime(scratch), certificates: Sample.certificates)
    for bytes in [try Gzip.compress([1, 2, 3]), Array("no gzip".utf8), []] {
      let path = try scratch.write("layer", bytes)
      let batch = try store.begin()
      let found = try RuntimeLayer.add(content, installed: path, to: batch, of: store)
      #expect(found.origin == .compressed)
    }
    let batch = try store.begin()
    let found = try RuntimeLayer.add(
      content, installed: scratch.path + "/none", to: batch, of: store)
    #expect(found.origin == .compressed)
  }
}

@Suite struct SelfContainedBinaryTests {
  @Test func isRuntimeTarAndTrailer() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let app = try AppLayer(sources: Sample.sources, contract: Array("{}".utf8))
    let binary = SelfContainedBinary(runtime: try Sample.runtime(scratch), app: app)
    try binary.write(for: "orders", in: store)
    let written = try scratch.read(".zigttp/deploy/orders")
    #expect(UInt64(written.count) == binary.size)
    #expect(try Digest.sha256(of: written) == binary.digest())
    #expect(Array(written.prefix(200_000)) == Sample.elf())
    #expect(Array(written.dropFirst(200_000).dropLast(64)) == app.tar)
    let descriptor = open(store.layout.binary(of: "orders"), O_RDONLY)
    defer { close(descriptor) }
    let trailer = try #require(try BinaryTrailer.read(from: descriptor))
    #expect(trailer.digest == app.digest && trailer.offset == 200_000)
    try trailer.verify(descriptor)
    let contents = try AppContents(trailer.payload(of: descriptor))
    #expect(contents.appDigest == app.appDigest)
    let again = imageError { _ = try RuntimeFile(path: store.layout.binary(of: "orders")) }
    #expect(
      again
        == .badRuntime(path: store.layout.binary(of: "orders"), reason: "it already carries an app")
    )
  }
}
