/// An entry found in an archive.
public struct TarItem: Sendable, Hashable {
  /// What kind of entry it is. Only ``file`` and ``directory`` are ever taken at their word; the
  /// rest is reported so that the caller can refuse or skip it.
  public enum Kind: Sendable, Hashable {
    /// A file with content.
    case file
    /// A folder.
    case directory
    /// Another name for whatever is at the target, which may be anywhere.
    case symbolicLink(target: String)
    /// Another name for an earlier entry, or for any file of a careless reader's machine.
    case hardLink(target: String)
    /// A character device.
    case characterDevice
    /// A block device.
    case blockDevice
    /// A named pipe.
    case fifo
    /// A type flag that POSIX leaves to others.
    case other(UInt8)

    /// For messages.
    public var name: String {
      switch self {
      case .file: "file"
      case .directory: "directory"
      case .symbolicLink: "symbolic link"
      case .hardLink: "hard link"
      case .characterDevice: "character device"
      case .blockDevice: "block device"
      case .fifo: "fifo"
      case .other(let flag): "entry of type \(flag)"
      }
    }
  }

  /// Relative, without `.` and `..`, without a slash at either end; "" for the root itself.
  public let path: String
  /// What it is, by its own word.
  public let kind: Kind
  /// Permission bits, set-user-id and the like included.
  public let mode: UInt16
  /// Bytes of content.
  public let size: UInt64
  /// Seconds since 1970, whole.
  public let modified: Int64
  /// Where the content begins in the archive.
  public let contentOffset: UInt64
}

extension TarItem {
  /// The entry that a header and the records before it tell of.
  ///
  /// - Parameters:
  ///   - start: where the header stands.
  ///   - contentOffset: where it ends.
  init(
    _ fields: TarFields, _ extensions: TarExtensions, at start: UInt64, contentOffset: UInt64
  ) throws(ArchiveError) {
    let rawPath = extensions.path ?? fields.path
    let target = String(decoding: extensions.linkTarget ?? fields.linkTarget, as: UTF8.self)
    switch fields.kind {
    case 0, UInt8(ascii: "0"), UInt8(ascii: "7"):
      // Archives older than ustar mark a folder by its slash.
      kind = rawPath.last == UInt8(ascii: "/") ? .directory : .file
    case UInt8(ascii: "1"): kind = .hardLink(target: target)
    case UInt8(ascii: "2"): kind = .symbolicLink(target: target)
    case UInt8(ascii: "3"): kind = .characterDevice
    case UInt8(ascii: "4"): kind = .blockDevice
    case UInt8(ascii: "5"): kind = .directory
    case UInt8(ascii: "6"): kind = .fifo
    default: kind = .other(fields.kind)
    }
    size = extensions.size ?? fields.size
    path = try TarPath.normalize(rawPath)
    if path.isEmpty && kind != .directory {
      throw .unsafePath(String(decoding: rawPath, as: UTF8.self))
    }
    if kind != .file, size != 0 {
      if case .other = kind {
      } else {
        throw .malformed(offset: start, reason: "\(kind.name) with content")
      }
    }
    mode = fields.mode
    modified = extensions.modified ?? fields.modified
    self.contentOffset = contentOffset
  }
}
