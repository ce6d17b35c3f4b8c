/// What a value is.
public enum InstanceKind: Sendable, Hashable {
  case null, boolean, number, string, array, object
  /// Nothing that JSON has, such as a function: it fits no schema.
  case other
}

/// Reads values of some representation, so that they can be held against a schema where they are.
public protocol InstanceReader {
  /// A value.
  associatedtype Value
  /// What ends the work early: a limit.
  associatedtype Failure: Error

  /// What a value is.
  func kind(of value: Value) -> InstanceKind
  /// Whether a boolean is true.
  func isTrue(_ value: Value) -> Bool
  /// The number that a number is.
  func number(_ value: Value) -> Double
  /// The code points of a string; half of a surrogate pair is one.
  func text(_ value: Value) throws(Failure) -> [UInt32]
  /// How many elements an array has.
  func count(_ value: Value) -> Int
  /// An element of an array.
  func element(_ value: Value, _ index: Int) -> Value
  /// The member of an object under a name; nil where there is none.
  func member(_ value: Value, _ name: String) throws(Failure) -> Value?
  /// Every member of an object, in order.
  func members(_ value: Value) throws(Failure) -> [(name: String, value: Value)]
  /// The string that the name of a member is.
  func value(ofName name: String) throws(Failure) -> Value
  /// Counts work.
  func spend(_ steps: Int) throws(Failure)
  /// Is asked before each further level of recursion.
  func checkDepth() throws(Failure)
}

/// Makes values, too: for coercion.
public protocol InstanceMaker: InstanceReader {
  /// `null`.
  func makeNull() -> Value
  /// A boolean.
  func make(_ boolean: Bool) -> Value
  /// A number.
  func make(_ number: Double) -> Value
  /// The number that a text is in JSON's spelling; nil for other texts.
  func parseNumber(_ text: [UInt32]) -> Double?
  /// An array.
  func make(elements: [Value]) throws(Failure) -> Value
  /// An object like another, with other values for its members.
  func make(members: [(name: String, value: Value)]) throws(Failure) -> Value
}

/// A place where a value does not fit.
public struct SchemaViolation: Sendable, Hashable {
  /// A JSON Pointer into the value.
  public var path: String
  /// What is wrong, made of the schema's words: nothing of the value is in it.
  public var message: String

  /// A violation from its parts.
  public init(path: String, message: String) { (self.path, self.message) = (path, message) }
}
