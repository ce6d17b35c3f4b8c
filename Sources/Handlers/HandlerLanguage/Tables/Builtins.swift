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
}
