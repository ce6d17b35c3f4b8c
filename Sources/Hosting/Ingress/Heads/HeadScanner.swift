import Glibc
import NIOCore

/// Finds where a head ends: an empty line. Lines end in CR LF, and in nothing else.
///
/// Reference: RFC 9112, sections 2.1 and 2.2.
struct HeadScanner {
  private static let lf = Int32(UInt8(ascii: "\n"))
  private let limit: Int
  // How much of the unread bytes was looked at, and where the line began that goes on.
  private var scanned = 0
  private var lineStart = 0
  private var firstLine = 0

  /// - Parameter limit: most bytes of a head.
  init(limit: Int) { self.limit = limit }

  /// What there is of a head.
  enum Found {
    case whole(Int)
    case part
    case bareLineEnd
    /// With whether its first line is whole.
    case tooLarge(hasLine: Bool)
  }

  /// Bytes of the head at the front, once it is whole.
  mutating func end(of buffer: ByteBuffer) -> Found {
    let found = buffer.withUnsafeReadableBytes { scan($0) }
    if case .whole = found { (scanned, lineStart, firstLine) = (0, 0, 0) }
    return found
  }

  private mutating func scan(_ bytes: UnsafeRawBufferPointer) -> Found {
    guard let start = bytes.baseAddress else { return .part }
    while scanned < bytes.count {
      guard let mark = memchr(start + scanned, Self.lf, bytes.count - scanned) else {
        scanned = bytes.count
        break
      }
      let at = UnsafeRawPointer(mark) - start
      guard at > 0, bytes[at - 1] == UInt8(ascii: "\r"), at > lineStart else { return .bareLineEnd }
      if at - 1 == lineStart {
        return at + 1 > limit ? tooLarge : .whole(at + 1)
      }
      if firstLine == 0 { firstLine = at + 1 }
      (scanned, lineStart) = (at + 1, at + 1)
    }
    return bytes.count > limit ? tooLarge : .part
  }

  private var tooLarge: Found { .tooLarge(hasLine: firstLine > 0 && firstLine <= limit) }
}
