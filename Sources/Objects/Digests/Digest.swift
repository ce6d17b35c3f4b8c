import Encodings

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
  let words: Words

  struct Words: Sendable, Hashable {
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

  /// From the raw bytes of a digest; nil when there are not exactly `algorithm.byteCount` of them.
  public init?(_ algorithm: Algorithm, bytes: [UInt8]) {
    guard bytes.count == algorithm.byteCount else { return nil }
    self.init(algorithm, words: bytes.withUnsafeBytes { Words(at: $0) })
  }

  /// From where the raw bytes of a digest lie; nil when there are not exactly so many of them.
  public init?(_ algorithm: Algorithm, bytes: UnsafeRawBufferPointer) {
    guard bytes.count == algorithm.byteCount else { return nil }
    self.init(algorithm, words: Words(at: bytes))
  }

  init(_ algorithm: Algorithm, words: Words) {
    self.algorithm = algorithm
    self.words = words
  }

  /// From `sha256:<64 lower-case hex digits>` (or `sha512:…`); nil for anything else.
  public init?(_ text: some StringProtocol) {
    self.init(utf8Of: text) { units in
      for algorithm in Algorithm.allCases {
        let name = algorithm.prefix
        guard units.count == name.utf8CodeUnitCount + 2 * algorithm.byteCount,
          zip(units, UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
            .allSatisfy({ $0 == $1 })
        else { continue }
        return Words(hex: units[name.utf8CodeUnitCount...]).map { (algorithm, $0) }
      }
      return nil
    }
  }

  /// A SHA-256 from 64 lower-case hex digits alone.
  public init?(sha256Hex hex: some StringProtocol) {
    self.init(utf8Of: hex) { units in
      units.count == 64 ? Words(hex: units[...]).map { (.sha256, $0) } : nil
    }
  }

  // Where the text lies, without a copy: stores and ledgers spell millions of these.
  private init?(
    utf8Of text: some StringProtocol,
    _ read: (UnsafeBufferPointer<UInt8>) -> (Algorithm, Words)?
  ) {
    let found =
      text.utf8.withContiguousStorageIfAvailable(read)
      ?? Array(text.utf8).withUnsafeBufferPointer(read)
    guard let (algorithm, words) = found else { return nil }
    self.init(algorithm, words: words)
  }

  /// The SHA-256 in the 32 bytes from an index on; like a subscript, it wants them to be there.
  public init(sha256At index: Int, in bytes: [UInt8]) {
    self = bytes[index..<index + 32].withUnsafeBytes { Self(sha256At: $0) }
  }

  /// A SHA-512 from where its 64 bytes lie.
  init(sha512At bytes: UnsafeRawBufferPointer) {
    self.init(.sha512, words: Words(at: bytes))
  }

  /// A SHA-256 from where its 32 bytes lie.
  init(sha256At bytes: UnsafeRawBufferPointer) {
    self.init(.sha256, words: Words(at: bytes))
  }

  /// The raw bytes, 32 or 64.
  public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

  /// The raw bytes, 32 or 64, without an array around them.
  public func withUnsafeBytes<T>(
    _ body: (UnsafeRawBufferPointer) throws -> T
  ) rethrows -> T {
    try Swift.withUnsafeBytes(of: words.bigEndian) {
      try body(UnsafeRawBufferPointer(rebasing: $0[..<algorithm.byteCount]))
    }
  }

  /// The bytes as lower-case hex.
  public var hex: String { spelled(after: "") }

  fileprivate func spelled(after prefix: StaticString) -> String {
    let start = prefix.utf8CodeUnitCount
    let count = start + 2 * algorithm.byteCount
    return String(unsafeUninitializedCapacity: count) { out in
      for index in 0..<start { out[index] = prefix.utf8Start[index] }
      withUnsafeBytes { bytes in
        for index in 0..<algorithm.byteCount {
          let byte = bytes[index]
          out[start + 2 * index] = Hex.digit(byte >> 4)
          out[start + 2 * index + 1] = Hex.digit(byte & 15)
        }
      }
      return count
    }
  }
}

extension Digest.Algorithm {
  fileprivate var prefix: StaticString { self == .sha256 ? "sha256:" : "sha512:" }
}

extension Digest.Words {
  /// From where 32 or 64 bytes lie.
  fileprivate init(at bytes: UnsafeRawBufferPointer) {
    func word(_ number: Int) -> UInt64 {
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8 * number, as: UInt64.self))
    }
    self.init(w0: word(0), w1: word(1), w2: word(2), w3: word(3))
    guard bytes.count == 64 else { return }
    (w4, w5, w6, w7) = (word(4), word(5), word(6), word(7))
  }

  // As the bytes lie in the digest.
  fileprivate var bigEndian: Self {
    Self(
      w0: w0.bigEndian, w1: w1.bigEndian, w2: w2.bigEndian, w3: w3.bigEndian, w4: w4.bigEndian,
      w5: w5.bigEndian, w6: w6.bigEndian, w7: w7.bigEndian)
  }

  /// From 64 or 128 lower-case hex digits; nil where one is something else.
  fileprivate init?(hex: Slice<UnsafeBufferPointer<UInt8>>) {
    func word(_ number: Int) -> UInt64? {
      var value: UInt64 = 0
      let start = hex.startIndex + 16 * number
      for unit in hex[start..<start + 16] {
        guard let digit = Hex.value(unit) else { return nil }
        value = value << 4 | UInt64(digit)
      }
      return value
    }
    guard let w0 = word(0), let w1 = word(1), let w2 = word(2), let w3 = word(3) else { return nil }
    self.init(w0: w0, w1: w1, w2: w2, w3: w3)
    guard hex.count == 128 else { return }
    guard let w4 = word(4), let w5 = word(5), let w6 = word(6), let w7 = word(7) else { return nil }
    (self.w4, self.w5, self.w6, self.w7) = (w4, w5, w6, w7)
  }
}

extension Digest: CustomStringConvertible {
  /// `sha256:<hex>`, as OCI documents write it.
  public var description: String { spelled(after: algorithm.prefix) }
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
