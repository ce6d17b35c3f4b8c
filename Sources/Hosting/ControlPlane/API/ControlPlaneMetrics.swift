import HTTPListener
import Synchronization

/// What a server did, counted since it started.
final class ControlPlaneMetrics: Sendable {
  private struct State {
    var requests = AnsweredRequests()
    var seconds = 0.0
    var inFlight = 0
  }

  private let state = Mutex(State())

  func begin() { state.withLock { $0.inFlight += 1 } }

  func end(_ method: String, _ status: Int, seconds: Double) {
    state.withLock { state in
      state.inFlight -= 1
      state.seconds += seconds
      state.requests.add(method: method, status: status)
    }
  }

  /// In the text format of Prometheus.
  ///
  /// - Parameter gauges: name, help, value.
  func text(_ gauges: [(String, String, Int)]) -> String {
    state.withLock { state in
      var text = PrometheusText(prefix: "zigttp_control_plane")
      state.requests.write(to: &text)
      text.family("request_seconds", .summary, "How long requests took.")
      text.sample("request_seconds_sum", state.seconds)
      text.sample("request_seconds_count", state.requests.total)
      text.single(
        "requests_in_flight", .gauge, "Requests that are being answered.", state.inFlight)
      for (name, help, value) in gauges { text.single(name, .gauge, help, value) }
      return text.text
    }
  }
}
