/// One stretch of a blob, as `Range` asks for it.
///
/// Reference: RFC 9110, sections 14.1.2 and 14.2.
enum ByteRange: Sendable, Hashable {
  /// The header is of another unit, asks for several stretches or is none: all is sent.
  case whole
  /// Offsets into the blob, both included.
  case part(first: UInt64, last: UInt64)
  /// Nothing of it is there.
  case unsatisfiable

  /// What a header asks of so many bytes.
  init(_ header: String, of size: UInt64) {
    self = .whole
    let sides = header.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard sides.count == 2, sides[0].lowercased() == "bytes",
      !sides[1].utf8.contains(UInt8(ascii: ","))
    else { return }
    let ends = sides[1].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard ends.count == 2 else { return }
    if ends[0].isEmpty {
      guard let count = Self.number(ends[1]) else { return }
      self =
        count == 0 || size == 0
        ? .unsatisfiable : .part(first: size - min(count, size), last: size - 1)
      return
    }
    guard let first = Self.number(ends[0]) else { return }
    guard let last = ends[1].isEmpty ? .max : Self.number(ends[1]), first <= last else { return }
    self = first < size ? .part(first: first, last: min(last, size - 1)) : .unsatisfiable
  }

  /// Digits alone; nil for more than 64 bits hold.
  static func number(_ text: some StringProtocol) -> UInt64? {
    guard !text.isEmpty,
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return UInt64(text)
  }
}

/// The place of a chunk in its blob, as `Content-Range` of a push says it: `<first>-<last>`.
///
/// Reference: OCI distribution-spec v1.1, "Pushing a blob in chunks".
struct ChunkRange: Sendable, Hashable {
  /// Offset of the first byte.
  var first: UInt64
  /// Offset of the last byte.
  var last: UInt64

  /// In bytes.
  var count: UInt64 { last - first + 1 }

  /// From the header; nil where it is none.
  init?(_ header: String) {
    let ends = header.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = ByteRange.number(ends[0]),
      let last = ByteRange.number(ends[1]), first <= last, last < .max
    else { return nil }
    self.first = first
    self.last = last
  }
}
