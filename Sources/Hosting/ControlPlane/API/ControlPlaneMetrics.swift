import Synchronization

/// What a server did, counted since it started.
final class ControlPlaneMetrics: Sendable {
  private struct Key: Hashable {
    var method: String
    var status: Int
  }
  private struct State {
    var requests: [Key: Int] = [:]
    var seconds = 0.0
    var inFlight = 0
  }

  // A client may make up as many methods as it likes.
  private static let methods: Set = ["GET", "HEAD", "POST", "PUT", "DELETE"]
  private let state = Mutex(State())

  func begin() { state.withLock { $0.inFlight += 1 } }

  func end(_ method: String, _ status: Int, seconds: Double) {
    let method = Self.methods.contains(method) ? method : "other"
    state.withLock { state in
      state.inFlight -= 1
      state.seconds += seconds
      state.requests[Key(method: method, status: status), default: 0] += 1
    }
  }

  /// In the text format of Prometheus, version 0.0.4.
  ///
  /// - Parameter gauges: name, help, value.
  func text(_ gauges: [(String, String, Int)]) -> String {
    state.withLock { state in
      var out = ""
      func head(_ name: String, _ kind: String, _ help: String) {
        out += "# HELP zigttp_control_plane_\(name) \(help)\n"
        out += "# TYPE zigttp_control_plane_\(name) \(kind)\n"
      }
      head("requests_total", "counter", "Requests that were answered.")
      for (key, count) in state.requests.sorted(by: { a, b in
        (a.key.method, a.key.status) < (b.key.method, b.key.status)
      }) {
        out += "zigttp_control_plane_requests_total{method=\"\(key.method)\","
        out += "code=\"\(key.status)\"} \(count)\n"
      }
      head("request_seconds", "summary", "How long requests took.")
      out += "zigttp_control_plane_request_seconds_sum \(state.seconds)\n"
      out += "zigttp_control_plane_request_seconds_count "
      out += "\(state.requests.values.reduce(0, +))\n"
      for (name, help, value) in [
        ("requests_in_flight", "Requests that are being answered.", state.inFlight)
      ] + gauges {
        head(name, "gauge", help)
        out += "zigttp_control_plane_\(name) \(value)\n"
      }
      return out
    }
  }
}
