import Encodings

/// A flow of which a lost `noSecretLeakage` or `noCredentialLeakage` consists.
///
/// A deploy stops at each that nobody allowed, and records those that somebody did: both name it by
/// its text, `no-secret-leakage:API_KEY->response`.
public struct Leak: Sendable, Hashable {
  /// Which of the two is lost by it.
  public var property: Property
  /// What flows: an env name, a header of the request.
  @Bytewise public var source: String
  /// Where it comes to: `response`, `log`, `cache`, or a part of a request and its host,
  /// `body:api.example.com`.
  @Bytewise public var sink: String

  /// The properties that are lost by leaks.
  public static let properties: [Property] = [.noSecretLeakage, .noCredentialLeakage]

  /// A leak from its parts.
  public init(of property: Property, source: String, sink: String) {
    self.property = property
    self.source = source
    self.sink = sink
  }

  /// `PROPERTY:SOURCE->SINK`
  public var text: String { "\(property.label):\(source)->\(sink)" }

  /// Whether something that was allowed covers it: its own text, or its property, which stands for
  /// all its flows.
  public func isAllowed(by allowance: String) -> Bool {
    UTF8Order.equal(allowance, text) || UTF8Order.equal(allowance, property.label)
  }
}
