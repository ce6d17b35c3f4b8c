import Encodings

extension SafeText {
  /// A JSON document on one line.
  public init(_ document: JSONValue) { self.init(minifiedJSON: document.minified) }
}
