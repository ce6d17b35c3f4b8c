import Glibc

extension ArchiveError: CustomStringConvertible {
  /// A sentence without its end.
  public var description: String {
    switch self {
    case .unsafePath(let path): "'\(path)' is no path that an archive may hold"
    case .duplicatePath(let path): "'\(path)' is there twice"
    case .truncated(let offset): "it ends early, at byte \(offset)"
    case .badChecksum(let offset): "the checksum of the header at byte \(offset) is wrong"
    case .malformed(let offset, let reason): "at byte \(offset): \(reason)"
    case .unexpectedKind(let path, let kind): "'\(path)' is \(kind), expected a file or folder"
    case .tooLarge(let limit): "it has more than \(limit) bytes"
    case .sourceChanged(let path, let expected, let found):
      "\(path) changed while it was read: expected \(expected) bytes, found \(found)"
    case .badCompression(let reason): "it is not gzip as it should be: \(reason)"
    case .badTrailer(let offset, let length, let fileSize):
      "its trailer names \(length) bytes at \(offset), and the file has \(fileSize)"
    case .digestMismatch(let expected, let found): "expected \(expected), found \(found)"
    case .system(let call, let code): "\(call): \(String(cString: strerror(code)))"
    }
  }
}
