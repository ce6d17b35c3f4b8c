import Synchronization

/// Collects log lines.
final class LineBox: Sendable {
  private let lines = Mutex<[[UInt8]]>([])
  func append(_ line: [UInt8]) { lines.withLock { $0.append(line) } }
  var texts: [String] { lines.withLock { $0.map { String(decoding: $0, as: UTF8.self) } } }
}
