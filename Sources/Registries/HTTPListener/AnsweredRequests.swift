/// The requests that a server answered, by method and status.
public struct AnsweredRequests: Sendable {
  private struct Key: Hashable {
    var method: String
    var status: Int
  }

  // A client may make up as many methods as it likes.
  private static let methods: Set = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
  private var counts: [Key: Int] = [:]

  /// None yet.
  public init() {}

  /// How many there were.
  public var total: Int { counts.values.reduce(0, +) }

  /// Counts one.
  public mutating func add(method: String, status: Int) {
    let method = Self.methods.contains(method) ? method : "other"
    counts[Key(method: method, status: status), default: 0] += 1
  }

  /// Writes them as a family.
  public func write(to text: inout PrometheusText) {
    text.family("requests_total", .counter, "Requests that were answered.")
    let sorted = counts.sorted { ($0.key.method, $0.key.status) < ($1.key.method, $1.key.status) }
    for (key, count) in sorted {
      text.sample("requests_total", labels: ["method": key.method, "code": "\(key.status)"], count)
    }
  }
}
