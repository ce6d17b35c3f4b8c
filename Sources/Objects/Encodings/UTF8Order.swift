import Glibc

/// Text as its UTF-8 bytes. Swift's own `==` and `<` treat canonically equivalent text as equal,
/// which two different file names or keys must not be.
public enum UTF8Order {
  /// Whether the bytes are the same.
  public static func equal(_ a: String, _ b: String) -> Bool {
    let quick = both(a, b) { a, b in
      a.count == b.count && order(a, b, a.count) == 0
    }
    return quick ?? a.utf8.elementsEqual(b.utf8)
  }

  /// Whether the bytes of `a` come first.
  public static func precedes(_ a: String, _ b: String) -> Bool {
    let quick = both(a, b) { a, b in
      let order = order(a, b, min(a.count, b.count))
      return order == 0 ? a.count < b.count : order < 0
    }
    return quick ?? a.utf8.lexicographicallyPrecedes(b.utf8)
  }

  private static func order(
    _ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>, _ count: Int
  ) -> Int32 {
    guard count > 0, let a = a.baseAddress, let b = b.baseAddress else { return 0 }
    return memcmp(a, b, count)
  }

  // Where both lie in memory as they are, which is nearly everywhere.
  private static func both(
    _ a: String, _ b: String,
    _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Bool
  ) -> Bool? {
    a.utf8.withContiguousStorageIfAvailable { a in
      b.utf8.withContiguousStorageIfAvailable { body(a, $0) }
    } ?? nil
  }

  /// Sorted bytewise, each text once: the order of every array in contracts and facts.
  public static func sortedUnique(_ texts: some Sequence<String>) -> [String] {
    let texts = Array(texts)
    // Most lists are in order already.
    if zip(texts, texts.dropFirst()).allSatisfy({ precedes($0, $1) }) { return texts }
    var out: [String] = []
    for text in texts.sorted(by: precedes) {
      if let last = out.last, equal(last, text) { continue }
      out.append(text)
    }
    return out
  }

  /// Hashes the bytes, and that they end.
  public static func hash(_ text: String, into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    hasher.combine(UInt8(0xff))
  }
}
