import Glibc

/// How a file is opened. Without any, for reading, and only where a regular file has the name: a
/// link could lead elsewhere, and a FIFO would let us wait for ever.
public struct OpenOptions: OptionSet, Sendable {
  /// The bits.
  public let rawValue: UInt32

  /// From the bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// For writing, too.
  public static let write = OpenOptions(rawValue: 1 << 0)
  /// For writing at the end.
  public static let append: OpenOptions = [.write, OpenOptions(rawValue: 1 << 1)]
  /// Made where it is not there.
  public static let create = OpenOptions(rawValue: 1 << 2)
  /// Made, and refused where something has the name.
  public static let new: OpenOptions = [.create, OpenOptions(rawValue: 1 << 3)]
  /// Emptied.
  public static let truncate = OpenOptions(rawValue: 1 << 4)
  /// By way of a link as well: for what the user named.
  public static let throughLinks = OpenOptions(rawValue: 1 << 5)
  /// Whatever can be read, a pipe too, for which it waits: for what the user named.
  public static let anyKind: OpenOptions = [.throughLinks, OpenOptions(rawValue: 1 << 6)]

  /// The flags of open(2).
  var flags: Int32 {
    var flags = contains(.write) ? O_RDWR : O_RDONLY
    if contains(.append) { flags |= O_APPEND }
    if contains(.create) { flags |= O_CREAT }
    if contains(.new) { flags |= O_EXCL }
    if contains(.truncate) { flags |= O_TRUNC }
    if !contains(.throughLinks) { flags |= O_NOFOLLOW }
    return flags | (contains(.anyKind) ? O_NOCTTY : O_NONBLOCK)
  }
}
