import CSys
import Glibc

/// What is known of a file.
public struct FileInfo: Sendable, Hashable {
  /// What a name stands for.
  public enum Kind: Sendable, Hashable {
    case file, directory, symbolicLink, other

    /// With an article, for a message.
    public var words: String {
      switch self {
      case .file: "a regular file"
      case .directory: "a folder"
      case .symbolicLink: "a symbolic link"
      case .other: "a FIFO, socket or device"
      }
    }
  }
  /// What it is.
  public var kind: Kind
  /// In bytes.
  public var size: UInt64
  /// Identifies the file system.
  public var device: UInt64
  /// Identifies it on its file system.
  public var inode: UInt64
  /// How many names it has.
  public var links: UInt64
  /// User id of the owner.
  public var owner: UInt32
  /// Permission bits.
  public var permissions: UInt16
  /// Nanoseconds since 1970.
  public var modified: Int64

  /// From its parts.
  public init(
    kind: Kind, size: UInt64, device: UInt64, inode: UInt64, links: UInt64, owner: UInt32,
    permissions: UInt16, modified: Int64
  ) {
    self.kind = kind
    self.size = size
    self.device = device
    self.inode = inode
    self.links = links
    self.owner = owner
    self.permissions = permissions
    self.modified = modified
  }
}

extension FileInfo {
  init(_ found: csys_file_info) {
    let kind: Kind
    switch mode_t(found.mode) & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .directory
    case S_IFLNK: kind = .symbolicLink
    default: kind = .other
    }
    self.init(
      kind: kind, size: found.size, device: found.device, inode: found.inode, links: found.links,
      owner: found.owner, permissions: UInt16(truncatingIfNeeded: found.mode & 0o7777),
      modified: found.modified_ns)
  }
}
