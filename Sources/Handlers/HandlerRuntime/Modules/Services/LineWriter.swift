import Glibc
import Threads

/// Writes lines to a descriptor from a thread of its own.
///
/// Whoever has something to say puts it into a bounded buffer and goes on: a reader that stalls
/// holds up nobody. What finds no room is dropped and counted, and the count is told as soon as
/// something can be told again.
public final class LineWriter: Sendable {
  private struct State {
    var waiting: [UInt8] = []
    var lines = 0
    var dropped = 0
    var isWriting = false
  }
  private struct Piece {
    var bytes: [UInt8]
    var lines: Int
    var dropped: Int
  }

  private let state = Monitor(State())
  private let descriptor: Int32
  private let capacity: Int
  private let dropNotice: @Sendable (Int) -> [UInt8]

  /// Starts the thread; nil where the system has none left. The descriptor has to stay open.
  /// - Parameters:
  ///   - capacity: bytes that may wait.
  ///   - dropNotice: the line, with its `\n`, that tells how many lines were dropped.
  public init?(
    _ descriptor: Int32, capacity: Int = 1 << 20, dropNotice: @escaping @Sendable (Int) -> [UInt8]
  ) {
    self.descriptor = descriptor
    self.capacity = capacity
    self.dropNotice = dropNotice
    guard StartedThread.detached({ [self] in run() }) else { return nil }
  }

  /// Takes a line with its `\n`. Never waits for the reader.
  public func append(_ line: [UInt8]) {
    state.withLock(waking: .one) { state in
      // A line that is longer than all the room goes out alone.
      guard state.waiting.isEmpty || state.waiting.count + line.count <= capacity else {
        state.dropped += 1
        return
      }
      state.waiting += line
      state.lines += 1
    }
  }

  /// Waits until everything is written, for as long as is said at most.
  /// - Returns: whether it is.
  @discardableResult
  public func flush(milliseconds: Int) -> Bool {
    let end = MonotonicClock.milliseconds + milliseconds
    while true {
      let isDone = state.withLock(waking: .none) { !$0.isWriting && !Self.hasWork($0) }
      if isDone || MonotonicClock.milliseconds >= end { return isDone }
      usleep(500)
    }
  }

  private static func hasWork(_ state: State) -> Bool {
    !state.waiting.isEmpty || state.dropped > 0
  }

  private func run() {
    // Lines that were taken and could not be written: told with the next ones that can be.
    var lost = 0
    while true {
      let piece = state.wait(for: Self.take)
      if write(piece.bytes) {
        let missing = piece.dropped + lost
        lost = missing == 0 || write(dropNotice(missing)) ? 0 : missing
      } else {
        lost += piece.lines + piece.dropped
      }
      state.withLock(waking: .none) { $0.isWriting = false }
    }
  }

  private static func take(_ state: inout State) -> Piece? {
    guard hasWork(state) else { return nil }
    defer { state = State(isWriting: true) }
    return Piece(bytes: state.waiting, lines: state.lines, dropped: state.dropped)
  }

  private func write(_ bytes: [UInt8]) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + offset }, $0.count - offset)
      }
      if count >= 0 {
        offset += count
      } else if errno == EAGAIN {
        // Somebody who shares the descriptor made it one that does not wait.
        var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&state, 1, -1)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}
