import CSpawn
import Files
import Glibc

/// A process of ours, or one that an earlier supervisor started: until it has ended, and its end.
final class Instance {
  /// How a process ended.
  enum Ending {
    case code(Int32)
    case signal(Int32)
    /// It was another supervisor's child, whom nobody tells.
    case unknown
  }

  /// What is written down of it, for the next supervisor.
  struct Record: Sendable, Hashable {
    var process: ProcessIdentity
    var port: UInt16
    /// Name of the pipe that it prints to.
    var pipe: String
  }

  let record: Record
  /// Nil where its port was its own before we were there.
  private(set) var reservation: PortReservation?
  /// When it was started, or taken over.
  let since = PollLoop.now
  /// Told once, when it has ended and everything it printed is read.
  var onEnd: ((Ending) -> Void)?

  private let loop: PollLoop
  private let descriptor: Int32
  private let output: LogPipe
  // Whose status is ours to ask for.
  private let isChild: Bool
  private var patience: PollLoop.Timer?

  var port: UInt16 { record.port }

  /// Takes over a process that runs.
  private init(
    _ record: Record, _ descriptor: Int32, _ output: LogPipe, _ reservation: PortReservation?,
    isChild: Bool, on loop: PollLoop
  ) {
    self.record = record
    self.isChild = isChild
    self.descriptor = descriptor
    self.output = output
    self.reservation = reservation
    self.loop = loop
    loop.watch(descriptor, .reading) { [self] in ended() }
  }

  /// Starts a process.
  ///
  /// - Parameters:
  ///   - port: of what it will listen on; kept for it.
  ///   - pipe: the path of the pipe for what it prints.
  static func start(
    _ launch: Launch, port: UInt16, reservation: PortReservation?, pipe: String, into ring: LogRing,
    on loop: PollLoop
  ) throws(Launch.Failure) -> Instance {
    let output = try Launch.failing { () throws(FileError) in
      try LogPipe(pipe, into: ring, on: loop)
    }
    do throws(Launch.Failure) {
      let writer = try Launch.failing { () throws(FileError) in try output.openWriter() }
      let id = try launch.start(output: writer.descriptor)
      // Our child: its number is its own until we have asked for its status.
      guard let process = ProcessIdentity(running: id), let descriptor = process.open() else {
        throw Launch.Failure(reason: "\(launch.program) \(reap(id).words) at once")
      }
      let record = Record(process: process, port: port, pipe: FileNames.last(of: pipe))
      return Instance(record, descriptor, output, reservation, isChild: true, on: loop)
    } catch {
      output.finish()
      throw error
    }
  }

  /// Goes on with a process of an earlier supervisor; nil where it has ended.
  static func adopt(
    _ record: Record, pipe: String, into ring: LogRing, on loop: PollLoop
  ) -> Instance? {
    guard let descriptor = record.process.open() else {
      unlink(pipe)
      return nil
    }
    guard let output = try? LogPipe(pipe, into: ring, on: loop) else {
      // What it prints is lost, and it is in nobody's hands: it goes.
      _ = cspawn_signal(descriptor, SIGKILL)
      close(descriptor)
      return nil
    }
    return Instance(record, descriptor, output, nil, isChild: false, on: loop)
  }

  /// Asks it to end, and ends it when it has not after so many milliseconds.
  func terminate(within milliseconds: Int) {
    guard patience == nil else { return }
    _ = cspawn_signal(descriptor, SIGTERM)
    patience = loop.after(milliseconds) { [self] in kill() }
  }

  /// Ends it at once.
  func kill() { _ = cspawn_signal(descriptor, SIGKILL) }

  private func ended() {
    // A wake-up may have been meant for another descriptor of this number.
    var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&state, 1, 0) > 0 else { return }
    // What it has started itself goes with it: as long as it is not reaped, the number is its own.
    if isChild { _ = Glibc.kill(-record.process.id, SIGKILL) }
    let ending = Self.reap(record.process.id)
    loop.cancel(patience)
    loop.unwatch(descriptor)
    close(descriptor)
    output.finish()
    reservation = nil
    let told = onEnd
    onEnd = nil
    told?(ending)
  }

  private static func reap(_ id: pid_t) -> Ending {
    var status: Int32 = 0
    guard cspawn_reap(id, &status) == 1 else { return .unknown }
    // Reference: wait(2), WIFEXITED, WEXITSTATUS and WTERMSIG.
    let signal = status & 0x7F
    return signal == 0 ? .code(status >> 8 & 0xFF) : .signal(signal)
  }
}

extension Instance.Ending {
  /// In words, after a name.
  var words: String {
    switch self {
    case .code(let code): "ended with exit code \(code)"
    case .signal(let signal): "was ended by signal \(signal)"
    case .unknown: "ended"
    }
  }
}
