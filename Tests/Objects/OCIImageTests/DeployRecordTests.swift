import Archive
import ContentStore
import Contracts
import Digests
import Foundation
import JSON
import TestSupport
import Testing

@testable import OCIImage

@Suite struct DeployRecordTests {
  @Test func recordComesBack() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let deployed = try Sample.deploy(scratch, in: store)
    let record = try DeployRecord(deployed.record.descriptor.digest, in: store.blobs)
    #expect(record == deployed.record)
    #expect(try store.index.read().record(of: "orders")?.artifactType == RecordMediaType.deploy)
    let config = try record.config(in: store.blobs)
    #expect(config.service == "orders" && config.target == "local" && config.region == nil)
    #expect(try record.contract(in: store.blobs) == Sample.contract().canonicalBytes)
    #expect(try Set(record.sources(in: store.blobs)) == Set(Sample.sources))
    #expect(try record.image(in: store.blobs).manifest == deployed.image.manifest)
    #expect(record.image.digest == deployed.image.descriptor.digest)
    #expect(record.image.platform == nil, "a subject is type, digest and size")
  }

  @Test func manifestIsAnArtifactAboutTheImage() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let deployed = try Sample.deploy(scratch, in: store)
    let json = try JSONReader.strict(
      try store.blobs.read(deployed.record.descriptor, limit: 1 << 20))
    #expect(json["artifactType"] == "application/vnd.zigttp.deploy.v1+json")
    #expect(
      json["config"]?["mediaType"] == "application/vnd.zigttp.deploy.config.v1+json")
    #expect(
      json["layers"]?.arrayValue?.compactMap { $0["mediaType"]?.stringValue } == [
        "application/vnd.zigttp.contract.v1+json", "application/vnd.zigttp.sources.v1.tar",
      ])
    #expect(
      json["subject"]?["digest"]?.stringValue == deployed.image.descriptor.digest.description)
  }

  @Test func configHasTheDocumentedKeys() throws {
    var config = DeployConfig()
    #expect(text(config.bytes) == "{}")
    config.allowedLeaks = ["b", "a"]
    config.binary = .sha256(of: "b")
    config.envNames = []
    config.gitDirty = true
    config.gitRevision = "abc"
    config.imported = true
    config.plan = "p"
    config.proverVersion = "1"
    config.provider = "docker"
    config.region = "us-central"
    config.scope = "s"
    config.service = "orders"
    config.sourceDate = 5
    config.sourceURL = "https://example.com/r"
    config.target = "local"
    #expect(
      text(config.bytes) == """
        {"allowedLeaks":["a","b"],"binary":"\(Digest.sha256(of: "b"))","envNames":[],\
        "gitDirty":true,"gitRevision":"abc","imported":true,"plan":"p","proverVersion":"1",\
        "provider":"docker","region":"us-central","scope":"s","service":"orders","sourceDate":5,\
        "sourceUrl":"https://example.com/r","target":"local"}
        """)
    config.allowedLeaks = ["a", "b"]
    #expect(try DeployConfig(config.bytes) == config)
    #expect(try DeployConfig(Array(#"{"later":{"x":1}}"#.utf8)) == DeployConfig())
  }

  @Test(arguments: [
    "", "[]", #"{"service":1}"#, #"{"gitDirty":1}"#, #"{"imported":1}"#, #"{"binary":"sha256:x"}"#,
    #"{"envNames":"A"}"#,
    #"{"envNames":["A",1]}"#, #"{"sourceDate":-1}"#, #"{"sourceDate":"1"}"#, #"{"x":1.5}"#,
  ])
  func brokenConfigsAreRefused(document: String) {
    #expect(imageError { _ = try DeployConfig(Array(document.utf8)) }?.field != nil)
  }

  @Test func otherArtifactsAreNoRecord() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let deployed = try Sample.deploy(scratch, in: store)
    func error(_ change: (inout Manifest) -> Void) throws -> ImageError? {
      var manifest = deployed.record.manifest
      change(&manifest)
      let batch = try store.begin()
      let blob = try batch.add(manifest.bytes)
      try batch.commit()
      return imageError { _ = try DeployRecord(blob.digest, in: store.blobs) }
    }
    #expect(try error { $0.artifactType = nil }?.field == "artifactType")
    #expect(try error { $0.config.mediaType = "x" }?.field == "config.mediaType")
    #expect(try error { $0.layers.removeLast() }?.field == "layers")
    #expect(try error { $0.layers.reverse() }?.field == "layers[0].mediaType")
    #expect(try error { $0.layers[1].mediaType = "x" }?.field == "layers[1].mediaType")
    #expect(try error { $0.subject = nil }?.field == "subject.mediaType")
    #expect(try error { $0.subject?.mediaType = MediaType.index }?.field == "subject.mediaType")
    let image = imageError {
      _ = try DeployRecord(deployed.image.descriptor.digest, in: store.blobs)
    }
    #expect(image?.field == "artifactType")
    let absent = imageError { _ = try DeployRecord(.sha256(of: "absent"), in: store.blobs) }
    #expect(absent?.storeCode == .missing)
  }

  @Test func missingObjectsDoNotHideTheOthers() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let deployed = try Sample.deploy(scratch, in: store)
    let record = try DeployRecord(deployed.record.descriptor.digest, in: store.blobs)
    try FileManager.default.removeItem(atPath: try store.layout.blob(record.sources.digest))
    try FileManager.default.removeItem(atPath: try store.layout.blob(record.image.digest))
    #expect(imageError { _ = try record.sources(in: store.blobs) }?.storeCode == .missing)
    #expect(imageError { _ = try record.image(in: store.blobs) }?.storeCode == .missing)
    #expect(try record.contract(in: store.blobs) == Sample.contract().canonicalBytes)
    #expect(try record.config(in: store.blobs).service == "orders")
  }
}
