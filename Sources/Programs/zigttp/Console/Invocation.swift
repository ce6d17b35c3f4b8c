import Encodings
import Files
import Glibc
import Ledger

/// What surrounds one run of the program: taken from the process once, then passed down.
struct Invocation: Sendable {
  /// Absolute path of the folder in which the command works: the one it was started in, or `-C`.
  var directory: String
  /// Absolute path of the folder in which it was started, which is where its caller still is.
  var callerDirectory: String
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

  /// Reads the process, and goes to the folder that `-C` names. To be called once, before any file is
  /// looked at.
  static func current(_ options: GlobalOptions) throws(CommandFailure) -> Invocation {
    let callerDirectory = try currentFolder()
    for folder in options.folders where chdir(folder) != 0 {
      throw CommandFailure(
        .failure, "cannot work in \(folder): \(String(cString: strerror(errno)))")
    }
    let directory = options.folders.isEmpty ? callerDirectory : try currentFolder()
    let keyFile = try variable("ZIGTTP_SIGNING_KEY_FILE").map { Paths.absolute($0, in: directory) }
    let home = try variable("HOME")
    return Invocation(
      directory: directory, callerDirectory: callerDirectory, home: home,
      store: try variable("ZIGTTP_STORE"),
      trust: trust(home: home, state: try variable("XDG_STATE_HOME"), keyFile: keyFile),
      runtime: try variable("ZIGTTP_RUNTIME"), sourceDate: try sourceDate(),
      executable: executablePath())
  }

  /// The time now, in Unix milliseconds.
  func now() -> Int64 { UTCTime.millisecondsNow }

  private static func currentFolder() throws(CommandFailure) -> String {
    guard let path = getcwd(nil, 0) else {
      throw CommandFailure(
        .failure, "the current folder cannot be read: \(String(cString: strerror(errno)))")
    }
    defer { free(path) }
    let name = FileName(cString: path)
    guard let folder = name.text else {
      throw CommandFailure(
        .failure, "the path of the current folder is not UTF-8: \(name.shown)",
        next: "Rename the folder, or work in a copy of it.")
    }
    return folder
  }

  private static func variable(_ name: String) throws(CommandFailure) -> String? {
    guard let value = getenv(name) else { return nil }
    let bytes = FileName(cString: value)
    // Repaired, it would name another folder, and that one would be made.
    guard let text = bytes.text else {
      throw CommandFailure(.failure, "\(name) is not UTF-8: \(bytes.shown)")
    }
    return text.isEmpty ? nil : text
  }

  private static func sourceDate() throws(CommandFailure) -> UInt64 {
    guard let text = try variable("SOURCE_DATE_EPOCH") else { return 0 }
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
    buffer[min(count, buffer.count - 1)] = 0
    // Only to look beside it, where it shows what was looked for.
    return buffer.withUnsafeBufferPointer { room in
      room.baseAddress.map { FileName(cString: $0).shown } ?? "zigttp"
    }
  }
}
