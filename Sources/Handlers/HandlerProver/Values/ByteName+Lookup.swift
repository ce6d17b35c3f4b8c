import Contracts

// Names of the program as the keys of tables: what differs in its bytes is another name.

extension Dictionary where Key == ByteName {
  /// The value of a name.
  subscript(_ name: String) -> Value? { self[ByteName(name)] }
}

extension Set where Element == ByteName {
  /// Whether the name is among them.
  func contains(_ name: String) -> Bool { contains(ByteName(name)) }
  /// Adds a name.
  @discardableResult
  mutating func insert(_ name: String) -> Bool { insert(ByteName(name)).inserted }
  /// Adds names.
  mutating func formUnion(_ names: some Sequence<String>) { formUnion(names.map { ByteName($0) }) }
}
