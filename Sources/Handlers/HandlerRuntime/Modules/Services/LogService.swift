import JSON
import Synchronization

/// Structured log lines, one JSON object each, handed on whole so that lines of several
/// threads never mix: `{"ts":"…","level":"info","message":"…","context":…}`.
public final class LogService: Sendable {
  /// How much a line matters.
  public enum Level: String, Sendable, CaseIterable { case debug, info, warn, error }

  /// One line, with its `\n`.
  typealias Line = [UInt8]

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

  /// A log whose lines a thread of its own writes: no reader holds up a handler.
  public convenience init(clock: HostClock = .system, writer: LineWriter) {
    self.init(clock: clock) { writer.append($0) }
  }

  /// What stands in the log in place of lines that could not be written.
  public static func dropNotice(_ count: Int) -> [UInt8] {
    line(
      at: HostClock.system.milliseconds(), .warn,
      Array("\(count) \(count == 1 ? "line was" : "lines were") dropped".utf8), nil)
  }

  /// Writes one line.
  /// - Parameters:
  ///   - message: UTF-8.
  ///   - context: one JSON value as bytes, taken as it is; nil leaves the key out.
  public func write(level: Level, message: [UInt8], context: [UInt8]? = nil) {
    write(line(level: level, message: message, context: context))
  }

  /// Writes a line that was made before.
  func write(_ line: Line) { gate.withLock { _ in output(line) } }

  /// A line of now.
  func line(level: Level, message: [UInt8], context: [UInt8]?) -> Line {
    Self.line(at: clock.milliseconds(), level, message, context)
  }

  static func line(
    at milliseconds: Double, _ level: Level, _ message: [UInt8], _ context: [UInt8]?
  ) -> [UInt8] {
    var line: [UInt8] = []
    line.reserveCapacity(message.count + (context?.count ?? 0) + 96)
    line += "{\"ts\":\"".utf8
    line += CalendarTime.iso(milliseconds: milliseconds).utf8
    line += "\",\"level\":\"".utf8
    line += level.rawValue.utf8
    line += "\",\"message\":".utf8
    line += JSONValue.string(String(decoding: message, as: UTF8.self)).minifiedBytes
    if let context {
      line += ",\"context\":".utf8
      line += context
    }
    line += "}\n".utf8
    return line
  }

  /// Writes one line of the runtime's own.
  public func write(level: Level, _ message: String, context: JSONObject = JSONObject()) {
    write(
      level: level, message: Array(message.utf8),
      context: context.count == 0 ? nil : JSONValue.object(context).minifiedBytes)
  }
}
