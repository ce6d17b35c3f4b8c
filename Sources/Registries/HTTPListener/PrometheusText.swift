/// Counters as Prometheus reads them: its text format, version 0.0.4.
public struct PrometheusText {
  /// What kind a family is.
  public enum Kind: String, Sendable {
    case counter, gauge, histogram, summary
  }

  private let prefix: String
  /// What was written so far.
  public private(set) var text = ""

  /// - Parameter prefix: of every name, `zigttp_registry`.
  public init(prefix: String) { self.prefix = prefix }

  /// Begins a family.
  public mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(prefix)_\(name) \(help)\n# TYPE \(prefix)_\(name) \(kind.rawValue)\n"
  }

  /// A sample of the family.
  ///
  /// - Parameter labels: their values have no quote, backslash or newline.
  public mutating func sample(
    _ name: String, labels: KeyValuePairs<String, String> = [:],
    _ value: some CustomStringConvertible
  ) {
    text += "\(prefix)_\(name)"
    if !labels.isEmpty {
      text += "{\(labels.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ","))}"
    }
    text += " \(value)\n"
  }

  /// A family of one sample.
  public mutating func single(
    _ name: String, _ kind: Kind, _ help: String, _ value: some CustomStringConvertible
  ) {
    family(name, kind, help)
    sample(name, value)
  }
}
