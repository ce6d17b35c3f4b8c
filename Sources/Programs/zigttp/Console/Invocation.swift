import Glibc
import Ledger

/// What surrounds one run of the program: taken from the process once, then passed down.
struct Invocation: Sendable {
  /// Absolute path of the folder in which the command was started.
  var directory: String
  /// `HOME`.
  var home: String?
  /// `ZIGTTP_STORE`.
  var store: String?
  /// The user's keys, and what was seen of ledgers.
  var trust: LedgerTrust
  /// `ZIGTTP_RUNTIME`.
  var runtime: String?
  /// `SOURCE_DATE_EPOCH`, seconds; 0 where it is not set.
  var sourceDate: UInt64
  /// Absolute path of this executable.
  var executable: String

  /// Reads the process.
  static func current() throws(CommandFailure) -> Invocation {
    guard let path = getcwd(nil, 0) else {
      throw CommandFailure(
        .failure, "the current folder cannot be read: \(String(cString: strerror(errno)))")
    }
    defer { free(path) }
    let directory = String(cString: path)
    let keyFile = variable("ZIGTTP_SIGNING_KEY_FILE").map {
      $0.hasPrefix("/") ? $0 : directory + "/" + $0
    }
    return Invocation(
      directory: directory, home: variable("HOME"), store: variable("ZIGTTP_STORE"),
      trust: trust(home: variable("HOME"), state: variable("XDG_STATE_HOME"), keyFile: keyFile),
      runtime: variable("ZIGTTP_RUNTIME"), sourceDate: try sourceDate(),
      executable: executablePath())
  }

  /// The time now, in Unix milliseconds.
  func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  private static func variable(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
  }

  private static func sourceDate() throws(CommandFailure) -> UInt64 {
    guard let text = variable("SOURCE_DATE_EPOCH") else { return 0 }
    // Beyond year 9999 neither tar nor RFC 3339 can say it.
    guard let seconds = UInt64(text), (0...253_402_300_799).contains(seconds) else {
      throw CommandFailure(
        .usage, "SOURCE_DATE_EPOCH is '\(text)', expected seconds since 1970, up to year 9999")
    }
    return seconds
  }

  private static func executablePath() -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    guard count > 0 else { return CommandLine.arguments.first ?? "zigttp" }
    return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
