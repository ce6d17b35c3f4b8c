import SystemPackage

extension ArchiveError: CustomStringConvertible {
  /// One line with the values involved.
  public var description: String {
    switch self {
    case .unsafePath(let path):
      "'\(path)' is no path for an archive: expected one that is relative, without .. and in UTF-8"
    case .duplicatePath(let path): "\(path) stands in the archive twice"
    case .truncated(let offset): "the archive ends at byte \(offset), before what it announces"
    case .badChecksum(let offset): "the header at byte \(offset) has another checksum than it says"
    case .malformed(let offset, let reason): "at byte \(offset): \(reason)"
    case .unexpectedKind(let path, let kind):
      "\(path): expected a file or a folder, found a \(kind)"
    case .tooLarge(let limit): "more than \(limit) bytes"
    case .sourceChanged(let path, let expected, let found):
      "\(path) changed while it was read: expected \(expected) bytes, found \(found)"
    case .badCompression(let reason): "not sound gzip: \(reason)"
    case .badTrailer(let offset, let length, let fileSize):
      "the trailer names \(length) bytes at \(offset), which do not end where it begins in a file "
        + "of \(fileSize)"
    case .digestMismatch(let expected, let found): "expected \(expected), found \(found)"
    case .system(let call, let errno): "\(call): \(Errno(rawValue: errno))"
    }
  }
}
