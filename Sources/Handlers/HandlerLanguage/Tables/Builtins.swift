/// The names that are there without an import.
public enum BuiltinGlobal: String, CaseIterable, Sendable, Hashable {
  case json = "JSON"
  case math = "Math"
  case object = "Object"
  case array = "Array"
  case number = "Number"
  case string = "String"
  case boolean = "Boolean"
  case date = "Date"
  case console
  case response = "Response"
  case parseInt
  case parseFloat
  case isNaN
  case isFinite
  case encodeURIComponent
  case decodeURIComponent
  case encodeURI
  case decodeURI
  case nan = "NaN"
  case infinity = "Infinity"
  case range
  case h
  case fragment = "Fragment"
  case renderToString
  /// `zigttp:fetch`'s `fetch` under its global name.
  case fetchSync

  /// What the name does when it is used by itself. `Array`, `Object` and `Date` cannot be called:
  /// their members are what is there of them.
  public var row: BuiltinRow {
    switch self {
    case .json, .math, .object, .array, .date, .console, .response: .namespace()
    case .nan, .infinity, .fragment: .constant()
    case .number, .string, .boolean: .function(0, 1)
    case .parseInt: .function(1, 2)
    case .parseFloat, .isNaN, .isFinite: .function(1, 1)
    case .encodeURIComponent, .decodeURIComponent, .encodeURI, .decodeURI: .function(1, 1)
    case .range: .function(1, 2)
    case .h: .higherOrder(1, nil)
    case .renderToString: .higherOrder(1, 1)
    case .fetchSync: .function(1, 2, .network)
    }
  }
}

extension BuiltinGlobal {
  /// The member of this global with a name, such as `parse` of `JSON`.
  public func member(named name: String) -> BuiltinMember? {
    BuiltinMember(rawValue: "\(rawValue).\(name)")
  }

  /// Names of all members, in table order.
  public var memberNames: [String] {
    BuiltinMember.allCases.filter { $0.global == self }.map(\.name)
  }
}

extension BuiltinGlobal {
  /// Whether it is a number, with the methods that numbers have: `NaN`, `Infinity`.
  public var isNumber: Bool { self == .nan || self == .infinity }
}
