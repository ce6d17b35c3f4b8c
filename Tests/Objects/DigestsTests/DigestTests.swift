import Encodings
import Testing

@testable import Digests

@Suite struct DigestTests {
  @Test func hashesTheStandardVectors() {
    #expect(
      Digest.sha256(of: "abc").hex
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      Digest.sha256(of: "").description
        == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test func piecesHashAsTheWhole() {
    let whole = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var hasher = SHA256Hasher()
    for start in stride(from: 0, to: whole.count, by: 777) {
      hasher.update(whole[start..<min(start + 777, whole.count)])
    }
    #expect(hasher.finalize() == Digest.sha256(of: whole))
  }

  @Test func textRoundTrips() throws {
    let text = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    let digest = try #require(Digest(text))
    #expect(digest.description == text)
    #expect(digest.bytes.count == 32)
    #expect(Digest(sha256Hex: digest.hex) == digest)
    let long = "sha512:" + String(repeating: "0f", count: 64)
    #expect(Digest(long)?.description == long)
  }

  @Test(arguments: [
    "", "sha256", "sha256:", "sha256:00", "md5:00112233445566778899aabbccddeeff",
    "sha256:BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
    " sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  ])
  func refusesOtherSpellings(text: String) {
    #expect(Digest(text) == nil)
  }

  @Test func isTheSameFromAnArrayAndFromWhereItsBytesLie() {
    for algorithm in Digest.Algorithm.allCases {
      for count in [0, 31, 32, 33, 63, 64, 65] {
        let bytes = (0..<count).map { UInt8(200 - $0) }
        let found = bytes.withUnsafeBytes { Digest(algorithm, bytes: $0) }
        #expect(found == Digest(algorithm, bytes: bytes))
        #expect(
          (found?.bytes ?? bytes) == bytes && (found != nil) == (count == algorithm.byteCount))
      }
    }
  }

  @Test func ordersBytewise() throws {
    let low = try #require(Digest(.sha256, bytes: [UInt8](repeating: 0, count: 31) + [1]))
    let high = try #require(Digest(.sha256, bytes: [1] + [UInt8](repeating: 0, count: 31)))
    #expect(low < high)
    #expect(!(high < low))
    let long = try #require(Digest(.sha512, bytes: [UInt8](repeating: 0, count: 64)))
    #expect(high < long)
  }

  @Test func hmacMatchesRFC4231() {
    // RFC 4231, test case 2.
    let code = HMACSHA256.code(
      key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8))
    #expect(
      Hex.encode(code) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }

  /// FIPS 180-4, examples.
  @Test func sha512OfPieces() {
    var hasher = SHA512Hasher()
    #expect(hasher.finalize().hex.hasPrefix("cf83e1357eefb8bdf1542850d66d8007"))
    for unit in "abc".utf8 { withUnsafeBytes(of: unit) { hasher.update($0) } }
    let digest = hasher.finalize()
    #expect(digest.algorithm == .sha512)
    #expect(
      digest.hex
        == "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f")
  }

  /// What was taken in stays, whoever asks for the digest in between, and however it was cut.
  @Test func aHasherGoesOnAndIsCopied() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    for cut in [0, 1, 55, 56, 63, 64, 65, 127, 128, 999, 1000] {
      var hasher = SHA256Hasher()
      hasher.update(bytes[..<cut])
      let copy = hasher
      #expect(hasher.finalize() == .sha256(of: Array(bytes[..<cut])))
      hasher.update(Array(bytes[cut...]))
      #expect(hasher.finalize() == .sha256(of: bytes))
      #expect(copy.finalize() == .sha256(of: bytes[..<cut]))
    }
  }

  @Test func aCodeOfNothing() {
    #expect(
      HMACSHA256.code(key: [], message: []).map { String($0, radix: 16) }.joined()
        .hasPrefix("b613679a814d9ec772f95d778c35fc5f"))
  }
}
