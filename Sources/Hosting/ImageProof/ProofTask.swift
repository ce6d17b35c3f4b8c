import Archive
import ContentStore
import Contracts
import Digests
import JSON
import OCIImage

/// What is to be proven and packed: as it goes from the server to the process that does it.
struct ProofTask: Sendable {
  /// As it was approved.
  var contract: Contract
  /// Seconds since 1970.
  var created: UInt64
  /// The runtime's layer, which is trusted.
  var runtime: RuntimeLayer
  /// What the runtime runs on.
  var platform: Descriptor.Platform
  /// The app layer as it was pushed.
  var app: [UInt8]

  /// Most bytes of an app layer.
  static let appLimit = 32 << 20
  /// Most bytes of a whole task.
  static let limit = appLimit + (2 << 20)

  init(
    contract: Contract, created: UInt64, runtime: RuntimeLayer, platform: Descriptor.Platform,
    app: [UInt8]
  ) {
    self.contract = contract
    self.created = created
    self.runtime = runtime
    self.platform = platform
    self.app = app
  }

  /// One line of JSON, then the layer.
  var bytes: [UInt8] {
    let head: JSONValue = [
      "contract": contract.document, "created": .integer(Int64(clamping: created)),
      "diffId": .string("\(runtime.diffID)"), "layer": .string("\(runtime.descriptor.digest)"),
      "layerSize": .integer(Int64(clamping: runtime.descriptor.size)),
      "os": .string(platform.os), "architecture": .string(platform.architecture),
    ]
    return head.minifiedBytes + [UInt8(ascii: "\n")] + app
  }

  init(_ bytes: [UInt8]) throws(JSONError) {
    let head = bytes.prefix { $0 != UInt8(ascii: "\n") }
    let json = try JSONReader.strict(head)
    guard let contract = json["contract"], let created = json["created"]?.integerValue,
      let diffID = json["diffId"]?.stringValue.flatMap({ Digest($0) }),
      let layer = json["layer"]?.stringValue.flatMap({ Digest($0) }),
      let size = json["layerSize"]?.integerValue, let os = json["os"]?.stringValue,
      let architecture = json["architecture"]?.stringValue
    else { throw JSONError(.shape(path: "task", expected: "what is to be proven")) }
    self.contract = try Contract(document: contract)
    self.created = UInt64(clamping: created)
    runtime = RuntimeLayer(
      diffID: diffID,
      descriptor: Descriptor(
        mediaType: MediaType.gzipLayer, digest: layer, size: UInt64(clamping: size)))
    platform = Descriptor.Platform(os: os, architecture: architecture)
    app = Array(bytes.dropFirst(head.count + 1))
  }
}
