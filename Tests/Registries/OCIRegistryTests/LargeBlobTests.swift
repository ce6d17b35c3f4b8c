import ContentStore
import Digests
import Glibc
import RegistryTesting
import Synchronization
import TestSupport
import Testing

@testable import OCIRegistry

/// A blob that is not in memory: pieces of a megabyte, each another.
final class Generated: BlobSource {
  let pieces: Int

  init(pieces: Int) { self.pieces = pieces }

  func size(of digest: Digest, mediaType: String?) throws(StoreError) -> UInt64? {
    UInt64(pieces) << 20
  }

  func transfer(
    _ digest: Digest, mediaType: String?,
    to body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(StoreError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    for number in 0..<pieces {
      buffer.initializeMemory(as: UInt8.self, repeating: UInt8(number & 0xff))
      buffer.storeBytes(of: number, as: Int.self)
      try body(UnsafeRawBufferPointer(buffer))
    }
  }

  /// What names it.
  func descriptor() throws -> Descriptor {
    var hasher = SHA256Hasher()
    let nothing = Digest.sha256(of: [])
    try transfer(nothing, mediaType: nil) { (piece) throws(StoreError) in hasher.update(piece) }
    return Descriptor(
      mediaType: "application/octet-stream", digest: hasher.finalize(), size: UInt64(pieces) << 20)
  }
}

/// What is large takes no more memory than what is small. `ZIGTTP_LARGE_MIB` says how large, and then
/// the memory of the process is looked at: for a run of this suite alone.
@Suite(
  .enabled(if: ForeignPrograms.isExpected("docker-registry"), "docker-registry is not installed"))
struct LargeBlobTests {
  private let wanted = getenv("ZIGTTP_LARGE_MIB").flatMap { Int(String(cString: $0)) }

  // Bytes, of what the process had at most since it was asked last.
  private func peak() throws -> Int {
    let status = try text(of: "/proc/self/status")
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
  }

  @Test func aLargeBlobTakesLittleMemory() throws {
    let registry = try DockerRegistry()
    var options = RegistrySession.Options()
    if wanted == nil { options.chunkSize = 8 << 20 }
    let client = try Client(
      registry.host, options: options, transport: NetworkTransport.Options()
    ).client
    let source = Generated(pieces: wanted ?? 40)
    let blob = try source.descriptor()
    let before = try peak()
    #expect(try client.push(blob, from: source) == .sent)
    var received: UInt64 = 0
    try RegistryBlobs(client).stream(blob) { (piece) throws(StoreError) in
      received += UInt64(piece.count)
    }
    #expect(received == blob.size)
    let after = try peak()
    if wanted != nil {
      print("\(blob.size >> 20) MiB: \(before >> 20) MiB before, \(after >> 20) MiB at most")
      #expect(after - before < 32 << 20)
    }
  }
}
