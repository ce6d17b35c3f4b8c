import HTTPListener
import Synchronization

/// What a server did, counted since it started.
final class RegistryMetrics: Sendable {
  private struct State {
    var requests = AnsweredRequests()
    var inFlight = 0
    var received: UInt64 = 0
    var sent: UInt64 = 0
    var seconds = 0.0
    var buckets = [Int](repeating: 0, count: RegistryMetrics.bounds.count)
    var collected = RegistryCollection.Outcome()
    var collections = 0
  }
  /// Upper bounds of the histogram, in seconds.
  private static let bounds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60]

  private let state = Mutex(State())

  func begin() { state.withLock { $0.inFlight += 1 } }

  /// Counts a request that was answered to its end.
  func end(method: String, status: Int, sent: UInt64, seconds: Double) {
    state.withLock { state in
      state.inFlight -= 1
      state.requests.add(method: method, status: status)
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
      var text = PrometheusText(prefix: "zigttp_registry")
      state.requests.write(to: &text)
      text.family("request_seconds", .histogram, "How long requests took.")
      for (bound, count) in zip(Self.bounds, state.buckets) {
        text.sample("request_seconds_bucket", labels: ["le": "\(bound)"], count)
      }
      text.sample("request_seconds_bucket", labels: ["le": "+Inf"], state.requests.total)
      text.sample("request_seconds_sum", state.seconds)
      text.sample("request_seconds_count", state.requests.total)
      text.single(
        "requests_in_flight", .gauge, "Requests that are being answered.", state.inFlight)
      text.single("received_bytes_total", .counter, "Bytes of bodies that came.", state.received)
      text.single("sent_bytes_total", .counter, "Bytes of bodies that went out.", state.sent)
      text.single("repositories", .gauge, "Repositories.", repositories)
      text.single("uploads_open", .gauge, "Uploads that are open.", uploads)
      text.single("collections_total", .counter, "Collections that were run.", state.collections)
      text.single(
        "collected_objects_total", .counter, "Objects that collections removed.",
        state.collected.objects)
      text.single(
        "collected_bytes_total", .counter, "Bytes that collections removed.",
        state.collected.bytes)
      return text.text
    }
  }
}
