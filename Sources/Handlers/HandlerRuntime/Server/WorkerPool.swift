import Synchronization
import Threads

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

  private let state = Monitor(State())
  private let most: Int
  private let queueLimit: Int
  private let factory: Mutex<EngineFactory>
  /// Goes up with each other factory.
  private let generation = Atomic<Int>(0)
  private let failed: @Sendable (Application.LoadError) -> Void

  /// - Parameters:
  ///   - most: threads at a time.
  ///   - queueLimit: requests that may wait for a thread.
  ///   - failed: told when an engine could not be made; its request is answered 500.
  init(
    threads most: Int, queueLimit: Int, factory: @escaping EngineFactory,
    failed: @escaping @Sendable (Application.LoadError) -> Void
  ) {
    self.most = most
    self.queueLimit = queueLimit
    self.factory = Mutex(factory)
    self.failed = failed
  }

  /// Hands a request to a thread.
  /// - Returns: false when the queue is full or the pool is stopped; `deliver` is not called then.
  func submit(_ job: Job) -> Bool {
    enum Outcome { case refused, queued, needsThread }
    let outcome: Outcome = state.withLock(waking: .one) { state in
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
    return true
  }

  /// Threads that there are, how many of them answer, and requests that wait for one.
  var load: (threads: Int, busy: Int, queued: Int) {
    state.withLock(waking: .none) { ($0.threads, $0.threads - $0.idle, $0.count) }
  }

  /// Lets the threads end once the queue is empty. Does not wait for them.
  func stop() {
    state.withLock { $0.isStopped = true }
  }

  private func startThread() {
    let started = StartedThread.detached { [self] in run() }
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

  /// Makes the engines with another factory; threads that have one make a new one for their next
  /// request.
  func replaceEngines(_ other: @escaping EngineFactory) {
    factory.withLock { $0 = other }
    generation.add(1, ordering: .releasing)
  }

  private func run() {
    var engine: (any RequestEngine)?
    var made = 0
    while let job = next() {
      let wanted = generation.load(ordering: .acquiring)
      if engine == nil || made != wanted {
        made = wanted
        let factory = factory.withLock { $0 }
        do throws(Application.LoadError) { engine = try factory() } catch { failed(error) }
      }
      job.deliver(
        engine?.answer(job.request) ?? StatusText.response(500, "the handler could not be started"))
    }
  }

  /// Waits for a job; nil when the pool is stopped and nothing is left to do.
  private func next() -> Job? {
    let job: Job? = state.withLock(waking: .none) { state in
      let job = state.take()
      if job == nil { state.idle += 1 }
      return job
    }
    return job
      ?? state.wait { state -> Job?? in
        guard state.count > 0 || state.isStopped else { return nil }
        state.idle -= 1
        return .some(state.take())
      }
  }
}
