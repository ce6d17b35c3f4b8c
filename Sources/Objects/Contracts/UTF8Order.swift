/// Text as its UTF-8 bytes. Swift's own `==` and `<` treat canonically equivalent text as equal,
/// which two different file names or keys must not be.
public enum UTF8Order {
  /// Whether the bytes are the same.
  public static func equal(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }

  /// Whether the bytes of `a` come first.
  public static func precedes(_ a: String, _ b: String) -> Bool {
    a.utf8.lexicographicallyPrecedes(b.utf8)
  }

  /// Sorted bytewise, each text once: the order of every array in contracts and facts.
  public static func sortedUnique(_ texts: some Sequence<String>) -> [String] {
    var out: [String] = []
    for text in texts.sorted(by: precedes) {
      if let last = out.last, equal(last, text) { continue }
      out.append(text)
    }
    return out
  }

  static func hash(_ text: String, into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    hasher.combine(UInt8(0xff))
  }
}
