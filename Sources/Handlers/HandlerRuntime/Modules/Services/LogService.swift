import Files
import Glibc
import JSON
import Synchronization

/// Structured log lines, one JSON object each, written with one call so that lines of several
/// threads never mix: `{"ts":"…","level":"info","message":"…","context":…}`.
public final class LogService: Sendable {
  /// How much a line matters.
  public enum Level: String, Sendable, CaseIterable { case debug, info, warn, error }

  private let clock: HostClock
  private let output: @Sendable ([UInt8]) -> Void
  private let gate = Mutex(())

  /// - Parameters:
  ///   - clock: the time on each line.
  ///   - output: takes one line with its `\n`. Calls do not overlap.
  public init(clock: HostClock = .system, output: @escaping @Sendable ([UInt8]) -> Void) {
    self.clock = clock
    self.output = output
  }

  /// A log on standard error. What cannot be written is dropped: a full pipe or a closed terminal
  /// must not stop a handler.
  public static func standardError(clock: HostClock = .system) -> LogService {
    LogService(clock: clock) { line in
      // Where stderr is closed there is nobody to tell.
      line.withUnsafeBytes { try? StandardStream.write($0, to: STDERR_FILENO) }
    }
  }

  /// Writes one line.
  /// - Parameters:
  ///   - message: UTF-8.
  ///   - context: one JSON value as bytes, taken as it is; nil leaves the key out.
  public func write(level: Level, message: [UInt8], context: [UInt8]? = nil) {
    var line: [UInt8] = []
    line.reserveCapacity(message.count + (context?.count ?? 0) + 96)
    line += "{\"ts\":\"".utf8
    line += CalendarTime.iso(milliseconds: clock.milliseconds()).utf8
    line += "\",\"level\":\"".utf8
    line += level.rawValue.utf8
    line += "\",\"message\":".utf8
    line += JSONValue.string(String(decoding: message, as: UTF8.self)).minifiedBytes
    if let context {
      line += ",\"context\":".utf8
      line += context
    }
    line += "}\n".utf8
    gate.withLock { _ in output(line) }
  }

  /// Writes one line of the runtime's own.
  public func write(level: Level, _ message: String, context: JSONObject = JSONObject()) {
    write(
      level: level, message: Array(message.utf8),
      context: context.count == 0 ? nil : JSONValue.object(context).minifiedBytes)
  }
}
