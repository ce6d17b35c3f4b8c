/// One name as the key of a set or a dictionary: what differs in its bytes is another name.
public typealias ByteName = Bytewise<String>

extension Bytewise where Text == String {
  /// A key from its text.
  @inlinable
  public init(_ text: String) { self.init(wrappedValue: text) }
  /// The text of the key.
  @inlinable public var text: String { wrappedValue }
}

extension Bytewise: ExpressibleByStringLiteral, ExpressibleByUnicodeScalarLiteral,
  ExpressibleByExtendedGraphemeClusterLiteral
where Text == String {
  /// A key from its text.
  public init(stringLiteral text: String) { self.init(wrappedValue: text) }
}

extension Dictionary where Key == ByteName {
  /// The value of a name, compared by its bytes.
  @inlinable
  public subscript(_ name: String) -> Value? {
    get { self[ByteName(name)] }
    set { self[ByteName(name)] = newValue }
  }
}

extension Set where Element == ByteName {
  /// Whether the name is among them, compared by its bytes.
  @inlinable
  public func contains(_ name: String) -> Bool { contains(ByteName(name)) }

  /// Adds a name; whether it was new.
  @inlinable
  @discardableResult
  public mutating func insert(_ name: String) -> Bool { insert(ByteName(name)).inserted }

  /// Adds names.
  @inlinable
  public mutating func formUnion(_ names: some Sequence<String>) {
    formUnion(names.map { ByteName($0) })
  }

  /// Their texts, in the order of their bytes.
  public var sortedTexts: [String] { map(\.text).sorted(by: UTF8Order.precedes) }
}
