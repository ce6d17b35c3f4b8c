import Glibc
import Synchronization

/// A bounded set of threads that answer requests which may wait, and a bounded queue before them.
///
/// Threads are started one by one when there is work and none is free. Each makes its own engine.
final class WorkerPool: Sendable {
  /// A request and what is done with its answer, on the worker's thread.
  struct Job: Sendable {
    var request: RuntimeRequest
    var deliver: @Sendable (RuntimeResponse) -> Void
  }
  private struct State {
    var waiting: [Job] = []
    var head = 0
    var threads = 0
    var idle = 0
    var isStopped = false

    var count: Int { waiting.count - head }

    mutating func take() -> Job? {
      guard head < waiting.count else { return nil }
      defer {
        head += 1
        if head == waiting.count { (waiting, head) = ([], 0) }
      }
      return waiting[head]
    }
  }

  private let state = Mutex(State())
  private let wake = Semaphore()
  private let most: Int
  private let queueLimit: Int
  private let factory: EngineFactory
  private let failed: @Sendable (any Error) -> Void

  /// - Parameters:
  ///   - most: threads at a time.
  ///   - queueLimit: requests that may wait for a thread.
  ///   - failed: told when an engine could not be made; its request is answered 500.
  init(
    threads most: Int, queueLimit: Int, factory: @escaping EngineFactory,
    failed: @escaping @Sendable (any Error) -> Void
  ) {
    self.most = most
    self.queueLimit = queueLimit
    self.factory = factory
    self.failed = failed
  }

  /// Hands a request to a thread.
  /// - Returns: false when the queue is full or the pool is stopped; `deliver` is not called then.
  func submit(_ job: Job) -> Bool {
    enum Outcome { case refused, queued, needsThread }
    let outcome: Outcome = state.withLock { state in
      guard !state.isStopped else { return .refused }
      let needsThread = state.idle <= state.count && state.threads < most
      guard needsThread || state.count < queueLimit + state.idle else { return .refused }
      state.waiting.append(job)
      if needsThread { state.threads += 1 }
      return needsThread ? .needsThread : .queued
    }
    switch outcome {
    case .refused: return false
    case .needsThread: startThread()
    case .queued: break
    }
    wake.signal()
    return true
  }

  /// Lets the threads end once the queue is empty. Does not wait for them.
  func stop() {
    let threads = state.withLock { state in
      state.isStopped = true
      return state.threads
    }
    for _ in 0..<threads { wake.signal() }
  }

  private func startThread() {
    let started = Thread.start { [self] in run() }
    // With no thread at all the queue would never be emptied.
    if !started {
      let orphans: [Job] = state.withLock { state in
        state.threads -= 1
        guard state.threads == 0 else { return [] }
        var jobs: [Job] = []
        while let job = state.take() { jobs.append(job) }
        return jobs
      }
      for job in orphans { job.deliver(StatusText.response(503, "no thread could be started")) }
    }
  }

  private func run() {
    var engine: (any RequestEngine)?
    while true {
      let job: Job? = state.withLock { state in
        if let job = state.take() { return job }
        state.idle += 1
        return nil
      }
      guard let job else {
        if state.withLock({ $0.isStopped }) { return }
        wake.wait()
        state.withLock { $0.idle -= 1 }
        continue
      }
      if engine == nil {
        do { engine = try factory() } catch { failed(error) }
      }
      job.deliver(
        engine?.answer(job.request) ?? StatusText.response(500, "the handler could not be started"))
    }
  }
}

/// A counting semaphore of the C library.
private final class Semaphore: @unchecked Sendable {
  // The storage is made once, never moves, and is only touched by calls that are safe from any
  // thread.
  private let storage: UnsafeMutablePointer<sem_t>

  init() {
    storage = .allocate(capacity: 1)
    sem_init(storage, 0, 0)
  }
  deinit {
    sem_destroy(storage)
    storage.deallocate()
  }
  func signal() { sem_post(storage) }
  func wait() { while sem_wait(storage) != 0 {} }
}

/// Threads with a stack large enough for a deep handler.
private enum Thread {
  private static let stackBytes = 8 << 20

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a detached thread; false when the system has none left.
  static func start(_ run: @escaping @Sendable () -> Void) -> Bool {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackBytes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let body = Unmanaged.passRetained(Body(run))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { argument in
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, body.toOpaque())
    if status != 0 { body.release() }
    return status == 0
  }
}
