import Synchronization

/// What a server did, counted since it started.
final class RegistryMetrics: Sendable {
  private struct State {
    var requests: [Key: Int] = [:]
    var inFlight = 0
    var received: UInt64 = 0
    var sent: UInt64 = 0
    var seconds = 0.0
    var buckets = [Int](repeating: 0, count: RegistryMetrics.bounds.count)
    var collected = RegistryCollection.Outcome()
    var collections = 0
  }
  private struct Key: Hashable {
    var method: String
    var status: Int
  }

  /// Upper bounds of the histogram, in seconds.
  private static let bounds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60]
  // A client may make up as many methods as it likes.
  private static let methods: Set = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

  private let state = Mutex(State())

  func begin() { state.withLock { $0.inFlight += 1 } }

  /// Counts a request that was answered to its end.
  func end(method: String, status: Int, sent: UInt64, seconds: Double) {
    let method = Self.methods.contains(method) ? method : "other"
    state.withLock { state in
      state.inFlight -= 1
      state.requests[Key(method: method, status: status), default: 0] += 1
      state.sent += sent
      state.seconds += seconds
      for (index, bound) in Self.bounds.enumerated() where seconds <= bound {
        state.buckets[index] += 1
      }
    }
  }

  func receive(_ bytes: Int) { state.withLock { $0.received += UInt64(bytes) } }

  func note(_ outcome: RegistryCollection.Outcome) {
    state.withLock { state in
      state.collections += 1
      state.collected.uploads += outcome.uploads
      state.collected.blobs += outcome.blobs
      state.collected.objects += outcome.objects
      state.collected.bytes += outcome.bytes
    }
  }

  /// In the text format of Prometheus, version 0.0.4.
  func text(repositories: Int, uploads: Int) -> String {
    state.withLock { state in
      var out = ""
      func head(_ name: String, _ kind: String, _ help: String) {
        out += "# HELP zigttp_registry_\(name) \(help)\n# TYPE zigttp_registry_\(name) \(kind)\n"
      }
      func one(
        _ name: String, _ kind: String, _ help: String, _ value: some CustomStringConvertible
      ) {
        head(name, kind, help)
        out += "zigttp_registry_\(name) \(value)\n"
      }
      head("requests_total", "counter", "Requests that were answered.")
      for (key, count) in state.requests.sorted(by: { a, b in
        (a.key.method, a.key.status) < (b.key.method, b.key.status)
      }) {
        out += "zigttp_registry_requests_total{method=\"\(key.method)\",code=\"\(key.status)\"} "
        out += "\(count)\n"
      }
      let total = state.requests.values.reduce(0, +)
      head("request_seconds", "histogram", "How long requests took.")
      for (bound, count) in zip(Self.bounds, state.buckets) {
        out += "zigttp_registry_request_seconds_bucket{le=\"\(bound)\"} \(count)\n"
      }
      out += "zigttp_registry_request_seconds_bucket{le=\"+Inf\"} \(total)\n"
      out += "zigttp_registry_request_seconds_sum \(state.seconds)\n"
      out += "zigttp_registry_request_seconds_count \(total)\n"
      one("requests_in_flight", "gauge", "Requests that are being answered.", state.inFlight)
      one("received_bytes_total", "counter", "Bytes of bodies that came.", state.received)
      one("sent_bytes_total", "counter", "Bytes of bodies that went out.", state.sent)
      one("repositories", "gauge", "Repositories.", repositories)
      one("uploads_open", "gauge", "Uploads that are open.", uploads)
      one("collections_total", "counter", "Collections that were run.", state.collections)
      one(
        "collected_objects_total", "counter", "Objects that collections removed.",
        state.collected.objects)
      one(
        "collected_bytes_total", "counter", "Bytes that collections removed.",
        state.collected.bytes)
      return out
    }
  }
}
