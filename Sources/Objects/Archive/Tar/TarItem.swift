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
