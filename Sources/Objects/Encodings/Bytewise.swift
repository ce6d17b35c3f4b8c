/// Text whose identity is its UTF-8 bytes: ``UTF8Order`` for whole lists and optional texts too.
public protocol BytewiseText: Sendable {
  /// Whether both have the same bytes in the same places.
  static func hasSameBytes(_ a: Self, _ b: Self) -> Bool
  /// Agrees with ``hasSameBytes(_:_:)``.
  func hashBytes(into hasher: inout Hasher)
}

/// A name that is told apart by its bytes.
///
/// Swift compares and hashes text by canonical equivalence, so that "é" in one code point and "é"
/// in two would be one env name, one cache namespace, one route. As a property wrapper it keeps
/// the synthesised `==` and `hash(into:)` of a type bytewise; as ``ByteName`` it is the key of a
/// set or a dictionary.
@propertyWrapper
public struct Bytewise<Text: BytewiseText>: Sendable, Hashable {
  /// The text itself.
  public var wrappedValue: Text

  /// Wraps a text.
  @inlinable
  public init(wrappedValue: Text) { self.wrappedValue = wrappedValue }

  /// Whether the bytes are the same.
  @inlinable
  public static func == (a: Bytewise, b: Bytewise) -> Bool {
    Text.hasSameBytes(a.wrappedValue, b.wrappedValue)
  }

  /// Agrees with `==`.
  @inlinable
  public func hash(into hasher: inout Hasher) { wrappedValue.hashBytes(into: &hasher) }
}

extension String: BytewiseText {
  /// Whether both have the same UTF-8 bytes.
  @inlinable
  public static func hasSameBytes(_ a: String, _ b: String) -> Bool { UTF8Order.equal(a, b) }
  /// Hashes the UTF-8 bytes.
  @inlinable
  public func hashBytes(into hasher: inout Hasher) { UTF8Order.hash(self, into: &hasher) }
}

extension Array: BytewiseText where Element: BytewiseText {
  /// Whether the elements have the same bytes, one by one.
  @inlinable
  public static func hasSameBytes(_ a: [Element], _ b: [Element]) -> Bool {
    a.elementsEqual(b, by: Element.hasSameBytes)
  }
  /// Hashes the elements, and how many there are.
  @inlinable
  public func hashBytes(into hasher: inout Hasher) {
    hasher.combine(count)
    for element in self { element.hashBytes(into: &hasher) }
  }
}

extension Optional: BytewiseText where Wrapped: BytewiseText {
  /// Whether both are missing, or neither and the bytes are the same.
  @inlinable
  public static func hasSameBytes(_ a: Wrapped?, _ b: Wrapped?) -> Bool {
    switch (a, b) {
    case (nil, nil): true
    case (let a?, let b?): Wrapped.hasSameBytes(a, b)
    default: false
    }
  }
  /// Hashes the text, or that there is none.
  @inlinable
  public func hashBytes(into hasher: inout Hasher) {
    hasher.combine(self != nil)
    self?.hashBytes(into: &hasher)
  }
}
