import Digests
import Files
import Foundation
import JSON
import SystemPackage
import TestSupport
import Testing

@testable import ContentStore

@Suite struct DocumentTests {
  let digest = Digest.sha256(of: "x")
  var descriptor: Descriptor { Descriptor(mediaType: MediaType.config, digest: digest, size: 7) }

  func json(_ text: String) throws -> JSONValue { try JSONReader.lenient(Array(text.utf8)) }

  @Test func descriptorKeepsWhatItDoesNotKnow() throws {
    let text = """
      {"annotations":{"a":"b"},"artifactType":"t","data":"eA==",\
      "digest":"\(digest)","mediaType":"m",\
      "platform":{"architecture":"arm64","os":"linux"},"size":7,"urls":["u"]}
      """
    let found = try Descriptor(json(text), at: "d")
    #expect(found.size == 7 && found.artifactType == "t" && found.annotations == ["a": "b"])
    #expect(found.platform == .init(architecture: "arm64"))
    #expect(found.others.keys == ["data", "urls"])
    #expect(String(decoding: found.json.canonicalBytes, as: UTF8.self) == text)
    let rich = text.replacingOccurrences(
      of: "\"os\":\"linux\"", with: "\"os\":\"linux\",\"variant\":\"v8\"")
    #expect(
      String(decoding: try Descriptor(json(rich), at: "d").json.canonicalBytes, as: UTF8.self)
        == rich)
  }

  @Test(arguments: [
    ("{}", "d.mediaType"), ("[]", "d"), (#"{"mediaType":1}"#, "d.mediaType"),
    (#"{"mediaType":"m","digest":"sha256:zz","size":1}"#, "d.digest"),
    (#"{"mediaType":"m","digest":"md5:00","size":1}"#, "d.digest"),
    (#"{"mediaType":"m","digest":"D","size":-1}"#, "d.size"),
    (#"{"mediaType":"m","digest":"D","size":"1"}"#, "d.size"),
    (#"{"mediaType":"m","digest":"D"}"#, "d.size"),
    (#"{"mediaType":"m","digest":"D","size":1,"annotations":{"a":1}}"#, "d.annotations.a"),
    (#"{"mediaType":"m","digest":"D","size":1,"annotations":[]}"#, "d.annotations"),
  ])
  func brokenDescriptorsNameTheField(text: String, path: String) throws {
    let document = try json(text.replacingOccurrences(of: "\"D\"", with: "\"\(digest)\""))
    let error = storeError { _ = try Descriptor(document, at: "d") }
    #expect(error?.code == .malformed && error?.path == path)
  }

  @Test func manifestComesBack() throws {
    let subject = Descriptor(mediaType: MediaType.manifest, digest: digest, size: 9)
    let manifest = Manifest(
      artifactType: "application/vnd.test", config: descriptor, layers: [descriptor, subject],
      subject: subject, annotations: ["k": "v"])
    #expect(try Manifest(manifest.bytes) == manifest)
    #expect(
      String(decoding: Manifest(config: descriptor, layers: []).bytes, as: UTF8.self)
        == #"{"config":{"digest":"\#(digest)","mediaType":"application/vnd.oci.image.config.v1+json","size":7},"#
        + #""layers":[],"mediaType":"application/vnd.oci.image.manifest.v1+json","schemaVersion":2}"#
    )
  }

  @Test(arguments: [
    "", "{", "[]", #"{"schemaVersion":1}"#, #"{"schemaVersion":2}"#,
    #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#,
    #"{"schemaVersion":2,"config":C,"layers":{}}"#, #"{"schemaVersion":2,"config":C,"layers":[1]}"#,
    #"{"schemaVersion":2,"config":C,"layers":[],"manifests":[]}"#,
    #"{"schemaVersion":2,"config":C,"layers":[],"subject":"x"}"#,
  ])
  func brokenManifestsAreRefused(text: String) throws {
    let config = String(decoding: descriptor.json.canonicalBytes, as: UTF8.self)
    let bytes = Array(text.replacingOccurrences(of: ":C,", with: ":\(config),").utf8)
    #expect(storeError { _ = try Manifest(bytes) }?.code == .malformed)
  }

  @Test func manifestWithoutMediaTypeIsTaken() throws {
    let config = String(decoding: descriptor.json.canonicalBytes, as: UTF8.self)
    let text = #"{"schemaVersion": 2, "config": \#(config), "layers": null}"#
    #expect(try Manifest(Array(text.utf8)).config == descriptor)
  }

  @Test func indexKeepsOtherEntriesAndMembers() throws {
    let text = """
      {"annotations":{"tool":"other"},"custom":{"f":1.5},"manifests":[\
      {"annotations":{"org.opencontainers.image.ref.name":"v1"},"digest":"\(digest)",\
      "mediaType":"m","size":1,"x":[null]}],"schemaVersion":2}
      """
    var index = try Index(Array(text.utf8))
    let image = Descriptor(mediaType: MediaType.manifest, digest: .sha256(of: "i"), size: 2)
    let record = Descriptor(mediaType: MediaType.manifest, digest: .sha256(of: "r"), size: 3)
    index.setNewest(of: "orders", image: image, record: record)
    let again = try Index(index.bytes)
    #expect(again == index)
    let written = String(decoding: index.bytes, as: UTF8.self)
    #expect(written.contains(#""custom":{"f":1.5}"#) && written.contains(#""x":[null]"#))
    #expect(again.tagged("v1")?.digest == digest)
    #expect(again.image(of: "orders")?.digest == image.digest)
    #expect(again.record(of: "orders")?.digest == record.digest)
  }

  @Test func newestReplacesTheFormerOfThatServiceOnly() throws {
    func manifest(_ name: String) -> Descriptor {
      Descriptor(mediaType: MediaType.manifest, digest: .sha256(of: name), size: 1)
    }
    var index = Index()
    index.setNewest(of: "a", image: manifest("a1"), record: manifest("ra1"))
    index.setNewest(of: "b", image: manifest("b1"), record: manifest("rb1"))
    index.setNewest(of: "a", image: manifest("a2"), record: manifest("ra2"))
    #expect(index.manifests.count == 4)
    #expect(index.image(of: "a")?.digest == .sha256(of: "a2"))
    #expect(index.record(of: "a")?.digest == .sha256(of: "ra2"))
    #expect(index.image(of: "b")?.digest == .sha256(of: "b1"))
    #expect(index.record(of: "b")?.digest == .sha256(of: "rb1"))
    #expect(index.image(of: "c") == nil && index.record(of: "c") == nil)
  }

  @Test func indexFileIsReplacedOnlyWhenItChanges() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let before = try LinuxFileSystem().info(store.layout.index, followingLink: false)
    try store.index.update { _ in }
    #expect(try LinuxFileSystem().info(store.layout.index, followingLink: false) == before)
    try store.index.update { $0.setNewest(of: "a", image: descriptor, record: descriptor) }
    #expect(try store.index.read().image(of: "a")?.digest == digest)
    let after = try LinuxFileSystem().info(store.layout.index, followingLink: false)
    #expect(after.inode != before.inode)
    #expect(try fileNames(in: store.layout.temporary) == [])
  }

  @Test func brokenIndexIsNeverOverwritten() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    try Data("{\"schemaVersion\":2,".utf8).write(to: URL(fileURLWithPath: store.layout.index))
    let error = storeError {
      try store.index.update { $0.setNewest(of: "a", image: descriptor, record: descriptor) }
    }
    #expect(error?.code == .malformed && error?.path == store.layout.index)
    #expect(try text(of: store.layout.index) == "{\"schemaVersion\":2,")
  }

  @Test func randomDamageNeverCrashes() throws {
    var manifest = Manifest(
      artifactType: "t", config: descriptor, layers: [descriptor, descriptor],
      subject: descriptor, annotations: ["k": "v"])
    manifest.config.platform = .init(architecture: "amd64")
    var index = Index()
    index.setNewest(of: "orders", image: descriptor, record: descriptor)
    var random = SeededGenerator()
    for document in [manifest.bytes, index.bytes] {
      for _ in 0..<1500 {
        var damaged = document
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          damaged[Int.random(in: 0..<damaged.count, using: &random)] =
            .random(in: 0...255, using: &random)
        }
        if Bool.random(using: &random) {
          damaged.removeLast(Int.random(in: 1..<damaged.count, using: &random))
        }
        // What is taken has to come back as it was understood.
        if let found = try? Manifest(damaged) {
          #expect(try Manifest(found.bytes) == found, "\(random)")
        }
        if let found = try? Index(damaged) { #expect(try Index(found.bytes) == found, "\(random)") }
      }
    }
  }
}
