/// A name as its UTF-8 bytes.
///
/// Swift compares text by canonical equivalence. Names of JavaScript are the code points they are
/// written with: "é" in one and "é" in two are two names, and so are two file names.
struct ByteName: Hashable, Sendable {
  var text: String

  init(_ text: String) { self.text = text }

  static func == (a: ByteName, b: ByteName) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

extension ByteName: ExpressibleByStringLiteral {
  init(stringLiteral text: String) { self.init(text) }
}

extension Dictionary where Key == ByteName {
  /// The value of a name, compared by its bytes.
  subscript(_ name: String) -> Value? {
    get { self[ByteName(name)] }
    set { self[ByteName(name)] = newValue }
  }
}

extension Set where Element == ByteName {
  /// Whether the name is among them, compared by its bytes.
  func contains(_ name: String) -> Bool { contains(ByteName(name)) }
  /// Adds a name.
  mutating func insert(_ name: String) { insert(ByteName(name)) }
  /// Their texts, in the order of their bytes.
  var sortedTexts: [String] {
    map(\.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
