import Digests
import Files

/// Why a handler could not be taken from where it was packed.
public enum PayloadError: Error, Sendable, Hashable {
  /// The bytes are not those that were packed: one line for each difference, with what was expected
  /// and what was found.
  case differs([String])
  /// A file or folder could not be read.
  case unreadable(path: String, reason: String)
  /// There is more than any handler has; `limit` is in bytes.
  case tooLarge(limit: Int)
}

extension PayloadError: CustomStringConvertible {
  /// One line, or one for each difference.
  public var description: String {
    switch self {
    case .differs(let lines): lines.joined(separator: "\n")
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .tooLarge(let limit): "more than \(limit) bytes"
    }
  }
}

extension PayloadError {
  /// Runs what reads files of at most `limit` bytes.
  static func catching<Value: ~Copyable>(
    limit: Int = Payload.sizeLimit, _ body: () throws(FileError) -> Value
  ) throws(PayloadError) -> Value {
    do throws(FileError) {
      return try body()
    } catch {
      if error.code == .tooLarge { throw .tooLarge(limit: limit) }
      let reason = error.errno.map { "\($0)" } ?? "it is \(error.found ?? "something else")"
      throw .unreadable(path: error.path, reason: reason)
    }
  }
}
