/// An entry found in an archive.
public struct TarItem: Sendable, Hashable {
  /// What kind of entry it is. Only ``file`` and ``directory`` are ever taken at their word; the
  /// rest is reported so that the caller can refuse or skip it.
  public enum Kind: Sendable, Hashable {
    case file
    case directory
    case symbolicLink(target: String)
    case hardLink(target: String)
    case characterDevice
    case blockDevice
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
