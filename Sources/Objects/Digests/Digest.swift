/// A content digest: an algorithm and up to 64 bytes, held inline so that millions of them cost
/// neither an allocation nor a reference count.
///
/// Everything zigttp writes is named by SHA-256; `sha512` is read because foreign OCI documents may
/// use it.
/// Reference: OCI image-spec v1.1, descriptor.md, "Digests".
public struct Digest: Sendable, Hashable {
  /// The registered algorithms.
  public enum Algorithm: String, Sendable, Hashable, CaseIterable {
    case sha256
    case sha512

    /// Length of a digest in bytes.
    public var byteCount: Int { self == .sha256 ? 32 : 64 }
  }

  /// Which function made the bytes.
  public let algorithm: Algorithm
  // Big-endian words, so that comparing words in order compares bytes. A SHA-256 fills the first
  // four and leaves the rest zero.
  private let words: Words

  private struct Words: Sendable, Hashable {
    var w0: UInt64 = 0
    var w1: UInt64 = 0
    var w2: UInt64 = 0
    var w3: UInt64 = 0
    var w4: UInt64 = 0
    var w5: UInt64 = 0
    var w6: UInt64 = 0
    var w7: UInt64 = 0
  }

  /// From the raw bytes of a digest; nil when there are not exactly `algorithm.byteCount` of them.
  public init?(_ algorithm: Algorithm, bytes: some Collection<UInt8>) {
    guard bytes.count == algorithm.byteCount else { return nil }
    var iterator = bytes.makeIterator()
    func word() -> UInt64 {
      var value: UInt64 = 0
      for _ in 0..<8 { value = value << 8 | UInt64(iterator.next() ?? 0) }
      return value
    }
    var words = Words()
    words.w0 = word()
    words.w1 = word()
    words.w2 = word()
    words.w3 = word()
    if algorithm == .sha512 {
      words.w4 = word()
      words.w5 = word()
      words.w6 = word()
      words.w7 = word()
    }
    self.algorithm = algorithm
    self.words = words
  }

  /// From `sha256:<64 lower-case hex digits>` (or `sha512:…`); nil for anything else.
  public init?(_ text: some StringProtocol) {
    guard let colon = text.firstIndex(of: ":"),
      let algorithm = Algorithm(rawValue: String(text[..<colon])),
      let bytes = Hex.decode(text[text.index(after: colon)...])
    else { return nil }
    self.init(algorithm, bytes: bytes)
  }

  /// A SHA-256 from 64 lower-case hex digits alone.
  public init?(sha256Hex hex: some StringProtocol) {
    guard let bytes = Hex.decode(hex) else { return nil }
    self.init(.sha256, bytes: bytes)
  }

  /// The raw bytes, 32 or 64.
  public var bytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(algorithm.byteCount)
    let used =
      algorithm == .sha256
      ? [words.w0, words.w1, words.w2, words.w3]
      : [words.w0, words.w1, words.w2, words.w3, words.w4, words.w5, words.w6, words.w7]
    for word in used {
      for shift in stride(from: 56, through: 0, by: -8) {
        out.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
      }
    }
    return out
  }

  /// The bytes as lower-case hex.
  public var hex: String { Hex.encode(bytes) }
}

extension Digest: CustomStringConvertible {
  /// `sha256:<hex>`, as OCI documents write it.
  public var description: String { "\(algorithm.rawValue):\(hex)" }
}

extension Digest: Comparable {
  /// By algorithm, then bytewise.
  public static func < (a: Digest, b: Digest) -> Bool {
    if a.algorithm != b.algorithm { return a.algorithm == .sha256 }
    let (x, y) = (a.words, b.words)
    return (x.w0, x.w1, x.w2, x.w3) != (y.w0, y.w1, y.w2, y.w3)
      ? (x.w0, x.w1, x.w2, x.w3) < (y.w0, y.w1, y.w2, y.w3)
      : (x.w4, x.w5, x.w6, x.w7) < (y.w4, y.w5, y.w6, y.w7)
  }
}
