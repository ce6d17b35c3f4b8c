import ContentStore
import Contracts
import Digests
import Foundation
import JSON
import TestSupport
import Testing

@testable import OCIImage

@Suite struct InteropTests {
  @Test(.enabled(if: ForeignPrograms.isExpected("skopeo"), "skopeo is not installed"))
  func skopeoInspectsTheStore() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let deployed = try Sample.deploy(scratch, in: store)
    let (status, output) = try Foreign.run([
      "skopeo", "inspect", "oci:\(store.layout.root):orders",
    ])
    #expect(status == 0, "\(text(output))")
    let json = try JSONReader.lenient(output)
    #expect(json["Digest"]?.stringValue == deployed.image.descriptor.digest.description)
    #expect(json["Architecture"] == "amd64" && json["Os"] == "linux")
    #expect(
      json["Layers"]?.stringArray == deployed.image.layers.map(\.digest.description))
    #expect(
      json["Labels"]?["zigttp.contract-sha256"]?.stringValue == Sample.contract().sha256.hex)
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("skopeo"), "skopeo is not installed"))
  func skopeoCopiesTheImage() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let deployed = try Sample.deploy(scratch, in: store)
    // As it is, and with the app layer compressed on the way, which skopeo does by itself.
    for (name, options) in [("same", ["--preserve-digests"]), ("other", [])] {
      let (status, output) = try Foreign.run(
        ["skopeo", "--insecure-policy", "copy"] + options
          + ["oci:\(store.layout.root):orders", "oci:\(scratch.path)/\(name):orders"])
      #expect(status == 0, "\(text(output))")
      let copy = try ContentStore(StoreLayout(root: "\(scratch.path)/\(name)"), readOnly: true)
      let entry = try #require(try copy.index.read().tagged("orders"))
      #expect((entry.digest == deployed.image.descriptor.digest) == (name == "same"))
      try Image(entry, in: copy.blobs).verifyLayers(in: copy.blobs)
    }
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("umoci"), "umoci is not installed"))
  func umociUnpacksTheStore() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    try Sample.deployed(scratch, in: store)
    let (status, output) = try Foreign.run([
      "umoci", "unpack", "--rootless", "--image", "\(store.layout.root):orders",
      "\(scratch.path)/bundle",
    ])
    #expect(status == 0, "\(text(output))")
    let root = "bundle/rootfs"
    #expect(try scratch.read("\(root)/zigttp-runtime") == Sample.elf())
    #expect(access("\(scratch.path)/\(root)/zigttp-runtime", X_OK) == 0)
    #expect(
      try scratch.read("\(root)/etc/ssl/certs/ca-certificates.crt") == Sample.certificates)
    #expect(try scratch.read("\(root)/app/contract.json") == Sample.contract().canonicalBytes)
    #expect(
      try scratch.read("\(root)/app/source/src/handler.ts") == Sample.sources[0].bytes)
    let config = try JSONReader.lenient(try scratch.read("bundle/config.json"))
    #expect(config["process"]?["args"]?.stringArray == ImageConfig.handlerEntrypoint)
    #expect(config["process"]?["user"]?["uid"] == 65532)
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("umoci"), "umoci is not installed"))
  func umociListsOneTagAService() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    try Sample.deployed(scratch, in: store)
    try Sample.deployed(scratch, in: store, service: "other")
    let (status, output) = try Foreign.run(["umoci", "ls", "--layout", store.layout.root])
    #expect(status == 0, "\(text(output))")
    #expect(text(output).split(separator: "\n").sorted() == ["orders", "other"])
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("bsdtar"), "bsdtar is not installed"))
  func bsdtarUnpacksTheAppLayer() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let deployed = try Sample.deploy(scratch, in: store)
    let path = try store.layout.blob(deployed.app.digest)
    let (status, output) = try Foreign.run(["bsdtar", "-xOf", path, "app/contract.json"])
    #expect(status == 0 && output == Sample.contract().canonicalBytes)
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("skopeo"), "skopeo is not installed"))
  func indexChangedByAnotherToolIsKept() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let deployed = try Sample.deploy(scratch, in: store)
    let (status, output) = try Foreign.run([
      "skopeo", "--insecure-policy", "copy", "oci:\(store.layout.root):orders",
      "oci:\(store.layout.root):kept",
    ])
    #expect(status == 0, "\(text(output))")
    try Sample.deployed(scratch, in: store, created: 7)
    let index = try store.index.read()
    #expect(index.tagged("kept")?.digest == deployed.image.descriptor.digest)
    #expect(index.image(of: "orders")?.digest != deployed.image.descriptor.digest)
    #expect(index.record(of: "orders") != nil)
  }
}

extension Sample {
  static func deployed(
    _ scratch: Scratch, in store: ContentStore, created: UInt64 = 0, service: String = "orders"
  ) throws {
    _ = try deploy(scratch, in: store, created: created, service: service)
  }
}
