import ContentStore
import Contracts
import Digests
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import OCIImage

extension Scratch {
  /// A new store in the folder.
  func store() throws -> ContentStore {
    try ContentStore(try StoreMaker().make(at: path + "/.zigttp", slug: "orders"))
  }
}

/// What every test packs.
enum Sample {
  static let certificates = Array("-----BEGIN CERTIFICATE-----\n".utf8)
  static let sources = [
    AppLayer.File(path: "src/handler.ts", bytes: Array("export default 1\n".utf8)),
    AppLayer.File(path: "lib/util.ts", bytes: Array("export const a = 2\n".utf8)),
  ]

  /// The ELF header of a 64-bit little-endian program, a segment with the runtime's note as the
  /// linker lays it out, behind a note of somebody else, and a body that compresses.
  static func elf(
    machine: UInt8 = 62, size: Int = 200_000, owner: String = "zigttp"
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: size)
    for index in 64..<size { bytes[index] = UInt8(truncatingIfNeeded: index / 16) }
    bytes.replaceSubrange(0..<7, with: [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
    bytes[18] = machine
    func put(_ values: [UInt8], at place: Int) {
      bytes.replaceSubrange(place..<(place + values.count), with: values)
    }
    put([64, 0, 0, 0, 0, 0, 0, 0], at: 32)
    put([56, 0, 2, 0], at: 54)
    // Two program headers of 56 bytes: PT_LOAD, and PT_NOTE for bytes 256..<308.
    put([UInt8](repeating: 0, count: 112), at: 64)
    put([1], at: 64)
    put([4, 0, 0, 0, 4, 0, 0, 0, 0, 1], at: 120)
    put([52], at: 120 + 32)
    put([4], at: 120 + 48)
    // "GNU" with eight bytes of content and type 1, then ours.
    put([4, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0] + Array("GNU\0content!".utf8), at: 256)
    let name = Array(owner.utf8.prefix(7)) + [UInt8](repeating: 0, count: 8 - owner.utf8.count)
    put([7, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0] + name + [1, 0, 0, 0], at: 280)
    return bytes
  }

  static func runtime(_ scratch: Scratch, _ bytes: [UInt8] = elf()) throws -> RuntimeFile {
    try RuntimeFile(path: try scratch.write("runtime", bytes))
  }

  static func contract() -> Contract {
    var contract = Contract(handlerPath: "src/handler.ts")
    contract.env.literal = ["B_NAME", "API_TOKEN"]
    contract.egress.hosts = ["api.example.com"]
    contract.egress.credentials = [
      .init(source: "API_TOKEN", header: "authorization", host: "api.example.com")
    ]
    contract.cache.dynamic = true
    contract.api.routes = [
      .init(method: "GET", path: "/health", pathParams: []),
      .init(method: "GET", path: "/files/*", pathParams: []),
    ]
    contract.properties = [.readOnly: true, .deterministic: false]
    contract.proofLevel = .partial
    return contract
  }

  /// One deploy of the sample, committed and named in the index as `orders`.
  static func deploy(
    _ scratch: Scratch, in store: ContentStore, created: UInt64 = 0, service: String = "orders"
  ) throws -> (image: Image, record: DeployRecord, origin: RuntimeLayer.Origin, app: AppLayer) {
    let contract = contract()
    let runtime = try runtime(scratch)
    let app = try AppLayer(
      sources: sources, contract: contract.canonicalBytes, modified: created)
    let batch = try store.begin()
    let (layer, origin) = try RuntimeLayer.add(
      .init(runtime: runtime, certificates: certificates), installed: nil, to: batch, of: store)
    let image = try Image.add(
      app: app, facts: contract.facts, runtime: layer, platform: runtime.platform,
      created: created, to: batch)
    var config = DeployConfig()
    config.service = service
    config.target = "local"
    config.binary = try SelfContainedBinary(runtime: runtime, app: app).digest()
    let record = try DeployRecord.add(
      about: image, config: config, contract: contract.canonicalBytes, sources: sources,
      modified: created, to: batch)
    try batch.commit()
    try store.index.update {
      $0.setNewest(of: service, image: image.descriptor, record: record.descriptor)
    }
    batch.end()
    return (image, record, origin, app)
  }
}

/// Runs programs of others.
enum Foreign {
  static func run(_ arguments: [String]) throws -> (status: Int32, output: [UInt8]) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    let stdout = Pipe()
    process.standardOutput = stdout
    process.standardError = stdout
    try process.run()
    let output = Array(stdout.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    return (process.terminationStatus, output)
  }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// The error of an operation, so that a test can look at its parts.
func imageError(_ body: () throws -> Void) -> ImageError? { failure(ImageError.self, of: body) }

extension ImageError {
  var storeCode: StoreError.Code? {
    if case .store(let error) = self { error.code } else { nil }
  }
  var field: String? {
    if case .malformed(_, let field, _, _) = self { field } else { nil }
  }
}
