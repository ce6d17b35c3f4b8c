import Archive
import ArtifactTesting
import ContentStore
import Digests
import OCIImage
import StoreTesting
import Testing

@testable import Verification

/// Places that hold anything: each ends in a check that failed, and takes no more memory than it may.
@Suite struct HostileArtifactTests {
  private func report(
    _ bytes: [UInt8], size: UInt64? = nil, lie: MemoryBlobs.Lie? = nil
  ) throws -> ArtifactReport {
    let blobs = MemoryBlobs()
    var root = blobs.add(bytes).descriptor(MediaType.manifest)
    if let size { root.size = size }
    if let lie { blobs.lie(lie, about: root.digest) }
    var verification = ArtifactVerification(.image(root))
    verification.objects = blobs
    return try verification.run()
  }

  @Test func garbageInPlaceOfAManifest() throws {
    for text in ["", "{", "[]", "null", "{\"schemaVersion\":1}", "\u{feff}{}", "\0\0"] {
      #expect(try report(Array(text.utf8)).failures.map(\.kind) == [.image], "\(text)")
    }
    let deep = String(repeating: "[", count: 100_000)
    #expect(try report(Array(deep.utf8)).failures.map(\.kind) == [.image])
  }

  @Test func aManifestThatIsHuge() throws {
    let bytes = Array("{}".utf8)
    #expect(try report(bytes, size: 1 << 40).failures.map(\.kind) == [.manifest])
    #expect(try report(bytes, size: .max).failures.map(\.kind) == [.manifest])
  }

  @Test(arguments: [MemoryBlobs.Lie.endless, .short, .empty, .otherBytes])
  func aPlaceThatLies(_ lie: MemoryBlobs.Lie) throws {
    let report = try report(Array("{\"schemaVersion\":2}".utf8), lie: lie)
    #expect(report.failures.map(\.kind) == [.manifest])
  }

  @Test func anObjectThatIsNotThere() throws {
    let report = try report(Array("{}".utf8), lie: .missing)
    #expect(report.failures == [])
    #expect(report.verdict == .incomplete)
  }

  @Test func anIndexInPlaceOfAManifest() throws {
    var index = Index()
    index.append(
      Descriptor(mediaType: MediaType.index, digest: .sha256(of: "itself"), size: 10))
    #expect(try report(index.bytes).failures.map(\.kind) == [.image])
  }

  @Test func aLayerThatUnpacksWithoutEnd() throws {
    // A thousand times as large when it is unpacked, and again; no tar either.
    var bomb: [UInt8] = []
    let member = try Gzip.compress([UInt8](repeating: 1, count: 1 << 20))
    for _ in 0..<1100 { bomb += member }
    let artifact = try ForgedArtifact { $0.runtimeLayer = { $0 = bomb } }
    let report = try ArtifactVerificationTests.report(of: artifact)
    let failure = try #require(report.failures.first)
    #expect(failure.kind == .diffID)
    #expect(failure.found == "more than \(RuntimeLayer.limit) bytes")
  }

  @Test func layersOfEverySizeAndType() throws {
    let huge = Descriptor(
      mediaType: MediaType.gzipLayer, digest: .sha256(of: "huge"), size: 1 << 50)
    let first = try ForgedArtifact { $0.manifest = { $0.layers[0] = huge } }
    #expect(
      ArtifactVerificationTests.failures(try ArtifactVerificationTests.report(of: first)) == [
        "layer 0"
      ])
    let other = try ForgedArtifact { forgery in
      forgery.manifest = { $0.layers[0].mediaType = "application/octet-stream" }
    }
    let found = ArtifactVerificationTests.failures(
      try ArtifactVerificationTests.report(of: other))
    #expect(found == ["image layers", "diff-id 0"])
  }

  @Test func labelsWithoutEnd() throws {
    let artifact = try ForgedArtifact {
      $0.config = { for number in 0..<2000 { $0.labels["x\(number)"] = "" } }
    }
    let report = try ArtifactVerificationTests.report(of: artifact)
    #expect(report.failures.count == 500)
    #expect(report.untold == [.label: 1500])
    #expect(report.verdict == .failed)
  }

  @Test func diffIDsThatAreTooFew() throws {
    let artifact = try ForgedArtifact { $0.config = { $0.diffIDs.removeLast() } }
    #expect(
      ArtifactVerificationTests.failures(try ArtifactVerificationTests.report(of: artifact)) == [
        "diff-id rootfs.diff_ids", "diff-id 1",
      ])
  }
}
