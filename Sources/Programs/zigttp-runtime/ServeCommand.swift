import CRuntimeStart
import Encodings
import Files
import Glibc
import HandlerRuntime
import Synchronization
import Threads

/// `serve`: from the packed handler to a drained stop.
///
/// The calling thread does nothing but attend to signals, so that nothing the server waits for, at
/// its start or later, keeps it from ending.
final class ServeCommand: Sendable {
  private enum Phase {
    case starting
    case running(HTTPServer)
    case stopping(HTTPServer)
  }

  private let options: ServeOptions
  private let story: Story
  private let phase = Monitor(Phase.starting)
  private let reloads = Atomic<Int>(0)
  private let application = Mutex<Application?>(nil)

  static func run(_ options: ServeOptions) -> ExitCode {
    // Before any thread is started, so that all of them inherit it.
    zigttp_hold_signals()
    guard let writer = LineWriter(STDERR_FILENO, dropNotice: LogService.dropNotice) else {
      return noThread()
    }
    let command = ServeCommand(options, Story(writer: writer, isQuiet: options.isQuiet))
    guard StartedThread.detached({ command.serve() }) else { return noThread() }
    return command.attend()
  }

  private init(_ options: ServeOptions, _ story: Story) {
    self.options = options
    self.story = story
  }

  private static func noThread() -> ExitCode {
    Console.error(
      "the system has no thread left for this process; raise its limit (ulimit -u, pids.max)")
    return .failure
  }

  // MARK: Signals

  private func attend() -> ExitCode {
    while true {
      switch zigttp_next_signal(-1) {
      case 0: continue
      case SIGHUP: startReload()
      default: return stop()
      }
    }
  }

  private func stop() -> ExitCode {
    let server: HTTPServer? = phase.withLock { phase in
      // What is only starting has nothing in flight.
      guard case .running(let server) = phase else { return nil }
      phase = .stopping(server)
      return server
    }
    guard let server else { return .success }
    if server.openConnections > 0 {
      story.note("stopping, up to \(options.server.drainSeconds) s for requests in flight")
    }
    let end = MonotonicClock.milliseconds + options.server.drainSeconds * 1000
    while true {
      let signal = zigttp_next_signal(Int32(clamping: max(0, end - MonotonicClock.milliseconds)))
      if signal != SIGHUP { break }
    }
    story.error("stopped with requests in flight")
    story.writer.flush(milliseconds: 100)
    return .failure
  }

  // MARK: Serving

  /// On a thread of its own; ends the process.
  private func serve() {
    do throws(PackedHandler.Problem) {
      let server = try start()
      let metrics = try ServeSetup.metrics(options, of: server, story)
      phase.withLock { $0 = .running(server) }
      story.note("listening on \(words(server.address, isSecure: server.identity != nil))")
      if let metrics {
        story.note("counters at \(words(metrics.address, isSecure: false)), GET /metrics")
      }
      let stopping: HTTPServer = phase.wait { phase in
        if case .stopping(let server) = phase { server } else { nil }
      }
      stopping.stopAccepting()
      metrics?.stop()
      // Where it gives up, the thread that attends to signals does so at the same moment.
      guard stopping.finish() else { return }
      end(.success)
    } catch {
      story.errors(error.lines)
      end(error.exitCode)
    }
  }

  private func words(_ address: ListenAddress, isSecure: Bool) -> SafeText {
    switch address {
    case .tcp: "\(isSecure ? "https" : "http")://\("\(address)")"
    case .unix: "\("\(address)")"
    }
  }

  private func end(_ code: ExitCode) -> Never {
    story.writer.flush(milliseconds: 1000)
    _exit(code.rawValue)
  }

  private func start() throws(PackedHandler.Problem) -> HTTPServer {
    let payload = try PackedHandler.find(options.folder).payload
    let services = try ServeSetup.services(options, payload, story)
    let application = try ServeSetup.application(options, payload, services)
    self.application.withLock { $0 = application }
    return try ServeSetup.server(options, payload, application, story)
  }

  // MARK: Reload

  private func startReload() {
    // One that is on its way begins again.
    guard reloads.add(1, ordering: .relaxed).oldValue == 0 else { return }
    let isStarted = StartedThread.detached { [self] in
      var seen = 0
      repeat {
        seen = reloads.load(ordering: .relaxed)
        reload()
      } while !reloads.compareExchange(expected: seen, desired: 0, ordering: .relaxed).exchanged
    }
    if !isStarted {
      reloads.store(0, ordering: .relaxed)
      story.error("nothing was read again: the system has no thread left for this process")
    }
  }

  private func reload() {
    guard case .running(let server) = phase.withLock(waking: .none, { $0 }),
      let current = application.withLock({ $0 })
    else { return }
    do throws(PackedHandler.Problem) {
      let services = try ServeSetup.reloaded(options, current, story)
      let material = try ServeSetup.material(of: server, options, story)
      let other = current.replacing(services: services)
      do throws(Application.LoadError) { _ = try other.makeEngine() } catch {
        throw PackedHandler.Problem(error)
      }
      application.withLock { $0 = other }
      server.replaceEngines { () throws(Application.LoadError) in try other.makeEngine() }
      if let material { server.identity?.use(material) }
      story.note("env values and certificates were read again")
    } catch {
      story.errors(error.lines)
      story.error("nothing was changed: what was read at the start stays in force")
    }
  }
}
