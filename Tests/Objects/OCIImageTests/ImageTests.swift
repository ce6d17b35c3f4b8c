import ContentStore
import Contracts
import Digests
import Foundation
import TestSupport
import Testing

@testable import OCIImage

@Suite struct ImageTests {
  @Test func configIsTheDocumentedOne() throws {
    let config = ImageConfig(
      platform: .init(architecture: "arm64"), created: 0, labels: ["a": "b"],
      diffIDs: [.sha256(of: "x")])
    #expect(
      text(config.bytes) == """
        {"architecture":"arm64","config":{"Entrypoint":["/zigttp-runtime","serve","/app","--host",\
        "0.0.0.0","--port","3000"],"ExposedPorts":{"3000/tcp":{}},"Labels":{"a":"b"},\
        "User":"65532","WorkingDir":"/"},"created":"1970-01-01T00:00:00Z","os":"linux",\
        "rootfs":{"diff_ids":["\(Digest.sha256(of: "x"))"],"type":"layers"}}
        """)
    #expect(try ImageConfig(config.bytes) == config)
  }

  @Test func labelsSayWhatWasShown() {
    let contract = Sample.contract()
    let labels = ImageLabels.labels(for: contract.facts, appDigest: .sha256(of: "app"))
    #expect(labels["zigttp.proof-level"] == "partial")
    #expect(labels["zigttp.contract-sha256"] == contract.sha256.hex)
    #expect(labels["zigttp.app-sha256"] == Digest.sha256(of: "app").hex)
    #expect(labels["zigttp.read-only"] == "true" && labels["zigttp.deterministic"] == "false")
    #expect(Property.allCases.allSatisfy { labels["zigttp.\($0.label)"] != nil })
    #expect(labels["zigttp.env-proven"] == "true" && labels["zigttp.cache-proven"] == "false")
    #expect(labels["zigttp.egress-proven"] == "true" && labels["zigttp.sql-proven"] == "true")
    #expect(labels["zigttp.env-vars"] == #"["API_TOKEN","B_NAME"]"#)
    #expect(labels["zigttp.egress-hosts"] == #"["api.example.com"]"#)
    #expect(
      labels["zigttp.routes"]
        == #"[{"pattern":"GET /files/","isPrefix":true},{"pattern":"GET /health","isPrefix":false}]"#
    )
    #expect(
      labels["zigttp.egress-credentials"] == #"["API_TOKEN > api.example.com > authorization"]"#)
    #expect(labels["zigttp.cache-namespaces"] == nil && labels["zigttp.capabilities"] == nil)
    #expect(labels.count == 3 + 12 + 4 + 4)
  }

  @Test func imageComesBack() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let deployed = try Sample.deploy(scratch, in: store, created: 1_700_000_000)
    let entry = try #require(try store.index.read().image(of: "orders"))
    let image = try Image(entry, in: store.blobs)
    #expect(image.manifest == deployed.image.manifest)
    #expect(entry.platform?.architecture == "amd64")
    #expect(image.layers.map(\.mediaType) == [MediaType.gzipLayer, MediaType.layer])
    let config = try image.config(in: store.blobs)
    #expect(config.created == "2023-11-14T22:13:20Z")
    #expect(config.diffIDs[1] == deployed.app.digest)
    #expect(image.appLayer?.digest == deployed.app.digest)
    try image.verifyLayers(in: store.blobs)
    #expect(try Set(image.appContents(in: store.blobs).sources) == Set(Sample.sources))
  }

  @Test func sameInputSameDigests() throws {
    let (a, b) = (try Scratch(), try Scratch())
    let one = try Sample.deploy(a, in: a.store())
    let two = try Sample.deploy(b, in: b.store())
    #expect(one.image.descriptor == two.image.descriptor)
    #expect(one.record.descriptor == two.record.descriptor)
    let later = try Sample.deploy(b, in: b.store(), created: 9)
    #expect(later.image.descriptor != one.image.descriptor)
    #expect(later.image.layers[0] == one.image.layers[0])
  }

  @Test func binaryIsMadeAgainFromTheImage() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let deployed = try Sample.deploy(scratch, in: store)
    try deployed.image.writeBinary(for: "orders", in: store)
    let written = try scratch.read(".zigttp/deploy/orders")
    #expect(
      try deployed.record.config(in: store.blobs).binary == Digest.sha256(of: written))
    try FileManager.default.removeItem(
      atPath: try store.layout.blob(deployed.image.layers[0].digest))
    let error = imageError { try deployed.image.writeBinary(for: "orders", in: store) }
    #expect(error?.storeCode == .missing)
    #expect(try scratch.read(".zigttp/deploy/orders") == written)
  }

  @Test func lyingManifestsAreRefused() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let deployed = try Sample.deploy(scratch, in: store)
    func added(_ change: (inout Manifest) -> Void) throws -> Descriptor {
      var manifest = deployed.image.manifest
      change(&manifest)
      let batch = try store.begin()
      let blob = try batch.add(manifest.bytes)
      try batch.commit()
      return blob.descriptor(MediaType.manifest)
    }
    func error(_ descriptor: Descriptor, _ use: (Image) throws -> Void = { _ in }) -> ImageError? {
      imageError { try use(Image(descriptor, in: store.blobs)) }
    }
    let artifact = try added { $0.artifactType = "x" }
    #expect(error(artifact)?.field == "config.mediaType")
    let wrongConfig = try added { $0.config.mediaType = "x" }
    #expect(error(wrongConfig)?.field == "config.mediaType")
    #expect(error(deployed.image.manifest.config)?.field == "mediaType")
    let extra = try added { $0.layers.append($0.layers[1]) }
    #expect(error(extra) { _ = try $0.config(in: store.blobs) }?.field == "rootfs.diff_ids")
    #expect(error(extra) { _ = try $0.appContents(in: store.blobs) }?.field == "layers")
    let swapped = try added { $0.layers.reverse() }
    #expect(error(swapped) { try $0.verifyLayers(in: store.blobs) }?.field == "diff id")
    let foreign = try added { $0.layers[0].mediaType = "application/x" }
    #expect(error(foreign) { try $0.verifyLayers(in: store.blobs) }?.field == "mediaType")
    let resized = try added { $0.layers[0].size += 1 }
    #expect(error(resized) { try $0.verifyLayers(in: store.blobs) }?.storeCode == .corrupt)
    let gone = try added { $0.config.digest = .sha256(of: "gone") }
    #expect(error(gone) { _ = try $0.config(in: store.blobs) }?.storeCode == .missing)
    var short = deployed.image.descriptor
    short.size -= 1
    #expect(error(short)?.storeCode == .corrupt)
  }

  @Test(arguments: [
    "", "[]", #"{"os":"linux"}"#, #"{"architecture":"amd64"}"#,
    #"{"architecture":"a","os":"l","rootfs":{"diff_ids":["x"]}}"#,
    #"{"architecture":"a","os":"l","rootfs":{"diff_ids":[1]}}"#,
  ])
  func brokenConfigsAreRefused(document: String) {
    #expect(imageError { _ = try ImageConfig(Array(document.utf8)) }?.field != nil)
  }

  @Test func configsOfOthersAreRead() throws {
    let config = try ImageConfig(
      Array(#"{"architecture":"amd64","os":"linux","x":1.5,"config":{"Env":["A=b"]}}"#.utf8))
    #expect(config.entrypoint == [] && config.labels == [:] && config.diffIDs == [])
  }
}
