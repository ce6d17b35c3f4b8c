import Digests
import Foundation
import TestSupport
import Testing

@testable import Archive

@Suite struct BinaryTrailerTests {
  let runtime = [UInt8](repeating: 0x7f, count: 1000)
  let tar = Array("the packed app".utf8)

  /// A binary in a scratch folder, its descriptor, and the folder that keeps it.
  func binary(_ bytes: [UInt8]) throws -> (descriptor: Int32, scratch: Scratch) {
    let scratch = try Scratch()
    return (open(try scratch.write("binary", bytes), O_RDWR), scratch)
  }

  var trailer: BinaryTrailer { BinaryTrailer(offset: 1000, tar: tar) }

  @Test func layoutIsTheDocumentedOne() throws {
    let bytes = trailer.bytes
    #expect(bytes.count == 64)
    #expect(Array(bytes[0..<8]) == [0xe8, 3, 0, 0, 0, 0, 0, 0])
    #expect(Array(bytes[8..<16]) == [14, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(bytes[16..<48]) == Digest.sha256(of: tar).bytes)
    #expect(Array(bytes[48..<64]) == Array("zigttp-app-v1\0\0\0".utf8))
  }

  @Test func writtenReadAndVerified() throws {
    let (descriptor, scratch) = try binary(runtime + tar)
    defer { close(descriptor) }
    lseek(descriptor, 0, SEEK_END)
    try trailer.write(to: descriptor)
    let found = try #require(try BinaryTrailer.read(from: descriptor))
    #expect(found == trailer)
    try found.verify(descriptor)
    #expect(try found.payload(of: descriptor).bytes(at: 4, count: 6) == Array("packed".utf8))
    #expect(try scratch.read("binary") == runtime + tar + trailer.bytes)
  }

  @Test func bareRuntimeHasNone() throws {
    for bytes in [runtime, [], [UInt8](repeating: 1, count: 63)] {
      let (descriptor, scratch) = try binary(bytes)
      defer { close(descriptor) }
      #expect(try BinaryTrailer.read(from: descriptor) == nil)
      _ = scratch
    }
  }

  @Test func changedPayloadIsFound() throws {
    var changed = tar
    changed[3] ^= 1
    let (descriptor, scratch) = try binary(runtime + changed + trailer.bytes)
    defer { close(descriptor) }
    let found = try #require(try BinaryTrailer.read(from: descriptor))
    #expect(
      throws: ArchiveError.digestMismatch(
        expected: .sha256(of: tar), found: .sha256(of: changed))
    ) { try found.verify(descriptor) }
    _ = scratch
  }

  @Test(arguments: [(1000, 15), (999, 14), (.max, 14), (0, .max), (5000, 1)] as [(UInt64, UInt64)])
  func lyingPlacesAreRefused(offset: UInt64, length: UInt64) throws {
    let place = [offset, length].flatMap { number in
      withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
    let (descriptor, scratch) = try binary(runtime + tar + place + trailer.bytes[16...])
    defer { close(descriptor) }
    #expect(throws: ArchiveError.badTrailer(offset: offset, length: length, fileSize: 1078)) {
      try BinaryTrailer.read(from: descriptor)
    }
    _ = scratch
  }
}
