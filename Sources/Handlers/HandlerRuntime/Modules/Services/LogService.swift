import Glibc
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
    LogService(clock: clock) { line in writeFully(line, to: STDERR_FILENO) }
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
    JSONText.append(message, to: &line)
    if let context {
      line += ",\"context\":".utf8
      line += context
    }
    line += "}\n".utf8
    gate.withLock { _ in output(line) }
  }

  /// Writes one line of the runtime's own.
  public func write(level: Level, _ message: String, context: [(String, JSONText.Value)] = []) {
    write(
      level: level, message: Array(message.utf8),
      context: context.isEmpty ? nil : JSONText.object(context))
  }
}

/// Writes all of some bytes to a descriptor, or gives up at the first error that is not an
/// interruption.
func writeFully(_ bytes: [UInt8], to descriptor: Int32) {
  bytes.withUnsafeBytes { buffer in
    var offset = 0
    while offset < buffer.count {
      let written = Glibc.write(
        descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
      if written > 0 {
        offset += written
      } else if written == 0 || errno != EINTR {
        return
      }
    }
  }
}

/// The few JSON documents the runtime writes about itself.
public enum JSONText {
  /// A value in such a document.
  public enum Value: Sendable {
    case string(String)
    case strings([String])
    case bool(Bool)
    case integer(Int)
    case members([(String, Value)])
  }

  private static let digits = Array("0123456789abcdef".utf8)

  /// A JSON string of UTF-8 bytes; ill-formed UTF-8 becomes U+FFFD.
  static func append(_ utf8: [UInt8], to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    let isASCII = utf8.allSatisfy { $0 < 0x80 }
    let bytes = isASCII ? utf8 : Array(String(decoding: utf8, as: UTF8.self).utf8)
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
      case 0x0A: out += "\\n".utf8
      case 0x0D: out += "\\r".utf8
      case 0x09: out += "\\t".utf8
      case 0..<0x20, 0x7F:
        out += "\\u00".utf8
        out += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: out.append(byte)
      }
    }
    out.append(UInt8(ascii: "\""))
  }

  /// A JSON object with its members in the order given.
  public static func object(_ members: [(String, Value)]) -> [UInt8] {
    var out: [UInt8] = []
    append(.members(members), to: &out)
    return out
  }

  private static func append(_ value: Value, to out: inout [UInt8]) {
    switch value {
    case .string(let text): append(Array(text.utf8), to: &out)
    case .bool(let flag): out += (flag ? "true" : "false").utf8
    case .integer(let number): out += String(number).utf8
    case .strings(let items):
      out.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        append(Array(item.utf8), to: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .members(let members):
      out.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        append(Array(member.0.utf8), to: &out)
        out.append(UInt8(ascii: ":"))
        append(member.1, to: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }
}
