import Encodings
import HTTPListener
import NIOCore
import NIOPosix

/// Serves a registry: the OCI distribution protocol over the repositories of one folder.
///
/// Reference: OCI distribution-spec v1.1.
public struct RegistryServer: Sendable {
  private let store: RegistryStore
  private let options: RegistryOptions
  private let metrics = RegistryMetrics()

  // A thread waits for the disk most of the time.
  private static let threadCount = 32

  /// A server of a store.
  public init(_ store: RegistryStore, _ options: RegistryOptions) {
    self.store = store
    self.options = options
  }

  /// Serves until the process gets SIGTERM or SIGINT, or its task is cancelled; then no request is
  /// taken any more, those that are under way have `drain` seconds to end, and this returns.
  ///
  /// - Throws: what kept it from listening, or a certificate from being read.
  public func run() async throws {
    let threads = Self.startThreads()
    defer { threads.shutdownGracefully { _ in } }
    try await ListeningServer(responder(threads), options.listener).run {
      try await collect(threads)
    }
  }

  /// What it did since it started, in the text format of Prometheus.
  public var counters: String {
    metrics.text(repositories: store.all.count, uploads: store.uploads.count)
  }

  /// The registry at a listener that it shares with others.
  public func mounted() -> MountedService {
    let threads = Self.startThreads()
    return MountedService(responder(threads)) {
      // Requests that are under way when it ends still read and write: whoever asked for the threads
      // has them as long as the process lasts.
      try await collect(threads)
    }
  }

  private static func startThreads() -> NIOThreadPool {
    let threads = NIOThreadPool(numberOfThreads: threadCount)
    threads.start()
    return threads
  }

  private func responder(_ threads: NIOThreadPool) -> RegistryResponder {
    RegistryResponder(store: store, options: options, metrics: metrics, threads: threads)
  }

  /// Collects from time to time, until it is cancelled.
  private func collect(_ threads: NIOThreadPool) async throws {
    guard let pause = options.collectEvery else { return }
    let collection = RegistryCollection(
      store, grace: .seconds(options.grace), uploadAge: options.uploadAge)
    while !Task.isCancelled {
      do { try await Task.sleep(for: .seconds(pause)) } catch { return }
      do {
        let outcome = try await threads.runIfActive { try collection.run() }
        metrics.note(outcome)
        if outcome != RegistryCollection.Outcome() { options.log(outcome.line) }
      } catch let error as RegistryError {
        options.log("collection: \(error.message) \(error.cause.map { "\($0)" } ?? "")")
      }
    }
  }
}

extension RegistryCollection.Outcome {
  /// For the log.
  public var line: SafeText {
    var out: SafeText =
      "collection: \(uploads) uploads, \(blobs) blobs, \(objects) objects (\(bytes) bytes) removed"
    for name in held { out += "; \(name) has a manifest that cannot be read and keeps its blobs" }
    return out
  }
}
