import Foundation
import Synchronization

/// A real program at a terminal of its own: what it shows, and what is typed there.
///
/// Reference: pty(7).
final class TerminalSession {
  private let child: Child
  private let keyboard: Int32
  private let shown: ThreadedReader

  // TIOCSPTLCK and TIOCGPTN, which Glibc's module lacks.
  private static let (unlock, numberOfOther): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

  init(_ command: Command) throws {
    let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (lock, number): (Int32, UInt32) = (0, 0)
    guard descriptor >= 0, ioctl(descriptor, Self.unlock, &lock) == 0,
      ioctl(descriptor, Self.numberOfOther, &number) == 0
    else { throw Server.Failure(description: "no terminal") }
    let name = "/dev/pts/\(number)"
    // Open here until the program has it: a terminal that nobody has reads as gone.
    let held = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
    defer { close(held) }
    var size = winsize(ws_row: 24, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(held, UInt(TIOCSWINSZ), &size)
    child = try Child(command, input: name, output: name, errors: name)
    keyboard = descriptor
    shown = ThreadedReader(descriptor)
  }

  deinit {
    kill(child.pid, SIGKILL)
    _ = child.wait()
    shown.wait()
    close(keyboard)
  }

  /// Everything that was shown so far, with its control characters.
  var screen: String { shown.text }

  /// Waits until something was shown so many times.
  func waitFor(_ text: String, times: Int = 1) throws {
    func isThere() -> Bool { shown.text.ranges(of: text).count >= times }
    for _ in 0..<12_000 {
      if isThere() { return }
      if !child.isRunning { break }
      usleep(10_000)
    }
    guard isThere() else {
      throw Server.Failure(description: "'\(text)' was not shown: \(shown.text)")
    }
  }

  /// Types a line.
  func type(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(keyboard, bytes, bytes.count)
  }

  /// Waits for the program's end: its exit status.
  func wait() -> Int32 {
    let status = child.wait()
    shown.wait()
    return status
  }
}

/// Reads a descriptor to its end on a thread of its own.
private final class ThreadedReader: Sendable {
  private let bytes = Mutex<[UInt8]>([])
  private let done = DispatchSemaphore(value: 0)

  init(_ descriptor: Int32) {
    Thread.detachNewThread { [self] in
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        // EIO: nobody has the terminal any more.
        if count <= 0 { break }
        bytes.withLock { $0 += buffer[..<count] }
      }
      done.signal()
    }
  }

  var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

  func wait() {
    done.wait()
    done.signal()
  }
}
