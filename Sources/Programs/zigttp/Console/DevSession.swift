import Deployment
import DevServer
import Encodings
import Files
import Glibc
import HandlerRuntime
import Reports
import Synchronization
import Threads

/// One run of `dev`: what is saved is proven, served, told of.
///
/// The main thread attends to signals; one thread takes saves, one what is typed.
final class DevSession: Sendable {
  /// What was asked for.
  struct Choices {
    var isWatching: Bool
    var isRecording: Bool
    var isFresh: Bool
  }

  private let invocation: Invocation
  private let storeName: String?
  private let isJSON: Bool
  private let choices: Choices
  private let console = Console()
  private let server: DevServer
  private let writer: LineWriter
  private let host: String
  private let memory = Mutex(Memory())

  // What the next save is held against. Only one thread changes it at a time.
  fileprivate struct Memory {
    var handler: ProvenHandler?
    var environment: [ByteName: String] = [:]
    var failure: String?
    var isServing = false
  }

  init(
    _ options: DevServer.Options, _ global: GlobalOptions, invocation: Invocation, choices: Choices
  ) throws {
    self.invocation = invocation
    self.choices = choices
    (storeName, isJSON, host) = (global.store, global.json, options.host)
    Self.holdSignals()
    guard let writer = LineWriter(STDERR_FILENO, dropNotice: LogService.dropNotice) else {
      throw CommandFailure(HTTPServer.StartError.tooFewThreads(needed: 1))
    }
    self.writer = writer
    do throws(HTTPServer.StartError) {
      server = try DevServer(options, log: LogService(writer: writer))
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Serves until it is told to end.
  func run() throws {
    // Watched before it is read: a save in between is seen.
    let watch = choices.isWatching ? try FolderWatch(root(), leavingOut: ["node_modules"]) : nil
    do { try takeSave(isFirst: true) } catch {
      guard choices.isWatching else { throw error }
      tell(error)
    }
    console.tell("listening on http://\(shownHost):\(server.port)")
    if !choices.isWatching {
      console.tell("saves are not watched: dev --watch serves each of them")
    }
    if let watch {
      let saves = Saves(watch)
      guard StartedThread.detached({ [self] in saves.each { takeSaveOrTell() } }) else {
        throw CommandFailure(HTTPServer.StartError.tooFewThreads(needed: 1))
      }
    }
    if Self.mayReadInput { _ = StartedThread.detached { [self] in readInput() } }
    Self.waitForSignal()
    let isClean = server.stop()
    writer.flush(milliseconds: 1000)
    if !isClean { throw CommandFailure(.failure, "stopped with requests in flight") }
  }

  private var shownHost: String { host.contains(":") ? "[\(host)]" : host }

  private func root() throws -> String {
    try ProjectRoot(around: invocation.directory, home: invocation.home).path
  }

  // MARK: Saves

  private func takeSaveOrTell() {
    do { try takeSave(isFirst: false) } catch { tell(error) }
  }

  private func takeSave(isFirst: Bool) throws {
    let project = try Project(around: invocation.directory, home: invocation.home)
    if isFirst, let notice = project.notice(in: invocation) { console.warn(notice) }
    let handler = try ProvenHandler(project)
    let environment = try project.environment()
    let before = memory.withLock { memory in
      (handler: memory.handler, isSame: memory.isSame(handler, environment))
    }
    if before.isSame { return }
    if choices.isFresh { server.resetState() }
    let missing: [String]
    do throws(SwapError) {
      missing = try server.swap(to: handler, environment: environment)
    } catch {
      throw CommandFailure(error)
    }
    memory.withLock { memory in
      memory = Memory(handler: handler, environment: environment, failure: nil, isServing: true)
    }
    for warning in handler.proof.warnings { console.tell("\(warning)") }
    if !missing.isEmpty {
      console.warn("required env names are missing: \(missing.joined(separator: ", "))")
    }
    if !isFirst { console.tell("serving what was saved") }
    // It is served, whatever becomes of its row.
    do { try report(handler, after: before.handler, isFirst: isFirst) } catch {
      console.fail(CommandFailure(wording: error), asJSON: isJSON)
    }
  }

  private func report(
    _ handler: ProvenHandler, after previous: ProvenHandler?, isFirst: Bool
  ) throws {
    let target = try invocation.deployTarget(named: storeName, in: handler.project.root)
    let swap = HandlerSwap(
      handler, after: previous, in: target, sourceDate: invocation.sourceDate)
    let outcome: DeployOutcome
    if choices.isRecording, !isFirst {
      outcome = try swap.record(trust: invocation.trust, now: invocation.now()) { [console] in
        console.tell($0.wording)
      }
    } else {
      outcome = try swap.outcome()
    }
    var report = ProofReport(outcome, kind: "swap")
    // It is served here; a deploy would stop.
    report.blockers = handler.blockers
    try console.answer(CheckDocument(report), asJSON: isJSON)
  }

  // Where it is not served, the one before goes on; the same failure is told once.
  private func tell(_ error: any Error) {
    let failure = CommandFailure(wording: error)
    let text = failure.document.text
    let state = memory.withLock { memory in
      let isKnown = memory.failure == text.text
      memory.failure = text.text
      return (isKnown: isKnown, isServing: memory.isServing)
    }
    if state.isKnown { return }
    console.fail(failure, asJSON: isJSON)
    console.tell(state.isServing ? "the handler before goes on" : "nothing is served yet")
    server.fail(text.text)
  }

  // MARK: Input

  // Whoever is in the background and reads from the terminal is stopped.
  private static var mayReadInput: Bool {
    isatty(STDIN_FILENO) == 0 || tcgetpgrp(STDIN_FILENO) == getpgrp()
  }

  private func readInput() {
    while let line = readLine() {
      switch line.trimmingPrefix(while: \.isWhitespace).prefix(1) {
      case "r":
        server.resetState()
        console.tell("what handlers stored is forgotten")
      case "q":
        kill(getpid(), SIGTERM)
        return
      case "": continue
      default: console.tell("r forgets what handlers stored, q ends")
      }
    }
  }

  // MARK: Signals

  private static var ends: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in [SIGINT, SIGTERM, SIGQUIT, SIGHUP] { sigaddset(&set, signal) }
    return set
  }

  // Before any thread is started, so that all of them inherit it.
  private static func holdSignals() {
    var set = ends
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  private static func waitForSignal() {
    var set = ends
    var signal: Int32 = 0
    while sigwait(&set, &signal) != 0 {}
  }
}

extension DevSession.Memory {
  /// Whether a save changed nothing that is served.
  fileprivate func isSame(_ other: ProvenHandler, _ environment: [ByteName: String]) -> Bool {
    guard let handler, failure == nil else { return false }
    return handler.sources == other.sources && self.environment == environment
      && handler.project.declaredSecrets == other.project.declaredSecrets
      && handler.project.service == other.project.service
      && handler.project.handlerPath == other.project.handlerPath
  }
}

/// The saves of a project, one after the other, on the thread that asks.
private struct Saves: @unchecked Sendable {
  // Made on one thread and read on another, which is the only one from then on.
  private let watch: FolderWatch

  init(_ watch: FolderWatch) { self.watch = watch }

  func each(_ take: () -> Void) {
    while true {
      watch.wait()
      take()
    }
  }
}
