import Synchronization

/// What a server counts. All of its loops count at the same time.
public final class ServerMetrics: Sendable {
  private final class Counter: Sendable {
    private let value = Atomic<Int>(0)
    var count: Int { value.load(ordering: .relaxed) }
    func add(_ number: Int = 1) { value.wrappingAdd(number, ordering: .relaxed) }
  }

  private static let statuses = 200...599
  /// Upper bounds of the buckets of time, in nanoseconds, with what Prometheus calls them.
  private static let bounds: [(nanoseconds: Int, text: String)] = [
    (500_000, "0.0005"), (1_000_000, "0.001"), (5_000_000, "0.005"), (10_000_000, "0.01"),
    (50_000_000, "0.05"), (100_000_000, "0.1"), (500_000_000, "0.5"), (1_000_000_000, "1"),
    (5_000_000_000, "5"), (10_000_000_000, "10"), (30_000_000_000, "30"),
  ]

  private let byStatus = statuses.map { _ in Counter() }
  /// One more than there are bounds, for what took longer.
  private let byTime = (0...bounds.count).map { _ in Counter() }
  private let nanoseconds = Counter()
  private let bytes = Counter()
  private let accepted = Counter()
  private let facts: [(name: String, value: String)]

  /// - Parameter facts: what is served, as labels; values without quotes, backslashes and ends of
  ///   lines.
  public init(facts: [(name: String, value: String)] = []) { self.facts = facts }

  func answered(status: Int, bytes: Int, nanoseconds: Int) {
    if Self.statuses.contains(status) { byStatus[status - Self.statuses.lowerBound].add() }
    let place = Self.bounds.firstIndex { nanoseconds <= $0.nanoseconds } ?? Self.bounds.count
    byTime[place].add()
    self.nanoseconds.add(nanoseconds)
    self.bytes.add(bytes)
  }

  func connected() { accepted.add() }

  /// What is so at the moment.
  struct Moment: Sendable {
    var connections = 0
    /// Threads that answer requests which wait, how many of them do, and what waits for one.
    var workers = (threads: 0, busy: 0, queued: 0)
    var residentBytes: Int?
  }

  /// Everything as Prometheus reads it.
  /// Reference: Prometheus text exposition format, version 0.0.4.
  func text(_ moment: Moment) -> String {
    var out = MetricsText()
    out.family("zigttp_info", "gauge", "What is served.")
    out.sample("zigttp_info", facts, 1)
    out.family("zigttp_requests_total", "counter", "Answers by status.")
    for (index, counter) in byStatus.enumerated() where counter.count > 0 {
      let status = "\(index + Self.statuses.lowerBound)"
      out.sample("zigttp_requests_total", [("status", status)], counter.count)
    }
    histogram(&out)
    out.single("zigttp_response_body_bytes_total", "counter", "Bytes of bodies.", bytes.count)
    out.single(
      "zigttp_connections_accepted_total", "counter", "Connections so far.", accepted.count)
    out.single("zigttp_connections", "gauge", "Connections that are open.", moment.connections)
    out.single("zigttp_workers", "gauge", "Threads that may wait.", moment.workers.threads)
    out.single("zigttp_workers_busy", "gauge", "Those that answer.", moment.workers.busy)
    out.single("zigttp_requests_queued", "gauge", "Requests without one.", moment.workers.queued)
    if let resident = moment.residentBytes {
      out.single("process_resident_memory_bytes", "gauge", "Memory of the process.", resident)
    }
    return out.text
  }

  private func histogram(_ out: inout MetricsText) {
    let name = "zigttp_request_duration_seconds"
    out.family(name, "histogram", "From the end of a request's head to its answer.")
    var sum = 0
    for (bound, counter) in zip(Self.bounds, byTime) {
      sum += counter.count
      out.sample("\(name)_bucket", [("le", bound.text)], sum)
    }
    sum += byTime[Self.bounds.count].count
    out.sample("\(name)_bucket", [("le", "+Inf")], sum)
    out.sample("\(name)_sum", [], Double(nanoseconds.count) / 1e9)
    out.sample("\(name)_count", [], sum)
  }
}

/// Families and samples in Prometheus's text format.
private struct MetricsText {
  var text = ""

  mutating func family(_ name: String, _ kind: String, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
  }

  mutating func sample(
    _ name: String, _ labels: [(name: String, value: String)],
    _ value: some CustomStringConvertible
  ) {
    text += name
    if !labels.isEmpty {
      text += "{\(labels.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ","))}"
    }
    text += " \(value)\n"
  }

  mutating func single(
    _ name: String, _ kind: String, _ help: String, _ value: some CustomStringConvertible
  ) {
    family(name, kind, help)
    sample(name, [], value)
  }
}
